/* Tables of any size to CSV or JSON, row by row, without holding the text in memory. */
#ifndef SHOAL_REPORT_TABLE_WRITE_H
#define SHOAL_REPORT_TABLE_WRITE_H

#include <stdio.h>

#include <shoal/context.h>
#include <shoal/table.h>

enum { SHOAL_SHORTEST = -1 };

/* One column of the output. */
typedef struct shoal_out_column {
    const char *header;
    const shoal_column *values; /* numbers or text */
    const shoal_column *texts;  /* text by code: values are codes into it; or NULL */
    bool is_time;               /* values are seconds since 1970-01-01: written as ISO 8601 */
    bool date_only;             /* of a time: the day alone */
    int decimals;               /* of floating-point numbers, or SHOAL_SHORTEST: the shortest text that reads back */
} shoal_out_column;

/* RFC 4180 with a header line and LF ends; missing values are empty. A text that a spreadsheet would run as a formula
 * (it begins with =, +, -, @, tab or CR and is no number) gets an apostrophe before it.
 * Write errors stay in the stream for the caller. Errors: INTERRUPTED. */
SHOAL_MUST_USE shoal_status shoal_table_write_csv(const shoal_ctx *ctx, FILE *out, int64_t n_rows, int n_columns,
                                                  const shoal_out_column *columns, shoal_error *err);
/* {"schema": "shoal.export/1", "version", "table", "input": {"table"}, "columns": [names], "rows": [[…], …],
 * "warnings": []}; missing values are null. Errors: INTERRUPTED, MEMORY. */
SHOAL_MUST_USE shoal_status shoal_table_write_json(const shoal_ctx *ctx, FILE *out, const char *table, int64_t n_rows,
                                                   int n_columns, const shoal_out_column *columns, shoal_error *err);

#endif

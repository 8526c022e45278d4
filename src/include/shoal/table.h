/* Columns and tables: how data pass between the parts of shoal.
 *
 * shoal_column is a view: it owns nothing. shoal_table is an owner: it frees what it holds.
 * Missing values: NaN in floating-point columns; in integer columns a row whose `valid` byte is 0. */
#ifndef SHOAL_TABLE_H
#define SHOAL_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include <shoal/status.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum shoal_type {
    SHOAL_F32,
    SHOAL_F64,
    SHOAL_I8,
    SHOAL_I16,
    SHOAL_I32,
    SHOAL_I64,
    SHOAL_TEXT, /* UTF-8, `width` bytes a value, padded with NUL */
} shoal_type;

/* Bytes a value; width for SHOAL_TEXT. */
SHOAL_API size_t shoal_type_size(shoal_type type, size_t width);
/* "float32", "int64", "text" … */
SHOAL_API const char *shoal_type_name(shoal_type type);

typedef struct shoal_column {
    const char *name;
    shoal_type type;
    size_t width;          /* SHOAL_TEXT only */
    int64_t length;        /* rows */
    const void *data;      /* length values of the type */
    const uint8_t *valid;  /* NULL: no integer value is missing; else one byte a row, 0 = missing */
    const char *units;     /* "day", "seconds since 1970-01-01", "1" … or NULL */
    const char *long_name; /* a caption for people, or NULL */
} shoal_column;

/* The value as double; NaN where missing. Not for SHOAL_TEXT. O(1). */
SHOAL_API double shoal_column_f64(const shoal_column *column, int64_t row);

/* A feature matrix: d numeric columns of n rows each. A view. */
typedef struct shoal_matrix {
    int64_t n;
    int d;
    const shoal_column *columns;
} shoal_matrix;

/* A table of columns of equal length that owns its names, captions and data. Start it as {0}. */
typedef struct shoal_table {
    int64_t n_rows;
    int n_columns;
    shoal_column *columns;
} shoal_table;

/* Appends an uninitialised column of table->n_rows rows (set n_rows first) and gives its data for writing.
 * name, units and long_name are copied. Errors: memory. */
SHOAL_API SHOAL_MUST_USE shoal_status shoal_table_add(shoal_table *table, const char *name, shoal_type type,
                                                      size_t width, const char *units, const char *long_name,
                                                      void **data, shoal_error *err);
/* The column of that name, or NULL. */
SHOAL_API const shoal_column *shoal_table_find(const shoal_table *table, const char *name);
SHOAL_API void shoal_table_free(shoal_table *table);

/* Transactions sorted by customer, then time, then order of input. A view. */
typedef struct shoal_transactions {
    int64_t n;
    int64_t n_customers;
    const int64_t *first_row; /* n_customers + 1 offsets: customer c owns rows first_row[c] .. first_row[c + 1] - 1 */
    const int64_t *time;      /* seconds since 1970-01-01 00:00 UTC, length n */
    const double *amount;     /* money, negative for returns, length n; NULL where the input had no amounts */
    /* What some functions count where it is there; each may be NULL. */
    const double *discount; /* any value but 0 and NaN: the row was bought at a discount */
    const int32_t *product; /* codes 0 .. n_products - 1; others stand for none */
    const int32_t *channel; /* codes 0 .. n_channels - 1 */
    int32_t n_products, n_channels;
} shoal_transactions;

#ifdef __cplusplus
}
#endif
#endif

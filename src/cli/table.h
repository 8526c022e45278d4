/* Aligned tables for people. */
#ifndef SHOAL_CLI_TABLE_H
#define SHOAL_CLI_TABLE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <shoal/status.h>

/* Cells are filled in reading order; a table whose cells could not be stored prints as an error. */
typedef struct shoal_cli_table {
    int columns;
    const char *align; /* one letter a column: 'l' or 'r' */
    char **cells;
    size_t n, capacity;
    bool headed; /* the first row is a heading */
    bool failed; /* memory ran out */
} shoal_cli_table;

/* headings: one a column, or NULL for a table without. align must outlive the table. */
shoal_cli_table shoal_cli_table_start(const char *align, const char *const *headings);

/* The next cell. Texts are escaped. */
void shoal_cli_cell(shoal_cli_table *table, const char *text);
void shoal_cli_cellf(shoal_cli_table *table, const char *format, ...) SHOAL_PRINTF(2, 3);
void shoal_cli_cell_count(shoal_cli_table *table, int64_t value);
void shoal_cli_cell_money(shoal_cli_table *table, double value); /* two decimals */
void shoal_cli_cell_fixed(shoal_cli_table *table, double value, int decimals);
void shoal_cli_cell_general(shoal_cli_table *table, double value, int digits);
void shoal_cli_cell_share(shoal_cli_table *table, double part, double whole);

/* Prints the table, indented by two blanks, and frees it. bold: the heading. Errors: MEMORY. */
SHOAL_MUST_USE shoal_status shoal_cli_table_end(shoal_cli_table *table, FILE *out, bool bold, shoal_error *err);

#endif

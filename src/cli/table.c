#include "cli/table.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cli/number.h"
#include "cli/text.h"

shoal_cli_table shoal_cli_table_start(const char *align, const char *const *headings)
{
    shoal_cli_table table = {.columns = (int)strlen(align), .align = align, .headed = headings != NULL};
    for (int i = 0; headings != NULL && i < table.columns; i++) shoal_cli_cell(&table, headings[i]);
    return table;
}

static bool has_room(shoal_cli_table *table)
{
    if (table->n < table->capacity) return true;
    const size_t capacity = table->capacity == 0 ? 64 : table->capacity * 2;
    char **cells = realloc(table->cells, capacity * sizeof *cells);
    if (cells == NULL) return false;
    table->cells = cells;
    table->capacity = capacity;
    return true;
}

void shoal_cli_cell(shoal_cli_table *table, const char *text)
{
    char escaped[1024];
    char *cell = table->failed || !has_room(table) ? NULL : strdup(shoal_cli_escape(text, escaped, sizeof escaped));
    if (cell == NULL) table->failed = true;
    else table->cells[table->n++] = cell;
}

void shoal_cli_cellf(shoal_cli_table *table, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    shoal_cli_cell(table, text);
}

void shoal_cli_cell_count(shoal_cli_table *table, int64_t value)
{
    char number[SHOAL_CLI_NUMBER_SIZE];
    shoal_cli_cell(table, shoal_cli_count(value, number));
}

void shoal_cli_cell_money(shoal_cli_table *table, double value)
{
    shoal_cli_cell_fixed(table, value, 2);
}

void shoal_cli_cell_fixed(shoal_cli_table *table, double value, int decimals)
{
    char number[SHOAL_CLI_NUMBER_SIZE];
    shoal_cli_cell(table, shoal_cli_fixed(value, decimals, number));
}

void shoal_cli_cell_general(shoal_cli_table *table, double value, int digits)
{
    char number[SHOAL_CLI_NUMBER_SIZE];
    shoal_cli_cell(table, shoal_cli_general(value, digits, number));
}

void shoal_cli_cell_share(shoal_cli_table *table, double part, double whole)
{
    char number[SHOAL_CLI_NUMBER_SIZE];
    shoal_cli_cell(table, shoal_cli_share(part, whole, number));
}

static size_t column_width(const shoal_cli_table *table, int column)
{
    size_t width = 0;
    for (size_t i = (size_t)column; i < table->n; i += (size_t)table->columns) {
        const size_t w = shoal_cli_width(table->cells[i]);
        if (w > width) width = w;
    }
    return width;
}

/* Blanks are printed only before text, so that no line ends in them. */
static void print_row(const shoal_cli_table *table, FILE *out, size_t row, const size_t *width, bool bold)
{
    const size_t columns = (size_t)table->columns;
    size_t blanks = 0;
    if (bold) fputs("\033[1m", out);
    for (size_t j = 0; j < columns && row * columns + j < table->n; j++) {
        const char *cell = table->cells[row * columns + j];
        const size_t padding = width[j] - shoal_cli_width(cell);
        blanks += 2 + (table->align[j] == 'r' ? padding : 0);
        if (cell[0] != '\0') {
            fprintf(out, "%*s%s", (int)blanks, "", cell);
            blanks = 0;
        }
        blanks += table->align[j] == 'l' ? padding : 0;
    }
    fputs(bold ? "\033[0m\n" : "\n", out);
}

static shoal_status print_table(const shoal_cli_table *table, FILE *out, bool bold)
{
    size_t *width = calloc((size_t)table->columns, sizeof *width);
    if (width == NULL) return SHOAL_ERR_MEMORY;
    for (int j = 0; j < table->columns; j++) width[j] = column_width(table, j);
    const size_t rows = (table->n + (size_t)table->columns - 1) / (size_t)table->columns;
    for (size_t i = 0; i < rows; i++) print_row(table, out, i, width, bold && table->headed && i == 0);
    free(width);
    return SHOAL_OK;
}

shoal_status shoal_cli_table_end(shoal_cli_table *table, FILE *out, bool bold, shoal_error *err)
{
    const shoal_status status = table->failed ? SHOAL_ERR_MEMORY : print_table(table, out, bold);
    for (size_t i = 0; i < table->n; i++) free(table->cells[i]);
    free(table->cells);
    *table = (shoal_cli_table){0};
    if (status == SHOAL_ERR_MEMORY) *err = (shoal_error){status, "out of memory while printing the result"};
    return status;
}

#include <string.h>

#include "cli/text.h"
#include "document.h"

void bench_markdown_text(shoal_text *markdown, const char *text)
{
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '<') shoal_text_add(markdown, "&lt;");
        else if (*at == '>') shoal_text_add(markdown, "&gt;");
        else if (*at == '&') shoal_text_add(markdown, "&amp;");
        else if ((unsigned char)*at < 0x20 || *at == 0x7F) shoal_text_add(markdown, " ");
        else {
            if (strchr("\\`*[]|~", *at) != NULL) shoal_text_add(markdown, "\\");
            shoal_text_add_n(markdown, at, 1);
        }
    }
}

/* Columns that the cell takes once escaped. */
static size_t cell_width(const char *cell)
{
    shoal_text escaped = {0};
    bench_markdown_text(&escaped, cell);
    const size_t width = escaped.data == NULL ? 0 : shoal_cli_width(escaped.data);
    shoal_text_free(&escaped);
    return width;
}

static size_t column_width(const shoal_cli_table *table, size_t column)
{
    size_t width = 3; /* the dashes of the rule */
    for (size_t i = column; i < table->n; i += (size_t)table->columns) {
        const size_t own = cell_width(table->cells[i]);
        if (own > width) width = own;
    }
    return width;
}

static void fill(shoal_text *markdown, char c, size_t n)
{
    for (size_t i = 0; i < n; i++) shoal_text_add_n(markdown, &c, 1);
}

static void add_rule(shoal_text *markdown, char align, size_t width)
{
    fill(markdown, '-', width - (align == 'r'));
    if (align == 'r') shoal_text_add(markdown, ":");
}

static void add_cell(shoal_text *markdown, const char *cell, char align, size_t width)
{
    const size_t padding = width - cell_width(cell);
    if (align == 'r') fill(markdown, ' ', padding);
    bench_markdown_text(markdown, cell);
    if (align != 'r') fill(markdown, ' ', padding);
}

void bench_table_markdown(shoal_text *markdown, const shoal_cli_table *table)
{
    enum { MOST_COLUMNS = 32 };
    size_t width[MOST_COLUMNS];
    const size_t columns = (size_t)table->columns < MOST_COLUMNS ? (size_t)table->columns : MOST_COLUMNS;
    for (size_t j = 0; j < columns; j++) width[j] = column_width(table, j);
    for (size_t row = 0; row < table->n / (size_t)table->columns; row++) {
        for (size_t j = 0; j < columns; j++) {
            shoal_text_add(markdown, j == 0 ? "| " : " | ");
            add_cell(markdown, table->cells[row * (size_t)table->columns + j], table->align[j], width[j]);
        }
        shoal_text_add(markdown, " |\n");
        for (size_t j = 0; row == 0 && j < columns; j++) {
            shoal_text_add(markdown, j == 0 ? "| " : " | ");
            add_rule(markdown, table->align[j], width[j]);
        }
        if (row == 0) shoal_text_add(markdown, " |\n");
    }
}

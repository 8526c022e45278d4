#include "document.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/text.h"
#include "report/html.h"

/* Text that has not passed through a table: what could reorder or end the line is made visible first. */
static void add_markdown(shoal_text *markdown, const char *text)
{
    char shown[2048];
    bench_markdown_text(markdown, shoal_cli_escape(text, shown, sizeof shown));
}

void bench_section_begin(bench_document *document, const char *id, const char *heading)
{
    char own_id[32], full[48 + BENCH_TAG_SIZE];
    snprintf(own_id, sizeof own_id, document->n_machine == 0 ? "%s" : "%s-%d", id, document->n_machine + 1);
    snprintf(full, sizeof full, "%s%s%s", heading, document->machine == NULL ? "" : " · ",
             document->machine == NULL ? "" : document->machine);
    if (document->n_sections < BENCH_MAX_SECTIONS) {
        const int at = document->n_sections++;
        shoal_text_copy(document->sections[at].id, sizeof document->sections[at].id, own_id);
        shoal_text_copy(document->sections[at].heading, sizeof document->sections[at].heading, full);
    }
    shoal_text_addf(&document->html, "<section id=\"%s\" aria-labelledby=\"%s-heading\">\n<h2 id=\"%s-heading\">",
                    own_id, own_id, own_id);
    shoal_html_text(&document->html, full);
    shoal_text_add(&document->html, "</h2>\n");
    shoal_text_add(&document->markdown, document->markdown.length == 0 ? "## " : "\n## ");
    add_markdown(&document->markdown, full);
    shoal_text_add(&document->markdown, "\n");
}

void bench_section_end(bench_document *document)
{
    shoal_text_add(&document->html, "</section>\n");
}

void bench_heading(bench_document *document, const char *text)
{
    shoal_text_add(&document->html, "<h3>");
    shoal_html_text(&document->html, text);
    shoal_text_add(&document->html, "</h3>\n");
    shoal_text_add(&document->markdown, "\n### ");
    add_markdown(&document->markdown, text);
    shoal_text_add(&document->markdown, "\n");
}

void bench_paragraph(bench_document *document, const char *text)
{
    shoal_text_add(&document->html, "<p>");
    shoal_html_text(&document->html, text);
    shoal_text_add(&document->html, "</p>\n");
    shoal_text_add(&document->markdown, "\n");
    add_markdown(&document->markdown, text);
    shoal_text_add(&document->markdown, "\n");
}

void bench_paragraphf(bench_document *document, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    bench_paragraph(document, text);
}

static void free_table(shoal_cli_table *table)
{
    for (size_t i = 0; i < table->n; i++) free(table->cells[i]);
    free(table->cells);
    *table = (shoal_cli_table){0};
}

shoal_status bench_table_end(bench_document *document, const char *caption, shoal_cli_table *table, shoal_error *err)
{
    const bool failed = table->failed;
    if (!failed) {
        bench_table_html(&document->html, caption, table);
        shoal_text_add(&document->markdown, "\n");
        bench_table_markdown(&document->markdown, table);
    }
    free_table(table);
    return failed ? shoal_fail_memory(err) : SHOAL_OK;
}

/* Whether the cells up to this one are those of the row above. */
static bool repeats(const shoal_cli_table *table, size_t row, size_t column)
{
    const size_t columns = (size_t)table->columns;
    if (row < 2 || table->align[column] != 'l') return false;
    for (size_t j = 0; j <= column; j++)
        if (strcmp(table->cells[row * columns + j], table->cells[(row - 1) * columns + j]) != 0) return false;
    return true;
}

/* Cells of more characters than this may be broken into lines. */
enum { LONG_CELL = 48 };

static void html_cell(shoal_text *html, const shoal_cli_table *table, size_t row, size_t column)
{
    const char *cell = table->cells[row * (size_t)table->columns + column];
    const bool name = row > 0 && column == 0;
    const char *tag = row == 0 || name ? "th" : "td";
    shoal_text_addf(html, "<%s%s class=\"%s%s%s\">", tag,
                    row == 0 ? " scope=\"col\""
                    : name   ? " scope=\"row\""
                             : "",
                    table->align[column] == 'l' ? "left" : "right", repeats(table, row, column) ? " again" : "",
                    strlen(cell) > LONG_CELL ? " long" : "");
    shoal_html_text(html, cell);
    shoal_text_addf(html, "</%s>", tag);
}

static void html_row(shoal_text *html, const shoal_cli_table *table, size_t row)
{
    shoal_text_add(html, "<tr>");
    for (size_t j = 0; j < (size_t)table->columns; j++) html_cell(html, table, row, j);
    shoal_text_add(html, "</tr>\n");
}

void bench_table_html(shoal_text *html, const char *caption, const shoal_cli_table *table)
{
    const size_t rows = table->n / (size_t)table->columns;
    shoal_text_add(html, "<div class=\"scroll\"><table class=\"bench\">\n");
    if (caption != NULL) {
        shoal_text_add(html, "<caption>");
        shoal_html_text(html, caption);
        shoal_text_add(html, "</caption>\n");
    }
    shoal_text_add(html, "<thead>");
    html_row(html, table, 0);
    shoal_text_add(html, "</thead>\n<tbody>\n");
    for (size_t i = 1; i < rows; i++) html_row(html, table, i);
    shoal_text_add(html, "</tbody></table></div>\n");
}

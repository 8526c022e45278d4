/* The page and the Markdown text on their way: what a section says goes into both, its charts into the page alone. */
#ifndef BENCH_REPORT_DOCUMENT_H
#define BENCH_REPORT_DOCUMENT_H

#include "base/text.h"
#include "cli/table.h"
#include "rows.h"

enum { BENCH_MAX_SECTIONS = 128 };

typedef struct bench_document {
    shoal_text html, markdown;
    const char *machine; /* tag put behind headings where the files hold several machines, or NULL */
    int n_machine;       /* from 0; makes ids of sections unique */
    int n_sections;
    struct {
        char id[32], heading[48 + BENCH_TAG_SIZE];
    } sections[BENCH_MAX_SECTIONS];
} bench_document;

/* id and heading are literals of ours; texts may hold data, which are escaped. */
void bench_section_begin(bench_document *document, const char *id, const char *heading);
void bench_section_end(bench_document *document);
/* A heading within a section; the text may be data. */
void bench_heading(bench_document *document, const char *text);
void bench_paragraph(bench_document *document, const char *text);
void bench_paragraphf(bench_document *document, const char *format, ...) SHOAL_PRINTF(2, 3);

/* Writes the table to both and frees it. Cells of leading columns that repeat those above are shown pale on the page.
 * Errors: MEMORY. */
SHOAL_MUST_USE shoal_status bench_table_end(bench_document *document, const char *caption, shoal_cli_table *table,
                                            shoal_error *err);

/* A table alone. */
void bench_table_html(shoal_text *html, const char *caption, const shoal_cli_table *table);
void bench_table_markdown(shoal_text *markdown, const shoal_cli_table *table);
/* Escaped, so that it is shown as it is. */
void bench_markdown_text(shoal_text *markdown, const char *text);

/* The style of charts and tables that is not the report's of src/report. */
void bench_stylesheet(shoal_text *html);

#endif

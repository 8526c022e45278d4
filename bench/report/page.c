#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "report/html.h"
#include "report/style.h"
#include "sections.h"

static shoal_status machine_sections(bench_document *document, const bench_book *book, const bench_opts *opts,
                                     const char *tag, shoal_error *err)
{
    bench_rows rows = {0};
    const bench_machine_entry *machine = bench_book_machine(book, tag);
    shoal_status status = SHOAL_OK;
    SHOAL_TRY_OUT(bench_rows_newest(book, opts, tag, &rows, err));
    if (rows.n == 0) goto out;
    SHOAL_TRY_OUT(bench_section_machine(document, machine, err));
    SHOAL_TRY_OUT(bench_section_strong(document, &rows, err));
    SHOAL_TRY_OUT(bench_section_weak(document, &rows, err));
    SHOAL_TRY_OUT(bench_section_size(document, &rows, err));
    SHOAL_TRY_OUT(bench_section_roofline(document, &rows, machine, err));
    SHOAL_TRY_OUT(bench_section_peers(document, &rows, err));
    SHOAL_TRY_OUT(bench_section_variants(document, &rows, err));
    SHOAL_TRY_OUT(bench_section_noise(document, &rows, err));
out:
    bench_rows_free(&rows);
    return status;
}

/* The tags of the records, each once. */
static shoal_status tags_of(const bench_book *book, const bench_opts *opts, const char ***tags, int *n,
                            shoal_error *err)
{
    *n = 0;
    SHOAL_TRY(shoal_alloc(book->n, sizeof **tags, tags, err));
    for (int i = 0; i < book->n; i++) {
        int at = 0;
        while (at < *n && strcmp((*tags)[at], book->records[i].machine) != 0) at++;
        if (at == *n && bench_wanted(opts, book->records[i].name)) (*tags)[(*n)++] = book->records[i].machine;
    }
    return SHOAL_OK;
}

static void page_head(shoal_text *page, const bench_document *document, const char *title, const char *subtitle)
{
    shoal_text_add(page, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                         "style-src 'unsafe-inline'; img-src data:\">\n"
                         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>");
    shoal_html_text(page, title);
    shoal_text_add(page, "</title>\n<link rel=\"icon\" href=\"data:,\">\n");
    shoal_html_style(page);
    bench_stylesheet(page);
    shoal_text_add(page, "</head>\n<body>\n<header><div>\n<h1>");
    shoal_html_text(page, title);
    shoal_text_add(page, "</h1>\n<p class=\"subtitle\">");
    shoal_html_text(page, subtitle);
    shoal_text_add(page, "</p>\n</div></header>\n<nav aria-label=\"Sections\"><ul>\n");
    for (int i = 0; i < document->n_sections; i++) {
        shoal_text_addf(page, "<li><a href=\"#%s\">", document->sections[i].id);
        shoal_html_text(page, document->sections[i].heading);
        shoal_text_add(page, "</a></li>\n");
    }
    shoal_text_add(page, "</ul></nav>\n<main>\n");
}

/* "241 records, measured 2024-05-01 to 2024-05-02, commit abc": the days of the first and the last, and its commit. */
static void describe_rows(const bench_book *book, const bench_opts *opts, char *text, size_t size)
{
    const bench_record *first = NULL, *last = NULL;
    int n = 0;
    for (int i = 0; i < book->n; i++) {
        const bench_record *record = &book->records[i];
        if (!bench_wanted(opts, record->name)) continue;
        n++;
        if (first == NULL || strcmp(record->date, first->date) < 0) first = record;
        if (last == NULL || strcmp(record->date, last->date) >= 0) last = record;
    }
    if (first == NULL || last == NULL) return;
    const bool days = strncmp(first->date, last->date, 10) != 0;
    snprintf(text, size, "%d records, measured %.10s%s%.10s%s%.40s", n, first->date, days ? " to " : "",
             days ? last->date : "", last->commit[0] == '\0' ? "" : ", commit ", last->commit);
}

shoal_status bench_page(const bench_book *book, const bench_opts *opts, bench_document *document, shoal_text *page,
                        shoal_error *err)
{
    const char **tags = NULL;
    int n = 0;
    char subtitle[160] = "";
    SHOAL_TRY(bench_rows_check_filter(book, opts, err));
    shoal_status status = tags_of(book, opts, &tags, &n, err);
    for (int i = 0; i < n && status >= 0; i++) {
        document->machine = n > 1 ? tags[i] : NULL;
        document->n_machine = i;
        status = machine_sections(document, book, opts, tags[i], err);
    }
    free(tags);
    SHOAL_TRY(status);
    document->machine = NULL;
    document->n_machine = 0;
    bench_section_method(document);
    describe_rows(book, opts, subtitle, sizeof subtitle);
    page_head(page, document, "shoal: how fast", subtitle);
    shoal_text_add_n(page, document->html.data, document->html.length);
    shoal_text_add(page, "</main>\n</body>\n</html>\n");
    return page->failed || document->html.failed || document->markdown.failed ? shoal_fail_memory(err) : SHOAL_OK;
}

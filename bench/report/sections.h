/* The sections of one machine's rows. A section without rows adds nothing. Errors of all: MEMORY. */
#ifndef BENCH_REPORT_SECTIONS_H
#define BENCH_REPORT_SECTIONS_H

#include "document.h"

typedef struct bench_book_machine bench_machine_entry;

/* machine: NULL where the files describe it not. */
SHOAL_MUST_USE shoal_status bench_section_machine(bench_document *document, const bench_machine_entry *machine,
                                                  shoal_error *err);
SHOAL_MUST_USE shoal_status bench_section_strong(bench_document *document, const bench_rows *rows, shoal_error *err);
SHOAL_MUST_USE shoal_status bench_section_weak(bench_document *document, const bench_rows *rows, shoal_error *err);
SHOAL_MUST_USE shoal_status bench_section_size(bench_document *document, const bench_rows *rows, shoal_error *err);
SHOAL_MUST_USE shoal_status bench_section_roofline(bench_document *document, const bench_rows *rows,
                                                   const bench_machine_entry *machine, shoal_error *err);
SHOAL_MUST_USE shoal_status bench_section_peers(bench_document *document, const bench_rows *rows, shoal_error *err);
SHOAL_MUST_USE shoal_status bench_section_variants(bench_document *document, const bench_rows *rows, shoal_error *err);
SHOAL_MUST_USE shoal_status bench_section_noise(bench_document *document, const bench_rows *rows, shoal_error *err);
void bench_section_method(bench_document *document);

/* The whole page, and the Markdown text in document->markdown. Errors: MEMORY. */
SHOAL_MUST_USE shoal_status bench_page(const bench_book *book, const bench_opts *opts, bench_document *document,
                                       shoal_text *page, shoal_error *err);

#endif

/* Reading the lines of a file into a book. */
#ifndef BENCH_BOOK_H
#define BENCH_BOOK_H

#include "record/journal.h"

/* Reads from the file's present place to its end. whole: bytes up to the last newline, so many are read; what follows
 * (*cut bytes) was torn off while it was being written. After an error the book is as before. path names the file in
 * messages. Errors: IO, MEMORY, INPUT. */
SHOAL_MUST_USE shoal_status bench_book_load(int fd, const char *path, bench_book *book, size_t *whole, size_t *cut,
                                            shoal_error *err);
SHOAL_MUST_USE shoal_status bench_book_add(bench_book *book, const bench_record *record, shoal_error *err);
SHOAL_MUST_USE shoal_status bench_book_add_machine(bench_book *book, const bench_machine *machine,
                                                   const bench_limits *limits, shoal_error *err);
/* Whether that count of threads is among the limits. */
bool bench_limits_have(const bench_limits *limits, int threads);

#endif

/* The file of records: JSON lines, appended one whole line at a time, so that a run that was stopped leaves a valid
 * file and the next one continues where it stopped. */
#ifndef BENCH_JOURNAL_H
#define BENCH_JOURNAL_H

#include "record/record.h"

/* A file read whole. Start it as {0}. */
typedef struct bench_book {
    int n, n_machines;
    int64_t capacity, machine_capacity;
    bench_record *records;
    struct bench_book_machine {
        bench_machine machine;
        bench_limits limits;
    } * machines;
} bench_book;

/* Reads a file and adds to the book. A last line without its newline (the writer was killed) is left out, and told by
 * *cut where not NULL. Errors: IO, MEMORY, INPUT (file, line and what is wrong; a newer schema). */
SHOAL_MUST_USE shoal_status bench_book_read(const char *path, bench_book *book, bool *cut, shoal_error *err);
void bench_book_free(bench_book *book);
/* The newest machine of that tag, with the limits that earlier lines add to it for other counts of threads; or NULL. */
const struct bench_book_machine *bench_book_machine(const bench_book *book, const char *tag);

/* An open file; with a path of NULL records are only kept. Start it as {0}. */
typedef struct bench_journal {
    int fd;
    bool open;
    const char *path;
    bench_book book; /* what the file held, and what was appended since */
    int n_before;    /* records of book that were there before */
} bench_journal;

/* Opens or creates the file and reads what it has; a torn last line is cut off. The file is locked (flock) until
 * closed. Errors: IO (also: another run writes to it), INPUT. */
SHOAL_MUST_USE shoal_status bench_journal_open(const char *path, bench_journal *journal, shoal_error *err);
/* The newest record of the same measurement (bench_record_same) and commit, which need not be measured again, or NULL.
 * It moves with the next bench_journal_add. */
const bench_record *bench_journal_find(const bench_journal *journal, const bench_record *wanted);
/* Writes the line at once, whole, and syncs it; what could not be written whole is taken back. Errors: IO, MEMORY,
 * INPUT (the record could not be read again: a sample that is NAN, no threads). */
SHOAL_MUST_USE shoal_status bench_journal_add(bench_journal *journal, const bench_record *record, shoal_error *err);
/* Writes the machine's line unless the newest one of its tag has the same description and counts of threads. */
SHOAL_MUST_USE shoal_status bench_journal_machine(bench_journal *journal, const bench_machine *machine,
                                                  const bench_limits *limits, shoal_error *err);
void bench_journal_close(bench_journal *journal);

#endif

/* The records that a page or a comparison looks at: the newest of each measurement, grouped into series. */
#ifndef BENCH_REPORT_ROWS_H
#define BENCH_REPORT_ROWS_H

#include "options.h"
#include "record/journal.h"

/* Start it as {0}; the records stay the book's. */
typedef struct bench_rows {
    int n;
    const bench_record **row;
} bench_rows;

/* Reads the files into one book. A torn last line is told on standard error unless --quiet. Errors: those of
 * bench_book_read; INPUT where a file holds no row. */
SHOAL_MUST_USE shoal_status bench_rows_read(const bench_opts *opts, int first, int n_files, bench_book *book,
                                            shoal_error *err);
/* Errors: MEMORY; USAGE where no record has a name that begins with a text of --filter. */
SHOAL_MUST_USE shoal_status bench_rows_check_filter(const bench_book *book, const bench_opts *opts, shoal_error *err);
/* The newest record of every measurement that --filter lets through, in the order of first appearance. machine: rows
 * of that tag only, or NULL. Errors: those of bench_rows_check_filter. */
SHOAL_MUST_USE shoal_status bench_rows_newest(const bench_book *book, const bench_opts *opts, const char *machine,
                                              bench_rows *rows, shoal_error *err);
void bench_rows_free(bench_rows *rows);

/* Rows of one kind, series after series by first appearance, each by ascending order(row). Series i is
 * row[start[i]] … row[start[i + 1] - 1]. Start it as {0}. */
typedef struct bench_groups {
    int n;
    int *start;
    const bench_record **row;
} bench_groups;
typedef bool (*bench_row_same)(const bench_record *a, const bench_record *b);
typedef double (*bench_row_order)(const bench_record *row);
SHOAL_MUST_USE shoal_status bench_groups_make(const bench_rows *rows, const char *kind, bench_row_same same,
                                              bench_row_order order, bench_groups *groups, shoal_error *err);
void bench_groups_free(bench_groups *groups);
int bench_group_size(const bench_groups *groups, int group);
const bench_record *bench_group_row(const bench_groups *groups, int group, int i);

/* "kmeans" of "kmeans/iterate"; buffer is returned. */
const char *bench_case_of(const bench_record *row, char buffer[BENCH_NAME_SIZE]);
/* "iterate" of "kmeans/iterate"; NULL for the whole case. */
const char *bench_phase_of(const bench_record *row);
double bench_order_threads(const bench_record *row);

#endif

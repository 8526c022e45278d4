/* Judging the rows of two files: a rank test on each, held to one level over all of them. */
#ifndef BENCH_REPORT_VERDICT_H
#define BENCH_REPORT_VERDICT_H

#include "record/statistics.h"
#include "rows.h"

typedef enum bench_row_verdict {
    BENCH_NO_DIFFERENCE,
    BENCH_FASTER,
    BENCH_SLOWER,
    BENCH_TOO_FEW, /* beyond the threshold, but so few samples over so many rows can prove nothing */
    BENCH_N_VERDICTS
} bench_row_verdict;

typedef struct bench_pairing {
    const bench_record *old_row, *new_row;
    bench_ratio ratio; /* new over old */
    double p;          /* after Holm's correction */
    bench_row_verdict verdict;
} bench_pairing;

/* Start it as {0}. Records stay the books'. */
typedef struct bench_comparison {
    int n, n_only_old, n_only_new, n_machines; /* n_machines: pairs whose machines differ */
    bench_pairing *pairs;                      /* in the order of the new file */
    const bench_record **only_old, **only_new;
    int count[BENCH_N_VERDICTS];
} bench_comparison;

/* Same measurement, whatever the machine. */
bool bench_comparable(const bench_record *a, const bench_record *b);
/* Samples a side that let the rank test tell one row of n_rows from noise. */
int bench_samples_enough(int n_rows);
/* p-values corrected by Holm (1979): at most a share of alpha of all sets of rows without any difference has a
 * corrected value below alpha. Errors: MEMORY. */
SHOAL_MUST_USE shoal_status bench_holm(int n, const double *p, double *corrected, shoal_error *err);

/* Rows of shoal itself that both have; noise rows and rows of peers are left out. Slower, faster: a corrected p below
 * 0.01 and a ratio beyond 1 + threshold, or its inverse. Errors: MEMORY. */
SHOAL_MUST_USE shoal_status bench_comparison_make(const bench_rows *old_rows, const bench_rows *new_rows,
                                                  double threshold, bench_comparison *comparison, shoal_error *err);
void bench_comparison_free(bench_comparison *comparison);

#endif

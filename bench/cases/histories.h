/* Purchase histories drawn from BG/NBD and Gamma-Gamma themselves, in continuous time: no two rows are equal, so
 * nothing can be merged, and the parameters behind them are known. */
#ifndef BENCH_HISTORIES_H
#define BENCH_HISTORIES_H

#include <shoal/clv.h>

extern const shoal_bgnbd bench_true_purchase; /* in days */
extern const shoal_gamma_gamma bench_true_spend;

/* Arrays of length n, freed by bench_histories_free. mean_spend is NaN where x is 0. Start it as {0}. */
typedef struct bench_histories {
    int64_t n;
    int32_t *x;
    double *t_x, *T, *mean_spend;
} bench_histories;

/* The same for any number of threads. Errors: MEMORY. */
SHOAL_MUST_USE shoal_status bench_histories_make(const shoal_ctx *ctx, int64_t n, bench_histories *made,
                                                 shoal_error *err);
void bench_histories_free(bench_histories *made);

#endif

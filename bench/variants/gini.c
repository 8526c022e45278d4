#include "variants/gini.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/sum.h"

typedef struct ranked {
    double by, value;
} ranked;

static int ascending(const void *a, const void *b)
{
    const ranked *left = a, *right = b;
    return (left->by > right->by) - (left->by < right->by);
}

/* 2 x sum of rank x value / (n x total) - (n + 1) / n, ranks ascending from 1, ties at their mean. Sorts the rows. */
static double ranked_gini(int64_t n, ranked *rows)
{
    shoal_sum total = {0}, weighted = {0};
    qsort(rows, (size_t)n, sizeof *rows, ascending);
    for (int64_t begin = 0, end; begin < n; begin = end) {
        for (end = begin; end < n && rows[end].by == rows[begin].by;) end++;
        const double rank = 0.5 * (double)(begin + 1 + end);
        for (int64_t i = begin; i < end; i++) {
            shoal_sum_add(&total, rows[i].value);
            shoal_sum_add(&weighted, (rank - 0.5 * (double)(n + 1)) * rows[i].value);
        }
    }
    if (!(shoal_sum_value(total) > 0)) return NAN;
    return 2 * shoal_sum_value(weighted) / ((double)n * shoal_sum_value(total));
}

shoal_status bench_gini(int64_t n, const double *predicted, const double *actual, double *raw, double *normalised,
                        shoal_error *err)
{
    *raw = *normalised = NAN;
    if (n < 1) return SHOAL_OK;
    ranked *rows;
    SHOAL_TRY(shoal_alloc(n, sizeof *rows, &rows, err));
    for (int64_t i = 0; i < n; i++) rows[i] = (ranked){predicted[i], actual[i]};
    *raw = ranked_gini(n, rows);
    for (int64_t i = 0; i < n; i++) rows[i] = (ranked){actual[i], actual[i]};
    const double perfect = ranked_gini(n, rows);
    if (perfect > 0) *normalised = *raw / perfect;
    free(rows);
    return SHOAL_OK;
}

/* Values of given ranks, in linear time. */
#ifndef SHOAL_SEGMENT_RFM_SELECT_H
#define SHOAL_SEGMENT_RFM_SELECT_H

#include <shoal/context.h>
#include <shoal/table.h>

/* Number of the n ascending cuts that lie below the value; by halves, without a branch that the value decides. */
static inline int shoal_cuts_below(const double *cut, int n, double value)
{
    int low = 0;
    while (n > 0) {
        const int half = (n + 1) / 2;
        low += cut[low + half - 1] < value ? half : 0;
        n -= half;
    }
    return low;
}

/* Rank (from 0) of cut j (from 1) among m > 0 values that get n scores: ceil(j m / n) - 1, without overflow. */
static inline int64_t shoal_cut_rank(int64_t m, int j, int n)
{
    return m / n * j + (m % n * j + n - 1) / n - 1;
}

/* value[i] is the one of rank[i] (ascending, below m) of values, which are left in another order. Quickselect with
 * three-way partitions: O(m log n) expected, whatever the order and the ties. */
void shoal_select_ranks(double *values, int64_t m, const int64_t *rank, int n, double *value);

/* The n_scores - 1 cuts of a column; *m is its number of values that are not missing, and nothing is written where
 * that is 0. One pass counts the values in buckets of their bits, another takes out those in the buckets that hold a
 * cut: O(n) expected, on all threads. Errors: MEMORY, INTERRUPTED. */
SHOAL_MUST_USE shoal_status shoal_select_cuts(const shoal_ctx *ctx, const shoal_column *column, int n_scores,
                                              double *cut, int64_t *m, shoal_error *err);

#endif

#include <shoal/rfm.h>

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/threads.h"

/* Bounds of the values equal to the pivot: [equal, greater). */
typedef struct partition {
    int64_t equal, greater;
} partition;

/* Three-way, so that a column of few distinct values stays linear. */
static partition partition_around(double *values, int64_t begin, int64_t end, double pivot)
{
    int64_t less = begin, next = begin, greater = end;
    while (next < greater) {
        const double value = values[next];
        if (value < pivot) {
            values[next++] = values[less];
            values[less++] = value;
        } else if (value > pivot) {
            values[next] = values[--greater];
            values[greater] = value;
        } else {
            next++;
        }
    }
    return (partition){less, greater};
}

/* The value of rank `rank` (from 0) within values[begin, end), which is left partitioned around it. The pivots are
 * drawn, so that no order of the data is a bad one; the result does not depend on them. */
static double select_rank(double *values, int64_t begin, int64_t end, int64_t rank, shoal_rng *rng)
{
    for (;;) {
        const double pivot = values[begin + (int64_t)shoal_rng_below(rng, (uint64_t)(end - begin))];
        const partition p = partition_around(values, begin, end, pivot);
        if (rank < p.equal) end = p.equal;
        else if (rank >= p.greater) begin = p.greater;
        else return pivot;
    }
}

/* Cuts first..last (from 1) of the m values; those below `begin` and above `end` are in place already. */
static void select_cuts(double *values, int64_t m, int64_t begin, int64_t end, int first, int last,
                        shoal_rfm_cuts *cuts, shoal_rng *rng)
{
    if (first > last) return;
    const int middle = first + (last - first) / 2;
    const int n = cuts->n_scores;
    /* ceil(middle m / n) - 1 >= 0, without overflow */
    const int64_t rank = m / n * middle + (m % n * middle + n - 1) / n - 1;
    const double cut = select_rank(values, begin, end, rank, rng);
    cuts->cut[middle - 1] = cut;
    select_cuts(values, m, begin, rank + 1, first, middle - 1, cuts, rng);
    select_cuts(values, m, rank, end, middle + 1, last, cuts, rng);
}

shoal_status shoal_rfm_cuts_fit(const shoal_ctx *ctx, const shoal_column *column, int n_scores, shoal_rfm_cuts *cuts,
                                shoal_error *err)
{
    if (n_scores < 2 || n_scores > SHOAL_RFM_MAX_SCORES)
        return shoal_fail(err, SHOAL_ERR_USAGE, "%d scores: choose between 2 and %d", n_scores, SHOAL_RFM_MAX_SCORES);
    double *values;
    SHOAL_TRY(shoal_alloc(column->length, sizeof *values, &values, err));
    int64_t m = 0;
    for (int64_t row = 0; row < column->length; row++) {
        const double value = shoal_column_f64(column, row);
        if (!isnan(value)) values[m++] = value + 0.0; /* no negative zeros */
    }
    shoal_status status = SHOAL_OK;
    if (m == 0) {
        status = shoal_fail(err, SHOAL_ERR_INPUT, "column \"%s\" has no value to learn thresholds from",
                            column->name != NULL ? column->name : "");
    } else if (shoal_cancelled(ctx)) {
        status = shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted");
    } else {
        shoal_rng rng = shoal_rng_start(0, 0);
        *cuts = (shoal_rfm_cuts){.n_scores = n_scores};
        select_cuts(values, m, 0, m, 1, n_scores - 1, cuts, &rng);
    }
    free(values);
    return status;
}

/* Number of cuts below the value. */
static int cuts_below(const shoal_rfm_cuts *cuts, double value)
{
    int low = 0, high = cuts->n_scores - 1;
    while (low < high) {
        const int middle = (low + high) / 2;
        if (cuts->cut[middle] < value) low = middle + 1;
        else high = middle;
    }
    return low;
}

void shoal_rfm_score(const shoal_ctx *ctx, const shoal_column *column, const shoal_rfm_cuts *cuts, bool low_is_best,
                     int8_t *score)
{
#pragma omp parallel for schedule(static) num_threads(shoal_ctx_threads(ctx))
    for (int64_t row = 0; row < column->length; row++) {
        const double value = shoal_column_f64(column, row);
        const int bin = 1 + cuts_below(cuts, value);
        score[row] = (int8_t)(isnan(value) ? 0 : low_is_best ? cuts->n_scores + 1 - bin : bin);
    }
}

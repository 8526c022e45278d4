#include <shoal/rfm.h>

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/threads.h"
#include "segment/column_block.h"
#include "segment/rfm_select.h"

shoal_status shoal_rfm_cuts_fit(const shoal_ctx *ctx, const shoal_column *column, int n_scores, shoal_rfm_cuts *cuts,
                                shoal_error *err)
{
    if (n_scores < 2 || n_scores > SHOAL_RFM_MAX_SCORES)
        return shoal_fail(err, SHOAL_ERR_USAGE, "%d scores: choose between 2 and %d", n_scores, SHOAL_RFM_MAX_SCORES);
    if (shoal_cancelled(ctx)) return shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted");
    shoal_rfm_cuts made = {.n_scores = n_scores};
    int64_t m = 0;
    SHOAL_TRY(shoal_select_cuts(ctx, column, n_scores, made.cut, &m, err));
    if (m == 0)
        return shoal_fail(err, SHOAL_ERR_INPUT, "column \"%s\" has no value to learn thresholds from",
                          column->name != NULL ? column->name : "");
    *cuts = made;
    return SHOAL_OK;
}

enum { LANES = 8, FEW = 12 };

/* Few cuts are compared with all values, LANES at a time, which takes no decision; many are searched. */
static void count_below(const double *restrict value, const double *restrict cut, int n_cuts, double *restrict below)
{
    for (int l = 0; l < LANES; l++) below[l] = 0;
    for (int j = 0; n_cuts <= FEW && j < n_cuts; j++)
        for (int l = 0; l < LANES; l++) below[l] += cut[j] < value[l] ? 1.0 : 0.0;
    for (int l = 0; n_cuts > FEW && l < LANES; l++) below[l] = shoal_cuts_below(cut, n_cuts, value[l]);
}

static void score_block(const double *value, int64_t n, const shoal_rfm_cuts *cuts, bool low_is_best, int8_t *score)
{
    const int n_scores = cuts->n_scores, best = low_is_best ? n_scores : 1, step = low_is_best ? -1 : 1;
    for (int64_t i = 0; i < n; i += LANES) {
        const int lanes = n - i < LANES ? (int)(n - i) : LANES;
        double eight[LANES] = {0}, below[LANES];
        if (lanes < LANES) memcpy(eight, value + i, (size_t)lanes * sizeof *value);
        count_below(lanes < LANES ? eight : value + i, cuts->cut, n_scores - 1, below);
        for (int l = 0; l < lanes; l++) score[i + l] = (int8_t)(isnan(value[i + l]) ? 0 : best + step * (int)below[l]);
    }
}

void shoal_rfm_score(const shoal_ctx *ctx, const shoal_column *column, const shoal_rfm_cuts *cuts, bool low_is_best,
                     int8_t *score)
{
    enum { BLOCK = SHOAL_COLUMN_BLOCK, ROW_WORK = 4 };
    const int64_t blocks = (column->length + BLOCK - 1) / BLOCK;
#pragma omp parallel for schedule(static) num_threads(shoal_threads_for(ctx, ROW_WORK *(double)column->length))
    for (int64_t block = 0; block < blocks; block++) {
        const int64_t begin = block * BLOCK, left = column->length - begin, n = left < BLOCK ? left : BLOCK;
        double buffer[BLOCK];
        const double *value = shoal_column_block(column, begin, n, buffer);
        score_block(value, n, cuts, low_is_best, score + begin);
    }
}

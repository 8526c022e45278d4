#include <shoal/rfm.h>

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/threads.h"
#include "segment/column_block.h"
#include "segment/rfm_select.h"

static const char *const names[] = {[SHOAL_RFM_INDEPENDENT] = "independent", [SHOAL_RFM_NESTED] = "nested"};

const char *shoal_rfm_binning_name(shoal_rfm_binning binning)
{
    return names[binning];
}

int shoal_rfm_binning_parse(const char *name)
{
    for (int i = 0; i < (int)(sizeof names / sizeof names[0]); i++)
        if (strcmp(name, names[i]) == 0) return i;
    return -1;
}

/* Counts values (values NULL) or puts each at the end of its cell, which at[cell] moves on to. */
static void deal(const shoal_column *column, const int32_t *cell, int64_t *at, double *values)
{
    double buffer[SHOAL_COLUMN_BLOCK];
    for (int64_t row = 0; row < column->length; row += SHOAL_COLUMN_BLOCK) {
        const int64_t left = column->length - row, n = left < SHOAL_COLUMN_BLOCK ? left : SHOAL_COLUMN_BLOCK;
        const double *value = shoal_column_block(column, row, n, buffer);
        for (int64_t i = 0; i < n; i++) {
            if (cell[row + i] < 0 || isnan(value[i])) continue;
            const int64_t to = at[cell[row + i]]++;
            if (values != NULL) values[to] = value[i] + 0.0; /* no negative zeros */
        }
    }
}

static void cut_cell(double *values, int64_t m, const shoal_rfm_cuts *all, double *cut)
{
    const int n = all->n_scores;
    int64_t rank[SHOAL_RFM_MAX_SCORES - 1];
    if (m == 0) {
        memcpy(cut, all->cut, (size_t)(n - 1) * sizeof *cut);
        return;
    }
    for (int j = 1; j < n; j++) rank[j - 1] = shoal_cut_rank(m, j, n);
    shoal_select_ranks(values, m, rank, n - 1, cut);
}

shoal_status shoal_rfm_nested_fit(const shoal_ctx *ctx, const shoal_column *column, const int32_t *cell,
                                  int64_t n_cells, const shoal_rfm_cuts *all, double *cuts, shoal_error *err)
{
    int64_t *end = NULL, m = 0; /* of each cell's values, once they are dealt */
    double *values = NULL;
    shoal_status status;
    SHOAL_TRY_OUT(shoal_alloc_zero(n_cells, sizeof *end, &end, err));
    deal(column, cell, end, NULL);
    for (int64_t c = 0; c < n_cells; c++) {
        const int64_t count = end[c];
        end[c] = m;
        m += count;
    }
    SHOAL_TRY_OUT(shoal_alloc(m, sizeof *values, &values, err));
    deal(column, cell, end, values);
#pragma omp parallel for schedule(dynamic) num_threads(shoal_threads_for(ctx, 8 * (double)m))
    for (int64_t c = 0; c < n_cells; c++) {
        const int64_t begin = c > 0 ? end[c - 1] : 0;
        if (!shoal_cancelled(ctx)) cut_cell(values + begin, end[c] - begin, all, cuts + c * (all->n_scores - 1));
    }
    if (shoal_cancelled(ctx)) status = shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted");
out:
    free(end);
    free(values);
    return status;
}

void shoal_rfm_nested_score(const shoal_ctx *ctx, const shoal_column *column, const int32_t *cell, int n_scores,
                            const double *cuts, int8_t *score)
{
    enum { BLOCK = SHOAL_COLUMN_BLOCK, ROW_WORK = 10 };
    const int64_t blocks = (column->length + BLOCK - 1) / BLOCK;
#pragma omp parallel for schedule(static) num_threads(shoal_threads_for(ctx, ROW_WORK *(double)column->length))
    for (int64_t block = 0; block < blocks; block++) {
        const int64_t begin = block * BLOCK, left = column->length - begin, n = left < BLOCK ? left : BLOCK;
        double buffer[BLOCK];
        const double *value = shoal_column_block(column, begin, n, buffer);
        for (int64_t i = 0; i < n; i++) {
            const int32_t c = cell[begin + i];
            const double *cut = cuts + (int64_t)(c < 0 ? 0 : c) * (n_scores - 1);
            const int bin = 1 + shoal_cuts_below(cut, n_scores - 1, value[i]);
            score[begin + i] = (int8_t)(c < 0 || isnan(value[i]) ? 0 : bin);
        }
    }
}

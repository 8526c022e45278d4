#include "segment/group_sum.h"

#include <math.h>

#include "base/memory.h"
#include "base/threads.h"

/* Partial sums of all strips together hold at most this many cells. */
enum { MOST_CELLS = 1 << 22 };

typedef struct cell {
    shoal_sum sum;
    int64_t count;
} cell;

/* Strips of consecutive blocks: a function of n and n_groups alone, so that results do not depend on threads. */
static int blocks_a_strip(const shoal_blocks *blocks, int64_t n_groups)
{
    const int64_t most = MOST_CELLS / (n_groups > 0 ? n_groups : 1);
    const int64_t strips = most < 1 ? 1 : most;
    return (int)((blocks->count + strips - 1) / strips);
}

static void add_rows(int64_t begin, int64_t end, const int32_t *group, int64_t n_groups, const shoal_column *value,
                     const double *about, cell *cells)
{
    for (int64_t i = begin; i < end; i++) {
        if (group[i] < 0 || group[i] >= n_groups) continue;
        cell *c = &cells[group[i]];
        if (value != NULL) {
            const double v = shoal_column_f64(value, i);
            if (isnan(v)) continue;
            shoal_sum_add(&c->sum, about == NULL ? v : (v - *about) * (v - *about));
        }
        c->count++;
    }
}

shoal_status shoal_group_sum(const shoal_ctx *ctx, int64_t n, const int32_t *group, int64_t n_groups,
                             const shoal_column *value, const double *about, shoal_sum *sums, int64_t *counts,
                             shoal_error *err)
{
    if (shoal_cancelled(ctx)) return shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted");
    const shoal_blocks blocks = shoal_blocks_of(n);
    const int step = blocks_a_strip(&blocks, n_groups);
    const int strips = step > 0 ? (blocks.count + step - 1) / step : 0;
    cell *cells;
    SHOAL_TRY(shoal_alloc_zero(strips * n_groups, sizeof *cells, &cells, err));
#pragma omp parallel for schedule(dynamic) num_threads(shoal_ctx_threads(ctx))
    for (int s = 0; s < strips; s++) {
        const int last = (s + 1) * step < blocks.count ? (s + 1) * step : blocks.count;
        add_rows(shoal_block_begin(&blocks, s * step), shoal_block_end(&blocks, last - 1), group, n_groups, value,
                 about, cells + s * n_groups);
    }
    for (int64_t g = 0; g < n_groups; g++) {
        cell all = {0};
        for (int s = 0; s < strips; s++) {
            shoal_sum_merge(&all.sum, cells[s * n_groups + g].sum);
            all.count += cells[s * n_groups + g].count;
        }
        if (sums != NULL) sums[g] = all.sum;
        if (counts != NULL) counts[g] = all.count;
    }
    free(cells);
    return SHOAL_OK;
}

#include <stdbool.h>

#include <shoal/profile.h>

#include "base/memory.h"
#include "base/sum.h"
#include "segment/group_sum.h"

static shoal_status cells_of_rows(const shoal_ctx *ctx, int64_t n, int n_scores, const int8_t *r, const int8_t *f,
                                  int32_t **cells, shoal_error *err)
{
    SHOAL_TRY(shoal_alloc(n, sizeof **cells, cells, err));
    int32_t *cell = *cells;
#pragma omp parallel for schedule(static) num_threads(shoal_ctx_threads(ctx))
    for (int64_t i = 0; i < n; i++) {
        const bool scored = r[i] >= 1 && r[i] <= n_scores && f[i] >= 1 && f[i] <= n_scores;
        cell[i] = scored ? (r[i] - 1) * n_scores + (f[i] - 1) : -1;
    }
    return SHOAL_OK;
}

shoal_status shoal_rfm_grid_run(const shoal_ctx *ctx, int64_t n, int n_scores, const int8_t *r, const int8_t *f,
                                const shoal_column *revenue, shoal_rfm_grid *grid, shoal_error *err)
{
    shoal_status status;
    const int64_t n_cells = (int64_t)n_scores * n_scores;
    shoal_rfm_grid made = {.n_scores = n_scores};
    int32_t *cells = NULL;
    shoal_sum *sums = NULL;
    SHOAL_TRY_OUT(cells_of_rows(ctx, n, n_scores, r, f, &cells, err));
    SHOAL_TRY_OUT(shoal_alloc(n_cells, sizeof *made.customers, &made.customers, err));
    SHOAL_TRY_OUT(shoal_alloc_zero(n_cells, sizeof *made.revenue, &made.revenue, err));
    SHOAL_TRY_OUT(shoal_group_sum(ctx, n, cells, n_cells, NULL, NULL, NULL, made.customers, err));
    if (revenue != NULL) {
        SHOAL_TRY_OUT(shoal_alloc(n_cells, sizeof *sums, &sums, err));
        SHOAL_TRY_OUT(shoal_group_sum(ctx, n, cells, n_cells, revenue, NULL, sums, NULL, err));
        for (int64_t c = 0; c < n_cells; c++) made.revenue[c] = shoal_sum_value(sums[c]);
    }
out:
    free(cells);
    free(sums);
    if (status < 0) shoal_rfm_grid_free(&made);
    else *grid = made;
    return status;
}

void shoal_rfm_grid_free(shoal_rfm_grid *grid)
{
    if (grid == NULL) return;
    free(grid->customers);
    free(grid->revenue);
    *grid = (shoal_rfm_grid){0};
}

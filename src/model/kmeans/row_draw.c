#include "model/kmeans/row_draw.h"

#include <math.h>

#include "base/memory.h"

enum { T = SHOAL_TILE_ROWS };

shoal_status shoal_row_draw_make(const shoal_tiles *tiles, shoal_row_draw *draw, shoal_error *err)
{
    *draw = (shoal_row_draw){.tiles = tiles};
    if (tiles->weight == NULL) return SHOAL_OK;
    SHOAL_TRY(shoal_alloc(tiles->count, sizeof *draw->before, &draw->before, err));
    double sum = 0;
    for (int64_t row = 0; row < tiles->n; row++) {
        if (row % T == 0) draw->before[row / T] = sum;
        sum += tiles->weight[row];
    }
    return SHOAL_OK;
}

void shoal_row_draw_free(shoal_row_draw *draw)
{
    free(draw->before);
    *draw = (shoal_row_draw){0};
}

/* The last tile with at most `target` before it. */
static int64_t tile_at(const shoal_row_draw *draw, double target)
{
    int64_t low = 0, high = draw->tiles->count;
    while (high - low > 1) {
        const int64_t middle = low + (high - low) / 2;
        if (draw->before[middle] <= target) low = middle;
        else high = middle;
    }
    return low;
}

int64_t shoal_row_draw_at(const shoal_row_draw *draw, double target)
{
    const shoal_tiles *tiles = draw->tiles;
    if (tiles->weight == NULL) return (int64_t)fmin(target, (double)(tiles->n - 1));
    const int64_t tile = tile_at(draw, target);
    double sum = draw->before[tile];
    for (int64_t row = tile * T; row < tiles->n; row++) {
        sum += tiles->weight[row];
        if (tiles->weight[row] > 0 && sum > target) return row;
    }
    int64_t last = tiles->n - 1;
    while (last > 0 && tiles->weight[last] == 0) last--;
    return last;
}

int64_t shoal_row_draw_next(const shoal_row_draw *draw, shoal_rng *rng)
{
    return shoal_row_draw_at(draw, shoal_rng_uniform(rng) * draw->tiles->total_weight);
}

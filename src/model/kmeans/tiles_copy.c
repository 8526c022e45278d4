#include "model/kmeans/tiles_copy.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/sum.h"
#include "model/kmeans/tree.h"

enum { T = SHOAL_TILE_ROWS };

bool shoal_tiles_alike(const shoal_tiles *tiles, const shoal_tiles *from)
{
    return tiles->offset != NULL && tiles->n == from->n && tiles->d == from->d && tiles->wide == from->wide &&
           (tiles->weight == NULL) == (from->weight == NULL);
}

shoal_status shoal_tiles_make_like(const shoal_tiles *from, shoal_tiles *tiles, shoal_error *err)
{
    const int64_t cells = from->count * from->d, d = from->d;
    *tiles =
        (shoal_tiles){.n = from->n, .count = from->count, .d = from->d, .wide = from->wide, .copies = from->copies};
    shoal_status status;
    if (from->wide) SHOAL_TRY_OUT(shoal_alloc(cells, T * sizeof *tiles->wide_data, &tiles->wide_data, err));
    else {
        SHOAL_TRY_OUT(shoal_alloc(cells, T * sizeof *tiles->narrow_data, &tiles->narrow_data, err));
        SHOAL_TRY_OUT(shoal_alloc(from->count, sizeof *tiles->norm, &tiles->norm, err));
    }
    if (from->weight != NULL) SHOAL_TRY_OUT(shoal_alloc(from->count, T * sizeof *tiles->weight, &tiles->weight, err));
    SHOAL_TRY_OUT(shoal_alloc(d, sizeof *tiles->offset, &tiles->offset, err));
    SHOAL_TRY_OUT(shoal_alloc(d, sizeof *tiles->mean, &tiles->mean, err));
    SHOAL_TRY_OUT(shoal_alloc(d, sizeof *tiles->grid, &tiles->grid, err));
out:
    if (status < 0) shoal_tiles_free(tiles);
    return status;
}

static void copy(void *to, const void *from, int64_t count, size_t size)
{
    if (to != NULL) memcpy(to, from, (size_t)count * size);
}

void shoal_tiles_copy(const shoal_tiles *from, shoal_tiles *tiles)
{
    shoal_tree_free(tiles); /* of the rows before */
    const shoal_tiles own = *tiles;
    const int64_t cells = from->count * from->d * T;
    *tiles = *from;
    tiles->narrow_data = own.narrow_data;
    tiles->wide_data = own.wide_data;
    tiles->norm = own.norm;
    tiles->weight = own.weight;
    tiles->offset = own.offset;
    tiles->mean = own.mean;
    tiles->grid = own.grid;
    tiles->tree = NULL;
    copy(tiles->narrow_data, from->narrow_data, cells, sizeof *tiles->narrow_data);
    copy(tiles->wide_data, from->wide_data, cells, sizeof *tiles->wide_data);
    copy(tiles->norm, from->norm, from->count, sizeof *tiles->norm);
    copy(tiles->weight, from->weight, from->count * T, sizeof *tiles->weight);
    copy(tiles->offset, from->offset, from->d, sizeof *tiles->offset);
    copy(tiles->mean, from->mean, from->d, sizeof *tiles->mean);
    copy(tiles->grid, from->grid, from->d, sizeof *tiles->grid);
}

static void refresh_weights(shoal_tiles *tiles)
{
    double largest = 0;
    tiles->total_weight = (double)tiles->n;
    tiles->weight_grid = 1;
    if (tiles->weight == NULL) return;
    shoal_sum sum = {0};
    for (int64_t row = 0; row < tiles->n; row++) {
        shoal_sum_add(&sum, tiles->weight[row]);
        largest = fmax(largest, tiles->weight[row]);
    }
    tiles->total_weight = shoal_sum_value(sum);
    tiles->weight_grid = tiles->copies ? 1 : shoal_tiles_grid(largest, true);
}

/* What one tile adds to a column's sum of weight x value, to its squares about the mean, and the largest. */
typedef struct tile_figures {
    double sum, squares, largest;
} tile_figures;

static tile_figures figures_of(const shoal_tiles *tiles, int64_t tile, int j)
{
    tile_figures figures = {0};
    const double mean = tiles->mean[j];
    for (int i = 0; i < shoal_tiles_rows(tiles, tile); i++) {
        const double weight = shoal_tiles_weight(tiles, tile * T + i);
        const double value = shoal_tiles_value(tiles, tile * T + i, j), off = value - mean;
        figures.sum += weight * value;
        figures.squares += weight * off * off;
        figures.largest = fmax(figures.largest, fabs(tiles->copies ? value : weight * value));
    }
    return figures;
}

/* Mean, grid and squares about the mean of a column. */
static double refresh_column(shoal_tiles *tiles, int j)
{
    shoal_sum sum = {0}, squares = {0};
    double largest = 0;
    for (int64_t tile = 0; tile < tiles->count; tile++) {
        const tile_figures figures = figures_of(tiles, tile, j);
        shoal_sum_add(&sum, figures.sum);
        largest = fmax(largest, figures.largest);
    }
    tiles->mean[j] = shoal_sum_value(sum) / tiles->total_weight;
    tiles->grid[j] = shoal_tiles_grid(largest, tiles->weight != NULL && !tiles->copies);
    for (int64_t tile = 0; tile < tiles->count; tile++) shoal_sum_add(&squares, figures_of(tiles, tile, j).squares);
    return shoal_sum_value(squares);
}

void shoal_tiles_refresh(shoal_tiles *tiles)
{
    refresh_weights(tiles);
    memset(tiles->mean, 0, (size_t)tiles->d * sizeof *tiles->mean);
    tiles->total_squares = 0;
    for (int j = 0; j < tiles->d; j++) tiles->total_squares += refresh_column(tiles, j);
}

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/threads.h"
#include "model/kmeans/lane_sum.h"
#include "model/kmeans/tiles_parts.h"
#include "model/kmeans/values.h"

enum { T = SHOAL_TILE_ROWS };

/* What a block adds to the figures of the tiles. */
typedef struct block_part {
    shoal_sum squares;
    double *magnitude; /* d: the largest |w v| */
} block_part;

float shoal_tiles_norm_of(const double *squares, int rows)
{
    return nextafterf((float)sqrt(shoal_lane_max(squares, rows)), INFINITY);
}

float shoal_tiles_norm(const shoal_tiles *tiles, int64_t tile)
{
    const int rows = shoal_tiles_rows(tiles, tile), d = tiles->d;
    const float *values = tiles->narrow_data + tile * d * T;
    double squares[T] = {0};
    for (int j = 0; j < d; j++)
        for (int i = 0; i < rows; i++) squares[i] += (double)values[j * T + i] * (double)values[j * T + i];
    return shoal_tiles_norm_of(squares, rows);
}

/* Column j of one tile: shifted, zero-padded. */
static void fill_column(shoal_tiles *tiles, const shoal_column *column, int64_t tile, int j, block_part *part)
{
    double values[T] = {0}, squares[T], share[T];
    const int rows = shoal_tiles_rows(tiles, tile);
    const double *weight = tiles->weight == NULL ? NULL : tiles->weight + tile * T;
    const bool scaled = weight != NULL && !tiles->copies;
    const double offset = tiles->offset[j], mean = tiles->mean[j];
    shoal_values_read(column, tile * T, rows, values);
    for (int i = 0; i < rows; i++) {
        values[i] -= offset;
        squares[i] = (values[i] - mean) * (values[i] - mean);
        share[i] = fabs(values[i]);
    }
    for (int i = 0; i < rows && scaled; i++) share[i] *= weight[i];
    shoal_sum_add(&part->squares, shoal_lane_sum(squares, weight, rows));
    part->magnitude[j] = fmax(part->magnitude[j], shoal_lane_max(share, rows));
    const int64_t at = (tile * tiles->d + j) * T;
    if (tiles->wide) memcpy(tiles->wide_data + at, values, sizeof values);
    else
        for (int i = 0; i < T; i++) tiles->narrow_data[at + i] = (float)values[i];
}

static void merge_blocks(const block_part *parts, int count, shoal_tiles *tiles)
{
    const bool weighted = tiles->weight != NULL && !tiles->copies; /* weights may lie far apart */
    shoal_sum total = {0};
    for (int b = 0; b < count; b++) {
        shoal_sum_merge(&total, parts[b].squares);
        for (int j = 0; j < tiles->d; j++) tiles->grid[j] = fmax(tiles->grid[j], parts[b].magnitude[j]);
    }
    for (int j = 0; j < tiles->d; j++) tiles->grid[j] = shoal_tiles_grid(tiles->grid[j], weighted);
    tiles->total_squares = shoal_sum_value(total);
}

shoal_status shoal_tiles_fill(const shoal_ctx *ctx, const shoal_matrix *x, shoal_tiles *tiles, shoal_error *err)
{
    const shoal_blocks blocks = shoal_blocks_of(x->n);
    double *magnitude;
    block_part *parts = NULL;
    shoal_status status;
    SHOAL_TRY_OUT(shoal_alloc_zero((int64_t)blocks.count * x->d, sizeof *magnitude, &magnitude, err));
    SHOAL_TRY_OUT(shoal_alloc_zero(blocks.count, sizeof *parts, &parts, err));
    for (int b = 0; b < blocks.count; b++) parts[b].magnitude = magnitude + (int64_t)b * x->d;
#pragma omp parallel for num_threads(shoal_tiles_threads(ctx, x)) schedule(dynamic, 1)
    for (int block = 0; block < blocks.count; block++) {
        const int64_t end = (shoal_block_end(&blocks, block) + T - 1) / T;
        for (int64_t tile = shoal_block_begin(&blocks, block) / T; tile < end && !shoal_cancelled(ctx); tile++) {
            for (int j = 0; j < x->d; j++) fill_column(tiles, &x->columns[j], tile, j, &parts[block]);
            if (!tiles->wide) tiles->norm[tile] = shoal_tiles_norm(tiles, tile);
        }
    }
    if (shoal_cancelled(ctx)) status = shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted");
    else merge_blocks(parts, blocks.count, tiles);
out:
    free(magnitude);
    free(parts);
    return status;
}

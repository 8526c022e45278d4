#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/threads.h"
#include "model/kmeans/tiles_parts.h"

enum { T = SHOAL_TILE_ROWS };

/* Some rows of a column, as they lie in the tiles. */
typedef struct plain_part {
    int64_t rows;
    shoal_sum sum;
    shoal_range range;
    double squares; /* of the deviations from the mean of these rows */
} plain_part;

/* Squares of two sets of rows about their common mean: Chan, Golub, LeVeque 1983 (doi:10.1080/00031305.1983.10483115).
 */
static void merge(plain_part part, plain_part *all)
{
    if (all->rows == 0) {
        *all = part;
        return;
    }
    const double a = (double)all->rows, b = (double)part.rows;
    const double apart = shoal_sum_value(part.sum) / b - shoal_sum_value(all->sum) / a;
    all->squares += part.squares + apart * apart * (a * b / (a + b));
    all->rows += part.rows;
    shoal_sum_merge(&all->sum, part.sum);
    all->range.low = fmin(all->range.low, part.range.low);
    all->range.high = fmax(all->range.high, part.range.high);
}

static void fill_tile(const shoal_matrix *x, int64_t tile, shoal_tiles *tiles, plain_part *parts)
{
    const shoal_kernels *kernels = shoal_kernels_get();
    const int rows = shoal_tiles_rows(tiles, tile);
    double squares[T] = {0};
    for (int j = 0; j < x->d; j++) {
        shoal_moments moments;
        kernels->fill_f32((const float *)x->columns[j].data + tile * T, rows, (float)tiles->offset[j],
                          tiles->narrow_data + (tile * x->d + j) * T, squares, &moments);
        const plain_part part = {.rows = rows,
                                 .sum = {.high = moments.sum},
                                 .range = {(double)moments.low, (double)moments.high},
                                 .squares = moments.squares};
        merge(part, &parts[j]);
    }
    tiles->norm[tile] = shoal_tiles_norm_of(squares, rows);
}

/* Fills all tiles with what x holds, less the offsets. columns: what lies in them then. */
static shoal_status fill(const shoal_ctx *ctx, const shoal_matrix *x, shoal_tiles *tiles, plain_part *columns,
                         shoal_error *err)
{
    const shoal_blocks blocks = shoal_blocks_of(x->n);
    plain_part *parts; /* of a block, d */
    SHOAL_TRY(shoal_alloc_zero((int64_t)blocks.count * x->d, sizeof *parts, &parts, err));
#pragma omp parallel for num_threads(shoal_tiles_threads(ctx, x)) schedule(dynamic, 1)
    for (int block = 0; block < blocks.count; block++) {
        const int64_t end = (shoal_block_end(&blocks, block) + T - 1) / T;
        for (int64_t tile = shoal_block_begin(&blocks, block) / T; tile < end && !shoal_cancelled(ctx); tile++)
            fill_tile(x, tile, tiles, parts + (int64_t)block * x->d);
    }
    memset(columns, 0, (size_t)x->d * sizeof *columns);
    for (int block = 0; block < blocks.count; block++)
        for (int j = 0; j < x->d; j++) merge(parts[(int64_t)block * x->d + j], &columns[j]);
    free(parts);
    return shoal_cancelled(ctx) ? shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted") : SHOAL_OK;
}

static bool all_finite(const plain_part *columns, int d)
{
    for (int j = 0; j < d; j++)
        if (!isfinite(shoal_sum_value(columns[j].sum))) return false;
    return true;
}

/* Sets the offsets; gives whether any is not 0. largest: the largest magnitude once they are subtracted. */
static bool choose_offsets(const plain_part *columns, shoal_tiles *tiles, double *largest)
{
    bool shifts = false;
    *largest = 0;
    for (int j = 0; j < tiles->d; j++) {
        const shoal_range range = columns[j].range;
        const double offset = shoal_tiles_offset(range, false);
        tiles->offset[j] = offset;
        shifts |= offset != 0;
        *largest = fmax(*largest, shoal_tiles_reach(range, offset));
    }
    return shifts;
}

static void set_figures(const plain_part *columns, shoal_tiles *tiles)
{
    shoal_sum total = {0};
    for (int j = 0; j < tiles->d; j++) {
        tiles->mean[j] = shoal_sum_value(columns[j].sum) / (double)tiles->n;
        tiles->grid[j] = shoal_tiles_grid(fmax(-columns[j].range.low, columns[j].range.high), false);
        shoal_sum_add(&total, columns[j].squares);
    }
    tiles->total_squares = shoal_sum_value(total);
}

bool shoal_tiles_plain(const shoal_matrix *x, const double *weight)
{
    for (int j = 0; j < x->d; j++)
        if (x->columns[j].type != SHOAL_F32 || x->columns[j].valid != NULL) return false;
    return weight == NULL;
}

shoal_status shoal_tiles_fill_plain(const shoal_ctx *ctx, const shoal_matrix *x, shoal_tiles *tiles, bool *narrow,
                                    shoal_error *err)
{
    plain_part *columns;
    shoal_status status;
    *narrow = false;
    SHOAL_TRY_OUT(shoal_alloc(x->d, sizeof *columns, &columns, err));
    SHOAL_TRY_OUT(shoal_tiles_allocate(false, tiles, err));
    SHOAL_TRY_OUT(fill(ctx, x, tiles, columns, err));
    if (!all_finite(columns, x->d)) SHOAL_TRY_OUT(shoal_tiles_check_values(ctx, x, err)); /* says which one is not */
    double largest;
    const bool shifts = choose_offsets(columns, tiles, &largest);
    *narrow = shoal_tiles_narrow_enough(largest);
    if (!*narrow) goto out;
    if (shifts) SHOAL_TRY_OUT(fill(ctx, x, tiles, columns, err));
    set_figures(columns, tiles);
out:
    free(columns);
    return status;
}

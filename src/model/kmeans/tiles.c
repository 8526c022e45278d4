#include "model/kmeans/tiles.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/threads.h"
#include "model/kmeans/tiles_parts.h"
#include "model/kmeans/tree.h"

enum { T = SHOAL_TILE_ROWS, GRID_BITS = 46, WEIGHTED_GRID_BITS = 90 };

double shoal_tiles_grid(double magnitude, bool weighted)
{
    if (magnitude == 0) return 1;
    int exponent;
    frexp(magnitude, &exponent);
    const int bits = weighted ? WEIGHTED_GRID_BITS : GRID_BITS;
    return ldexp(1, bits - (exponent < -900 ? -900 : exponent)); /* stays finite */
}

static shoal_status check_weights(shoal_tiles *tiles, const double *weight, shoal_error *err)
{
    tiles->weight_grid = 1;
    tiles->total_weight = (double)tiles->n;
    if (weight == NULL) return SHOAL_OK;
    shoal_sum sum = {0};
    double largest = 0;
    for (int64_t row = 0; row < tiles->n; row++) {
        if (!(weight[row] >= 0 && weight[row] <= SHOAL_WEIGHT_MAX))
            return shoal_fail(err, SHOAL_ERR_USAGE, "the weight in row %lld is %g; weights lie between 0 and %g",
                              (long long)row + 1, weight[row], SHOAL_WEIGHT_MAX);
        shoal_sum_add(&sum, weight[row]);
        largest = fmax(largest, weight[row]);
    }
    if (largest == 0) return shoal_fail(err, SHOAL_ERR_USAGE, "all weights are 0; give at least one row a weight");
    tiles->weight_grid = tiles->copies ? 1 : shoal_tiles_grid(largest, true);
    tiles->total_weight = shoal_sum_value(sum);
    return SHOAL_OK;
}

shoal_status shoal_tiles_check_shape(const shoal_matrix *x, shoal_error *err)
{
    if (x->d < 1) return shoal_fail(err, SHOAL_ERR_INPUT, "the matrix has no column; name at least one feature");
    if (x->n < 1) return shoal_fail(err, SHOAL_ERR_INPUT, "the matrix has no row");
    for (int j = 0; j < x->d; j++) {
        if (x->columns[j].type == SHOAL_TEXT)
            return shoal_fail(err, SHOAL_ERR_INPUT, "column '%s' holds text; encode it as numbers first",
                              x->columns[j].name);
        if (x->columns[j].length != x->n)
            return shoal_fail(err, SHOAL_ERR_INPUT, "column '%s' has %lld rows, the matrix has %lld",
                              x->columns[j].name, (long long)x->columns[j].length, (long long)x->n);
    }
    return SHOAL_OK;
}

shoal_status shoal_tiles_allocate(bool weighted, shoal_tiles *tiles, shoal_error *err)
{
    const int64_t cells = tiles->count * tiles->d;
    SHOAL_TRY(shoal_alloc_zero(tiles->d, sizeof *tiles->offset, &tiles->offset, err));
    SHOAL_TRY(shoal_alloc_zero(tiles->d, sizeof *tiles->mean, &tiles->mean, err));
    SHOAL_TRY(shoal_alloc_zero(tiles->d, sizeof *tiles->grid, &tiles->grid, err));
    if (weighted) SHOAL_TRY(shoal_alloc_zero(tiles->count, T * sizeof *tiles->weight, &tiles->weight, err));
    if (tiles->wide) return shoal_alloc_huge(cells, T * sizeof *tiles->wide_data, &tiles->wide_data, err);
    SHOAL_TRY(shoal_alloc(tiles->count, sizeof *tiles->norm, &tiles->norm, err));
    return shoal_alloc_huge(cells, T * sizeof *tiles->narrow_data, &tiles->narrow_data, err);
}

int shoal_tiles_threads(const shoal_ctx *ctx, const shoal_matrix *x)
{
    return shoal_threads_for(ctx, 10.0 * (double)x->n * x->d);
}

double shoal_tiles_offset(shoal_range range, bool wide)
{
    const double width = range.high - range.low, middle = range.low + width / 2;
    if (fabs(middle) <= 4 * width) return 0;
    return wide ? middle : (double)(float)middle;
}

double shoal_tiles_reach(shoal_range range, double offset)
{
    return fmax(offset - range.low, range.high - offset);
}

bool shoal_tiles_narrow_enough(double largest)
{
    const double most = 1e15, least = 1e-12;
    return largest == 0 || (largest < most && largest > least);
}

static bool fits_narrow(const shoal_matrix *x, const shoal_column_stats *columns)
{
    double largest = 0;
    for (int j = 0; j < x->d; j++) {
        const shoal_type type = x->columns[j].type;
        if (type != SHOAL_F32 && type != SHOAL_I8 && type != SHOAL_I16) return false;
        largest = fmax(largest, shoal_tiles_reach(columns[j].range, shoal_tiles_offset(columns[j].range, false)));
    }
    return shoal_tiles_narrow_enough(largest);
}

static void set_offsets(shoal_column_stats *columns, shoal_tiles *tiles)
{
    for (int j = 0; j < tiles->d; j++) {
        tiles->offset[j] = shoal_tiles_offset(columns[j].range, tiles->wide);
        shoal_sum_add(&columns[j].sum, -tiles->offset[j] * tiles->total_weight);
        tiles->mean[j] = shoal_sum_value(columns[j].sum) / tiles->total_weight;
    }
}

static shoal_status build_any(const shoal_ctx *ctx, const shoal_matrix *x, const double *weight, shoal_tiles *tiles,
                              shoal_error *err)
{
    shoal_column_stats *columns;
    shoal_status status;
    SHOAL_TRY(shoal_alloc(x->d, sizeof *columns, &columns, err));
    SHOAL_TRY_OUT(shoal_tiles_scan(ctx, x, weight, columns, err));
    tiles->wide = !fits_narrow(x, columns);
    SHOAL_TRY_OUT(shoal_tiles_allocate(weight != NULL, tiles, err));
    set_offsets(columns, tiles);
    if (weight != NULL) memcpy(tiles->weight, weight, (size_t)x->n * sizeof *weight);
    SHOAL_TRY_OUT(shoal_tiles_fill(ctx, x, tiles, err));
out:
    free(columns);
    return status;
}

static shoal_status build(const shoal_ctx *ctx, const shoal_matrix *x, const double *weight, bool copies,
                          shoal_tiles *tiles, shoal_error *err)
{
    *tiles = (shoal_tiles){0};
    SHOAL_TRY(shoal_tiles_check_shape(x, err));
    *tiles = (shoal_tiles){.n = x->n, .count = (x->n + T - 1) / T, .d = x->d, .copies = copies};
    SHOAL_TRY(check_weights(tiles, weight, err));
    const shoal_tiles empty = *tiles;
    shoal_status status;
    if (shoal_tiles_plain(x, weight)) {
        bool narrow;
        SHOAL_TRY_OUT(shoal_tiles_fill_plain(ctx, x, tiles, &narrow, err));
        if (narrow) return SHOAL_OK;
        shoal_tiles_free(tiles);
        *tiles = empty;
    }
    SHOAL_TRY_OUT(build_any(ctx, x, weight, tiles, err));
out:
    if (status < 0) shoal_tiles_free(tiles);
    return status;
}

shoal_status shoal_tiles_build(const shoal_ctx *ctx, const shoal_matrix *x, const double *weight, shoal_tiles *tiles,
                               shoal_error *err)
{
    return build(ctx, x, weight, false, tiles, err);
}

shoal_status shoal_tiles_build_copies(const shoal_ctx *ctx, const shoal_matrix *x, const double *copies,
                                      shoal_tiles *tiles, shoal_error *err)
{
    return build(ctx, x, copies, true, tiles, err);
}

void shoal_tiles_free(shoal_tiles *tiles)
{
    free(tiles->narrow_data);
    free(tiles->wide_data);
    free(tiles->norm);
    free(tiles->weight);
    free(tiles->offset);
    free(tiles->mean);
    free(tiles->grid);
    shoal_tree_free(tiles);
    *tiles = (shoal_tiles){0};
}

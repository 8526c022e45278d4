#include "model/kmeans/tiles.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/sum.h"
#include "base/threads.h"
#include "model/kmeans/tree.h"
#include "model/kmeans/values.h"

enum { T = SHOAL_TILE_ROWS, GRID_BITS = 46, WEIGHTED_GRID_BITS = 90 };

/* Squared distances of float32 tiles stay far from overflow and underflow between these magnitudes. */
static const double NARROW_MAX = 1e15, NARROW_MIN = 1e-12;

typedef struct column_stats {
    shoal_sum sum; /* weight x value */
    double min, max;
    int64_t bad; /* first row that is not finite, or -1 */
} column_stats;

static column_stats scan_block(const shoal_column *column, const double *weight, int64_t begin, int64_t end)
{
    column_stats stats = {.min = INFINITY, .max = -INFINITY, .bad = -1};
    double values[T];
    for (int64_t at = begin; at < end; at += T) {
        const int rows = end - at < T ? (int)(end - at) : T;
        shoal_values_read(column, at, rows, values);
        double sum = 0;
        for (int i = 0; i < rows; i++) {
            if (!isfinite(values[i])) {
                stats.bad = at + i;
                return stats;
            }
            sum += weight == NULL ? values[i] : weight[at + i] * values[i];
            if (values[i] < stats.min) stats.min = values[i];
            if (values[i] > stats.max) stats.max = values[i];
        }
        shoal_sum_add(&stats.sum, sum);
    }
    return stats;
}

static shoal_status fail_value(const shoal_column *column, int64_t row, int64_t n, shoal_error *err)
{
    const double value = shoal_column_f64(column, row);
    const char *what = isnan(value) ? "missing" : value > 0 ? "infinite" : "minus infinity";
    return shoal_fail(err, SHOAL_ERR_INPUT,
                      "column '%s': the value in row %lld of %lld is %s; fill it in or leave the row or column out",
                      column->name, (long long)row + 1, (long long)n, what);
}

/* Means, ranges and the first bad value of every column. */
static shoal_status scan_columns(const shoal_ctx *ctx, const shoal_matrix *x, const double *weight,
                                 column_stats *columns, shoal_error *err)
{
    const shoal_blocks blocks = shoal_blocks_of(x->n);
    const int tasks = blocks.count * x->d;
    column_stats *parts;
    SHOAL_TRY(shoal_alloc(tasks, sizeof *parts, &parts, err));
#pragma omp parallel for num_threads(shoal_ctx_threads(ctx)) schedule(dynamic, 1) if (blocks.count > 1)
    for (int task = 0; task < tasks; task++) {
        const int block = task % blocks.count;
        if (!shoal_cancelled(ctx))
            parts[task] = scan_block(&x->columns[task / blocks.count], weight, shoal_block_begin(&blocks, block),
                                     shoal_block_end(&blocks, block));
    }
    shoal_status status = SHOAL_OK;
    if (shoal_cancelled(ctx)) status = shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted");
    for (int j = 0; j < x->d && status == SHOAL_OK; j++) {
        column_stats all = {.min = INFINITY, .max = -INFINITY, .bad = -1};
        for (int block = 0; block < blocks.count && status == SHOAL_OK; block++) {
            const column_stats *part = &parts[j * blocks.count + block];
            if (part->bad >= 0) status = fail_value(&x->columns[j], part->bad, x->n, err);
            shoal_sum_merge(&all.sum, part->sum);
            if (part->min < all.min) all.min = part->min;
            if (part->max > all.max) all.max = part->max;
        }
        columns[j] = all;
        if (status == SHOAL_OK && fmax(-all.min, all.max) > SHOAL_VALUE_MAX)
            status = shoal_fail(err, SHOAL_ERR_INPUT,
                                "column '%s' reaches %g: squared distances would overflow; scale it first",
                                x->columns[j].name, fmax(-all.min, all.max));
    }
    free(parts);
    return status;
}

static bool fits_narrow(const shoal_matrix *x)
{
    for (int j = 0; j < x->d; j++) {
        const shoal_type type = x->columns[j].type;
        if (type != SHOAL_F32 && type != SHOAL_I8 && type != SHOAL_I16) return false;
    }
    return true;
}

double shoal_tiles_grid(double magnitude, bool weighted)
{
    if (magnitude == 0) return 1;
    int exponent;
    frexp(magnitude, &exponent);
    const int bits = weighted ? WEIGHTED_GRID_BITS : GRID_BITS;
    return ldexp(1, bits - (exponent < -900 ? -900 : exponent)); /* stays finite */
}

static void choose_offsets(shoal_tiles *tiles, const column_stats *columns)
{
    for (int j = 0; j < tiles->d; j++) {
        const double range = columns[j].max - columns[j].min, middle = columns[j].min + range / 2;
        const bool far = fabs(middle) > 4 * range;
        tiles->offset[j] = !far ? 0 : tiles->wide ? middle : (double)(float)middle;
    }
}

/* Float32 only where all magnitudes, after the shift, are sane. */
static bool sane_narrow(const shoal_tiles *tiles, const column_stats *columns)
{
    double largest = 0;
    for (int j = 0; j < tiles->d; j++)
        largest = fmax(largest, fmax(tiles->offset[j] - columns[j].min, columns[j].max - tiles->offset[j]));
    return largest == 0 || (largest < NARROW_MAX && largest > NARROW_MIN);
}

static shoal_status allocate(shoal_tiles *tiles, bool weighted, shoal_error *err)
{
    const int64_t cells = tiles->count * tiles->d;
    if (tiles->wide) SHOAL_TRY(shoal_alloc(cells, T * sizeof *tiles->wide_data, &tiles->wide_data, err));
    else {
        SHOAL_TRY(shoal_alloc(cells, T * sizeof *tiles->narrow_data, &tiles->narrow_data, err));
        SHOAL_TRY(shoal_alloc(tiles->count, sizeof *tiles->norm, &tiles->norm, err));
    }
    if (weighted) SHOAL_TRY(shoal_alloc_zero(tiles->count, T * sizeof *tiles->weight, &tiles->weight, err));
    return SHOAL_OK;
}

static shoal_status allocate_columns(shoal_tiles *tiles, shoal_error *err)
{
    SHOAL_TRY(shoal_alloc_zero(tiles->d, sizeof *tiles->offset, &tiles->offset, err));
    SHOAL_TRY(shoal_alloc_zero(tiles->d, sizeof *tiles->mean, &tiles->mean, err));
    return shoal_alloc_zero(tiles->d, sizeof *tiles->grid, &tiles->grid, err);
}

float shoal_tiles_norm(const shoal_tiles *tiles, int64_t tile)
{
    const int rows = shoal_tiles_rows(tiles, tile), d = tiles->d;
    const float *values = tiles->narrow_data + tile * d * T;
    double squares[T] = {0}, largest = 0;
    for (int j = 0; j < d; j++)
        for (int i = 0; i < rows; i++) squares[i] += (double)values[j * T + i] * (double)values[j * T + i];
    for (int i = 0; i < rows; i++) largest = squares[i] > largest ? squares[i] : largest;
    return nextafterf((float)sqrt(largest), INFINITY);
}

/* Column j of one tile: shifted, zero-padded. Gives its weighted squares about the mean and its largest |w v|. */
static double fill_column(shoal_tiles *tiles, const shoal_column *column, int64_t tile, int j, double *magnitude)
{
    double values[T] = {0};
    const int rows = shoal_tiles_rows(tiles, tile);
    shoal_values_read(column, tile * T, rows, values);
    double squares = 0, largest = *magnitude;
    for (int i = 0; i < rows; i++) {
        const double weight = shoal_tiles_weight(tiles, tile * T + i);
        values[i] -= tiles->offset[j];
        const double deviation = values[i] - tiles->mean[j];
        squares += weight * deviation * deviation;
        const double share = tiles->copies ? fabs(values[i]) : fabs(weight * values[i]);
        largest = share > largest ? share : largest;
    }
    *magnitude = largest;
    const int64_t at = (tile * tiles->d + j) * T;
    if (tiles->wide) memcpy(tiles->wide_data + at, values, sizeof values);
    else
        for (int i = 0; i < T; i++) tiles->narrow_data[at + i] = (float)values[i];
    return squares;
}

static shoal_status fill(const shoal_ctx *ctx, const shoal_matrix *x, shoal_tiles *tiles, shoal_error *err)
{
    const shoal_blocks blocks = shoal_blocks_of(x->n);
    double *magnitude;
    shoal_sum *squares = NULL;
    shoal_status status;
    SHOAL_TRY_OUT(shoal_alloc_zero((int64_t)blocks.count * x->d, sizeof *magnitude, &magnitude, err));
    SHOAL_TRY_OUT(shoal_alloc_zero(blocks.count, sizeof *squares, &squares, err));
#pragma omp parallel for num_threads(shoal_ctx_threads(ctx)) schedule(dynamic, 1) if (blocks.count > 1)
    for (int block = 0; block < blocks.count; block++) {
        const int64_t first = shoal_block_begin(&blocks, block) / T;
        const int64_t last = (shoal_block_end(&blocks, block) + T - 1) / T;
        for (int64_t tile = first; tile < last && !shoal_cancelled(ctx); tile++) {
            for (int j = 0; j < x->d; j++)
                shoal_sum_add(&squares[block],
                              fill_column(tiles, &x->columns[j], tile, j, &magnitude[(int64_t)block * x->d + j]));
            if (!tiles->wide) tiles->norm[tile] = shoal_tiles_norm(tiles, tile);
        }
    }
    if (shoal_cancelled(ctx)) status = shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted");
    shoal_sum total = {0};
    for (int block = 0; block < blocks.count; block++) {
        shoal_sum_merge(&total, squares[block]);
        for (int j = 0; j < x->d; j++) tiles->grid[j] = fmax(tiles->grid[j], magnitude[(int64_t)block * x->d + j]);
    }
    const bool weighted = tiles->weight != NULL && !tiles->copies; /* weights may lie far apart */
    for (int j = 0; j < x->d; j++) tiles->grid[j] = shoal_tiles_grid(tiles->grid[j], weighted);
    tiles->total_squares = shoal_sum_value(total);
out:
    free(magnitude);
    free(squares);
    return status;
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

shoal_status shoal_tiles_check_values(const shoal_ctx *ctx, const shoal_matrix *x, shoal_error *err)
{
    column_stats *columns;
    SHOAL_TRY(shoal_alloc(x->d, sizeof *columns, &columns, err));
    const shoal_status status = scan_columns(ctx, x, NULL, columns, err);
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
    column_stats *columns;
    SHOAL_TRY(shoal_alloc(x->d, sizeof *columns, &columns, err));
    shoal_status status;
    SHOAL_TRY_OUT(scan_columns(ctx, x, weight, columns, err));
    SHOAL_TRY_OUT(allocate_columns(tiles, err));
    tiles->wide = !fits_narrow(x);
    choose_offsets(tiles, columns);
    if (!tiles->wide && !sane_narrow(tiles, columns)) {
        tiles->wide = true;
        choose_offsets(tiles, columns);
    }
    for (int j = 0; j < x->d; j++) {
        shoal_sum_add(&columns[j].sum, -tiles->offset[j] * tiles->total_weight);
        tiles->mean[j] = shoal_sum_value(columns[j].sum) / tiles->total_weight;
    }
    SHOAL_TRY_OUT(allocate(tiles, weight != NULL, err));
    if (weight != NULL) memcpy(tiles->weight, weight, (size_t)x->n * sizeof *weight);
    SHOAL_TRY_OUT(fill(ctx, x, tiles, err));
out:
    free(columns);
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

shoal_status shoal_tiles_sample(const shoal_tiles *from, const int64_t *rows, int64_t n, shoal_tiles *tiles,
                                shoal_error *err)
{
    *tiles = (shoal_tiles){.n = n,
                           .count = (n + T - 1) / T,
                           .d = from->d,
                           .wide = from->wide,
                           .copies = from->copies,
                           .weight_grid = from->weight_grid,
                           .total_weight = 0,
                           .total_squares = from->total_squares * ((double)n / (double)from->n)};
    const size_t columns = (size_t)from->d * sizeof *from->offset;
    shoal_status status;
    SHOAL_TRY_OUT(allocate_columns(tiles, err));
    SHOAL_TRY_OUT(allocate(tiles, from->weight != NULL, err));
    memcpy(tiles->offset, from->offset, columns);
    memcpy(tiles->mean, from->mean, columns);
    memcpy(tiles->grid, from->grid, columns);
    for (int64_t row = 0; row < tiles->count * T; row++) {
        const int64_t at = row / T * tiles->d * T + row % T;
        for (int j = 0; j < tiles->d; j++) {
            const double value = row < n ? shoal_tiles_value(from, rows[row], j) : 0;
            if (tiles->wide) tiles->wide_data[at + (int64_t)j * T] = value;
            else tiles->narrow_data[at + (int64_t)j * T] = (float)value;
        }
        if (row >= n) continue;
        const double weight = shoal_tiles_weight(from, rows[row]);
        if (tiles->weight != NULL) tiles->weight[row] = weight;
        tiles->total_weight += weight;
    }
    for (int64_t tile = 0; tile < tiles->count && !tiles->wide; tile++)
        tiles->norm[tile] = shoal_tiles_norm(tiles, tile);
out:
    if (status < 0) shoal_tiles_free(tiles);
    return status;
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

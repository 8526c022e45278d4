#include <math.h>

#include "base/memory.h"
#include "base/threads.h"
#include "model/kmeans/lane_sum.h"
#include "model/kmeans/tiles_parts.h"
#include "model/kmeans/values.h"

enum { T = SHOAL_TILE_ROWS };

typedef struct stats_part {
    shoal_column_stats stats;
    int64_t bad; /* first row that is not finite, or -1; stats mean nothing then */
} stats_part;
static void add_rows(const double *values, const double *weight, int rows, stats_part *part)
{
    double negative[T];
    for (int i = 0; i < rows; i++) negative[i] = -values[i];
    shoal_sum_add(&part->stats.sum, shoal_lane_sum(values, weight, rows));
    part->stats.range.low = fmin(part->stats.range.low, -shoal_lane_max(negative, rows));
    part->stats.range.high = fmax(part->stats.range.high, shoal_lane_max(values, rows));
}

static int first_not_finite(const double *values, int rows)
{
    for (int i = 0; i < rows; i++)
        if (!isfinite(values[i])) return i;
    return -1;
}

static stats_part scan_block(const shoal_column *column, const double *weight, int64_t begin, int64_t end)
{
    stats_part part = {.stats.range = {INFINITY, -INFINITY}, .bad = -1};
    double values[T];
    for (int64_t at = begin; at < end; at += T) {
        const int rows = end - at < T ? (int)(end - at) : T;
        shoal_values_read(column, at, rows, values);
        const int bad = shoal_values_usable(values, rows) ? -1 : first_not_finite(values, rows);
        if (bad >= 0) {
            part.bad = at + bad;
            return part;
        }
        add_rows(values, weight == NULL ? NULL : weight + at, rows, &part);
    }
    return part;
}

static shoal_status fail_value(const shoal_column *column, int64_t row, shoal_error *err)
{
    const double value = shoal_column_f64(column, row);
    const char *what = isnan(value) ? "missing" : value > 0 ? "infinite" : "minus infinity";
    return shoal_fail(err, SHOAL_ERR_INPUT,
                      "column '%s': the value in row %lld of %lld is %s; fill it in or leave the row or column out",
                      column->name, (long long)row + 1, (long long)column->length, what);
}

/* What the blocks of a column come to. Errors: INPUT. */
static shoal_status merge_blocks(const shoal_column *column, const stats_part *parts, int count,
                                 shoal_column_stats *stats, shoal_error *err)
{
    *stats = (shoal_column_stats){.range = {INFINITY, -INFINITY}};
    for (int b = 0; b < count; b++) {
        if (parts[b].bad >= 0) return fail_value(column, parts[b].bad, err);
        shoal_sum_merge(&stats->sum, parts[b].stats.sum);
        stats->range.low = fmin(stats->range.low, parts[b].stats.range.low);
        stats->range.high = fmax(stats->range.high, parts[b].stats.range.high);
    }
    const double largest = fmax(-stats->range.low, stats->range.high);
    if (largest <= SHOAL_VALUE_MAX) return SHOAL_OK;
    return shoal_fail(err, SHOAL_ERR_INPUT, "column '%s' reaches %g: squared distances would overflow; scale it first",
                      column->name, largest);
}

shoal_status shoal_tiles_scan(const shoal_ctx *ctx, const shoal_matrix *x, const double *weight,
                              shoal_column_stats *columns, shoal_error *err)
{
    const shoal_blocks blocks = shoal_blocks_of(x->n);
    const int tasks = blocks.count * x->d;
    stats_part *parts;
    SHOAL_TRY(shoal_alloc(tasks, sizeof *parts, &parts, err));
#pragma omp parallel for num_threads(shoal_tiles_threads(ctx, x)) schedule(dynamic, 1)
    for (int task = 0; task < tasks; task++) {
        const int block = task % blocks.count;
        if (!shoal_cancelled(ctx))
            parts[task] = scan_block(&x->columns[task / blocks.count], weight, shoal_block_begin(&blocks, block),
                                     shoal_block_end(&blocks, block));
    }
    shoal_status status = SHOAL_OK;
    if (shoal_cancelled(ctx)) status = shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted");
    for (int j = 0; j < x->d && status == SHOAL_OK; j++)
        status = merge_blocks(&x->columns[j], parts + (int64_t)j * blocks.count, blocks.count, &columns[j], err);
    free(parts);
    return status;
}

shoal_status shoal_tiles_check_values(const shoal_ctx *ctx, const shoal_matrix *x, shoal_error *err)
{
    shoal_column_stats *columns;
    SHOAL_TRY(shoal_alloc(x->d, sizeof *columns, &columns, err));
    const shoal_status status = shoal_tiles_scan(ctx, x, NULL, columns, err);
    free(columns);
    return status;
}

#include <shoal/features.h>

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/sum.h"
#include "base/text.h"
#include "base/threads.h"

enum { CHUNK = 256 };

static double transform(double value, bool log1p_first)
{
    return log1p_first ? copysign(log1p(fabs(value)), value) : value;
}

static shoal_status fail_value(const shoal_column *column, int64_t row, shoal_error *err)
{
    const double value = shoal_column_f64(column, row);
    return shoal_fail(err, SHOAL_ERR_INPUT,
                      "column '%s': the value in row %lld of %lld is %s; fill it in or leave the row or column out",
                      column->name, (long long)row + 1, (long long)column->length,
                      isnan(value) ? "missing" : "infinite");
}

static shoal_status check_columns(const shoal_matrix *x, shoal_error *err)
{
    if (x->n < 1) return shoal_fail(err, SHOAL_ERR_INPUT, "there is no row to scale");
    for (int j = 0; j < x->d; j++)
        if (x->columns[j].type == SHOAL_TEXT)
            return shoal_fail(err, SHOAL_ERR_INPUT, "column '%s' holds text; encode it as numbers first",
                              x->columns[j].name);
    return SHOAL_OK;
}

/* All rows of a column as transformed float64. Errors: INPUT (the first value that is missing or infinite). */
static shoal_status read_column(const shoal_ctx *ctx, const shoal_column *column, bool log1p_first, double *values,
                                shoal_error *err)
{
    const shoal_blocks blocks = shoal_blocks_of(column->length);
    int64_t bad = INT64_MAX;
#pragma omp parallel for num_threads(shoal_ctx_threads(ctx)) reduction(min : bad) if (blocks.count > 1)
    for (int block = 0; block < blocks.count; block++) {
        if (shoal_cancelled(ctx)) continue;
        for (int64_t row = shoal_block_begin(&blocks, block); row < shoal_block_end(&blocks, block); row++) {
            const double value = shoal_column_f64(column, row);
            if (!isfinite(value) && row < bad) bad = row;
            values[row] = transform(value, log1p_first);
        }
    }
    if (shoal_cancelled(ctx)) return shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted");
    return bad < INT64_MAX ? fail_value(column, bad, err) : SHOAL_OK;
}

typedef struct moments {
    shoal_sum sum, squares; /* of the values; of their deviations from a given centre */
    double min, max;
} moments;

static moments measure_block(const double *values, int64_t begin, int64_t end, double center)
{
    moments m = {.min = INFINITY, .max = -INFINITY};
    for (int64_t at = begin; at < end; at += CHUNK) {
        double sum = 0, squares = 0;
        for (int64_t row = at; row < end && row < at + CHUNK; row++) {
            const double deviation = values[row] - center;
            sum += values[row];
            squares += deviation * deviation;
            m.min = values[row] < m.min ? values[row] : m.min;
            m.max = values[row] > m.max ? values[row] : m.max;
        }
        shoal_sum_add(&m.sum, sum);
        shoal_sum_add(&m.squares, squares);
    }
    return m;
}

static moments measure(const shoal_ctx *ctx, const double *values, int64_t n, double center)
{
    const shoal_blocks blocks = shoal_blocks_of(n);
    moments parts[SHOAL_MAX_BLOCKS], all = {.min = INFINITY, .max = -INFINITY};
#pragma omp parallel for num_threads(shoal_ctx_threads(ctx)) if (blocks.count > 1)
    for (int block = 0; block < blocks.count; block++)
        parts[block] =
            measure_block(values, shoal_block_begin(&blocks, block), shoal_block_end(&blocks, block), center);
    for (int block = 0; block < blocks.count; block++) {
        shoal_sum_merge(&all.sum, parts[block].sum);
        shoal_sum_merge(&all.squares, parts[block].squares);
        all.min = fmin(all.min, parts[block].min);
        all.max = fmax(all.max, parts[block].max);
    }
    return all;
}

static void swap(double *a, double *b)
{
    const double value = *a;
    *a = *b;
    *b = value;
}

/* Reorders values so that [at] is the value of that rank, none before it is greater and none behind it less
 * (Hoare's quickselect, median of three; linear on average and on sorted or constant data). */
static double select_rank(double *values, int64_t n, int64_t at)
{
    int64_t low = 0, high = n - 1;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        if (values[middle] < values[low]) swap(&values[middle], &values[low]);
        if (values[high] < values[low]) swap(&values[high], &values[low]);
        if (values[high] < values[middle]) swap(&values[high], &values[middle]);
        const double pivot = values[middle];
        int64_t i = low, j = high;
        while (i <= j) {
            while (values[i] < pivot) i++;
            while (pivot < values[j]) j--;
            if (i <= j) swap(&values[i++], &values[j--]);
        }
        if (at <= j) high = j;
        else if (at >= i) low = i;
        else break;
    }
    return values[at];
}

/* Quantile by linear interpolation between order statistics (Hyndman & Fan 1996, type 7; numpy's default). */
static double quantile(double *values, int64_t n, double share)
{
    const double position = share * (double)(n - 1);
    const int64_t at = (int64_t)position;
    const double below = select_rank(values, n, at);
    if (at + 1 >= n) return below;
    double above = INFINITY; /* the next rank is the least of what lies behind */
    for (int64_t row = at + 1; row < n; row++) above = values[row] < above ? values[row] : above;
    return below + (position - (double)at) * (above - below);
}

static void learn(const shoal_ctx *ctx, shoal_scale method, double *values, int64_t n, shoal_scaler *scaler)
{
    double spread = 1;
    scaler->center = 0;
    switch (method) {
    case SHOAL_SCALE_NONE: break;
    case SHOAL_SCALE_STANDARD: {
        const moments first = measure(ctx, values, n, 0);
        scaler->center = first.min == first.max ? first.min : shoal_sum_value(first.sum) / (double)n;
        spread = sqrt(shoal_sum_value(measure(ctx, values, n, scaler->center).squares) / (double)n);
        break;
    }
    case SHOAL_SCALE_ROBUST:
        scaler->center = quantile(values, n, 0.5);
        spread = quantile(values, n, 0.75);
        spread -= quantile(values, n, 0.25);
        break;
    case SHOAL_SCALE_MINMAX: {
        const moments all = measure(ctx, values, n, 0);
        scaler->center = all.min;
        spread = all.max - all.min;
        break;
    }
    }
    scaler->scale = spread > 0 && isfinite(spread) ? spread : 1;
}

shoal_status shoal_scaler_fit(const shoal_ctx *ctx, const shoal_matrix *x, shoal_scale method, const bool *log1p,
                              shoal_scaler *scalers, shoal_error *err)
{
    SHOAL_TRY(check_columns(x, err));
    double *values;
    SHOAL_TRY(shoal_alloc(x->n, sizeof *values, &values, err));
    shoal_status status = SHOAL_OK;
    for (int j = 0; j < x->d; j++) {
        shoal_scaler scaler = {.log1p = log1p != NULL && log1p[j]};
        shoal_text_copy(scaler.name, sizeof scaler.name, x->columns[j].name);
        SHOAL_TRY_OUT(read_column(ctx, &x->columns[j], scaler.log1p, values, err));
        learn(ctx, method, values, x->n, &scaler);
        scalers[j] = scaler;
    }
out:
    free(values);
    return status;
}

static shoal_status apply_column(const shoal_ctx *ctx, const shoal_column *column, const shoal_scaler *scaler,
                                 shoal_table *out, shoal_error *err)
{
    void *data;
    SHOAL_TRY(shoal_table_add(out, column->name, SHOAL_F32, 0, "1", column->long_name, &data, err));
    float *scaled = data;
    const shoal_blocks blocks = shoal_blocks_of(column->length);
    int64_t bad = INT64_MAX;
#pragma omp parallel for num_threads(shoal_ctx_threads(ctx)) reduction(min : bad) if (blocks.count > 1)
    for (int block = 0; block < blocks.count; block++) {
        if (shoal_cancelled(ctx)) continue;
        for (int64_t row = shoal_block_begin(&blocks, block); row < shoal_block_end(&blocks, block); row++) {
            const double value = shoal_column_f64(column, row);
            scaled[row] = (float)shoal_scaler_value(scaler, value);
            if (!isfinite(scaled[row]) && row < bad) bad = row;
        }
    }
    if (shoal_cancelled(ctx)) return shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted");
    if (bad == INT64_MAX) return SHOAL_OK;
    const double value = shoal_column_f64(column, bad);
    if (!isfinite(value)) return fail_value(column, bad, err);
    return shoal_fail(err, SHOAL_ERR_INPUT, "column '%s': %g in row %lld is too large for float32 after scaling",
                      column->name, value, (long long)bad + 1);
}

shoal_status shoal_scaler_apply(const shoal_ctx *ctx, const shoal_matrix *x, const shoal_scaler *scalers,
                                shoal_table *out, shoal_error *err)
{
    *out = (shoal_table){.n_rows = x->n};
    SHOAL_TRY(check_columns(x, err));
    for (int j = 0; j < x->d; j++) {
        const shoal_status status = apply_column(ctx, &x->columns[j], &scalers[j], out, err);
        if (status < 0) {
            shoal_table_free(out);
            return status;
        }
    }
    return SHOAL_OK;
}

double shoal_scaler_value(const shoal_scaler *scaler, double value)
{
    return (transform(value, scaler->log1p) - scaler->center) / scaler->scale;
}

double shoal_scaler_invert(const shoal_scaler *scaler, double scaled)
{
    const double value = scaled * scaler->scale + scaler->center;
    return scaler->log1p ? copysign(expm1(fabs(value)), value) : value;
}

static const char *const scale_names[] = {"none", "standard", "robust", "minmax"};

const char *shoal_scale_name(shoal_scale method)
{
    const size_t count = sizeof scale_names / sizeof scale_names[0];
    return (size_t)method < count ? scale_names[method] : "unknown";
}

int shoal_scale_parse(const char *name)
{
    for (size_t i = 0; i < sizeof scale_names / sizeof scale_names[0]; i++)
        if (shoal_text_equal_nocase(name, scale_names[i])) return (int)i;
    return -1;
}

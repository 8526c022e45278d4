#include <math.h>
#include <string.h>

#include <shoal/profile.h>

#include "base/memory.h"
#include "base/sum.h"
#include "base/threads.h"

/* Keys that sort as unsigned integers in the order of the doubles (no NaN). */
static uint64_t key_of(double value)
{
    uint64_t bits;
    value += 0.0; /* -0 becomes 0 */
    memcpy(&bits, &value, sizeof bits);
    return bits >> 63 ? ~bits : bits | (UINT64_C(1) << 63);
}

static double value_of(uint64_t key)
{
    double value;
    const uint64_t bits = key >> 63 ? key ^ (UINT64_C(1) << 63) : ~key;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* Least significant digit radix sort, 11 bits a pass; an even number of passes ends in `keys`. */
static void sort_keys(uint64_t *keys, uint64_t *other, int64_t n)
{
    enum { BITS = 11, DIGITS = 1 << BITS, PASSES = 6 };
    for (int pass = 0; pass < PASSES; pass++) {
        const int shift = pass * BITS;
        int64_t place[DIGITS] = {0};
        for (int64_t i = 0; i < n; i++) place[(keys[i] >> shift) & (DIGITS - 1)]++;
        int64_t before = 0;
        for (int d = 0; d < DIGITS; d++) {
            const int64_t count = place[d];
            place[d] = before;
            before += count;
        }
        for (int64_t i = 0; i < n; i++) other[place[(keys[i] >> shift) & (DIGITS - 1)]++] = keys[i];
        uint64_t *const swap = keys;
        keys = other;
        other = swap;
    }
}

/* The values that are not missing, ascending; infinite ones are refused. */
static shoal_status sorted_values(const shoal_column *column, double **values, int64_t *count, shoal_error *err)
{
    shoal_status status;
    uint64_t *keys = NULL, *other = NULL;
    int64_t n = 0;
    SHOAL_TRY_OUT(shoal_alloc(column->length, sizeof *keys, &keys, err));
    for (int64_t i = 0; i < column->length; i++) {
        const double v = shoal_column_f64(column, i);
        if (isinf(v)) {
            status = SHOAL_ERR_INPUT;
            shoal_fail(err, status, "column %s, row %lld: the value is infinite", column->name, (long long)i + 1);
            goto out;
        }
        if (!isnan(v)) keys[n++] = key_of(v);
    }
    if (n == 0) {
        status = SHOAL_ERR_INPUT;
        shoal_fail(err, status, "column %s: every value is missing", column->name);
        goto out;
    }
    SHOAL_TRY_OUT(shoal_alloc(n, sizeof *other, &other, err));
    sort_keys(keys, other, n);
    SHOAL_TRY_OUT(shoal_alloc(n, sizeof **values, values, err));
    for (int64_t i = 0; i < n; i++) (*values)[i] = value_of(keys[i]);
    *count = n;
out:
    free(keys);
    free(other);
    return status;
}

/* The Lorenz curve at the share `at` of customers: the sum of the n x at smallest values, a fraction of the next one
 * counted as that fraction. */
static double smallest(const double *sorted, const double *cumulated, int64_t n, double at)
{
    const double rows = at * (double)n;
    const int64_t whole = (int64_t)rows;
    if (whole >= n) return cumulated[n];
    return cumulated[whole] + (rows - (double)whole) * sorted[whole];
}

/* Gini = 2 Σ i v(i) / (n Σ v) - (n + 1) / n over ascending values, i from 1: half the relative mean difference of the
 * n customers as they are (no correction for small n), so at most 1 - 1/n for values that are not negative. */
static shoal_status concentration(const double *sorted, int64_t n, shoal_distribution *d, shoal_error *err)
{
    static const double best[] = {0.01, 0.10, 0.20};
    double *cumulated;
    SHOAL_TRY(shoal_alloc(n + 1, sizeof *cumulated, &cumulated, err));
    shoal_sum sum = {0}, ranked = {0};
    cumulated[0] = 0;
    for (int64_t i = 0; i < n; i++) {
        shoal_sum_add(&sum, sorted[i]);
        shoal_sum_add(&ranked, (double)(i + 1) * sorted[i]);
        cumulated[i + 1] = shoal_sum_value(sum);
    }
    const double count = (double)n;
    const bool shareable = cumulated[n] > 0;
    d->total = cumulated[n];
    d->mean = d->total / count;
    d->gini = shareable ? 2 * shoal_sum_value(ranked) / (count * d->total) - (count + 1) / count : NAN;
    for (int i = 0; i < SHOAL_LORENZ_POINTS; i++) {
        const double at = (double)i / (SHOAL_LORENZ_POINTS - 1);
        d->lorenz[i] = shareable ? smallest(sorted, cumulated, n, at) / d->total : NAN;
    }
    for (int i = 0; i < 3; i++)
        d->top_share[i] = shareable ? 1 - smallest(sorted, cumulated, n, 1 - best[i]) / d->total : NAN;
    free(cumulated);
    return SHOAL_OK;
}

static void histogram(const double *sorted, int64_t n, shoal_distribution *d)
{
    const int64_t rank = (n * 99 + 99) / 100; /* ceil(0.99 n), from 1 */
    const double low = sorted[0] < 0 ? sorted[0] : 0;
    const double high = sorted[rank - 1] > low ? sorted[rank - 1] : low + 1;
    const double width = (high - low) / SHOAL_HISTOGRAM_BINS;
    for (int b = 0; b <= SHOAL_HISTOGRAM_BINS; b++) d->bin_edge[b] = low + b * width;
    d->bin_edge[SHOAL_HISTOGRAM_BINS] = high;
    int bin = 0;
    for (int64_t i = 0; i < n; i++) {
        while (bin + 1 < SHOAL_HISTOGRAM_BINS && sorted[i] >= d->bin_edge[bin + 1]) bin++;
        d->bin[bin]++;
    }
}

shoal_status shoal_distribution_run(const shoal_ctx *ctx, const shoal_column *value, shoal_distribution *distribution,
                                    shoal_error *err)
{
    shoal_status status;
    shoal_distribution made = {0};
    double *sorted = NULL;
    if (shoal_cancelled(ctx)) return shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted");
    SHOAL_TRY_OUT(sorted_values(value, &sorted, &made.n, err));
    SHOAL_TRY_OUT(concentration(sorted, made.n, &made, err));
    const int64_t n = made.n;
    made.max = sorted[n - 1];
    made.median = n % 2 ? sorted[n / 2] : sorted[n / 2 - 1] + (sorted[n / 2] - sorted[n / 2 - 1]) / 2;
    histogram(sorted, n, &made);
    *distribution = made;
out:
    free(sorted);
    return status;
}

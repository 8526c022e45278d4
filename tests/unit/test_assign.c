/* shoal_kmeans_assign against plain float64 loops, bit for bit. A test runs in a process of its own, so each can choose
 * the instruction set before the library does. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <shoal/kmeans.h>

#include "base/random.h"

enum { MAX_D = 70 };

typedef enum values_mode {
    CONTINUOUS,
    INTEGERS, /* full of ties */
    SHIFTED,  /* columns 1e3 to 1e8 away from 0 */
    FAR,      /* rows far from all centroids */
    HUGE_RANGE,
    TIGHT, /* centroids close together, so that float32 proves little */
    N_MODES,
} values_mode;

typedef struct data {
    shoal_matrix x;
    shoal_column columns[MAX_D];
    void *values[MAX_D];
    int k;
    double *centroids;
    shoal_kmeans_assignment out, plain;
} data;

static double draw(shoal_rng *rng, values_mode mode, int column)
{
    const double normal = shoal_rng_normal(rng);
    switch (mode) {
    case INTEGERS: return (double)shoal_rng_below(rng, 4);
    case SHIFTED: return normal + (column % 3 == 0 ? 1e8 : column % 3 == 1 ? -1e3 : 0);
    case FAR: return normal * 1e4 + 1e6;
    case HUGE_RANGE: return ldexp(normal, (int)shoal_rng_below(rng, 120) - 40);
    default: return normal;
    }
}

static double draw_centroid(shoal_rng *rng, values_mode mode, int column)
{
    switch (mode) {
    case FAR: return shoal_rng_normal(rng);
    case TIGHT: return 0.5 + 1e-9 * shoal_rng_normal(rng);
    default: return draw(rng, mode, column);
    }
}

static void store(void *values, shoal_type type, int64_t i, double value)
{
    const double whole = fmin(fmax(round(value), -100), 100);
    switch (type) {
    case SHOAL_F32: ((float *)values)[i] = (float)value; break;
    case SHOAL_F64: ((double *)values)[i] = value; break;
    case SHOAL_I8: ((int8_t *)values)[i] = (int8_t)whole; break;
    case SHOAL_I16: ((int16_t *)values)[i] = (int16_t)whole; break;
    case SHOAL_I32: ((int32_t *)values)[i] = (int32_t)fmin(fmax(round(value), -1e9), 1e9); break;
    default: ((int64_t *)values)[i] = (int64_t)fmin(fmax(round(value), -1e18), 1e18); break;
    }
}

static shoal_kmeans_assignment arrays(int64_t n)
{
    const size_t count = (size_t)n;
    return (shoal_kmeans_assignment){.labels = calloc(count, sizeof(int32_t)),
                                     .distance = calloc(count, sizeof(double)),
                                     .second = calloc(count, sizeof(int32_t)),
                                     .second_distance = calloc(count, sizeof(double))};
}

static void free_arrays(shoal_kmeans_assignment *out)
{
    free(out->labels);
    free(out->distance);
    free(out->second);
    free(out->second_distance);
}

/* type below 0: another for each column */
static data make(int64_t n, int d, int k, values_mode mode, int type, uint64_t seed)
{
    shoal_rng rng = shoal_rng_start(seed, 5);
    data made = {.k = k, .centroids = calloc((size_t)k * (size_t)d, sizeof(double))};
    for (int j = 0; j < d; j++) {
        const shoal_type own = type >= 0 ? (shoal_type)type : (shoal_type)shoal_rng_below(&rng, SHOAL_TEXT);
        made.values[j] = calloc((size_t)n, sizeof(double));
        for (int64_t i = 0; i < n; i++) store(made.values[j], own, i, draw(&rng, mode, j));
        made.columns[j] =
            (shoal_column){.name = j == 0 ? "first" : "other", .type = own, .length = n, .data = made.values[j]};
        for (int c = 0; c < k; c++) made.centroids[c * d + j] = draw_centroid(&rng, mode, j);
    }
    for (int c = 4; c < k; c += 5) /* centroids that stand on a row, and copies */
        for (int j = 0; j < d; j++)
            made.centroids[c * d + j] =
                c % 2 == 0 ? shoal_column_f64(&made.columns[j], c % n) : made.centroids[(c - 3) * d + j];
    made.x = (shoal_matrix){.n = n, .d = d};
    made.out = arrays(n);
    made.plain = arrays(n);
    return made;
}

static void release(data *made)
{
    for (int j = 0; j < made->x.d; j++) free(made->values[j]);
    free(made->centroids);
    free_arrays(&made->out);
    free_arrays(&made->plain);
}

/* The order of rounding that shoal documents: labels by fused multiply-adds, distances by squares and sums. */
static double fused(const data *of, int64_t i, int c)
{
    double sum = 0;
    for (int j = 0; j < of->x.d; j++) {
        const double difference = shoal_column_f64(&of->columns[j], i) - of->centroids[c * of->x.d + j];
        sum = fma(difference, difference, sum);
    }
    return sum;
}

static double distance_to(const data *of, int64_t i, int c)
{
    double sum = 0;
    for (int j = 0; j < of->x.d; j++) {
        const volatile double difference = shoal_column_f64(&of->columns[j], i) - of->centroids[c * of->x.d + j];
        const volatile double square = difference * difference;
        sum += square;
    }
    return sqrt(sum);
}

static void assign_plainly(data *of)
{
    for (int64_t i = 0; i < of->x.n; i++) {
        double best = INFINITY, next = INFINITY;
        int label = -1, second = -1;
        for (int c = 0; c < of->k; c++) {
            const double square = fused(of, i, c);
            if (square < best) {
                best = square;
                label = c;
            }
        }
        for (int c = 0; c < of->k; c++) {
            const double square = c == label ? INFINITY : fused(of, i, c);
            if (square < next) {
                next = square;
                second = c;
            }
        }
        of->plain.labels[i] = label;
        of->plain.distance[i] = distance_to(of, i, label);
        of->plain.second[i] = second;
        of->plain.second_distance[i] =
            second < 0 ? (double)NAN : fmax(distance_to(of, i, second), of->plain.distance[i]);
    }
}

static void expect_same(const data *made, const shoal_kmeans_assignment *out, const char *what)
{
    for (int64_t i = 0; i < made->x.n; i++) {
        cr_assert_eq(out->labels[i], made->plain.labels[i], "%s, row %lld: label %d, not %d", what, (long long)i,
                     out->labels[i], made->plain.labels[i]);
        if (out->distance != NULL)
            cr_assert(out->distance[i] == made->plain.distance[i], "%s, row %lld: distance %.17g, not %.17g", what,
                      (long long)i, out->distance[i], made->plain.distance[i]);
        if (out->second != NULL)
            cr_assert_eq(out->second[i], made->plain.second[i], "%s, row %lld: second %d, not %d", what, (long long)i,
                         out->second[i], made->plain.second[i]);
        if (out->second_distance == NULL) continue;
        const double got = out->second_distance[i], right = made->plain.second_distance[i];
        cr_assert(got == right || (isnan(got) && isnan(right)), "%s, row %lld: second distance %.17g, not %.17g", what,
                  (long long)i, got, right);
    }
}

static void run(const data *made, int threads, const shoal_kmeans_assignment *out, const char *what)
{
    const shoal_ctx ctx = {.threads = threads};
    shoal_error err = {0};
    const shoal_matrix x = {.n = made->x.n, .d = made->x.d, .columns = made->columns};
    cr_assert_eq(shoal_kmeans_assign(&ctx, &x, made->k, made->centroids, out, &err), SHOAL_OK, "%s: %s", what,
                 err.message);
    expect_same(made, out, what);
}

static void check_case(int64_t n, int d, int k, values_mode mode, int type, uint64_t seed)
{
    static const int threads[] = {1, 2, 3, 8};
    char what[120];
    snprintf(what, sizeof what, "n %lld, d %d, k %d, mode %d, type %d", (long long)n, d, k, (int)mode, type);
    data made = make(n, d, k, mode, type, seed);
    assign_plainly(&made);
    for (size_t t = 0; t < sizeof threads / sizeof threads[0]; t++) {
        run(&made, threads[t], &made.out, what);
        memset(made.out.labels, -1, (size_t)n * sizeof *made.out.labels);
    }
    const shoal_kmeans_assignment labels = {.labels = made.out.labels},
                                  seconds = {.labels = made.out.labels, .second = made.out.second},
                                  far = {.labels = made.out.labels, .second_distance = made.out.second_distance};
    run(&made, 1, &labels, what);
    run(&made, 2, &seconds, what);
    run(&made, 2, &far, what);
    release(&made);
}

static void check_isa(const char *isa)
{
    static const int64_t ns[] = {1, 5, 31, 32, 33, 255, 256, 257, 700};
    static const int ds[] = {1, 2, 3, 8, 17}, ks[] = {1, 2, 3, 7, 8, 9, 20, 33};
    setenv("SHOAL_CPU", isa, 1);
    uint64_t seed = 0;
    for (int mode = 0; mode < N_MODES; mode++) {
        for (size_t i = 0; i < sizeof ns / sizeof ns[0]; i++, seed++)
            check_case(ns[i], ds[seed % 5], ks[seed * 3 % 8], (values_mode)mode, (int)(seed % 7) - 1, seed);
        for (int type = -1; type < SHOAL_TEXT; type++, seed++) check_case(600, 4, 6, (values_mode)mode, type, seed);
    }
    for (int d = 1; d <= MAX_D; d++, seed++) check_case(40, d, 5, (values_mode)(d % N_MODES), d % 7 - 1, seed);
    check_case(20000, 2, 3, CONTINUOUS, SHOAL_F32, 1);
    check_case(300, 3, 1000, CONTINUOUS, SHOAL_F32, 2);
    check_case(60, 2, 5000, CONTINUOUS, SHOAL_F32, 3); /* more than scores can number */
}

Test(assign, agrees_with_plain_loops_in_scalar)
{
    check_isa("scalar");
}

Test(assign, agrees_with_plain_loops_in_avx2)
{
    check_isa("avx2");
}

Test(assign, agrees_with_plain_loops_in_avx512)
{
    check_isa("avx512");
}

static void expect_failure(const data *made, shoal_status status, const char *part)
{
    const shoal_matrix x = {.n = made->x.n, .d = made->x.d, .columns = made->columns};
    for (int threads = 1; threads <= 3; threads++) {
        const shoal_ctx ctx = {.threads = threads};
        shoal_error err = {0};
        cr_assert_eq(shoal_kmeans_assign(&ctx, &x, made->k, made->centroids, &made->out, &err), status);
        cr_assert_not_null(strstr(err.message, part), "no '%s' in: %s", part, err.message);
    }
}

/* The first of the lowest column, whatever lies before it in other columns. */
Test(assign, names_the_first_bad_value)
{
    data made = make(90000, 4, 8, CONTINUOUS, SHOAL_F32, 7);
    float *const *values = (float *const *)(void *)made.values;
    values[2][10] = NAN;
    expect_failure(&made, SHOAL_ERR_INPUT, "column 'other': the value in row 11 of 90000 is missing");
    values[0][80000] = INFINITY;
    expect_failure(&made, SHOAL_ERR_INPUT, "column 'first': the value in row 80001 of 90000 is infinite");
    values[0][79999] = -INFINITY;
    expect_failure(&made, SHOAL_ERR_INPUT, "column 'first': the value in row 80000 of 90000 is minus infinity");
    release(&made);
}

Test(assign, refuses_what_integers_and_wide_columns_lack)
{
    data made = make(3000, 2, 3, CONTINUOUS, SHOAL_I16, 8);
    uint8_t valid[3000];
    memset(valid, 1, sizeof valid);
    valid[2999] = 0;
    made.columns[1].valid = valid;
    expect_failure(&made, SHOAL_ERR_INPUT, "column 'other': the value in row 3000 of 3000 is missing");
    release(&made);
    made = make(3000, 2, 1, CONTINUOUS, SHOAL_F64, 8);
    ((double *)made.values[0])[5] = -1e101;
    expect_failure(&made, SHOAL_ERR_INPUT, "column 'first' reaches 1e+101: squared distances would overflow");
    ((double *)made.values[0])[5] = NAN;
    expect_failure(&made, SHOAL_ERR_INPUT, "column 'first': the value in row 6 of 3000 is missing");
    release(&made);
}

Test(assign, refuses_bad_shapes_and_centroids)
{
    data made = make(50, 2, 3, CONTINUOUS, SHOAL_F32, 9);
    made.k = 0;
    expect_failure(&made, SHOAL_ERR_USAGE, "0 clusters: at least 1 is needed");
    made.k = 3;
    made.centroids[3] = NAN;
    expect_failure(&made, SHOAL_ERR_USAGE, "centroid 1 has nan in column 'other'");
    made.centroids[3] = 0;
    made.columns[1].length = 49;
    expect_failure(&made, SHOAL_ERR_INPUT, "column 'other' has 49 rows, the matrix has 50");
    made.columns[1].type = SHOAL_TEXT;
    expect_failure(&made, SHOAL_ERR_INPUT, "column 'other' holds text");
    made.x.n = 0;
    expect_failure(&made, SHOAL_ERR_INPUT, "the matrix has no row");
    made.x.n = 50;
    release(&made);
}

Test(assign, stops_when_it_is_told_to)
{
    data made = make(5000, 2, 3, CONTINUOUS, SHOAL_F32, 10);
    const volatile sig_atomic_t cancel = 1;
    const shoal_ctx ctx = {.cancel = &cancel};
    const shoal_matrix x = {.n = made.x.n, .d = made.x.d, .columns = made.columns};
    cr_assert_eq(shoal_kmeans_assign(&ctx, &x, made.k, made.centroids, &made.out, NULL), SHOAL_ERR_INTERRUPTED);
    release(&made);
}

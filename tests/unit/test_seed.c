/* Where runs begin: every way of seeding, and what it is made of. */
#include <criterion/criterion.h>
#include <malloc.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "matrix_support.h"
#include "model/kmeans/row_draw.h"
#include "model/kmeans/sample.h"
#include "model/kmeans/seed.h"

/* Memory of the library comes from aligned_alloc; `fail_at` makes the call of that number fail. */
static long allocations, fail_at;

void *aligned_alloc(size_t alignment, size_t size)
{
    allocations++;
    if (fail_at > 0 && allocations == fail_at) return NULL;
    return memalign(alignment, size);
}

enum way { PLUSPLUS, PARALLEL, SAMPLE, RANDOM, N_WAYS };
enum { MANY = 100001, SOME = 20001 }; /* SAMPLE draws from MANY rows, below that it is PLUSPLUS */

static int rows_for(int way)
{
    return way == SAMPLE ? MANY : SOME;
}

static shoal_status seed_by(enum way way, const shoal_ctx *ctx, const shoal_tiles *tiles, uint64_t stream,
                            shoal_centroids *centroids, shoal_error *err)
{
    const shoal_seed_limit limit = {100, 0};
    switch (way) {
    case PARALLEL: return shoal_seed_parallel(ctx, tiles, 5, stream, centroids, err);
    case SAMPLE: return shoal_seed_sample(ctx, tiles, &limit, 5, stream, centroids, err);
    case RANDOM: return shoal_seed_random(tiles, 5, stream, centroids, err);
    default: return shoal_seed_plusplus(ctx, tiles, 5, stream, centroids, err);
    }
}

static void build(const test_matrix *matrix, const double *weight, int k, shoal_tiles *tiles,
                  shoal_centroids *centroids)
{
    shoal_error err = {0};
    cr_assert_eq(shoal_tiles_build(NULL, &matrix->view, weight, tiles, &err), SHOAL_OK, "%s", err.message);
    cr_assert_eq(shoal_centroids_make(tiles, k, centroids, &err), SHOAL_OK);
}

static void discard(shoal_tiles *tiles, shoal_centroids *centroids)
{
    shoal_centroids_free(centroids);
    shoal_tiles_free(tiles);
}

static double inertia_of(const shoal_tiles *tiles, const shoal_centroids *centroids)
{
    double inertia = 0;
    for (int64_t row = 0; row < tiles->n; row++) {
        double least = INFINITY;
        for (int c = 0; c < centroids->k; c++) {
            double distance = 0;
            for (int j = 0; j < tiles->d; j++)
                distance += pow(shoal_tiles_value(tiles, row, j) - centroids->wide[c * tiles->d + j], 2);
            least = fmin(least, distance);
        }
        inertia += shoal_tiles_weight(tiles, row) * least;
    }
    return inertia;
}

/* Rows 10, 20 ... 50 carry weight, all others lie far off and carry none. */
static void check_weightless(enum way way, shoal_type type)
{
    enum { K = 5 };
    test_matrix matrix;
    matrix_make(&matrix, MANY, 1, type);
    double *weight = calloc(MANY, sizeof *weight);
    for (int i = 0; i < MANY; i++) matrix_set(&matrix, i, 0, 1000 + i);
    for (int c = 1; c <= K; c++) {
        matrix_set(&matrix, 20000 * c, 0, 10 * c);
        weight[20000 * c] = c;
    }
    shoal_tiles tiles;
    shoal_centroids centroids;
    build(&matrix, weight, K, &tiles, &centroids);
    for (uint64_t stream = 0; stream < 3; stream++) {
        cr_assert_eq(seed_by(way, NULL, &tiles, stream, &centroids, NULL), SHOAL_OK);
        bool found[K + 1] = {false};
        for (int c = 0; c < K; c++) {
            const double value = (centroids.wide[c] + tiles.offset[0]) / 10, at = round(value);
            cr_assert(at >= 1 && at <= K && fabs(at - value) < 1e-9, "way %d: %.17g", way, value);
            cr_assert(!found[(int)at], "way %d: %g twice", way, at);
            found[(int)at] = true;
        }
    }
    discard(&tiles, &centroids);
    matrix_free(&matrix);
    free(weight);
}

Test(seed, rows_without_weight_are_never_drawn)
{
    for (int way = 0; way < N_WAYS; way++) {
        check_weightless((enum way)way, SHOAL_F32);
        check_weightless((enum way)way, SHOAL_F64);
    }
}

/* n rows of `different` values, k centroids: each value once while there are any. */
static void check_values(enum way way, int n, int different, int k)
{
    test_matrix matrix;
    matrix_make(&matrix, n, 2, SHOAL_F32);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < 2; j++) matrix_set(&matrix, i, j, i % different);
    shoal_tiles tiles;
    shoal_centroids centroids;
    build(&matrix, NULL, k, &tiles, &centroids);
    for (uint64_t stream = 0; stream < 5; stream++) {
        cr_assert_eq(seed_by(way, NULL, &tiles, stream, &centroids, NULL), SHOAL_OK);
        bool found[64] = {false};
        int values = 0;
        for (int c = 0; c < k; c++) {
            const double value = centroids.wide[2 * c], at = round(value);
            cr_assert(at >= 0 && at < different && fabs(at - value) < 1e-9 && centroids.wide[2 * c + 1] == value);
            values += !found[(int)at];
            found[(int)at] = true;
        }
        cr_assert_eq(values, k < different ? k : different, "way %d, n %d, %d different, k %d: %d", way, n, different,
                     k, values);
    }
    discard(&tiles, &centroids);
    matrix_free(&matrix);
}

Test(seed, as_many_centroids_as_rows_or_more_than_differ)
{
    for (int way = 0; way < N_WAYS; way++) {
        check_values((enum way)way, 1, 1, 1);
        check_values((enum way)way, 40, 40, 40);
        check_values((enum way)way, 700, 6, 6);
        check_values((enum way)way, 700, 3, 9);
        check_values((enum way)way, MANY, 3, 5);
    }
}

Test(seed, constant_columns_change_nothing)
{
    enum { N = 5000, K = 7 };
    test_matrix plain, constant;
    matrix_blobs(&plain, N, 2, SHOAL_F32, K, 3, 9);
    matrix_make(&constant, N, 3, SHOAL_F32);
    for (int i = 0; i < N; i++) {
        matrix_set(&constant, i, 0, matrix_get(&plain, i, 0));
        matrix_set(&constant, i, 1, 1e7);
        matrix_set(&constant, i, 2, matrix_get(&plain, i, 1));
    }
    shoal_tiles two, three;
    shoal_centroids a, b;
    build(&plain, NULL, K, &two, &a);
    build(&constant, NULL, K, &three, &b);
    for (int way = 0; way < N_WAYS; way++) {
        cr_assert_eq(seed_by((enum way)way, NULL, &two, 1, &a, NULL), SHOAL_OK);
        cr_assert_eq(seed_by((enum way)way, NULL, &three, 1, &b, NULL), SHOAL_OK);
        for (int c = 0; c < K; c++) {
            cr_assert(a.wide[2 * c] == b.wide[3 * c] && a.wide[2 * c + 1] == b.wide[3 * c + 2], "way %d", way);
            cr_assert_eq(b.wide[3 * c + 1] + three.offset[1], 1e7);
        }
    }
    discard(&two, &a);
    discard(&three, &b);
    matrix_free(&plain);
    matrix_free(&constant);
}

/* FNV-1a over the centroids of every way, with and without weights. */
static uint64_t hash_of_seeds(shoal_type type, int threads)
{
    enum { K = 6 };
    const shoal_ctx ctx = {.threads = threads};
    double *weight = malloc(MANY * sizeof *weight);
    for (int i = 0; i < MANY; i++) weight[i] = 0.1 * (i % 7);
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (int at = 0; at < 2 * N_WAYS; at++) {
        const int way = at / 2, weighted = at % 2;
        test_matrix matrix;
        shoal_tiles tiles;
        shoal_centroids centroids;
        matrix_blobs(&matrix, rows_for(way), 3, type, 9, 1, 4);
        build(&matrix, weighted ? weight : NULL, K, &tiles, &centroids);
        cr_assert_eq(seed_by((enum way)way, &ctx, &tiles, 2, &centroids, NULL), SHOAL_OK);
        const unsigned char *byte = (const unsigned char *)centroids.wide;
        for (size_t i = 0; i < K * 3 * sizeof *centroids.wide; i++) hash = (hash ^ byte[i]) * UINT64_C(0x100000001b3);
        discard(&tiles, &centroids);
        matrix_free(&matrix);
    }
    free(weight);
    return hash;
}

/* A process of its own, since the instruction set is chosen once a process; 0 where this CPU lacks it. */
static uint64_t hash_in_child(shoal_type type, int threads, const char *isa)
{
    int ends[2];
    uint64_t answer = 0;
    cr_assert_eq(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) {
        setenv("SHOAL_CPU", isa, 1);
        if (strcmp(shoal_kernels_get()->isa, isa) == 0) answer = hash_of_seeds(type, threads);
        _exit(write(ends[1], &answer, sizeof answer) == sizeof answer ? 0 : 1);
    }
    cr_assert_eq(read(ends[0], &answer, sizeof answer), (ssize_t)sizeof answer);
    cr_assert_eq(waitpid(child, NULL, 0), child);
    close(ends[0]);
    close(ends[1]);
    return answer;
}

Test(seed, same_bits_on_any_number_of_threads_and_instruction_set)
{
    static const shoal_type types[] = {SHOAL_F32, SHOAL_F64};
    for (int t = 0; t < 2; t++) {
        const uint64_t first = hash_in_child(types[t], 1, "scalar");
        cr_assert_neq(first, 0);
        static const char *const isas[] = {"avx2", "avx512"};
        for (int isa = 0; isa < 2; isa++)
            for (int threads = 1; threads <= 3; threads++) {
                const uint64_t other = hash_in_child(types[t], threads, isas[isa]);
                cr_assert(other == first || other == 0, "%s, %d threads", isas[isa], threads);
            }
    }
}

/* Weights that are all 1 draw the same rows as none. */
Test(seed, weights_of_one_are_none)
{
    enum { N = 20000, K = 20 };
    test_matrix matrix;
    matrix_blobs(&matrix, N, 4, SHOAL_F32, K, 1, 6);
    double *weight = malloc(N * sizeof *weight);
    for (int i = 0; i < N; i++) weight[i] = 1;
    shoal_tiles with, without;
    shoal_centroids a, b;
    build(&matrix, weight, K, &with, &a);
    build(&matrix, NULL, K, &without, &b);
    for (int way = 0; way < N_WAYS; way++) {
        cr_assert_eq(seed_by((enum way)way, NULL, &with, 3, &a, NULL), SHOAL_OK);
        cr_assert_eq(seed_by((enum way)way, NULL, &without, 3, &b, NULL), SHOAL_OK);
        cr_assert_eq(memcmp(a.wide, b.wide, K * 4 * sizeof *a.wide), 0, "way %d", way);
    }
    discard(&with, &a);
    discard(&without, &b);
    matrix_free(&matrix);
    free(weight);
}

/* A start from a sample is near a minimum of all rows: iterations over these would gain little. */
Test(seed, a_sample_stands_for_all_rows)
{
    enum { K = 4, STREAMS = 3 };
    test_matrix matrix;
    matrix_blobs(&matrix, 2 * MANY, 2, SHOAL_F32, K, 20, 3);
    shoal_tiles tiles;
    shoal_centroids centroids;
    build(&matrix, NULL, K, &tiles, &centroids);
    for (uint64_t stream = 0; stream < STREAMS; stream++) {
        cr_assert_eq(seed_by(SAMPLE, NULL, &tiles, stream, &centroids, NULL), SHOAL_OK);
        const double variance = inertia_of(&tiles, &centroids) / (double)tiles.n / 2; /* 1 within the groups */
        cr_assert_float_eq(variance, 1, 0.01, "%g", variance);
    }
    discard(&tiles, &centroids);
    matrix_free(&matrix);
}

Test(seed, stretches_of_a_sample)
{
    enum { N = 1000, SIZE = 100 };
    test_matrix matrix;
    matrix_make(&matrix, N, 1, SHOAL_F32);
    double weight[N];
    for (int i = 0; i < N; i++) {
        matrix_set(&matrix, i, 0, i);
        weight[i] = i < 500 ? 0 : i == 999 ? 499 : 1;
    }
    shoal_tiles tiles, sample;
    shoal_centroids centroids;
    build(&matrix, NULL, 1, &tiles, &centroids);
    cr_assert_eq(shoal_sample_make(&tiles, SIZE, 1, 0, &sample, NULL), SHOAL_OK);
    for (int i = 0; i < SIZE; i++) cr_assert_eq((int)shoal_tiles_value(&sample, i, 0) / 10, i);
    shoal_tiles_free(&sample);
    discard(&tiles, &centroids);

    build(&matrix, weight, 1, &tiles, &centroids);
    cr_assert_eq(shoal_sample_make(&tiles, SIZE, 1, 0, &sample, NULL), SHOAL_OK);
    cr_assert(sample.weight == NULL && sample.total_weight == SIZE);
    for (int i = 0; i < SIZE; i++) {
        const double value = shoal_tiles_value(&sample, i, 0);
        if (i < 49) cr_assert_leq(fabs(value - (505 + 9.98 * i)), 9.98, "%d: %g", i, value);
        if (i >= 50) cr_assert_eq(value, 999);
    }
    shoal_tiles_free(&sample);
    discard(&tiles, &centroids);
    matrix_free(&matrix);
}

/* The figures of reweighed rows are those of tiles built with these weights. */
Test(seed, reweighed_rows)
{
    enum { N = 700 };
    test_matrix matrix;
    matrix_blobs(&matrix, N, 3, SHOAL_F32, 3, 2, 8);
    double weight[N];
    int64_t rows[N];
    for (int i = 0; i < N; i++) {
        weight[i] = 1e-3 * (1 + i % 50);
        rows[i] = i;
    }
    shoal_tiles plain, weighted, sample;
    shoal_centroids a, b;
    build(&matrix, NULL, 1, &plain, &a);
    build(&matrix, weight, 1, &weighted, &b);
    cr_assert_eq(shoal_tiles_sample(&plain, rows, N, &sample, NULL), SHOAL_OK);
    cr_assert_eq(shoal_sample_weigh(weight, &sample, NULL), SHOAL_OK);
    cr_assert_eq(sample.weight_grid, weighted.weight_grid);
    cr_assert_float_eq(sample.total_weight / weighted.total_weight, 1, 1e-12);
    cr_assert_float_eq(sample.total_squares / weighted.total_squares, 1, 1e-12);
    for (int j = 0; j < 3; j++) {
        cr_assert_eq(sample.grid[j], weighted.grid[j]);
        cr_assert_float_eq(sample.mean[j], weighted.mean[j], 1e-12);
    }
    cr_assert_eq(memcmp(sample.weight, weight, sizeof weight), 0);
    shoal_tiles_free(&sample);
    discard(&plain, &a);
    discard(&weighted, &b);
    matrix_free(&matrix);
}

Test(seed, rows_are_drawn_by_weight)
{
    enum { N = 600, DRAWS = 60000 };
    test_matrix matrix;
    matrix_make(&matrix, N, 1, SHOAL_F32);
    double weight[N], total = 0, chi = 0;
    for (int i = 0; i < N; i++) total += weight[i] = i % 4;
    shoal_tiles tiles;
    shoal_centroids centroids;
    build(&matrix, weight, 1, &tiles, &centroids);
    shoal_row_draw draw;
    shoal_rng rng = shoal_rng_start(3, 4);
    int count[N] = {0};
    cr_assert_eq(shoal_row_draw_make(&tiles, &draw, NULL), SHOAL_OK);
    for (int i = 0; i < DRAWS; i++) count[shoal_row_draw_next(&draw, &rng)]++;
    for (int i = 0; i < N; i++) {
        const double expected = DRAWS * weight[i] / total;
        if (weight[i] == 0) cr_assert_eq(count[i], 0);
        else chi += pow(count[i] - expected, 2) / expected;
    }
    cr_assert_float_eq(chi, 449, 120, "%g", chi); /* 449 degrees of freedom, 4 deviations of 30 */
    cr_assert_eq(shoal_row_draw_at(&draw, 0), 1);
    cr_assert_eq(shoal_row_draw_at(&draw, 1e9), N - 1);
    shoal_row_draw_free(&draw);
    discard(&tiles, &centroids);
    matrix_free(&matrix);
}

Test(seed, different_rows_are_counted)
{
    enum { N = 3000 };
    test_matrix matrix;
    matrix_make(&matrix, N, 2, SHOAL_F64);
    double weight[N];
    for (int i = 0; i < N; i++) {
        matrix_set(&matrix, i, 0, i % 3 == 0 ? 0.0 : i % 3 == 1 ? -0.0 : 1);
        matrix_set(&matrix, i, 1, i % 5 * 1e-300);
        weight[i] = i % 5 != 4;
    }
    int distinct;
    shoal_tiles tiles;
    shoal_centroids centroids;
    build(&matrix, NULL, 1, &tiles, &centroids);
    const int limits[] = {1, 9, 10, 11, 2000};
    for (int i = 0; i < 5; i++) {
        cr_assert_eq(shoal_tiles_distinct(&tiles, limits[i], &distinct, NULL), SHOAL_OK);
        cr_assert_eq(distinct, limits[i] < 10 ? limits[i] : 10);
    }
    discard(&tiles, &centroids);
    build(&matrix, weight, 1, &tiles, &centroids);
    cr_assert_eq(shoal_tiles_distinct(&tiles, 100, &distinct, NULL), SHOAL_OK);
    cr_assert_eq(distinct, 8);
    discard(&tiles, &centroids);
    matrix_free(&matrix);
}

Test(seed, every_allocation_may_fail)
{
    double *weight = malloc(MANY * sizeof *weight);
    for (int i = 0; i < MANY; i++) weight[i] = 1 + i % 3;
    for (int way = 0; way < N_WAYS; way++) {
        test_matrix matrix;
        shoal_tiles tiles;
        shoal_centroids centroids;
        matrix_blobs(&matrix, rows_for(way), 1, SHOAL_F32, 3, 9, 3);
        build(&matrix, weight, 3, &tiles, &centroids);
        shoal_status status = SHOAL_ERR_MEMORY;
        for (long at = 1; status != SHOAL_OK; at++) {
            cr_assert_lt(at, 200);
            allocations = 0;
            fail_at = at;
            status = seed_by((enum way)way, NULL, &tiles, 0, &centroids, NULL);
            fail_at = 0;
            cr_assert(status == SHOAL_OK || status == SHOAL_ERR_MEMORY);
            cr_assert(status == SHOAL_OK || at <= allocations);
        }
        discard(&tiles, &centroids);
        matrix_free(&matrix);
    }
    free(weight);
}

Test(seed, cancellation)
{
    test_matrix matrix;
    matrix_blobs(&matrix, MANY, 1, SHOAL_F32, 3, 9, 3);
    shoal_tiles tiles;
    shoal_centroids centroids;
    build(&matrix, NULL, 3, &tiles, &centroids);
    const volatile sig_atomic_t cancel = 1;
    const shoal_ctx ctx = {.threads = 2, .cancel = &cancel};
    for (int way = PLUSPLUS; way <= SAMPLE; way++) {
        shoal_error err = {0};
        cr_assert_eq(seed_by((enum way)way, &ctx, &tiles, 0, &centroids, &err), SHOAL_ERR_INTERRUPTED);
        cr_assert_str_eq(err.message, "interrupted");
    }
    discard(&tiles, &centroids);
    matrix_free(&matrix);
}

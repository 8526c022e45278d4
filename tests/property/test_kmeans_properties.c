/* What must hold for any data, checked without the library: sums in long double or float64 by brute force. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <shoal/kmeans.h>

#include "fused.h"
#include "kernels.h"
#include "matrix_support.h"

typedef struct shape {
    int n, d, k;
    shoal_type type;
    double apart;
} shape;

static const shape shapes[] = {
    {50, 1, 3, SHOAL_F64, 2},    {255, 2, 5, SHOAL_F32, 1},    {257, 3, 2, SHOAL_F64, 1},   {5000, 4, 8, SHOAL_F32, 1},
    {4097, 7, 16, SHOAL_F64, 1}, {5000, 16, 12, SHOAL_F32, 0}, {3000, 2, 40, SHOAL_F32, 0},
};
enum { N_SHAPES = sizeof shapes / sizeof shapes[0] };

static void fit(const shoal_ctx *ctx, const shoal_matrix *x, const shoal_kmeans_opts *opts, shoal_kmeans_result *result)
{
    shoal_error error = {0};
    cr_assert_geq(shoal_kmeans_fit(ctx, x, opts, result, &error), 0, "%s", error.message);
}

static shoal_kmeans_opts options(const shape *s)
{
    shoal_kmeans_opts opts = shoal_kmeans_opts_default();
    opts.n_clusters = s->k;
    opts.n_init = 2;
    opts.seed = 42;
    return opts;
}

/* Squared distance of float64, one rounding a term, in the order of the columns: what labels are defined by. */
FUSED static double squared_distance(const test_matrix *matrix, int64_t row, const double *centroid)
{
    double sum = 0;
    for (int j = 0; j < matrix->view.d; j++) {
        const double difference = matrix_get(matrix, row, j) - centroid[j];
        sum = fma(difference, difference, sum);
    }
    return sum;
}

Test(kmeans_properties, labels_are_nearest_to_the_last_bit)
{
    for (int s = 0; s < N_SHAPES; s++) {
        test_matrix matrix;
        matrix_blobs(&matrix, shapes[s].n, shapes[s].d, shapes[s].type, 5, shapes[s].apart, 100 + (uint64_t)s);
        const shoal_kmeans_opts opts = options(&shapes[s]);
        shoal_kmeans_result result;
        fit(NULL, &matrix.view, &opts, &result);
        for (int64_t i = 0; i < result.n; i++) {
            int nearest = 0;
            double least = INFINITY;
            for (int c = 0; c < result.k; c++) {
                const double distance = squared_distance(&matrix, i, result.centroids + c * result.d);
                if (distance < least) {
                    least = distance;
                    nearest = c;
                }
            }
            cr_assert_eq(result.labels[i], nearest, "shape %d, row %ld", s, (long)i);
        }
        shoal_kmeans_result_free(&result);
        matrix_free(&matrix);
    }
}

/* Sums are rounded to 2^-50 of the column's largest value; n of those roundings average out below 1e-14 of it. */
Test(kmeans_properties, centroids_are_means_and_inertia_is_the_sum)
{
    for (int s = 0; s < N_SHAPES; s++) {
        test_matrix matrix;
        matrix_blobs(&matrix, shapes[s].n, shapes[s].d, shapes[s].type, 5, shapes[s].apart, 200 + (uint64_t)s);
        shoal_kmeans_opts opts = options(&shapes[s]);
        opts.tol = 0;
        opts.max_iter = 3000;
        shoal_kmeans_result result;
        fit(NULL, &matrix.view, &opts, &result);
        cr_assert(result.converged);
        long double inertia = 0;
        static long double sums[64][MATRIX_MAX_D];
        int64_t sizes[64] = {0};
        memset(sums, 0, sizeof sums);
        for (int64_t i = 0; i < result.n; i++) {
            const int c = result.labels[i];
            sizes[c]++;
            for (int j = 0; j < result.d; j++) {
                const long double value = matrix_get(&matrix, i, j);
                sums[c][j] += value;
                inertia += (value - result.centroids[c * result.d + j]) * (value - result.centroids[c * result.d + j]);
            }
        }
        for (int c = 0; c < result.k; c++) {
            cr_assert_eq(sizes[c], result.sizes[c]);
            cr_assert(result.weights[c] == (double)sizes[c]);
            for (int j = 0; j < result.d && sizes[c] > 0; j++)
                cr_assert_float_eq(result.centroids[c * result.d + j], (double)(sums[c][j] / sizes[c]), 1e-13);
        }
        cr_assert_float_eq(result.inertia / (double)inertia, 1, 1e-13);
        shoal_kmeans_result_free(&result);
        matrix_free(&matrix);
    }
}

Test(kmeans_properties, inertia_never_rises)
{
    for (int s = 0; s < N_SHAPES; s++) {
        test_matrix matrix;
        matrix_blobs(&matrix, shapes[s].n, shapes[s].d, shapes[s].type, 5, shapes[s].apart, 300 + (uint64_t)s);
        shoal_kmeans_opts opts = options(&shapes[s]);
        opts.n_init = 1;
        opts.init = SHOAL_INIT_RANDOM;
        opts.tol = 0;
        double last = INFINITY;
        bool converged = false;
        for (int iterations = 1; iterations <= 25 && !converged; iterations++) {
            shoal_kmeans_result result;
            opts.max_iter = iterations;
            fit(NULL, &matrix.view, &opts, &result);
            cr_assert_leq(result.inertia, last * (1 + 1e-14), "shape %d, iteration %d", s, iterations);
            last = result.inertia;
            converged = result.converged;
            shoal_kmeans_result_free(&result);
        }
        matrix_free(&matrix);
    }
}

/* The silhouette by centroids, from float64 distances; float32 kernels know the second distance to 1e-7. */
Test(kmeans_properties, silhouette)
{
    for (int s = 0; s < N_SHAPES; s++) {
        test_matrix matrix;
        matrix_blobs(&matrix, shapes[s].n, shapes[s].d, shapes[s].type, 5, shapes[s].apart, 400 + (uint64_t)s);
        const shoal_kmeans_opts opts = options(&shapes[s]);
        shoal_kmeans_result result;
        fit(NULL, &matrix.view, &opts, &result);
        double sum = 0;
        for (int64_t i = 0; i < result.n; i++) {
            double a = INFINITY, b = INFINITY;
            for (int c = 0; c < result.k; c++) {
                const double distance = sqrt(squared_distance(&matrix, i, result.centroids + c * result.d));
                if (distance < a) {
                    b = a;
                    a = distance;
                } else if (distance < b) {
                    b = distance;
                }
            }
            if (b > 0) sum += (b - a) / b;
        }
        cr_assert_float_eq(result.silhouette, sum / (double)result.n, 1e-6);
        shoal_kmeans_result_free(&result);
        matrix_free(&matrix);
    }
}

Test(kmeans_properties, column_order_keeps_labels)
{
    for (int s = 0; s < N_SHAPES; s++) {
        test_matrix matrix;
        matrix_blobs(&matrix, shapes[s].n, shapes[s].d, shapes[s].type, 5, shapes[s].apart, 500 + (uint64_t)s);
        shoal_column reversed[MATRIX_MAX_D];
        for (int j = 0; j < shapes[s].d; j++) reversed[j] = matrix.columns[shapes[s].d - 1 - j];
        const shoal_matrix other = {.n = shapes[s].n, .d = shapes[s].d, .columns = reversed};
        shoal_kmeans_opts opts = options(&shapes[s]);
        opts.init = SHOAL_INIT_RANDOM;
        shoal_kmeans_result a, b;
        fit(NULL, &matrix.view, &opts, &a);
        fit(NULL, &other, &opts, &b);
        cr_assert_arr_eq(a.labels, b.labels, (size_t)a.n * sizeof *a.labels);
        shoal_kmeans_result_free(&a);
        shoal_kmeans_result_free(&b);
        matrix_free(&matrix);
    }
}

/* Values on a grid of 2^-20, so that adding 1e8 in float64 is exact. */
Test(kmeans_properties, large_offsets_change_no_label)
{
    for (int s = 0; s < N_SHAPES; s++) {
        test_matrix plain, shifted;
        matrix_blobs(&plain, shapes[s].n, shapes[s].d, SHOAL_F64, 5, shapes[s].apart, 600 + (uint64_t)s);
        matrix_make(&shifted, shapes[s].n, shapes[s].d, SHOAL_F64);
        for (int64_t i = 0; i < shapes[s].n; i++)
            for (int j = 0; j < shapes[s].d; j++) {
                const double value = rint(ldexp(matrix_get(&plain, i, j), 20)) * 0x1p-20;
                matrix_set(&plain, i, j, value);
                matrix_set(&shifted, i, j, value + (j % 2 == 0 ? 1e8 : -1e8));
            }
        const shoal_kmeans_opts opts = options(&shapes[s]);
        shoal_kmeans_result a, b;
        fit(NULL, &plain.view, &opts, &a);
        fit(NULL, &shifted.view, &opts, &b);
        cr_assert_arr_eq(a.labels, b.labels, (size_t)a.n * sizeof *a.labels, "shape %d", s);
        cr_assert_float_eq(b.inertia / a.inertia, 1, 1e-7);
        shoal_kmeans_result_free(&a);
        shoal_kmeans_result_free(&b);
        matrix_free(&plain);
        matrix_free(&shifted);
    }
}

/* Copies lie beside their row. Weighted sums are rounded once, sums of copies once a copy: 1e-13 apart at most. */
Test(kmeans_properties, weight_is_a_number_of_copies)
{
    for (int s = 0; s < N_SHAPES; s++)
        for (int init = SHOAL_INIT_KMEANSPP; init <= SHOAL_INIT_RANDOM; init++) {
            const shape *at = &shapes[s];
            test_matrix rows, copies;
            matrix_blobs(&rows, at->n, at->d, at->type, 5, at->apart, 700 + (uint64_t)s);
            double *weight = malloc((size_t)at->n * sizeof *weight);
            shoal_rng rng = shoal_rng_start((uint64_t)s + 1, 5);
            int64_t total = 0;
            for (int64_t i = 0; i < at->n; i++) total += (int64_t)(weight[i] = (double)shoal_rng_below(&rng, 5));
            matrix_make(&copies, total, at->d, at->type);
            for (int64_t i = 0, copy = 0; i < at->n; i++)
                for (int w = 0; w < (int)weight[i]; w++, copy++)
                    for (int j = 0; j < at->d; j++) matrix_set(&copies, copy, j, matrix_get(&rows, i, j));
            shoal_kmeans_opts opts = options(at);
            opts.init = (shoal_kmeans_init)init;
            shoal_kmeans_result a, b;
            fit(NULL, &copies.view, &opts, &b);
            opts.weight = weight;
            fit(NULL, &rows.view, &opts, &a);
            for (int64_t i = 0, copy = 0; i < at->n; i++)
                for (int w = 0; w < (int)weight[i]; w++, copy++)
                    cr_assert_eq(a.labels[i], b.labels[copy], "shape %d, row %ld", s, (long)i);
            for (int c = 0; c < at->k; c++) {
                cr_assert(a.weights[c] == b.weights[c]);
                for (int j = 0; j < at->d; j++)
                    cr_assert_float_eq(a.centroids[c * at->d + j], b.centroids[c * at->d + j], 1e-13);
            }
            cr_assert_float_eq(a.inertia / b.inertia, 1, 1e-13);
            cr_assert_float_eq(a.silhouette, b.silhouette, 1e-12);
            cr_assert_eq(a.iterations, b.iterations);
            shoal_kmeans_result_free(&a);
            shoal_kmeans_result_free(&b);
            matrix_free(&rows);
            matrix_free(&copies);
            free(weight);
        }
}

/* Rows on a small integer grid, as scores are: equal rows and exact ties everywhere. */
Test(kmeans_properties, ties_and_equal_rows)
{
    test_matrix matrix;
    matrix_make(&matrix, 6000, 3, SHOAL_F32);
    shoal_rng rng = shoal_rng_start(17, 0);
    for (int i = 0; i < 6000; i++)
        for (int j = 0; j < 3; j++) matrix_set(&matrix, i, j, 1 + (double)shoal_rng_below(&rng, 5));
    for (int k = 2; k <= 30; k += 7) {
        shoal_kmeans_opts opts = shoal_kmeans_opts_default();
        opts.n_clusters = k;
        opts.n_init = 2;
        shoal_kmeans_result result;
        fit(NULL, &matrix.view, &opts, &result);
        for (int i = 0; i < 6000; i++) {
            int nearest = 0;
            for (int c = 1; c < k; c++)
                if (squared_distance(&matrix, i, result.centroids + 3 * c) <
                    squared_distance(&matrix, i, result.centroids + 3 * nearest))
                    nearest = c;
            cr_assert_eq(result.labels[i], nearest);
        }
        shoal_kmeans_result_free(&result);
    }
    matrix_free(&matrix);
}

/* FNV-1a over all that a fit answers. */
static uint64_t hash(uint64_t seed, const void *data, size_t bytes)
{
    const unsigned char *byte = data;
    for (size_t i = 0; i < bytes; i++) seed = (seed ^ byte[i]) * UINT64_C(0x100000001b3);
    return seed;
}

static uint64_t hash_of_fit(const shape *s, uint64_t seed, int threads)
{
    test_matrix matrix;
    const shoal_ctx ctx = {.threads = threads};
    shoal_kmeans_opts opts = options(s);
    opts.max_iter = s->n < 30000 ? 8 : 60; /* long enough for rows to be sorted */
    double *weight = malloc((size_t)s->n * sizeof *weight);
    for (int64_t i = 0; i < s->n; i++) weight[i] = 0.1 + (double)(i % 7);
    matrix_blobs(&matrix, s->n, s->d, s->type, 5, s->apart, seed);
    uint64_t all = UINT64_C(0xcbf29ce484222325);
    for (int weighted = 0; weighted < 2; weighted++) {
        shoal_kmeans_result result;
        opts.weight = weighted ? weight : NULL;
        fit(&ctx, &matrix.view, &opts, &result);
        all = hash(all, result.labels, (size_t)result.n * sizeof *result.labels);
        all = hash(all, result.centroids, (size_t)(result.k * result.d) * sizeof *result.centroids);
        all = hash(all, result.weights, (size_t)result.k * sizeof *result.weights);
        all = hash(all, &result.inertia, sizeof result.inertia);
        all = hash(all, &result.silhouette, sizeof result.silhouette);
        shoal_kmeans_result_free(&result);
    }
    matrix_free(&matrix);
    free(weight);
    return all;
}

/* A process of its own, since the instruction set is chosen once a process. */
static uint64_t hash_in_child(const shape *s, uint64_t seed, int threads, const char *isa)
{
    int ends[2];
    uint64_t answer = 0;
    cr_assert_eq(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) {
        setenv("SHOAL_CPU", isa, 1);
        answer = hash_of_fit(s, seed, threads);
        if (strcmp(shoal_isa_name(), isa) != 0) answer = 0;
        _exit(write(ends[1], &answer, sizeof answer) == sizeof answer ? 0 : 1);
    }
    cr_assert_eq(read(ends[0], &answer, sizeof answer), (ssize_t)sizeof answer);
    cr_assert_eq(waitpid(child, NULL, 0), child);
    close(ends[0]);
    close(ends[1]);
    return answer;
}

Test(kmeans_properties, same_bits_on_any_number_of_threads_and_instruction_set)
{
    static const int threads[] = {1, 2, 3, 8};
    static const char *const isas[] = {"avx2", "avx512"};
    static const shape large[] = {{13000, 5, 4, SHOAL_F32, 1},
                                  {9000, 3, 5, SHOAL_F64, 1},
                                  {9000, 2, 3, SHOAL_F32, 0},
                                  {40000, 4, 6, SHOAL_F32, 1}};
    for (int s = 0; s < 4; s++) {
        const uint64_t first = hash_in_child(&large[s], 800 + (uint64_t)s, 1, "scalar");
        cr_assert_neq(first, 0);
        for (int isa = 0; isa < 2; isa++) {
            if (shoal_kernels_for(isas[isa]) == NULL) continue;
            for (int t = 0; t < 4; t++)
                cr_assert_eq(hash_in_child(&large[s], 800 + (uint64_t)s, threads[t], isas[isa]), first,
                             "shape %d, %s, %d threads", s, isas[isa], threads[t]);
        }
    }
}

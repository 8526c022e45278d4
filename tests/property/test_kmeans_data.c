/* Data that break programs: equal rows, constant columns, ties everywhere, heavy tails, every type, both ends of the
 * range. Every fit is held against the naive one and must fulfil what every fit must. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "kmeans_check.h"
#include "kmeans_data.h"

/* From the first k different rows: the naive result, by each algorithm. From any other start: a valid one. */
static void check_exactly(const test_matrix *matrix, int k, const double *weight, const char *name)
{
    char what[128];
    naive_data data = naive_read(&matrix->view, weight);
    double *start = first_rows(&data, k);
    naive_run run = naive_start(&data, k, start);
    naive_iterate(&run, 3000);
    for (int algorithm = 0; algorithm < N_ALGORITHMS; algorithm++) {
        snprintf(what, sizeof what, "%s, k %d, %s", name, k, algorithm_name(algorithm));
        shoal_kmeans_opts opts = options_to_the_end(k, start);
        opts.weight = weight;
        opts.algorithm = (shoal_kmeans_algorithm)algorithm;
        shoal_kmeans_result result = fit_of(NULL, &matrix->view, &opts, what);
        cr_assert(result.converged, "%s", what);
        check_labels(result.labels, run.labels, data.n, what);
        cr_assert_eq(result.iterations, run.iterations, "%s: %d iterations, naive %d", what, result.iterations,
                     run.iterations);
        if (algorithm == 0) check_result(&data, &result, what);
        check_means(&data, &result, what);
        shoal_kmeans_result_free(&result);
    }
    naive_run_free(&run);
    naive_data_free(&data);
    free(start);
}

/* From every kind of start: what every fit must fulfil. Gives the least number of clusters with rows. */
static int check_all_starts(const test_matrix *matrix, int k, const double *weight, const char *name)
{
    char what[128];
    naive_data data = naive_read(&matrix->view, weight);
    int least = k;
    for (int init = 0; init < SHOAL_INIT_GIVEN; init++) {
        snprintf(what, sizeof what, "%s, k %d, %s", name, k, init_name(init));
        shoal_kmeans_opts opts = options_to_the_end(k, NULL);
        opts.init = (shoal_kmeans_init)init;
        opts.algorithm = (shoal_kmeans_algorithm)(init % N_ALGORITHMS);
        opts.weight = weight;
        shoal_kmeans_result result = fit_of(NULL, &matrix->view, &opts, what);
        cr_assert(result.converged, "%s", what);
        check_result(&data, &result, what);
        check_means(&data, &result, what);
        int used = 0;
        for (int c = 0; c < k; c++) used += result.sizes[c] > 0;
        least = used < least ? used : least;
        shoal_kmeans_result_free(&result);
    }
    naive_data_free(&data);
    return least;
}

Test(kmeans_data, fewer_different_rows_than_clusters, .timeout = 250)
{
    enum { N = 700 };
    for (int different = 1; different <= 6; different++)
        for (int type = SHOAL_F32; type <= SHOAL_F64; type++) {
            test_matrix matrix;
            double weight[N];
            matrix_make(&matrix, N, 2, (shoal_type)type);
            for (int i = 0; i < N; i++) {
                weight[i] = 1 + i % 3;
                for (int j = 0; j < 2; j++) matrix_set(&matrix, i, j, 0.1 * (i % different) + 0.7 * j);
            }
            cr_assert_eq(check_all_starts(&matrix, 7, NULL, "few different rows"), different);
            cr_assert_eq(check_all_starts(&matrix, 7, weight, "few different rows, weighted"), different);
            /* float64 centroids are a rounding beside their rows, which costs an iteration */
            if (type == SHOAL_F32) check_exactly(&matrix, different, weight, "as many clusters as different rows");
            matrix_free(&matrix);
        }
}

Test(kmeans_data, as_many_clusters_as_rows, .timeout = 250)
{
    static const int sizes[] = {1, 2, 60, 300};
    for (int s = 0; s < 4; s++)
        for (int type = SHOAL_F32; type <= SHOAL_F64; type++) {
            test_matrix matrix;
            data_make(&matrix, DATA_UNIFORM, sizes[s], 3, (shoal_type)type, 71);
            for (int init = 0; init < N_INITS; init++) {
                naive_data data = naive_read(&matrix.view, NULL);
                shoal_kmeans_opts opts = options_to_the_end(sizes[s], data.rows);
                opts.init = (shoal_kmeans_init)init;
                shoal_kmeans_result result = fit_of(NULL, &matrix.view, &opts, init_name(init));
                /* values of float64 are rounded to 2^-46 of the column's largest */
                cr_assert_leq(result.inertia, type == SHOAL_F32 ? 0 : sizes[s] * 3 * 0x1p-90, "%d rows, %s", sizes[s],
                              init_name(init));
                cr_assert(result.converged);
                for (int c = 0; c < sizes[s]; c++) cr_assert_eq(result.sizes[c], 1);
                check_result(&data, &result, init_name(init));
                shoal_kmeans_result_free(&result);
                naive_data_free(&data);
            }
            matrix_free(&matrix);
        }
}

Test(kmeans_data, one_cluster_is_the_mean, .timeout = 250)
{
    for (int kind = 0; kind < N_KINDS; kind++)
        for (int n = 1; n <= 20000; n *= 13) {
            test_matrix matrix;
            data_make(&matrix, (data_kind)kind, n, 3, SHOAL_F32, 72);
            double *weight = data_weights(n, 73);
            check_exactly(&matrix, 1, NULL, "one cluster");
            check_exactly(&matrix, 1, weight, "one cluster, weighted");
            cr_assert_eq(check_all_starts(&matrix, 1, weight, "one cluster"), 1);
            matrix_free(&matrix);
            free(weight);
        }
}

/* Constant columns, far from 0 and at it, take part in nothing. */
Test(kmeans_data, constant_columns, .timeout = 250)
{
    static const double constants[] = {0, 1e6, -0.1, 1e-30, 3e12};
    for (int type = SHOAL_F32; type <= SHOAL_F64; type++)
        for (int at = 0; at < 5; at++) {
            test_matrix with, without;
            data_make(&without, DATA_BLOBS, 900, 2, (shoal_type)type, 74);
            matrix_make(&with, 900, 3, (shoal_type)type);
            for (int i = 0; i < 900; i++) {
                matrix_set(&with, i, 0, matrix_get(&without, i, 0));
                matrix_set(&with, i, 1, constants[at]);
                matrix_set(&with, i, 2, matrix_get(&without, i, 1));
            }
            shoal_kmeans_opts opts = options_to_the_end(4, NULL);
            shoal_kmeans_result a = fit_of(NULL, &with.view, &opts, "with a constant column");
            shoal_kmeans_result b = fit_of(NULL, &without.view, &opts, "without");
            check_labels(a.labels, b.labels, 900, "constant column");
            for (int c = 0; c < 4; c++)
                cr_assert(a.centroids[3 * c + 1] == matrix_get(&with, 0, 1), "%g", constants[at]);
            cr_assert_float_eq(a.inertia / b.inertia, 1, 1e-14);
            check_exactly(&with, 5, NULL, "constant column");
            shoal_kmeans_result_free(&a);
            shoal_kmeans_result_free(&b);
            matrix_free(&with);
            matrix_free(&without);
        }
}

/* Whole numbers: distances are exact and tie everywhere, so only the lowest index is right. */
Test(kmeans_data, exact_ties_go_to_the_lowest_index, .timeout = 250)
{
    for (int k = 2; k <= 23; k += 7)
        for (int d = 2; d <= 4; d += 2) {
            test_matrix matrix;
            data_make(&matrix, DATA_GRID, 3000, d, k % 4 == 0 ? SHOAL_F64 : SHOAL_F32, 75 + (uint64_t)k);
            double *weight = data_weights(3000, 76);
            naive_data data = naive_read(&matrix.view, NULL);
            double *start = malloc((size_t)(k * d) * sizeof *start);
            int32_t labels[3000];
            for (int c = 0; c < k * d; c++) start[c] = 1 + (c * 7 / 3) % 5; /* some are equal */
            const shoal_kmeans_assignment out = {.labels = labels};
            cr_assert_eq(shoal_kmeans_assign(NULL, &matrix.view, k, start, &out, NULL), SHOAL_OK);
            for (int i = 0; i < 3000; i++) cr_assert_eq(labels[i], naive_nearest(&data, i, start, k));
            check_exactly(&matrix, k < 20 ? k : 20, NULL, "whole numbers");
            check_exactly(&matrix, k < 20 ? k : 20, weight, "whole numbers, weighted");
            naive_data_free(&data);
            matrix_free(&matrix);
            free(weight);
            free(start);
        }
}

/* Rows about the origin, pairs of centroids far around them that differ by less than float32 tells. */
Test(kmeans_data, close_calls_of_far_centroids, .timeout = 250)
{
    enum { N = 4000, K = 24 };
    for (int power = 1; power <= 6; power++)
        for (int type = SHOAL_F32; type <= SHOAL_F64; type++) {
            test_matrix matrix;
            int32_t labels[N];
            double start[K * 2];
            data_make(&matrix, DATA_BLOBS, N, 2, (shoal_type)type, 80);
            naive_data data = naive_read(&matrix.view, NULL);
            for (int c = 0; c < K; c++) {
                const double radius = pow(10, power) * (1 + 1e-7 * sin(7 * c));
                start[2 * c] = radius * cos(c / 2 * M_PI / 6 + 0.3);
                start[2 * c + 1] = radius * sin(c / 2 * M_PI / 6 + 0.3);
            }
            const shoal_kmeans_assignment out = {.labels = labels};
            cr_assert_eq(shoal_kmeans_assign(NULL, &matrix.view, K, start, &out, NULL), SHOAL_OK);
            for (int i = 0; i < N; i++)
                cr_assert_eq(labels[i], naive_nearest(&data, i, start, K), "radius 1e%d, row %d", power, i);
            naive_run run = naive_start(&data, K, start);
            naive_step(&run);
            shoal_kmeans_opts opts = options_to_the_end(K, start);
            opts.max_iter = 1;
            shoal_kmeans_result result = fit_of(NULL, &matrix.view, &opts, "far centroids");
            check_centroids(&data, result.centroids, run.centroids, K, "far centroids");
            shoal_kmeans_result_free(&result);
            naive_run_free(&run);
            naive_data_free(&data);
            matrix_free(&matrix);
        }
}

Test(kmeans_data, columns_of_every_type, .timeout = 250)
{
    static const shoal_type types[] = {SHOAL_F32, SHOAL_I8, SHOAL_I16, SHOAL_F64, SHOAL_I32, SHOAL_I64, SHOAL_F32};
    static const double most[] = {3, 127, 32767, 1e4, 2e9, 9e15, 1e-3};
    for (int d = 1; d <= 7; d++)
        for (int first = 0; first + d <= 7; first += 2) {
            test_matrix matrix;
            matrix_make_mixed(&matrix, 2500, d, types + first);
            shoal_rng rng = shoal_rng_start(77, (uint64_t)d);
            for (int i = 0; i < 2500; i++)
                for (int j = 0; j < d; j++)
                    matrix_set(&matrix, i, j, most[first + j] * (2 * shoal_rng_uniform(&rng) - 1));
            check_exactly(&matrix, 6, NULL, "mixed types");
            matrix_free(&matrix);
        }
}

/* Columns of very different size, tails, and values at both ends of what the API takes. */
Test(kmeans_data, magnitudes, .timeout = 250)
{
    static const struct {
        shoal_type type;
        double scale[3];
    } cases[] = {
        {SHOAL_F32, {1e15, 1e-12, 1}},   {SHOAL_F64, {1e15, 1e-12, 1}},      {SHOAL_F32, {9e14, 9e14, 9e14}},
        {SHOAL_F32, {2e-12, 2e-12, 0}},  {SHOAL_F32, {1e-40, 3e-40, 1e-39}}, {SHOAL_F32, {1e38, 1e37, 1e36}},
        {SHOAL_F64, {1e99, 1e98, 1e99}}, {SHOAL_F64, {1e-140, 1e-140, 0}},   {SHOAL_F64, {1e50, 1e40, 1e-50}},
        {SHOAL_F32, {1e-30, 1, 1e-7}},   {SHOAL_F64, {1e-42, 1e-43, 1e-44}}, {SHOAL_F64, {1e39, 1e38, 1e40}},
    };
    for (int at = 0; at < 12; at++)
        for (int kind = DATA_BLOBS; kind <= DATA_HEAVY; kind++) {
            char name[64];
            test_matrix matrix;
            snprintf(name, sizeof name, "magnitudes, case %d, kind %d", at, kind);
            data_make(&matrix, (data_kind)kind, 9000, 3, SHOAL_F64, 78);
            test_matrix scaled;
            matrix_make(&scaled, 9000, 3, cases[at].type);
            for (int i = 0; i < 9000; i++)
                for (int j = 0; j < 3; j++) {
                    const double value = cases[at].scale[j] * matrix_get(&matrix, i, j) / 10;
                    matrix_set(&scaled, i, j, fmin(value, cases[at].scale[j]));
                }
            check_exactly(&scaled, 5, NULL, name);
            matrix_free(&matrix);
            matrix_free(&scaled);
        }
}

/* Squares of these vanish in float64: nothing can be told apart, but all stays finite. */
Test(kmeans_data, squares_that_vanish)
{
    static const double scales[] = {0x1p-1074, 1e-310, 1e-200, 1e-162};
    for (int at = 0; at < 4; at++)
        for (int init = 0; init < SHOAL_INIT_GIVEN; init++) {
            test_matrix matrix;
            matrix_make(&matrix, 500, 2, SHOAL_F64);
            for (int i = 0; i < 500; i++)
                for (int j = 0; j < 2; j++) matrix_set(&matrix, i, j, scales[at] * ((i * 7 + j * 3) % 11));
            shoal_kmeans_opts opts = options_to_the_end(4, NULL);
            opts.init = (shoal_kmeans_init)init;
            shoal_kmeans_result result = fit_of(NULL, &matrix.view, &opts, "vanishing squares");
            for (int c = 0; c < 8; c++)
                cr_assert(fabs(result.centroids[c]) <= 10.000001 * scales[at], "%g", scales[at]);
            cr_assert(result.inertia >= 0 && result.inertia < 1e-300 && isfinite(result.silhouette));
            for (int i = 0; i < 500; i++) cr_assert(result.labels[i] >= 0 && result.labels[i] < 4);
            shoal_kmeans_result_free(&result);
            matrix_free(&matrix);
        }
}

Test(kmeans_data, many_columns_and_many_clusters, .timeout = 250)
{
    static const struct {
        int n, d, k;
    } cases[] = {{1500, 100, 12}, {900, 128, 2}, {2500, 1, 300}, {1200, 4, 520}, {3000, 1, 2}, {3, 1, 2}, {1, 5, 1}};
    for (int at = 0; at < 7; at++)
        for (int type = SHOAL_F32; type <= SHOAL_F64; type++) {
            char name[64];
            test_matrix matrix;
            snprintf(name, sizeof name, "%d x %d", cases[at].n, cases[at].d);
            data_make(&matrix, DATA_UNIFORM, cases[at].n, cases[at].d, (shoal_type)type, 79);
            check_exactly(&matrix, cases[at].k, NULL, name);
            check_all_starts(&matrix, cases[at].k, NULL, name);
            matrix_free(&matrix);
        }
}

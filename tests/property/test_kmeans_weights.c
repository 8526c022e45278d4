/* Weights are copies, only their ratios count, and a row without weight is a spectator. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "kmeans_check.h"
#include "kmeans_data.h"

typedef struct shape {
    data_kind kind;
    int n, d, k;
    shoal_type type;
} shape;

static const shape shapes[] = {
    {DATA_BLOBS, 700, 2, 5, SHOAL_F32},    {DATA_UNIFORM, 2500, 3, 12, SHOAL_F64}, {DATA_HEAVY, 3000, 4, 6, SHOAL_F32},
    {DATA_NESTED, 9000, 2, 9, SHOAL_F64},  {DATA_GRID, 4000, 3, 7, SHOAL_F32},     {DATA_BLOBS, 20000, 3, 4, SHOAL_F32},
    {DATA_UNIFORM, 600, 40, 5, SHOAL_F32}, {DATA_GRID, 3000, 2, 6, SHOAL_I8},
};
enum { N_SHAPES = sizeof shapes / sizeof shapes[0] };

static double *whole_weights(int64_t n, uint64_t seed)
{
    double *weight = data_weights(n, seed);
    for (int64_t i = 0; i < n; i++) weight[i] *= 2;
    return weight;
}

/* Each row as often as its weight says, in the order of the rows. */
static void repeat_rows(const test_matrix *rows, const double *weight, test_matrix *copies)
{
    const int64_t n = rows->view.n;
    int64_t total = 0, copy = 0;
    for (int64_t i = 0; i < n; i++) total += (int64_t)weight[i];
    matrix_make(copies, total, rows->view.d, rows->columns[0].type);
    for (int64_t i = 0; i < n; i++)
        for (int w = 0; w < (int)weight[i]; w++, copy++)
            for (int j = 0; j < rows->view.d; j++) matrix_set(copies, copy, j, matrix_get(rows, i, j));
}

static void check_copies(const shape *s, int algorithm, const char *what)
{
    test_matrix rows, copies;
    data_make(&rows, s->kind, s->n, s->d, s->type, 31);
    double *weight = whole_weights(s->n, 32);
    repeat_rows(&rows, weight, &copies);
    naive_data data = naive_read(&rows.view, weight);
    double *start = first_rows(&data, s->k);
    shoal_kmeans_opts opts = options_to_the_end(s->k, start);
    opts.algorithm = (shoal_kmeans_algorithm)algorithm;
    shoal_kmeans_result many = fit_of(NULL, &copies.view, &opts, what);
    opts.weight = weight;
    shoal_kmeans_result one = fit_of(NULL, &rows.view, &opts, what);
    for (int64_t i = 0, copy = 0; i < s->n; i++)
        for (int w = 0; w < (int)weight[i]; w++, copy++)
            cr_assert_eq(one.labels[i], many.labels[copy], "%s: row %ld", what, (long)i);
    for (int at = 0; at < s->k * s->d; at++)
        cr_assert_float_eq(one.centroids[at], many.centroids[at], 1e-12 * fmax(1, data.most[at % s->d]), "%s", what);
    for (int c = 0; c < s->k; c++)
        cr_assert(one.weights[c] == many.weights[c] && many.weights[c] == (double)many.sizes[c], "%s", what);
    cr_assert_eq(one.iterations, many.iterations, "%s", what);
    cr_assert_float_eq(one.inertia / many.inertia, 1, 1e-12, "%s", what);
    cr_assert_float_eq(one.silhouette, many.silhouette, 1e-6, "%s", what);
    shoal_kmeans_result_free(&one);
    shoal_kmeans_result_free(&many);
    naive_data_free(&data);
    matrix_free(&rows);
    matrix_free(&copies);
    free(weight);
    free(start);
}

Test(kmeans_weights, whole_weights_are_copies, .timeout = 250)
{
    char what[64];
    for (int s = 0; s < N_SHAPES; s++)
        for (int algorithm = 0; algorithm < N_ALGORITHMS; algorithm++) {
            snprintf(what, sizeof what, "shape %d, %s", s, algorithm_name(algorithm));
            check_copies(&shapes[s], algorithm, what);
        }
}

typedef struct weighted_fit {
    test_matrix matrix;
    double *weight, *start;
    naive_data data;
    shoal_kmeans_opts opts;
    shoal_kmeans_result result;
    char what[64];
} weighted_fit;

/* A fit with weights of 0 to 3, by the algorithm and the start. */
static void make_fit(int s, int algorithm, int init, weighted_fit *fit)
{
    const shape *at = &shapes[s];
    snprintf(fit->what, sizeof fit->what, "shape %d, %s, %s", s, algorithm_name(algorithm), init_name(init));
    data_make(&fit->matrix, at->kind, at->n, at->d, at->type, 33);
    fit->weight = data_weights(at->n, 34);
    fit->data = naive_read(&fit->matrix.view, fit->weight);
    fit->start = first_rows(&fit->data, at->k);
    fit->opts = options_to_the_end(at->k, fit->start);
    fit->opts.algorithm = (shoal_kmeans_algorithm)algorithm;
    fit->opts.init = (shoal_kmeans_init)init;
    fit->opts.weight = fit->weight;
    fit->result = fit_of(NULL, &fit->matrix.view, &fit->opts, fit->what);
}

static void free_fit(weighted_fit *fit)
{
    shoal_kmeans_result_free(&fit->result);
    naive_data_free(&fit->data);
    matrix_free(&fit->matrix);
    free(fit->weight);
    free(fit->start);
}

/* By powers of two all is equal to the last bit; another factor rounds the weights themselves. */
static void check_scaled(weighted_fit *fit, double factor)
{
    const bool exact = factor != 3.7;
    double *scaled = malloc((size_t)fit->data.n * sizeof *scaled);
    for (int64_t i = 0; i < fit->data.n; i++) scaled[i] = factor * fit->weight[i];
    fit->opts.weight = scaled;
    shoal_kmeans_result other = fit_of(NULL, &fit->matrix.view, &fit->opts, fit->what);
    for (int c = 0; c < other.k; c++) {
        if (exact) cr_assert(other.weights[c] == factor * fit->result.weights[c], "%s, times %g", fit->what, factor);
        other.weights[c] = fit->result.weights[c];
    }
    if (exact) {
        cr_assert(other.inertia == factor * fit->result.inertia, "%s, times %g", fit->what, factor);
        other.inertia = fit->result.inertia;
        other.silhouette = fit->result.silhouette; /* in exact sums; the division rounds alike */
        check_same(&fit->result, &other, fit->what);
    } else {
        check_labels(fit->result.labels, other.labels, fit->data.n, fit->what);
        check_centroids(&fit->data, fit->result.centroids, other.centroids, other.k, fit->what);
        cr_assert_float_eq(other.inertia / (factor * fit->result.inertia), 1, 1e-12, "%s", fit->what);
    }
    shoal_kmeans_result_free(&other);
    free(scaled);
}

Test(kmeans_weights, only_ratios_count, .timeout = 250)
{
    static const double factors[] = {0x1p-30, 2, 0x1p40, 3.7};
    for (int s = 0; s < N_SHAPES; s++)
        for (int init = 0; init < N_INITS; init++) {
            weighted_fit fit;
            make_fit(s, (s + init) % N_ALGORITHMS, init, &fit);
            /* ties by exact arithmetic do not survive other roundings */
            const int n = shapes[s].kind == DATA_GRID ? 3 : 4;
            for (int f = (s + init) % 2; f < n; f += 2) check_scaled(&fit, factors[f]);
            free_fit(&fit);
        }
}

Test(kmeans_weights, all_ones_are_none, .timeout = 250)
{
    for (int s = 0; s < N_SHAPES; s++)
        for (int algorithm = 0; algorithm < N_ALGORITHMS; algorithm++) {
            weighted_fit fit;
            make_fit(s, algorithm, SHOAL_INIT_GIVEN, &fit);
            for (int64_t i = 0; i < fit.data.n; i++) fit.weight[i] = 1;
            shoal_kmeans_result ones = fit_of(NULL, &fit.matrix.view, &fit.opts, fit.what);
            fit.opts.weight = NULL;
            shoal_kmeans_result none = fit_of(NULL, &fit.matrix.view, &fit.opts, fit.what);
            check_same(&none, &ones, fit.what);
            shoal_kmeans_result_free(&ones);
            shoal_kmeans_result_free(&none);
            free_fit(&fit);
        }
}

/* Rows without weight go elsewhere, some as far as it goes without another choice of offsets or of precision. */
static void move_spectators(weighted_fit *fit)
{
    for (int64_t i = 0; i < fit->data.n; i++)
        for (int j = 0; j < fit->data.d && fit->weight[i] == 0; j++) {
            const int64_t from = (i * 7 + 3) % fit->data.n;
            matrix_set(&fit->matrix, i, j, 0.9 * matrix_get(&fit->matrix, from, j));
        }
}

Test(kmeans_weights, rows_without_weight_do_not_count_but_get_labels, .timeout = 250)
{
    for (int s = 0; s < N_SHAPES; s++)
        for (int init = 0; init < N_INITS; init++) {
            weighted_fit fit;
            make_fit(s, (s + init + 1) % N_ALGORITHMS, init, &fit);
            check_result(&fit.data, &fit.result, fit.what);
            move_spectators(&fit);
            shoal_kmeans_result other = fit_of(NULL, &fit.matrix.view, &fit.opts, fit.what);
            naive_data moved = naive_read(&fit.matrix.view, fit.weight);
            check_centroids(&fit.data, fit.result.centroids, other.centroids, other.k, fit.what);
            for (int64_t i = 0; i < fit.data.n; i++)
                if (fit.weight[i] > 0) cr_assert_eq(fit.result.labels[i], other.labels[i], "%s", fit.what);
            cr_assert_float_eq(other.inertia / fit.result.inertia, 1, 1e-12, "%s", fit.what);
            check_result(&moved, &other, fit.what);
            naive_data_free(&moved);
            shoal_kmeans_result_free(&other);
            free_fit(&fit);
        }
}

/* Weights far apart, as money is: the light rows' centroids are still their means. */
Test(kmeans_weights, light_rows_beside_heavy_ones)
{
    enum { N = 3000, D = 2, K = 3 };
    for (int power = 0; power <= 12; power += 3)
        for (int algorithm = 0; algorithm < N_ALGORITHMS; algorithm++) {
            char what[64];
            snprintf(what, sizeof what, "weights up to 1e%d, %s", power, algorithm_name(algorithm));
            test_matrix matrix;
            matrix_make(&matrix, N, D, SHOAL_F32);
            shoal_rng rng = shoal_rng_start(7, 7);
            double *weight = malloc(N * sizeof *weight);
            for (int i = 0; i < N; i++) {
                weight[i] = pow(10, power * (i % 3) / 2.0) * (1 + shoal_rng_uniform(&rng));
                for (int j = 0; j < D; j++) matrix_set(&matrix, i, j, 5 * (i % 3) + shoal_rng_uniform(&rng));
            }
            naive_data data = naive_read(&matrix.view, weight);
            double *start = first_rows(&data, K);
            shoal_kmeans_opts opts = options_to_the_end(K, start);
            opts.weight = weight;
            opts.algorithm = (shoal_kmeans_algorithm)algorithm;
            shoal_kmeans_result result = fit_of(NULL, &matrix.view, &opts, what);
            cr_assert(result.converged, "%s", what);
            check_result(&data, &result, what);
            check_means(&data, &result, what);
            shoal_kmeans_result_free(&result);
            naive_data_free(&data);
            matrix_free(&matrix);
            free(weight);
            free(start);
        }
}

/* What must not matter: where the origin lies, the units, the order of rows, of columns and of centroids. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "kmeans_check.h"
#include "kmeans_data.h"

typedef struct shape {
    data_kind kind;
    int n, d, k;
    shoal_type type;
    bool weighted;
} shape;

/* Of continuous data: with exact ties, other roundings or another order may decide otherwise. */
static const shape shapes[] = {
    {DATA_UNIFORM, 500, 1, 6, SHOAL_F64, false}, {DATA_BLOBS, 3000, 3, 7, SHOAL_F32, true},
    {DATA_HEAVY, 2000, 4, 5, SHOAL_F64, false},  {DATA_NESTED, 9000, 2, 9, SHOAL_F32, false},
    {DATA_BLOBS, 20000, 3, 5, SHOAL_F64, true},  {DATA_UNIFORM, 1000, 33, 20, SHOAL_F32, false},
};
enum { N_SHAPES = sizeof shapes / sizeof shapes[0] };

/* A fit, and the same problem changed. */
typedef struct pair {
    const shape *shape;
    test_matrix matrix, other;
    double *weight, *start;
    naive_data data;
    shoal_kmeans_opts opts;
    shoal_kmeans_result result;
    char what[128];
} pair;

/* steps: 0, or data become whole multiples of 1 / steps. `other` is a copy of the type. */
static void make_pair(int s, double steps, shoal_type type, pair *p)
{
    const shape *at = p->shape = &shapes[s];
    data_make(&p->matrix, at->kind, at->n, at->d, at->type, 51 + (uint64_t)s);
    for (int64_t i = 0; i < at->n && steps > 0; i++)
        for (int j = 0; j < at->d; j++)
            matrix_set(&p->matrix, i, j, rint(matrix_get(&p->matrix, i, j) * steps) / steps);
    matrix_make(&p->other, at->n, at->d, type);
    for (int64_t i = 0; i < at->n; i++)
        for (int j = 0; j < at->d; j++) matrix_set(&p->other, i, j, matrix_get(&p->matrix, i, j));
    p->weight = at->weighted ? data_weights(at->n, 52) : NULL;
    p->data = naive_read(&p->matrix.view, p->weight);
    p->start = first_rows(&p->data, at->k);
    p->opts = options_to_the_end(at->k, p->start);
    p->opts.weight = p->weight;
}

/* The fit of `matrix` and, with start (k x d) and weight, that of `other`. */
static shoal_kmeans_result fit_pair(int algorithm, const char *change, const double *start, const double *weight,
                                    pair *p)
{
    snprintf(p->what, sizeof p->what, "shape %d, %s, %s", (int)(p->shape - shapes), algorithm_name(algorithm), change);
    p->opts.algorithm = (shoal_kmeans_algorithm)algorithm;
    p->result = fit_of(NULL, &p->matrix.view, &p->opts, p->what);
    shoal_kmeans_opts opts = p->opts;
    opts.centroids = start;
    opts.weight = weight;
    shoal_kmeans_result other = fit_of(NULL, &p->other.view, &opts, p->what);
    cr_assert_eq(p->result.iterations, other.iterations, "%s: %d and %d iterations", p->what, p->result.iterations,
                 other.iterations);
    return other;
}

static void free_pair(pair *p)
{
    naive_data_free(&p->data);
    matrix_free(&p->matrix);
    matrix_free(&p->other);
    free(p->weight);
    free(p->start);
}

/* Adds `offset` to the odd columns and takes it from the even ones; all values stay exact. */
static void check_shift(int s, int algorithm, double offset, double steps, shoal_type type)
{
    pair p;
    char change[64];
    make_pair(s, steps, type, &p);
    double *start = malloc((size_t)(p.shape->k * p.data.d) * sizeof *start);
    for (int64_t i = 0; i < p.data.n; i++)
        for (int j = 0; j < p.data.d; j++) {
            const double moved = matrix_get(&p.matrix, i, j) + (j % 2 == 0 ? offset : -offset);
            matrix_set(&p.other, i, j, moved);
            cr_assert(matrix_get(&p.other, i, j) == moved, "the offset is not exact");
        }
    for (int at = 0; at < p.shape->k * p.data.d; at++)
        start[at] = p.start[at] + (at % p.data.d % 2 == 0 ? offset : -offset);
    snprintf(change, sizeof change, "shifted by %g", offset);
    shoal_kmeans_result other = fit_pair(algorithm, change, start, p.weight, &p);
    check_labels(p.result.labels, other.labels, p.data.n, p.what);
    naive_data moved = naive_read(&p.other.view, p.weight);
    for (int at = 0; at < p.shape->k * p.data.d; at++) other.centroids[at] -= at % p.data.d % 2 == 0 ? offset : -offset;
    check_centroids(&moved, p.result.centroids, other.centroids, p.shape->k, p.what);
    cr_assert_float_eq(other.inertia / p.result.inertia, 1, 1e-7, "%s", p.what);
    naive_data_free(&moved);
    shoal_kmeans_result_free(&p.result);
    shoal_kmeans_result_free(&other);
    free(start);
    free_pair(&p);
}

Test(kmeans_invariance, an_offset_changes_no_label, .timeout = 250)
{
    for (int s = 0; s < N_SHAPES; s++) {
        const int a = s % N_ALGORITHMS, b = (s + 1) % N_ALGORITHMS;
        check_shift(s, a, 64, 0x1p20, SHOAL_F64);
        check_shift(s, b, 0x1p20, 0x1p20, SHOAL_F64);
        check_shift(s, a, 1e8, 0x1p20, SHOAL_F64);
        check_shift(s, b, 1e8, 0x1p20, SHOAL_F64);
        if (shapes[s].kind == DATA_HEAVY) continue; /* spread too far for float32 */
        check_shift(s, a, 2048, 0x1p12, SHOAL_F32);
        check_shift(s, b, 16384, 0x1p9, SHOAL_F32);
    }
}

/* Powers of two change no digit, whether float32 tiles can hold the values or not. */
Test(kmeans_invariance, units_change_nothing, .timeout = 250)
{
    static const int powers[] = {-300, -148, -135, -60, -30, 7, 40, 60, 120, 150, 300};
    for (int s = 0; s < N_SHAPES; s++)
        for (int at = 0; at < 11; at++) {
            const double factor = ldexp(1, powers[at]);
            const int cells = shapes[s].k * shapes[s].d;
            pair p;
            char change[64];
            snprintf(change, sizeof change, "times 2^%d", powers[at]);
            make_pair(s, 0, SHOAL_F64, &p);
            for (int64_t i = 0; i < p.data.n; i++)
                for (int j = 0; j < p.data.d; j++) matrix_set(&p.other, i, j, factor * matrix_get(&p.matrix, i, j));
            double *start = malloc((size_t)cells * sizeof *start);
            for (int c = 0; c < cells; c++) start[c] = factor * p.start[c];
            shoal_kmeans_result other = fit_pair((s + at) % N_ALGORITHMS, change, start, p.weight, &p);
            for (int c = 0; c < cells; c++) other.centroids[c] /= factor;
            other.inertia /= factor * factor;
            cr_assert_float_eq(other.silhouette, p.result.silhouette, 1e-6, "%s", p.what);
            other.silhouette = p.result.silhouette; /* of float32 distances or not */
            check_same(&p.result, &other, p.what);
            shoal_kmeans_result_free(&p.result);
            shoal_kmeans_result_free(&other);
            free(start);
            free_pair(&p);
        }
}

/* Row i goes to place order[i]. */
static int64_t *draw_order(int64_t n, uint64_t seed)
{
    int64_t *order = malloc((size_t)n * sizeof *order);
    shoal_rng rng = shoal_rng_start(seed, 3);
    for (int64_t i = 0; i < n; i++) {
        const int64_t other = (int64_t)shoal_rng_below(&rng, (uint64_t)i + 1);
        order[i] = order[other];
        order[other] = i;
    }
    return order;
}

/* Sums are exact, so not even the last bit of a centroid may change. */
Test(kmeans_invariance, order_of_rows, .timeout = 250)
{
    for (int s = 0; s < N_SHAPES; s++)
        for (int algorithm = 0; algorithm < N_ALGORITHMS; algorithm++) {
            pair p;
            make_pair(s, 0, shapes[s].type, &p);
            int64_t *order = draw_order(p.data.n, 61);
            double *weight = p.weight == NULL ? NULL : malloc((size_t)p.data.n * sizeof *weight);
            for (int64_t i = 0; i < p.data.n; i++) {
                for (int j = 0; j < p.data.d; j++) matrix_set(&p.other, order[i], j, matrix_get(&p.matrix, i, j));
                if (weight != NULL) weight[order[i]] = p.weight[i];
            }
            shoal_kmeans_result other = fit_pair(algorithm, "rows in another order", p.start, weight, &p);
            for (int64_t i = 0; i < p.data.n; i++)
                cr_assert_eq(p.result.labels[i], other.labels[order[i]], "%s: row %ld", p.what, (long)i);
            const size_t bytes = (size_t)(other.k * other.d) * sizeof *other.centroids;
            cr_assert_eq(memcmp(p.result.centroids, other.centroids, bytes), 0, "%s: centroids", p.what);
            cr_assert_float_eq(other.inertia / p.result.inertia, 1, 1e-13, "%s", p.what);
            shoal_kmeans_result_free(&p.result);
            shoal_kmeans_result_free(&other);
            free(weight);
            free(order);
            free_pair(&p);
        }
}

Test(kmeans_invariance, order_of_columns, .timeout = 250)
{
    for (int s = 0; s < N_SHAPES; s++)
        for (int algorithm = 0; algorithm < N_ALGORITHMS; algorithm++) {
            pair p;
            make_pair(s, 0, shapes[s].type, &p);
            const int d = p.data.d, k = shapes[s].k;
            double *start = malloc((size_t)(k * d) * sizeof *start);
            int64_t *order = draw_order(d, 62);
            for (int64_t i = 0; i < p.data.n; i++)
                for (int j = 0; j < d; j++) matrix_set(&p.other, i, (int)order[j], matrix_get(&p.matrix, i, j));
            for (int c = 0; c < k; c++)
                for (int j = 0; j < d; j++) start[c * d + (int)order[j]] = p.start[c * d + j];
            shoal_kmeans_result other = fit_pair(algorithm, "columns in another order", start, p.weight, &p);
            check_labels(p.result.labels, other.labels, p.data.n, p.what);
            for (int c = 0; c < k; c++)
                for (int j = 0; j < d; j++)
                    cr_assert(p.result.centroids[c * d + j] == other.centroids[c * d + (int)order[j]], "%s", p.what);
            cr_assert_float_eq(other.inertia / p.result.inertia, 1, 1e-13, "%s", p.what);
            shoal_kmeans_result_free(&p.result);
            shoal_kmeans_result_free(&other);
            free(order);
            free(start);
            free_pair(&p);
        }
}

Test(kmeans_invariance, order_of_centroids, .timeout = 250)
{
    for (int s = 0; s < N_SHAPES; s++)
        for (int algorithm = 0; algorithm < N_ALGORITHMS; algorithm++) {
            pair p;
            make_pair(s, 0, shapes[s].type, &p);
            const int d = p.data.d, k = shapes[s].k;
            const size_t row = (size_t)d * sizeof(double);
            double *start = malloc((size_t)k * row);
            int64_t *order = draw_order(k, 63);
            for (int c = 0; c < k; c++) memcpy(start + order[c] * d, p.start + c * d, row);
            shoal_kmeans_result other = fit_pair(algorithm, "centroids in another order", start, p.weight, &p);
            for (int64_t i = 0; i < p.data.n; i++)
                cr_assert_eq(order[p.result.labels[i]], other.labels[i], "%s: row %ld", p.what, (long)i);
            for (int c = 0; c < k; c++) {
                cr_assert_eq(p.result.sizes[c], other.sizes[order[c]], "%s: size", p.what);
                cr_assert_eq(memcmp(p.result.centroids + c * d, other.centroids + order[c] * d, row), 0, "%s: %d",
                             p.what, c);
            }
            cr_assert_float_eq(other.inertia / p.result.inertia, 1, 1e-13, "%s", p.what);
            shoal_kmeans_result_free(&p.result);
            shoal_kmeans_result_free(&other);
            free(order);
            free(start);
            free_pair(&p);
        }
}

/* Clusters that lose their rows, or never had any: each takes the farthest row, as the naive reference does. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "kmeans_check.h"
#include "kmeans_data.h"
#include "sanitized.h"

/* n x d values and k starts of which only the first `near` lie among the rows. */
typedef struct shape {
    data_kind kind;
    int n, d, k, near;
    shoal_type type;
    bool weighted;
} shape;

static const shape shapes[] = {
    {DATA_BLOBS, 40, 1, 6, 1, SHOAL_F64, false},      {DATA_BLOBS, 800, 2, 8, 3, SHOAL_F32, false},
    {DATA_UNIFORM, 3000, 3, 20, 2, SHOAL_F64, true},  {DATA_HEAVY, 2000, 4, 7, 5, SHOAL_F32, true},
    {DATA_BLOBS, 20000, 3, 5, 4, SHOAL_F32, false},   {DATA_NESTED, 18000, 2, 12, 6, SHOAL_F64, false},
    {DATA_GRID, 400, 2, 20, 2, SHOAL_F32, true},      {DATA_GRID, 9000, 2, 23, 20, SHOAL_I8, false},
    {DATA_UNIFORM, 500, 30, 90, 10, SHOAL_F32, true}, {DATA_UNIFORM, 300, 1, 300, 1, SHOAL_F32, false},
};
enum { N_SHAPES = sizeof shapes / sizeof shapes[0] };

/* The others lie so far off that no row is nearest to them. */
static double *far_start(const naive_data *data, const shape *s)
{
    double *start = first_rows(data, s->near);
    start = realloc(start, (size_t)(s->k * s->d) * sizeof *start);
    for (int c = s->near; c < s->k; c++)
        for (int j = 0; j < s->d; j++) start[c * s->d + j] = (c % 2 == 0 ? 1e6 : -1e6) * (1 + c);
    return start;
}

static void check_step(int at, const test_matrix *matrix, const double *start, const naive_run *run)
{
    const shape *s = &shapes[at];
    int32_t *labels = malloc((size_t)s->n * sizeof *labels);
    naive_labels(run, labels);
    for (int algorithm = 0; algorithm < N_ALGORITHMS; algorithm++) {
        char what[96];
        snprintf(what, sizeof what, "shape %d, %s, max_iter %d", at, algorithm_name(algorithm), run->iterations);
        shoal_kmeans_opts opts = options_to_the_end(s->k, start);
        opts.weight = run->data->weight;
        opts.algorithm = (shoal_kmeans_algorithm)algorithm;
        opts.max_iter = run->iterations;
        shoal_kmeans_result result = fit_of(NULL, &matrix->view, &opts, what);
        check_labels(result.labels, labels, s->n, what);
        check_centroids(run->data, result.centroids, run->centroids, s->k, what);
        if (run->iterations == 3 && algorithm == 0) check_result(run->data, &result, what);
        shoal_kmeans_result_free(&result);
    }
    free(labels);
}

static void check_shape(int at)
{
    const shape *s = &shapes[at];
    test_matrix matrix;
    data_make(&matrix, s->kind, s->n, s->d, s->type, 81);
    double *weight = s->weighted ? data_weights(s->n, 82) : NULL;
    naive_data data = naive_read(&matrix.view, weight);
    double *start = far_start(&data, s);
    for (int j = 0; j < s->d && at % 2 == 0; j++) { /* the first cluster is empty */
        const double value = start[j];
        start[j] = start[(s->k - 1) * s->d + j];
        start[(s->k - 1) * s->d + j] = value;
    }
    naive_run run = naive_start(&data, s->k, start);
    for (int allowed = 1; allowed <= (SANITIZED ? 9 : 18) && !run.converged; allowed++) {
        naive_step(&run);
        cr_assert(run.relocated > 0, "shape %d: no row taken", at);
        if (allowed < (SANITIZED ? 4 : 5) || allowed % 9 == 0) check_step(at, &matrix, start, &run);
    }
    naive_run_free(&run);
    naive_data_free(&data);
    matrix_free(&matrix);
    free(weight);
    free(start);
}

Test(kmeans_empty, farthest_rows_as_the_naive_reference_takes_them, .timeout = 250)
{
    for (int s = 0; s < N_SHAPES; s++) check_shape(s);
}

/* At convergence no cluster is empty, all are means. */
Test(kmeans_empty, ends_with_rows_in_every_cluster, .timeout = 250)
{
    for (int at = 0; at < N_SHAPES; at++) {
        const shape *s = &shapes[at];
        test_matrix matrix;
        data_make(&matrix, s->kind, s->n, s->d, s->type, 83);
        double *weight = s->weighted ? data_weights(s->n, 84) : NULL;
        naive_data data = naive_read(&matrix.view, weight);
        double *start = far_start(&data, s);
        for (int threads = 1; threads <= 3; threads += 2) {
            const shoal_ctx ctx = {.threads = threads};
            shoal_kmeans_opts opts = options_to_the_end(s->k, start);
            opts.weight = weight;
            opts.algorithm = (shoal_kmeans_algorithm)((at + threads) % N_ALGORITHMS);
            shoal_kmeans_result result = fit_of(&ctx, &matrix.view, &opts, "far start");
            cr_assert(result.converged, "shape %d", at);
            for (int c = 0; c < s->k; c++) cr_assert(result.weights[c] > 0, "shape %d, cluster %d", at, c);
            check_result(&data, &result, "far start");
            check_means(&data, &result, "far start");
            shoal_kmeans_result_free(&result);
        }
        naive_data_free(&data);
        matrix_free(&matrix);
        free(weight);
        free(start);
    }
}

/* All centroids of the start in one place, the worst there is. */
Test(kmeans_empty, equal_centroids)
{
    for (int algorithm = 0; algorithm < N_ALGORITHMS; algorithm++)
        for (int type = SHOAL_F32; type <= SHOAL_F64; type++) {
            enum { N = 5000, D = 2, K = 9 };
            test_matrix matrix;
            double start[K * D];
            for (int at = 0; at < K * D; at++) start[at] = 0.25;
            data_make(&matrix, DATA_UNIFORM, N, D, (shoal_type)type, 85);
            naive_data data = naive_read(&matrix.view, NULL);
            naive_run run = naive_start(&data, K, start);
            naive_iterate(&run, 3000);
            shoal_kmeans_opts opts = options_to_the_end(K, start);
            opts.algorithm = (shoal_kmeans_algorithm)algorithm;
            shoal_kmeans_result result = fit_of(NULL, &matrix.view, &opts, algorithm_name(algorithm));
            cr_assert(run.relocated == K - 1 && result.converged);
            check_labels(result.labels, run.labels, N, algorithm_name(algorithm));
            shoal_kmeans_result_free(&result);
            naive_run_free(&run);
            naive_data_free(&data);
            matrix_free(&matrix);
        }
}

static int notices;
static void count_notices(void *user, const char *message)
{
    (void)user;
    notices += strstr(message, "fewer rows differ") != NULL;
}

/* Fewer different rows than clusters, with values and weights that no grid of sums holds exactly: the surplus stays
 * empty with a copy of a centroid in use, the run ends, and a notice says so. */
Test(kmeans_empty, surplus_clusters_stay_empty)
{
    enum { N = 1200, D = 2, K = 9 };
    const shoal_ctx ctx = {.notice = count_notices};
    for (int different = 1; different < K; different++)
        for (int variant = 0; variant < 4; variant++) {
            test_matrix matrix;
            double weight[N], start[K * D];
            matrix_make(&matrix, N, D, variant % 2 == 0 ? SHOAL_F32 : SHOAL_F64);
            for (int i = 0; i < N; i++) {
                weight[i] = i % 11 == 0 ? 0 : 0.1 + 0.3 * (i % 7);
                for (int j = 0; j < D; j++) matrix_set(&matrix, i, j, sin(1 + i % different + 10 * j));
            }
            for (int at = 0; at < K * D; at++) start[at] = at;
            shoal_kmeans_opts opts = options_to_the_end(K, start);
            opts.algorithm = (shoal_kmeans_algorithm)(different % N_ALGORITHMS);
            opts.weight = variant < 2 ? NULL : weight;
            notices = 0;
            shoal_kmeans_result result = fit_of(&ctx, &matrix.view, &opts, "surplus");
            naive_data data = naive_read(&matrix.view, opts.weight);
            cr_assert(result.converged && result.iterations < 30, "%d, %d: %d iterations", different, variant,
                      result.iterations);
            check_result(&data, &result, "surplus");
            check_means(&data, &result, "surplus");
            cr_assert_leq(result.inertia, N * D * 0x1p-90);
            int used = 0;
            for (int c = 0; c < K; c++) used += result.weights[c] > 0;
            cr_assert_eq(used, different);
            cr_assert_eq(notices, 1);
            for (int c = 0; c < K; c++) {
                int owner = 0;
                while (memcmp(result.centroids + owner * D, result.centroids + c * D, D * sizeof(double)) != 0) owner++;
                cr_assert(result.weights[owner] > 0, "cluster %d lies where no cluster with rows is", c);
            }
            shoal_kmeans_result_free(&result);
            naive_data_free(&data);
            matrix_free(&matrix);
        }
}

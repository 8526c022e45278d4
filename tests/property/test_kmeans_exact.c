/* The engine against plain Lloyd iterations in float64, on data large enough that it sorts rows and skips tiles. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "fused.h"
#include "matrix_support.h"
#include "model/kmeans/lloyd.h"
#include "model/kmeans/seed.h"

typedef struct shape {
    int n, d, k;
    shoal_type type;
    bool weighted;
} shape;

static const shape shapes[] = {
    {40000, 4, 6, SHOAL_F32, false},  {33001, 8, 24, SHOAL_F32, false},  {40000, 3, 5, SHOAL_F32, true},
    {33000, 3, 5, SHOAL_F64, false},  {50000, 2, 40, SHOAL_F32, false},  {33000, 16, 9, SHOAL_F32, false},
    {16500, 4, 150, SHOAL_F32, true}, {16500, 3, 270, SHOAL_F32, false},
};
enum { N_SHAPES = sizeof shapes / sizeof shapes[0], MAX_ITER = 400 };

typedef struct plain_run {
    double *centroids;
    int32_t *labels;
    int iterations;
} plain_run;

FUSED static int plain_nearest(const test_matrix *matrix, int64_t row, const double *centroids, int k)
{
    const int d = matrix->view.d;
    int nearest = 0;
    double least = INFINITY, value[MATRIX_MAX_D];
    for (int j = 0; j < d; j++) value[j] = matrix_get(matrix, row, j);
    for (int c = 0; c < k; c++) {
        double sum = 0;
        for (int j = 0; j < d; j++) {
            const double difference = value[j] - centroids[c * d + j];
            sum = fma(difference, difference, sum);
        }
        if (sum < least) {
            least = sum;
            nearest = c;
        }
    }
    return nearest;
}

static void plain_means(const test_matrix *matrix, const double *weight, int k, plain_run *run)
{
    const int d = matrix->view.d;
    long double *sum = calloc((size_t)(k * (d + 1)), sizeof *sum);
    for (int64_t i = 0; i < matrix->view.n; i++) {
        const long double w = weight == NULL ? 1 : (long double)weight[i];
        long double *own = sum + run->labels[i] * (d + 1);
        for (int j = 0; j < d; j++) own[j] += w * (long double)matrix_get(matrix, i, j);
        own[d] += w;
    }
    for (int c = 0; c < k; c++)
        for (int j = 0; j < d; j++) run->centroids[c * d + j] = (double)(sum[c * (d + 1) + j] / sum[c * (d + 1) + d]);
    free(sum);
}

/* From the first k rows until no label changes. */
static plain_run plain_lloyd(const test_matrix *matrix, const double *weight, int k)
{
    const int64_t n = matrix->view.n;
    const int d = matrix->view.d;
    plain_run run = {.centroids = malloc((size_t)(k * d) * sizeof(double)), .labels = malloc((size_t)n * sizeof(int))};
    for (int c = 0; c < k; c++)
        for (int j = 0; j < d; j++) run.centroids[c * d + j] = matrix_get(matrix, c, j);
    memset(run.labels, -1, (size_t)n * sizeof *run.labels);
    int64_t changed = 1;
    while (run.iterations < MAX_ITER && changed > 0) {
        changed = 0;
        for (int64_t i = 0; i < n; i++) {
            const int nearest = plain_nearest(matrix, i, run.centroids, k);
            changed += run.labels[i] != nearest;
            run.labels[i] = nearest;
        }
        run.iterations++;
        if (changed > 0) plain_means(matrix, weight, k, &run);
    }
    return run;
}

static void check_shape(const shape *s, uint64_t seed)
{
    shoal_error err = {0};
    test_matrix matrix;
    matrix_blobs(&matrix, s->n, s->d, s->type, s->k, 1.5, seed);
    double *weight = s->weighted ? malloc((size_t)s->n * sizeof *weight) : NULL;
    for (int64_t i = 0; i < s->n && s->weighted; i++) weight[i] = 0.5 + (double)(i % 7);
    const plain_run plain = plain_lloyd(&matrix, weight, s->k);

    const shoal_ctx ctx = {.threads = 2};
    shoal_tiles tiles;
    shoal_lloyd lloyd;
    cr_assert_eq(shoal_tiles_build(&ctx, &matrix.view, weight, &tiles, &err), SHOAL_OK, "%s", err.message);
    const size_t bytes = (size_t)tiles.count * (size_t)s->d * SHOAL_TILE_ROWS * (tiles.wide ? 8 : 4);
    void *values = tiles.wide ? (void *)tiles.wide_data : (void *)tiles.narrow_data, *before = malloc(bytes);
    memcpy(before, values, bytes);
    cr_assert_eq(shoal_lloyd_make(&ctx, &tiles, s->k, &lloyd, &err), SHOAL_OK);
    double *start = malloc((size_t)(s->k * s->d) * sizeof *start);
    for (int at = 0; at < s->k * s->d; at++) start[at] = matrix_get(&matrix, at / s->d, at % s->d);
    shoal_seed_given(&tiles, start, &lloyd.centroids);
    const shoal_lloyd_opts opts = {.algorithm = SHOAL_KMEANS_BOUNDED, .max_iter = MAX_ITER, .tol = 0};
    cr_assert_eq(shoal_lloyd_run(&ctx, &opts, &lloyd, &err), SHOAL_OK);

    cr_assert_eq(lloyd.iterations, plain.iterations, "n %d d %d k %d: %d iterations, plain %d", s->n, s->d, s->k,
                 lloyd.iterations, plain.iterations);
    cr_assert_eq(memcmp(lloyd.labels, plain.labels, (size_t)s->n * sizeof *plain.labels), 0, "n %d d %d k %d: labels",
                 s->n, s->d, s->k);
    for (int at = 0; at < s->k * s->d; at++)
        cr_assert_float_eq(lloyd.centroids.wide[at] + tiles.offset[at % s->d], plain.centroids[at], 1e-10);
    cr_assert_eq(memcmp(before, values, bytes), 0, "the rows are not back in their places");
    cr_assert_lt((double)lloyd.looked, 0.8 * (double)tiles.count * lloyd.iterations,
                 "n %d d %d k %d: %d iterations looked at every tile", s->n, s->d, s->k, lloyd.iterations);
    shoal_lloyd_free(&lloyd);
    shoal_tiles_free(&tiles);
    matrix_free(&matrix);
    free(plain.centroids);
    free(plain.labels);
    free(weight);
    free(before);
    free(start);
}

Test(kmeans_exact, same_labels_and_iterations_as_plain_lloyd, .timeout = 120)
{
    for (int s = 0; s < N_SHAPES; s++) check_shape(&shapes[s], 500 + (uint64_t)s);
}

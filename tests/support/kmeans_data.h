/* Data of many kinds for the tests of k-means. */
#ifndef SHOAL_TESTS_KMEANS_DATA_H
#define SHOAL_TESTS_KMEANS_DATA_H

#include "matrix_support.h"

typedef enum data_kind {
    DATA_BLOBS,   /* 6 normal groups, 2 deviations apart */
    DATA_UNIFORM, /* 0..1 */
    DATA_HEAVY,   /* log-normal, from about 1e-3 to 1e3 */
    DATA_GRID,    /* whole numbers 1..5: equal rows and exact ties everywhere */
    DATA_NESTED,  /* groups of groups: gaps of very different size */
    N_KINDS,
} data_kind;

static inline double data_value(data_kind kind, int64_t row, int j, shoal_rng *rng)
{
    switch (kind) {
    case DATA_UNIFORM: return shoal_rng_uniform(rng);
    case DATA_HEAVY: return exp(2.3 * shoal_rng_normal(rng));
    case DATA_GRID: return 1 + (double)shoal_rng_below(rng, 5);
    case DATA_NESTED:
        return 100 * (double)((row * 7 + j) % 3) + 3 * (double)((row * 5 + j) % 4) + 0.3 * shoal_rng_normal(rng);
    default: return 2 * sin((double)(row % 6 * (j + 3)) * 1.7) * 1.4 + shoal_rng_normal(rng);
    }
}

static inline void data_fill(test_matrix *matrix, data_kind kind, uint64_t seed)
{
    shoal_rng rng = shoal_rng_start(seed, 91);
    for (int64_t i = 0; i < matrix->view.n; i++)
        for (int j = 0; j < matrix->view.d; j++) matrix_set(matrix, i, j, data_value(kind, i, j, &rng));
}

static inline void data_make(test_matrix *matrix, data_kind kind, int64_t n, int d, shoal_type type, uint64_t seed)
{
    matrix_make(matrix, n, d, type);
    data_fill(matrix, kind, seed);
}

/* Weights of 0, 0.5, 1 … 3, one after another in a drawn order; freed by the caller. */
static inline double *data_weights(int64_t n, uint64_t seed)
{
    shoal_rng rng = shoal_rng_start(seed, 92);
    double *weight = (double *)malloc((size_t)n * sizeof *weight);
    for (int64_t i = 0; i < n; i++) weight[i] = 0.5 * (double)shoal_rng_below(&rng, 7);
    weight[0] = 1;
    return weight;
}

#endif

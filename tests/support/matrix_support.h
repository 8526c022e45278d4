/* Matrices for the tests of scaling and clustering. */
#ifndef SHOAL_TESTS_MATRIX_SUPPORT_H
#define SHOAL_TESTS_MATRIX_SUPPORT_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <shoal/table.h>

#include "base/random.h"

enum { MATRIX_MAX_D = 32 };

/* Owns its columns, float32 or float64. */
typedef struct test_matrix {
    shoal_matrix view;
    shoal_column columns[MATRIX_MAX_D];
    void *data[MATRIX_MAX_D];
} test_matrix;

static inline void matrix_make(test_matrix *matrix, int64_t n, int d, shoal_type type)
{
    static const char *const names[MATRIX_MAX_D] = {"recency", "frequency", "monetary", "tenure", "basket"};
    memset(matrix, 0, sizeof *matrix);
    for (int j = 0; j < d; j++) {
        matrix->data[j] = calloc((size_t)n + 1, shoal_type_size(type, 0));
        matrix->columns[j] = (shoal_column){
            .name = names[j] != NULL ? names[j] : "other", .type = type, .length = n, .data = matrix->data[j]};
    }
    matrix->view = (shoal_matrix){.n = n, .d = d, .columns = matrix->columns};
}

static inline void matrix_set(test_matrix *matrix, int64_t row, int column, double value)
{
    if (matrix->columns[column].type == SHOAL_F32) ((float *)matrix->data[column])[row] = (float)value;
    else ((double *)matrix->data[column])[row] = value;
}

static inline double matrix_get(const test_matrix *matrix, int64_t row, int column)
{
    return shoal_column_f64(&matrix->columns[column], row);
}

static inline void matrix_free(test_matrix *matrix)
{
    for (int j = 0; j < matrix->view.d; j++) free(matrix->data[j]);
    memset(matrix, 0, sizeof *matrix);
}

/* n rows around `groups` normal centres, `apart` standard deviations of a row from each other on average. */
static inline void matrix_blobs(test_matrix *matrix, int64_t n, int d, shoal_type type, int groups, double apart,
                                uint64_t seed)
{
    shoal_rng rng = shoal_rng_start(seed, 77);
    double centre[64][MATRIX_MAX_D];
    for (int g = 0; g < groups; g++)
        for (int j = 0; j < d; j++) centre[g][j] = apart * shoal_rng_normal(&rng);
    matrix_make(matrix, n, d, type);
    for (int64_t i = 0; i < n; i++) {
        const uint64_t g = shoal_rng_below(&rng, (uint64_t)groups);
        for (int j = 0; j < d; j++) matrix_set(matrix, i, j, centre[g][j] + shoal_rng_normal(&rng));
    }
}

#endif

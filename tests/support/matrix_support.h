/* Matrices for the tests of scaling and clustering. */
#ifndef SHOAL_TESTS_MATRIX_SUPPORT_H
#define SHOAL_TESTS_MATRIX_SUPPORT_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <shoal/table.h>

#include "base/random.h"

enum { MATRIX_MAX_D = 128 };

/* Owns its columns, of any numeric type. */
typedef struct test_matrix {
    shoal_matrix view;
    shoal_column columns[MATRIX_MAX_D];
    void *data[MATRIX_MAX_D];
} test_matrix;

/* types: one a column. */
static inline void matrix_make_mixed(test_matrix *matrix, int64_t n, int d, const shoal_type *types)
{
    static const char *const names[MATRIX_MAX_D] = {"recency", "frequency", "monetary", "tenure", "basket"};
    memset(matrix, 0, sizeof *matrix);
    for (int j = 0; j < d; j++) {
        matrix->data[j] = calloc((size_t)n + 1, shoal_type_size(types[j], 0));
        matrix->columns[j] = (shoal_column){
            .name = names[j] != NULL ? names[j] : "other", .type = types[j], .length = n, .data = matrix->data[j]};
    }
    matrix->view = (shoal_matrix){.n = n, .d = d, .columns = matrix->columns};
}

static inline void matrix_make(test_matrix *matrix, int64_t n, int d, shoal_type type)
{
    shoal_type types[MATRIX_MAX_D];
    for (int j = 0; j < d; j++) types[j] = type;
    matrix_make_mixed(matrix, n, d, types);
}

/* Rounded to the type of the column, which holds it. */
static inline void matrix_set(test_matrix *matrix, int64_t row, int column, double value)
{
    void *data = matrix->data[column];
    switch (matrix->columns[column].type) {
    case SHOAL_F32: ((float *)data)[row] = (float)value; break;
    case SHOAL_I8: ((int8_t *)data)[row] = (int8_t)lrint(value); break;
    case SHOAL_I16: ((int16_t *)data)[row] = (int16_t)lrint(value); break;
    case SHOAL_I32: ((int32_t *)data)[row] = (int32_t)lrint(value); break;
    case SHOAL_I64: ((int64_t *)data)[row] = llrint(value); break;
    default: ((double *)data)[row] = value;
    }
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
    double centre[300][MATRIX_MAX_D];
    for (int g = 0; g < groups; g++)
        for (int j = 0; j < d; j++) centre[g][j] = apart * shoal_rng_normal(&rng);
    matrix_make(matrix, n, d, type);
    for (int64_t i = 0; i < n; i++) {
        const uint64_t g = shoal_rng_below(&rng, (uint64_t)groups);
        for (int j = 0; j < d; j++) matrix_set(matrix, i, j, centre[g][j] + shoal_rng_normal(&rng));
    }
}

#endif

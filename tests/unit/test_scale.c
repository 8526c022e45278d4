/* Expected numbers come from numpy 1.24 (mean, std, percentile, min, max, log1p) on the same values. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include <shoal/features.h>

#include "matrix_support.h"

static const double values[] = {3, 1, 4, 1, 5, 9, 2, 6};
enum { N = sizeof values / sizeof values[0] };

static void make(test_matrix *matrix, shoal_type type)
{
    matrix_make(matrix, N, 1, type);
    for (int i = 0; i < N; i++) matrix_set(matrix, i, 0, values[i]);
}

static shoal_scaler fit(const test_matrix *matrix, shoal_scale method, bool log1p_first)
{
    shoal_scaler scaler;
    shoal_error error = {0};
    cr_assert_eq(shoal_scaler_fit(NULL, &matrix->view, method, &log1p_first, &scaler, &error), SHOAL_OK, "%s",
                 error.message);
    return scaler;
}

Test(scale, methods)
{
    for (int type = SHOAL_F32; type <= SHOAL_F64; type++) {
        test_matrix matrix;
        make(&matrix, (shoal_type)type);
        shoal_scaler scaler = fit(&matrix, SHOAL_SCALE_STANDARD, false);
        cr_assert_str_eq(scaler.name, "recency");
        cr_assert_float_eq(scaler.center, 3.875, 1e-15);
        cr_assert_float_eq(scaler.scale, 2.5708704751503917, 1e-14);
        scaler = fit(&matrix, SHOAL_SCALE_ROBUST, false);
        cr_assert_float_eq(scaler.center, 3.5, 1e-15);
        cr_assert_float_eq(scaler.scale, 5.25 - 1.75, 1e-15);
        scaler = fit(&matrix, SHOAL_SCALE_MINMAX, false);
        cr_assert(scaler.center == 1 && scaler.scale == 8);
        scaler = fit(&matrix, SHOAL_SCALE_NONE, false);
        cr_assert(scaler.center == 0 && scaler.scale == 1);
        scaler = fit(&matrix, SHOAL_SCALE_STANDARD, true);
        cr_assert(scaler.log1p);
        cr_assert_float_eq(scaler.center, 1.4401117043274256, 1e-15);
        cr_assert_float_eq(scaler.scale, 0.5462886239226654, 1e-15);
        matrix_free(&matrix);
    }
}

Test(scale, apply_and_invert)
{
    test_matrix matrix;
    matrix_blobs(&matrix, 10000, 3, SHOAL_F64, 2, 3, 6);
    const bool log1p_first[] = {false, true, false};
    shoal_scaler scalers[3];
    shoal_table scaled = {0};
    cr_assert_eq(shoal_scaler_fit(NULL, &matrix.view, SHOAL_SCALE_STANDARD, log1p_first, scalers, NULL), SHOAL_OK);
    cr_assert_eq(shoal_scaler_apply(NULL, &matrix.view, scalers, &scaled, NULL), SHOAL_OK);
    cr_assert(scaled.n_columns == 3 && scaled.n_rows == 10000);
    for (int j = 0; j < 3; j++) {
        cr_assert_eq(scaled.columns[j].type, SHOAL_F32);
        cr_assert_str_eq(scaled.columns[j].name, matrix.columns[j].name);
        double sum = 0, squares = 0;
        for (int i = 0; i < 10000; i++) {
            const double z = shoal_column_f64(&scaled.columns[j], i), original = matrix_get(&matrix, i, j);
            sum += z;
            squares += z * z;
            cr_assert_float_eq(shoal_scaler_invert(&scalers[j], z), original, 1e-6 * (1 + fabs(original)));
        }
        cr_assert_float_eq(sum / 10000, 0, 1e-8);
        cr_assert_float_eq(squares / 10000, 1, 1e-7);
    }
    shoal_table_free(&scaled);
    matrix_free(&matrix);
}

Test(scale, constant_columns_and_large_offsets)
{
    test_matrix matrix;
    matrix_make(&matrix, 5000, 2, SHOAL_F64);
    for (int i = 0; i < 5000; i++) {
        matrix_set(&matrix, i, 0, 0.1);
        matrix_set(&matrix, i, 1, 1e9 + i % 2);
    }
    for (int method = SHOAL_SCALE_NONE; method <= SHOAL_SCALE_MINMAX; method++) {
        shoal_scaler scalers[2];
        cr_assert_eq(shoal_scaler_fit(NULL, &matrix.view, (shoal_scale)method, NULL, scalers, NULL), SHOAL_OK);
        cr_assert(scalers[0].scale == 1);
        if (method != SHOAL_SCALE_NONE) cr_assert(scalers[0].center == 0.1);
        if (method == SHOAL_SCALE_STANDARD) cr_assert(scalers[1].center == 1e9 + 0.5 && scalers[1].scale == 0.5);
    }
    matrix_free(&matrix);
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The quantiles against a full sort, on random, sorted, reversed and tied data. */
Test(scale, robust_quantiles_equal_a_sort)
{
    static double sorted[3001];
    shoal_rng rng = shoal_rng_start(12, 0);
    for (int round = 0; round < 40; round++) {
        const int n = round < 4 ? round + 1 : 1 + (int)shoal_rng_below(&rng, 3000);
        test_matrix matrix;
        matrix_make(&matrix, n, 1, SHOAL_F64);
        for (int i = 0; i < n; i++) {
            const double draws[] = {shoal_rng_normal(&rng), i, -i, (double)shoal_rng_below(&rng, 4)};
            sorted[i] = draws[round % 4];
            matrix_set(&matrix, i, 0, sorted[i]);
        }
        qsort(sorted, (size_t)n, sizeof *sorted, ascending);
        double expected[3];
        for (int q = 0; q < 3; q++) {
            const double position = (q + 1) / 4.0 * (n - 1);
            const int at = (int)position;
            expected[q] = sorted[at] + (position - at) * (at + 1 < n ? sorted[at + 1] - sorted[at] : 0);
        }
        const shoal_scaler scaler = fit(&matrix, SHOAL_SCALE_ROBUST, false);
        cr_assert(scaler.center == expected[1]);
        cr_assert(scaler.scale == (expected[2] > expected[0] ? expected[2] - expected[0] : 1));
        matrix_free(&matrix);
    }
}

Test(scale, same_bits_for_any_number_of_threads)
{
    test_matrix matrix;
    matrix_blobs(&matrix, 50000, 2, SHOAL_F32, 3, 5, 6);
    for (int method = SHOAL_SCALE_STANDARD; method <= SHOAL_SCALE_MINMAX; method++) {
        shoal_scaler first[2], other[2];
        memset(first, 0, sizeof first);
        memset(other, 0, sizeof other);
        shoal_ctx ctx = {.threads = 1};
        cr_assert_eq(shoal_scaler_fit(&ctx, &matrix.view, (shoal_scale)method, NULL, first, NULL), SHOAL_OK);
        for (int threads = 2; threads <= 8; threads += 3) {
            ctx.threads = threads;
            cr_assert_eq(shoal_scaler_fit(&ctx, &matrix.view, (shoal_scale)method, NULL, other, NULL), SHOAL_OK);
            for (int j = 0; j < 2; j++)
                cr_assert(first[j].center == other[j].center && first[j].scale == other[j].scale);
        }
    }
    matrix_free(&matrix);
}

Test(scale, refuses_missing_and_too_large_values)
{
    test_matrix matrix;
    matrix_blobs(&matrix, 9000, 2, SHOAL_F64, 2, 3, 6);
    shoal_scaler scalers[2];
    shoal_table scaled = {0};
    shoal_error error = {0};
    cr_assert_eq(shoal_scaler_fit(NULL, &matrix.view, SHOAL_SCALE_ROBUST, NULL, scalers, NULL), SHOAL_OK);
    matrix_set(&matrix, 8500, 1, 1e300);
    cr_assert_eq(shoal_scaler_apply(NULL, &matrix.view, scalers, &scaled, &error), SHOAL_ERR_INPUT);
    cr_assert(strstr(error.message, "column 'frequency': 1e+300 in row 8501") != NULL, "%s", error.message);
    cr_assert_eq(scaled.n_columns, 0);
    matrix_set(&matrix, 8500, 1, NAN);
    cr_assert_eq(shoal_scaler_apply(NULL, &matrix.view, scalers, &scaled, &error), SHOAL_ERR_INPUT);
    cr_assert(strstr(error.message, "row 8501 of 9000 is missing") != NULL, "%s", error.message);
    cr_assert_eq(shoal_scaler_fit(NULL, &matrix.view, SHOAL_SCALE_STANDARD, NULL, scalers, &error), SHOAL_ERR_INPUT);
    cr_assert(strstr(error.message, "column 'frequency': the value in row 8501 of 9000 is missing") != NULL);
    matrix_free(&matrix);
}

Test(scale, names)
{
    for (int method = SHOAL_SCALE_NONE; method <= SHOAL_SCALE_MINMAX; method++)
        cr_assert_eq(shoal_scale_parse(shoal_scale_name((shoal_scale)method)), method);
    cr_assert_eq(shoal_scale_parse("zscore"), -1);
}

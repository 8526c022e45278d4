/* Tiles of a matrix: their values and figures against sums in long double, on the short way for plain float32 columns
 * and on the general one; what is refused, and by which name. */
#include <criterion/criterion.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "matrix_support.h"
#include "model/kmeans/tiles.h"

enum { T = SHOAL_TILE_ROWS, D = 4, MOST_ROWS = 20000 };

static const int64_t sizes[] = {1, 2, 7, 255, 256, 257, 4095, 4096, 4097, 9000, MOST_ROWS};
enum { N_SIZES = sizeof sizes / sizeof sizes[0] };

/* A normal column, one far from 0, one of widely differing magnitudes, and a constant one. */
static void fill_matrix(int64_t n, shoal_type type, test_matrix *matrix)
{
    shoal_rng rng = shoal_rng_start(5, (uint64_t)n);
    matrix_make(matrix, n, D, type);
    for (int64_t i = 0; i < n; i++) {
        matrix_set(matrix, i, 0, 20 * shoal_rng_normal(&rng));
        matrix_set(matrix, i, 1, 10000 + 300 * shoal_rng_uniform(&rng));
        matrix_set(matrix, i, 2, 1000 * pow(shoal_rng_uniform(&rng), 9));
        matrix_set(matrix, i, 3, -7);
    }
}

static void build(const test_matrix *matrix, const double *weight, int threads, shoal_tiles *tiles)
{
    const shoal_ctx ctx = {.threads = threads};
    shoal_error err = {0};
    cr_assert_eq(shoal_tiles_build(&ctx, &matrix->view, weight, tiles, &err), SHOAL_OK, "%s", err.message);
}

static void check_column(const test_matrix *matrix, const double *weight, const shoal_tiles *tiles, int j,
                         long double *squares)
{
    long double sum = 0, total = 0, magnitude = 0;
    for (int64_t i = 0; i < tiles->n; i++) {
        const long double w = weight == NULL ? 1 : weight[i];
        const double value = shoal_tiles_value(tiles, i, j);
        cr_assert_eq(value + tiles->offset[j], matrix_get(matrix, i, j));
        sum += w * value;
        total += w;
        magnitude = fmaxl(magnitude, w * fabsl(value));
    }
    const long double mean = sum / total;
    for (int64_t i = 0; i < tiles->n; i++)
        *squares += (weight == NULL ? 1 : weight[i]) * powl(shoal_tiles_value(tiles, i, j) - mean, 2);
    cr_assert_float_eq(tiles->mean[j], (double)mean, 1e-15 * ((double)magnitude + fabs(tiles->offset[j])));
    cr_assert_eq(tiles->grid[j], shoal_tiles_grid((double)magnitude, weight != NULL));
}

static void check_tiles(const test_matrix *matrix, const double *weight, const shoal_tiles *tiles)
{
    long double squares = 0;
    for (int j = 0; j < D; j++) check_column(matrix, weight, tiles, j, &squares);
    cr_assert(fabsl(tiles->total_squares - squares) <= 1e-14L * squares);
    for (int64_t tile = 0; tile < tiles->count; tile++) {
        long double norm = 0;
        for (int i = 0; i < T; i++) {
            long double square = 0;
            for (int j = 0; j < D; j++) {
                const double value = shoal_tiles_value(tiles, tile * T + i, j);
                cr_assert(tile * T + i < tiles->n || value == 0, "padding");
                square += (long double)value * value;
            }
            norm = fmaxl(norm, sqrtl(square));
        }
        if (!tiles->wide)
            cr_assert(tiles->norm[tile] >= norm && tiles->norm[tile] <= norm * (1 + 4e-7L) + FLT_TRUE_MIN);
    }
}

/* Both ways lead to the same values, offsets, grids and norms. */
static void check_alike(const shoal_tiles *a, const shoal_tiles *b)
{
    const size_t bytes = (size_t)(a->count * a->d) * T * sizeof *a->narrow_data;
    cr_assert(!a->wide && !b->wide);
    cr_assert_arr_eq(a->narrow_data, b->narrow_data, bytes);
    cr_assert_arr_eq(a->norm, b->norm, (size_t)a->count * sizeof *a->norm);
    cr_assert_arr_eq(a->offset, b->offset, (size_t)a->d * sizeof *a->offset);
    cr_assert_arr_eq(a->grid, b->grid, (size_t)a->d * sizeof *a->grid);
    cr_assert_float_eq(a->total_squares, b->total_squares, 1e-14 * a->total_squares);
}

Test(tiles, plain_columns)
{
    static uint8_t valid[MOST_ROWS];
    memset(valid, 1, sizeof valid);
    for (int s = 0; s < N_SIZES; s++) {
        test_matrix matrix;
        shoal_tiles plain, general;
        fill_matrix(sizes[s], SHOAL_F32, &matrix);
        build(&matrix, NULL, 2, &plain);
        cr_assert(plain.offset[0] == 0 || sizes[s] < 7);
        cr_assert(plain.offset[1] != 0 && plain.offset[3] == -7);
        check_tiles(&matrix, NULL, &plain);
        matrix.columns[2].valid = valid;
        build(&matrix, NULL, 2, &general);
        check_tiles(&matrix, NULL, &general);
        check_alike(&plain, &general);
        shoal_tiles_free(&plain);
        shoal_tiles_free(&general);
        matrix_free(&matrix);
    }
}

Test(tiles, other_columns_and_weights)
{
    static double weight[MOST_ROWS];
    shoal_rng rng = shoal_rng_start(8, 8);
    for (int i = 0; i < MOST_ROWS; i++) weight[i] = i == 0 ? 1 : 3 * shoal_rng_uniform(&rng);
    static const shoal_type types[] = {SHOAL_F64, SHOAL_I16, SHOAL_I32, SHOAL_F32};
    for (int s = 0; s < N_SIZES; s++)
        for (int t = 0; t < 4; t++) {
            test_matrix matrix;
            shoal_tiles tiles;
            fill_matrix(sizes[s], types[t], &matrix);
            build(&matrix, NULL, 2, &tiles);
            cr_assert_eq(tiles.wide, types[t] == SHOAL_F64 || types[t] == SHOAL_I32);
            check_tiles(&matrix, NULL, &tiles);
            shoal_tiles_free(&tiles);
            build(&matrix, weight, 2, &tiles);
            check_tiles(&matrix, weight, &tiles);
            shoal_tiles_free(&tiles);
            matrix_free(&matrix);
        }
}

/* Blocks whose means lie far apart, as in sorted data. */
Test(tiles, squares_of_a_sorted_column)
{
    test_matrix matrix;
    shoal_tiles tiles;
    fill_matrix(MOST_ROWS, SHOAL_F32, &matrix);
    for (int64_t i = 0; i < MOST_ROWS; i++) matrix_set(&matrix, i, 0, (double)i * (double)i);
    build(&matrix, NULL, 2, &tiles);
    check_tiles(&matrix, NULL, &tiles);
    shoal_tiles_free(&tiles);
    matrix_free(&matrix);
}

Test(tiles, any_number_of_threads)
{
    test_matrix matrix;
    shoal_tiles one, many;
    fill_matrix(MOST_ROWS, SHOAL_F32, &matrix);
    build(&matrix, NULL, 1, &one);
    for (int threads = 2; threads <= 5; threads++) {
        build(&matrix, NULL, threads, &many);
        check_alike(&one, &many);
        cr_assert_arr_eq(one.mean, many.mean, D * sizeof *one.mean);
        cr_assert_eq(one.total_squares, many.total_squares);
        shoal_tiles_free(&many);
    }
    shoal_tiles_free(&one);
    matrix_free(&matrix);
}

/* Float32 squares would overflow or vanish. */
Test(tiles, absurd_magnitudes_become_float64)
{
    static const double scales[] = {1e20, 1e-20, 1e-42};
    for (int s = 0; s < 3; s++) {
        test_matrix matrix;
        shoal_tiles tiles;
        fill_matrix(9000, SHOAL_F32, &matrix);
        for (int64_t i = 0; i < 9000; i++)
            for (int j = 0; j < D; j++) matrix_set(&matrix, i, j, s == 0 && j > 0 ? 1 : (double)(i % 100) * scales[s]);
        build(&matrix, NULL, 2, &tiles);
        cr_assert(tiles.wide && tiles.narrow_data == NULL && tiles.norm == NULL);
        check_tiles(&matrix, NULL, &tiles);
        shoal_tiles_free(&tiles);
        matrix_free(&matrix);
    }
}

static void expect_refused(const test_matrix *matrix, const char *message)
{
    shoal_tiles tiles;
    shoal_error err = {0};
    cr_assert_eq(shoal_tiles_build(NULL, &matrix->view, NULL, &tiles, &err), SHOAL_ERR_INPUT);
    cr_assert_not_null(strstr(err.message, message), "'%s' is not in '%s'", message, err.message);
    cr_assert_null(tiles.narrow_data);
    cr_assert_null(tiles.offset);
}

/* The first bad row of the first bad column, wherever it stands. */
Test(tiles, names_the_bad_value)
{
    static const int64_t places[] = {0, 1, 254, 255, 256, 4095, 4096, 8191, 8192, 8998, 8999};
    static const shoal_type types[] = {SHOAL_F32, SHOAL_F64};
    for (int t = 0; t < 2; t++)
        for (size_t p = 0; p < sizeof places / sizeof places[0]; p++) {
            test_matrix matrix;
            char message[100];
            fill_matrix(9000, types[t], &matrix);
            matrix_set(&matrix, 0, 3, NAN); /* a later column */
            matrix_set(&matrix, 8999, 1, -INFINITY);
            matrix_set(&matrix, places[p], 1, INFINITY);
            snprintf(message, sizeof message, "column 'frequency': the value in row %d of 9000 is infinite",
                     (int)places[p] + 1);
            expect_refused(&matrix, message);
            matrix_set(&matrix, places[p], 1, NAN);
            snprintf(message, sizeof message, "column 'frequency': the value in row %d of 9000 is missing",
                     (int)places[p] + 1);
            expect_refused(&matrix, message);
            matrix_free(&matrix);
        }
}

Test(tiles, refuses_what_would_overflow)
{
    test_matrix matrix;
    fill_matrix(9000, SHOAL_F64, &matrix);
    matrix_set(&matrix, 8000, 2, 1e308);
    matrix_set(&matrix, 8001, 2, 1e308);
    matrix_set(&matrix, 9, 3, NAN);
    expect_refused(&matrix, "column 'monetary' reaches 1e+308");
    matrix_free(&matrix);
}

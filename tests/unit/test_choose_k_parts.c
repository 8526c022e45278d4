/* The parts of the choice of k: many fits at once, samples, references, axes, the rule of the gap statistic. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "matrix_support.h"
#include "model/kmeans/adjusted_rand.h"
#include "model/kmeans/axes.h"
#include "model/kmeans/choose_k_finalists.h"
#include "model/kmeans/choose_k_gap.h"
#include "model/kmeans/choose_k_sample.h"
#include "model/kmeans/models.h"
#include "model/kmeans/tiles_copy.h"

static shoal_tiles blob_tiles(int64_t n, int d, int groups, const double *weight)
{
    test_matrix matrix;
    shoal_tiles tiles;
    matrix_blobs(&matrix, n, d, SHOAL_F32, groups, 3, 4);
    cr_assert_eq(shoal_tiles_build(NULL, &matrix.view, weight, &tiles, NULL), SHOAL_OK);
    matrix_free(&matrix);
    return tiles;
}

/* --- axes --- */

Test(axes, diagonalise)
{
    enum { D = 7 };
    shoal_rng rng = shoal_rng_start(1, 2);
    double a[D * D], turned[D * D], axes[D * D];
    for (int i = 0; i < D; i++)
        for (int j = 0; j <= i; j++) a[i * D + j] = a[j * D + i] = shoal_rng_normal(&rng);
    memcpy(turned, a, sizeof a);
    shoal_principal_axes(D, turned, axes);
    for (int i = 0; i < D; i++)
        for (int j = 0; j < D; j++) {
            double product = 0, back = 0;
            for (int m = 0; m < D; m++) {
                product += axes[i * D + m] * axes[j * D + m];
                back += axes[m * D + i] * turned[m * D + m] * axes[m * D + j];
            }
            cr_expect_float_eq(product, i == j, 1e-14);
            cr_expect_float_eq(back, a[i * D + j], 1e-13);
            if (i != j) cr_expect_float_eq(turned[i * D + j], 0, 1e-13);
        }
}

Test(axes, nothing_to_turn)
{
    double zero[4] = {0}, axes[4], line[4] = {2, 2, 2, 2};
    shoal_principal_axes(2, zero, axes);
    cr_expect(axes[0] == 1 && axes[1] == 0 && axes[2] == 0 && axes[3] == 1);
    shoal_principal_axes(2, line, axes); /* of rank 1 */
    cr_expect_float_eq(line[0] + line[3], 4, 1e-15);
    cr_expect_float_eq(fmax(line[0], line[3]), 4, 1e-15);
}

/* --- the gap statistic --- */

Test(gap, by_hand)
{
    double gap, error;
    shoal_gap_statistic(2, (const double[]){3, 5}, 1, &gap, &error);
    cr_expect(gap == 3);
    cr_expect_float_eq(error, sqrt(1.5), 1e-15); /* deviation 1, of the references themselves */
    shoal_gap_statistic(2, (const double[]){3, 5}, -INFINITY, &gap, &error);
    cr_expect(isinf(gap) && gap > 0);
}

Test(gap, rule)
{
    static const struct {
        double gap[4];
        double error;
        int chosen;
    } cases[] = {
        {{0.5, 0.4, 0.3, 0.2}, 0.01, 0},
        {{0.35, 0.4, 0.3, 0.2}, 0.01, 1},
        {{0.35, 0.4, 0.405, 0.2}, 0.01, 1},
        {{0.35, 0.37, 0.39, 0.41}, 0.01, 3},
        {{0.4, 0.405, 0.49, 0.2}, 0.02, 0},
        {{0.4, 0.405, 0.6, 0.2}, 0.02, 2}, /* one cluster would do, were the third not that much better */
        {{0.4, 0.405, 0.515, 0.2}, 0.02, 0},
        {{0.4, 0.3, 0.2, 0.6}, 0.01, 1},
        {{0.1, 0.2, INFINITY, INFINITY}, 0.01, 2},
        {{0.3, 0.35, 0.38, NAN}, 0.01, 2},
        {{0.1, NAN, 0.15, 0.12}, 0.01, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const double errors[4] = {cases[i].error, cases[i].error, cases[i].error, cases[i].error};
        cr_expect_eq(shoal_gap_choice(4, cases[i].gap, errors), cases[i].chosen, "case %zu", i);
    }
    cr_expect_eq(shoal_gap_choice(1, (const double[]){1}, (const double[]){1}), 0);
}

/* Rows along a diagonal: so do the references, evenly, and no wider. */
Test(gap, references_follow_the_axes)
{
    enum { N = 3000 };
    test_matrix matrix;
    shoal_tiles tiles, reference, again;
    shoal_rng rng = shoal_rng_start(3, 3);
    double along_most = 0, across_most = 0;
    matrix_make(&matrix, N, 2, SHOAL_F32);
    for (int i = 0; i < N; i++) {
        const double along = 5 * shoal_rng_normal(&rng), across = 0.1 * shoal_rng_normal(&rng);
        matrix_set(&matrix, i, 0, 3 + along + across);
        matrix_set(&matrix, i, 1, 3 + along - across);
    }
    cr_assert_eq(shoal_tiles_build(NULL, &matrix.view, NULL, &tiles, NULL), SHOAL_OK);
    cr_assert_eq(shoal_gap_reference(&tiles, 1000, 7, 1, &reference, NULL), SHOAL_OK);
    cr_assert_eq(shoal_gap_reference(&tiles, 1000, 7, 1, &again, NULL), SHOAL_OK);
    for (int i = 0; i < N; i++) {
        along_most = fmax(along_most, fabs(shoal_tiles_value(&tiles, i, 0) + shoal_tiles_value(&tiles, i, 1) - 6));
        across_most = fmax(across_most, fabs(shoal_tiles_value(&tiles, i, 0) - shoal_tiles_value(&tiles, i, 1)));
    }
    double squares = 0, off_most = 0;
    for (int64_t i = 0; i < 1000; i++) {
        const double x = shoal_tiles_value(&reference, i, 0), y = shoal_tiles_value(&reference, i, 1);
        cr_assert_leq(fabs(x + y - 6), along_most * 1.01);
        cr_assert_leq(fabs(x - y), across_most * 1.1);
        cr_assert_eq(x, shoal_tiles_value(&again, i, 0));
        off_most = fmax(off_most, fabs(x - y));
        squares += pow(x - reference.mean[0], 2) + pow(y - reference.mean[1], 2);
    }
    cr_expect_gt(off_most, across_most * 0.5);
    cr_expect_float_eq(reference.total_squares / squares, 1, 1e-12);
    /* uniform: about a third of the squared half side; along_most is of the sum of both coordinates */
    cr_expect_float_eq(squares / 1000 / (along_most * along_most / 2 / 3), 1, 0.2);
    shoal_tiles_free(&reference);
    shoal_tiles_free(&again);
    shoal_tiles_free(&tiles);
    matrix_free(&matrix);
}

/* --- samples --- */

Test(samples, one_from_each_stretch)
{
    enum { N = 1003, DRAWS = 100 };
    test_matrix matrix;
    shoal_tiles tiles, sample;
    matrix_make(&matrix, N, 1, SHOAL_F32);
    for (int i = 0; i < N; i++) matrix_set(&matrix, i, 0, i);
    cr_assert_eq(shoal_tiles_build(NULL, &matrix.view, NULL, &tiles, NULL), SHOAL_OK);
    cr_assert_eq(shoal_sample_draw(&tiles, DRAWS, 1, 2, &sample, NULL), SHOAL_OK);
    cr_assert_eq(sample.n, DRAWS);
    for (int64_t i = 0; i < DRAWS; i++) {
        const double row = shoal_tiles_value(&sample, i, 0) + tiles.offset[0];
        cr_expect(row >= (double)(i * N / DRAWS) - 1 && row < (double)((i + 1) * N / DRAWS) + 1, "draw %d: row %g",
                  (int)i, row);
    }
    double squares = 0;
    for (int64_t i = 0; i < DRAWS; i++) squares += pow(shoal_tiles_value(&sample, i, 0) - sample.mean[0], 2);
    cr_expect_float_eq(sample.total_squares / squares, 1, 1e-12);
    shoal_tiles_free(&sample);
    cr_assert_eq(shoal_sample_draw(&tiles, N, 1, 2, &sample, NULL), SHOAL_OK);
    cr_expect_eq(sample.n, N);
    cr_expect_eq(memcmp(sample.narrow_data, tiles.narrow_data, N * sizeof(float)), 0);
    cr_expect_float_eq(sample.total_squares / tiles.total_squares, 1, 1e-13);
    shoal_tiles_free(&sample);
    shoal_tiles_free(&tiles);
    matrix_free(&matrix);
}

Test(samples, by_weight)
{
    enum { N = 50, DRAWS = 1000 };
    double weight[N], total = 0, drawn = 0;
    for (int i = 0; i < N; i++) total += weight[i] = 0.01 * (i % 5);
    shoal_tiles tiles = blob_tiles(N, 2, 3, weight), sample;
    cr_assert_eq(shoal_sample_draw(&tiles, DRAWS, 1, 2, &sample, NULL), SHOAL_OK);
    cr_assert_eq(sample.n, N / 5 * 4); /* every fifth row has no weight */
    for (int64_t at = 0, row = 0; at < sample.n; at++, row++) {
        while (weight[row] == 0) row++;
        cr_assert_eq(shoal_tiles_value(&sample, at, 1), shoal_tiles_value(&tiles, row, 1));
        /* stretches of equal weight: a row's draws differ from its share by less than 2 */
        cr_expect_lt(fabs(sample.weight[at] - DRAWS * weight[row] / total), 2);
        drawn += sample.weight[at];
    }
    cr_expect_eq(drawn, DRAWS);
    cr_expect_eq(sample.total_weight, DRAWS);
    shoal_tiles bootstrap;
    cr_assert_eq(shoal_sample_bootstrap(&sample, 1, 3, &bootstrap, NULL), SHOAL_OK);
    cr_expect_eq(bootstrap.total_weight, DRAWS);
    cr_expect(bootstrap.n <= sample.n && bootstrap.weight[0] > 0);
    shoal_tiles_free(&bootstrap);
    shoal_tiles_free(&sample);
    shoal_tiles_free(&tiles);
}

Test(samples, bootstrap)
{
    enum { N = 2000 };
    shoal_tiles tiles = blob_tiles(N, 3, 3, NULL), bootstrap;
    cr_assert_eq(shoal_sample_bootstrap(&tiles, 1, 3, &bootstrap, NULL), SHOAL_OK);
    cr_assert_eq(bootstrap.n, N);
    int64_t from = 0, different = 0;
    for (int64_t i = 0; i < N; i++) { /* rows in order, beside their copies */
        const int64_t before = from;
        while (from < N && shoal_tiles_value(&tiles, from, 0) != shoal_tiles_value(&bootstrap, i, 0)) from++;
        cr_assert_lt(from, N, "row %d is none of the sample's", (int)i);
        different += i == 0 || from != before;
    }
    cr_expect_float_eq((double)different / N, 1 - exp(-1), 0.03);
    shoal_tiles_free(&bootstrap);
    shoal_tiles_free(&tiles);
}

/* --- many fits at once --- */

Test(models, whatever_the_threads)
{
    enum { COUNT = 12 };
    shoal_tiles small = blob_tiles(3000, 3, 5, NULL), large = blob_tiles(9000, 3, 5, NULL);
    shoal_kmeans_opts opts = shoal_kmeans_opts_default();
    const shoal_lloyd_report silent = {0};
    shoal_model_task tasks[COUNT];
    shoal_model alone[COUNT] = {0}, together[COUNT] = {0};
    shoal_kmeans_time time = {0};
    for (int i = 0; i < COUNT; i++)
        tasks[i] = (shoal_model_task){.tiles = i % 3 == 0 ? &small : &large, .k = 1 + i / 2, .stream = (uint64_t)i};
    for (int i = 0; i < COUNT; i++)
        cr_assert_eq(shoal_models_fit(NULL, &opts, &tasks[i], 1, &silent, &alone[i], &time, NULL), SHOAL_OK);
    for (int threads = 1; threads <= 4; threads++) {
        const shoal_ctx ctx = {.threads = threads};
        cr_assert_eq(shoal_models_fit(&ctx, &opts, tasks, COUNT, &silent, together, &time, NULL), SHOAL_OK);
        for (int i = 0; i < COUNT; i++) {
            const int k = tasks[i].k;
            cr_assert_eq(together[i].k, k);
            cr_expect(together[i].inertia == alone[i].inertia && together[i].iterations == alone[i].iterations);
            cr_expect_arr_eq(together[i].centroids, alone[i].centroids, (size_t)k * 3 * sizeof(double));
            cr_expect_arr_eq(together[i].weights, alone[i].weights, (size_t)k * sizeof(double));
        }
        shoal_models_free(COUNT, together);
    }
    cr_expect_float_eq(alone[0].inertia / small.total_squares, 1, 1e-9); /* k = 1 */
    shoal_models_free(COUNT, alone);
    shoal_tiles_free(&small);
    shoal_tiles_free(&large);
}

/* Tiles are only read, and a start that is given is kept to. */
Test(models, from_centroids)
{
    shoal_tiles tiles = blob_tiles(20000, 2, 4, NULL), before;
    const shoal_lloyd_report silent = {0};
    const double start[] = {-5, 0, 5, 0};
    shoal_kmeans_opts opts = shoal_kmeans_opts_default();
    shoal_kmeans_time time = {0};
    shoal_model model = {0};
    cr_assert_eq(shoal_tiles_make_like(&tiles, &before, NULL), SHOAL_OK);
    shoal_tiles_copy(&tiles, &before);
    opts.tol = 0;
    const shoal_model_task task = {.tiles = &tiles, .k = 2, .centroids = start};
    cr_assert_eq(shoal_models_fit(NULL, &opts, &task, 1, &silent, &model, &time, NULL), SHOAL_OK);
    cr_expect(model.converged && model.iterations > 1);
    cr_expect_lt(model.centroids[0], model.centroids[2]);
    cr_expect_eq(memcmp(before.narrow_data, tiles.narrow_data, (size_t)tiles.count * 2 * 256 * sizeof(float)), 0);
    const shoal_model_task again = {.tiles = &tiles, .k = 2, .centroids = model.centroids};
    shoal_model second = {0};
    cr_assert_eq(shoal_models_fit(NULL, &opts, &again, 1, &silent, &second, &time, NULL), SHOAL_OK);
    cr_expect_eq(second.iterations, 1);
    cr_expect(second.inertia == model.inertia);
    shoal_models_free(1, &model);
    shoal_models_free(1, &second);
    shoal_tiles_free(&before);
    shoal_tiles_free(&tiles);
}

Test(models, cancelled)
{
    const volatile sig_atomic_t cancel = 1;
    const shoal_ctx ctx = {.threads = 2, .cancel = &cancel};
    const shoal_lloyd_report silent = {0};
    const shoal_kmeans_opts opts = shoal_kmeans_opts_default();
    shoal_tiles tiles = blob_tiles(5000, 2, 4, NULL);
    const shoal_model_task tasks[3] = {{.tiles = &tiles, .k = 3}, {.tiles = &tiles, .k = 2}, {.tiles = &tiles, .k = 2}};
    shoal_model models[3] = {0};
    shoal_kmeans_time time = {0};
    shoal_error err = {0};
    cr_assert_eq(shoal_models_fit(&ctx, &opts, tasks, 3, &silent, models, &time, &err), SHOAL_ERR_INTERRUPTED);
    cr_expect_str_eq(err.message, "interrupted");
    for (int i = 0; i < 3; i++) cr_expect_null(models[i].centroids);
    shoal_tiles_free(&tiles);
}

Test(models, best)
{
    const shoal_model models[] = {{.inertia = 5}, {.inertia = 3}, {.inertia = 3 - 1e-13}, {.inertia = 2}};
    cr_expect_eq(shoal_models_best(models, 3), 1); /* less by rounding alone */
    cr_expect_eq(shoal_models_best(models, 4), 3);
}

/* Four groups on the corners of a square: two ways to halve it are as good, and one start found each twice. */
Test(finalists, one_of_each_optimum)
{
    enum { N = 4000, MODELS = 6 };
    double centroids[MODELS][4] = {{-5.01, 0, 5, 0}, {5, 0.01, -5, 0}, {0, 5, 0, -5},
                                   {0, -5, 0.01, 5}, {-9, 0, 5, 0},    {0, 0, 50, 0}};
    double weights[2] = {N / 2.0, N / 2.0};
    test_matrix matrix;
    shoal_tiles tiles;
    shoal_model models[MODELS];
    shoal_rng rng = shoal_rng_start(2, 2);
    matrix_make(&matrix, N, 2, SHOAL_F32);
    for (int i = 0; i < N; i++) {
        matrix_set(&matrix, i, 0, (i % 2 == 0 ? -5 : 5) + shoal_rng_normal(&rng));
        matrix_set(&matrix, i, 1, (i / 2 % 2 == 0 ? -5 : 5) + shoal_rng_normal(&rng));
    }
    cr_assert_eq(shoal_tiles_build(NULL, &matrix.view, NULL, &tiles, NULL), SHOAL_OK);
    for (int m = 0; m < MODELS; m++) {
        double inertia = 0;
        for (int64_t i = 0; i < N; i++) {
            const double x = shoal_tiles_value(&tiles, i, 0), y = shoal_tiles_value(&tiles, i, 1), *c = centroids[m];
            inertia += fmin(pow(x - c[0], 2) + pow(y - c[1], 2), pow(x - c[2], 2) + pow(y - c[3], 2));
        }
        models[m] = (shoal_model){.k = 2, .centroids = centroids[m], .weights = weights, .inertia = inertia};
    }
    const shoal_choice choice = {.k_min = 2, .n_candidates = 1};
    const shoal_round round = {.tiles = &tiles, .count = MODELS, .n = {MODELS}, .models = models};
    shoal_finalists chosen = {0};
    cr_assert_eq(shoal_finalists_choose(&choice, &round, 4, &chosen, NULL), SHOAL_OK);
    cr_expect_eq(chosen.n, 2);
    cr_expect_neq(chosen.index[0] / 2, chosen.index[1] / 2);
    cr_expect(chosen.index[0] < 4 && chosen.index[1] < 4);
    cr_assert_eq(shoal_finalists_choose(&choice, &round, 1, &chosen, NULL), SHOAL_OK);
    cr_expect_eq(chosen.n, 1);
    cr_expect_eq(chosen.index[0], shoal_models_best(models, MODELS));
    shoal_tiles_free(&tiles);
    matrix_free(&matrix);
}

/* --- agreement --- */

Test(adjusted_rand, weights_are_copies)
{
    enum { N = 40 };
    int32_t a[N], b[N], many_a[3 * N], many_b[3 * N];
    double weight[N], once, copies;
    int64_t n = 0;
    for (int i = 0; i < N; i++) {
        a[i] = i % 3;
        b[i] = i % 7 < 3 ? i % 3 : i % 4;
        weight[i] = i % 4;
        for (int copy = 0; copy < i % 4; copy++, n++) {
            many_a[n] = a[i];
            many_b[n] = b[i];
        }
    }
    cr_assert_eq(shoal_adjusted_rand(N, a, 3, b, 4, weight, &once, NULL), SHOAL_OK);
    cr_assert_eq(shoal_adjusted_rand(n, many_a, 3, many_b, 4, NULL, &copies, NULL), SHOAL_OK);
    cr_expect_float_eq(once, copies, 1e-14);
    cr_expect_lt(once, 0.9);
}

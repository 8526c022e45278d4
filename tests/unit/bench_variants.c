/* The parts of shoal-bench variants: grids, fronts, figures of quality by hand, checks that fail. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cases/plain_clv.h"
#include "matrix_support.h"
#include "model/kmeans/adjusted_rand.h"
#include "variants/clv_check.h"
#include "variants/draw.h"
#include "variants/gini.h"
#include "variants/grid.h"
#include "variants/holdout.h"
#include "variants/kmeans_check.h"
#include "variants/pareto.h"
#include "variants/silhouette.h"
#include "variants/stability.h"

/* --- grids --- */

#define GRID(sections) "{\"schema\": \"shoal.bench.grid/1\", " sections "}"

static void refuses(const char *json, const char *message)
{
    bench_grid grid;
    shoal_error error = {0};
    cr_expect_eq(bench_grid_parse(json, "g.json", &grid, &error), SHOAL_ERR_INPUT, "%s", json);
    cr_expect(strstr(error.message, message) != NULL, "%s:\n  %s", json, error.message);
    cr_expect(strncmp(error.message, "g.json", 6) == 0, "%s", error.message);
    cr_expect_null(grid.variants);
}

Test(bench_grid, errors_name_the_path_and_what_is_known)
{
    refuses("[1", "g.json, line 1, column 2:");
    refuses("[]", "a grid is an object");
    refuses("{\"kmeans\": {}}", "schema: give \"shoal.bench.grid/1\"");
    refuses("{\"schema\": \"shoal.bench.grid/2\"}",
            "schema: 'shoal.bench.grid/2' is not known; known: shoal.bench.grid/1");
    refuses(GRID("\"kmean\": {}"), "kmean: this key is not known; known: schema, kmeans, clv");
    refuses("{\"schema\": \"shoal.bench.grid/1\"}", "nothing to run");
    refuses(GRID("\"kmeans\": []"), "kmeans: give an object");
    refuses(GRID("\"kmeans\": {\"k\": [3]}"), "kmeans.k: this key is not known; known: algorithm, n_clusters, init, ");
    refuses(GRID("\"kmeans\": {\"init\": \"random\"}"), "kmeans.init: give a list");
    refuses(GRID("\"kmeans\": {\"init\": []}"), "kmeans.init: the list is empty");
    refuses(GRID("\"kmeans\": {\"init\": [\"random\", \"foo\"]}"),
            "kmeans.init[1]: 'foo' is not known; known: kmeans++, random");
    refuses(GRID("\"kmeans\": {\"init\": [null]}"), "kmeans.init[0]: give a text");
    refuses(GRID("\"kmeans\": {\"n_clusters\": [2, 2.5]}"), "kmeans.n_clusters[1]: 2.5 is no whole number");
    refuses(GRID("\"kmeans\": {\"n_clusters\": [0]}"),
            "kmeans.n_clusters[0]: 0 is out of range: give a whole number from 1");
    refuses(GRID("\"kmeans\": {\"n_clusters\": [\"3\"]}"), "kmeans.n_clusters[0]: give a whole number");
    refuses(GRID("\"kmeans\": {\"n_clusters\": [3, 4, 3]}"), "kmeans.n_clusters[2]: the same as kmeans.n_clusters[0]");
    refuses(GRID("\"kmeans\": {\"tol\": [-1]}"), "kmeans.tol[0]: -1 is out of range");
    refuses(GRID("\"kmeans\": {\"features\": [\"\"]}"), "kmeans.features[0]: the text is empty");
    refuses(GRID("\"clv\": {\"unit\": [\"year\"]}"), "clv.unit[0]: 'year' is not known; known: day, week, month");
    refuses(GRID("\"clv\": {\"calibration_end\": [\"2011-02-30\"]}"),
            "clv.calibration_end[0]: '2011-02-30' is no date");
    refuses(GRID("\"clv\": {\"calibration_end\": [\"100%\"]}"), "clv.calibration_end[0]: '100%' is no date");
    refuses(GRID("\"clv\": {}, \"clv\": {}"), "duplicate");
}

Test(bench_grid, a_product_that_is_too_large_is_refused)
{
    char list[4096] = "[0", json[16384];
    for (int i = 1; i < 200; i++) snprintf(list + strlen(list), sizeof list - strlen(list), ", %d", i);
    snprintf(json, sizeof json, GRID("\"kmeans\": {\"seed\": %s], \"tol\": %s]}"), list, list);
    refuses(json, "kmeans: more than 10000 combinations");
}

Test(bench_grid, combinations_in_the_order_written)
{
    bench_grid grid;
    shoal_error error = {0};
    const char *json = GRID("\"clv\": {}, \"kmeans\": {\"scale\": [\"robust\", \"none\"], \"n_clusters\": [5, 3, 4],"
                            " \"features\": [\"a,log(b)\", null]}");
    cr_assert_eq(bench_grid_parse(json, "g.json", &grid, &error), SHOAL_OK, "%s", error.message);
    cr_assert_eq(grid.n, 1 + 2 * 3 * 2);
    cr_assert_str_eq(grid.variants[0].name, "clv");
    cr_assert_str_eq(bench_params_text(&grid.variants[0].params, "unit"), "day");
    cr_assert_null(bench_params_text(&grid.variants[0].params, "calibration_end"));
    static const int clusters[3] = {5, 3, 4};
    for (int i = 0; i < 12; i++) {
        const bench_params *params = &grid.variants[1 + i].params;
        cr_assert_str_eq(grid.variants[1 + i].name, "kmeans");
        cr_assert_str_eq(bench_params_text(params, "scale"), i < 6 ? "robust" : "none");
        cr_assert(bench_params_get(params, "n_clusters") == clusters[i / 2 % 3]);
        const char *features = bench_params_text(params, "features");
        cr_assert(i % 2 == 0 ? strcmp(features, "a,log(b)") == 0 : features == NULL);
        cr_assert_str_eq(bench_params_text(params, "init"), "kmeans++");
        cr_assert(bench_params_get(params, "n_init") == 10);
        cr_assert(bench_params_get(params, "tol") == 1e-4);
    }
    bench_grid_free(&grid);
}

Test(bench_grid, defaults_are_the_library_s)
{
    bench_grid grid;
    const shoal_kmeans_opts opts = shoal_kmeans_opts_default();
    cr_assert_eq(bench_grid_parse(GRID("\"kmeans\": {}"), "g.json", &grid, NULL), SHOAL_OK);
    const bench_params *params = &grid.variants[0].params;
    cr_assert(bench_params_get(params, "n_clusters") == opts.n_clusters);
    cr_assert(bench_params_get(params, "n_init") == opts.n_init);
    cr_assert(bench_params_get(params, "max_iter") == opts.max_iter);
    cr_assert(bench_params_get(params, "tol") == opts.tol);
    cr_assert(bench_params_get(params, "seed") == (double)opts.seed);
    bench_grid_free(&grid);
}

Test(bench_grid, the_example_is_a_grid_of_both_models)
{
    bench_grid grid;
    shoal_error error = {0};
    cr_assert_eq(bench_grid_parse(bench_example_grid, "example", &grid, &error), SHOAL_OK, "%s", error.message);
    cr_assert_gt(grid.n, 10);
    cr_assert_str_eq(grid.variants[0].name, "kmeans");
    cr_assert_str_eq(grid.variants[grid.n - 1].name, "clv");
    bench_grid_free(&grid);
}

/* --- the front --- */

static void expect_front(int n, const double (*values)[2], const char *front)
{
    bench_point points[16];
    for (int i = 0; i < n; i++) points[i] = (bench_point){.ms = values[i][0], .quality = values[i][1], .index = i};
    bench_pareto(n, points);
    for (int i = 0; i < n; i++)
        cr_expect_eq(points[i].front, front[points[i].index] == '*', "point %d of %s", points[i].index, front);
}

Test(bench_pareto, by_hand)
{
    expect_front(0, NULL, "");
    expect_front(5, (const double[][2]){{3, 0.9}, {1, 0.5}, {2, 0.4}, {2, 0.7}, {4, 0.9}}, "**.*.");
}

Test(bench_pareto, equal_points_are_on_it_together)
{
    expect_front(5, (const double[][2]){{1, 0.5}, {1, 0.5}, {1, 0.4}, {2, 0.5}, {1, 0.5}}, "**..*");
    /* equal quality later, equal time worse */
    expect_front(4, (const double[][2]){{2, 0.8}, {1, 0.8}, {2, 0.9}, {2, 0.9}}, ".***");
}

Test(bench_pareto, what_is_not_known_is_never_on_it)
{
    expect_front(4, (const double[][2]){{1, NAN}, {NAN, 0.9}, {3, -5}, {4, -6}}, "..*.");
}

/* Against the definition. */
Test(bench_pareto, random_points_with_many_ties)
{
    shoal_rng rng = shoal_rng_start(1, 2);
    for (int round = 0; round < 300; round++) {
        double values[16][2];
        char front[17] = "";
        for (int i = 0; i < 16; i++)
            for (int j = 0; j < 2; j++) values[i][j] = (double)shoal_rng_below(&rng, 5);
        for (int i = 0; i < 16; i++) {
            front[i] = '*';
            for (int j = 0; j < 16; j++)
                if (values[j][0] <= values[i][0] && values[j][1] >= values[i][1] &&
                    (values[j][0] < values[i][0] || values[j][1] > values[i][1]))
                    front[i] = '.';
        }
        expect_front(16, (const double(*)[2])values, front);
    }
}

/* --- figures by hand --- */

static double rand_of(int n, const int32_t *a, int k_a, const int32_t *b, int k_b)
{
    double index;
    cr_assert_eq(shoal_adjusted_rand(n, a, k_a, b, k_b, NULL, &index, NULL), SHOAL_OK);
    return index;
}

Test(bench_adjusted_rand, by_hand)
{
    const int32_t a[] = {0, 0, 1, 1}, renamed[] = {5, 5, 2, 2}, b[] = {0, 0, 1, 2}, crossed[] = {0, 1, 0, 1};
    const int32_t one[] = {0, 0, 0, 0}, alone[] = {0, 1, 2, 3};
    cr_assert_float_eq(rand_of(4, a, 2, renamed, 6), 1, 1e-15);
    /* 1 pair together in both, 2 and 1 in each, of 6: (1 - 1/3) / (3/2 - 1/3) */
    cr_assert_float_eq(rand_of(4, a, 2, b, 3), 4.0 / 7, 1e-15);
    cr_assert_float_eq(rand_of(4, b, 3, a, 2), 4.0 / 7, 1e-15);
    cr_assert_float_eq(rand_of(4, a, 2, crossed, 2), -0.5, 1e-15); /* (0 - 2/3) / (2 - 2/3) */
    cr_assert_float_eq(rand_of(4, a, 2, one, 1), 0, 1e-15);
    cr_assert(rand_of(4, one, 1, one, 1) == 1);
    cr_assert(rand_of(4, alone, 4, alone, 4) == 1);
    cr_assert_float_eq(rand_of(4, alone, 4, one, 1), 0, 1e-15);
    cr_assert(rand_of(1, one, 1, one, 1) == 1);
}

static void expect_gini(int n, const double *predicted, const double *actual, double raw, double normalised)
{
    double got, share;
    cr_assert_eq(bench_gini(n, predicted, actual, &got, &share, NULL), SHOAL_OK);
    cr_expect(isnan(raw) ? isnan(got) : fabs(got - raw) < 1e-14, "raw %g, expected %g", got, raw);
    cr_expect(isnan(normalised) ? isnan(share) : fabs(share - normalised) < 1e-14, "%g, expected %g", share,
              normalised);
}

Test(bench_gini, by_hand)
{
    const double up[] = {1, 2, 3, 4}, down[] = {4, 3, 2, 1}, flat[] = {7, 7, 7, 7};
    const double one[] = {0, 0, 0, 10}, none[] = {0, 0, 0, 0}, loss[] = {-1, -2, 1, 1};
    expect_gini(4, up, one, 0.75, 1); /* one of four has it all: 1 - 1/4 */
    expect_gini(4, down, one, -0.75, -1);
    expect_gini(4, flat, one, 0, 0); /* whatever the order of the rows */
    expect_gini(4, up, up, 0.25, 1); /* 2 x 30 / 40 - 5/4 */
    expect_gini(4, (const double[]){1, 1, 2, 2}, (const double[]){0, 10, 0, 0}, -0.5, -2.0 / 3); /* rank 1.5 */
    expect_gini(4, up, flat, 0, NAN);
    expect_gini(4, up, none, NAN, NAN);
    expect_gini(4, up, loss, NAN, NAN);
    expect_gini(0, NULL, NULL, NAN, NAN);
}

Test(bench_silhouette, by_hand)
{
    const double rows[] = {0, 2, 10, 12};
    const int32_t two[] = {0, 0, 2, 2}, lonely[] = {0, 0, 0, 1}, one[] = {0, 0, 0, 0}, alone[] = {0, 1, 2, 3};
    double mean;
    /* 2 within; 11 and 9 to the others */
    cr_assert_eq(bench_silhouette(4, 1, rows, two, 3, &mean, NULL), SHOAL_OK);
    cr_assert_float_eq(mean, (2 * (11 - 2) / 11.0 + 2 * (9 - 2) / 9.0) / 4, 1e-15);
    cr_assert_eq(bench_silhouette(4, 1, rows, lonely, 2, &mean, NULL), SHOAL_OK);
    cr_assert_float_eq(mean, ((12 - 6) / 12.0 + (10 - 5) / 10.0 + (2 - 9) / 9.0 + 0) / 4, 1e-15);
    cr_assert_eq(bench_silhouette(4, 1, rows, one, 1, &mean, NULL), SHOAL_OK);
    cr_assert(isnan(mean));
    cr_assert_eq(bench_silhouette(4, 1, rows, alone, 4, &mean, NULL), SHOAL_OK);
    cr_assert(isnan(mean));
}

Test(bench_silhouette, davies_bouldin_and_scatter_by_hand)
{
    const double values[] = {0, 2, 10, 12}, weight[] = {3, 1, 1, 1};
    const int32_t labels[] = {0, 0, 2, 2}, one[] = {0, 0, 0, 0};
    test_matrix matrix;
    double index;
    matrix_make(&matrix, 4, 1, SHOAL_F32);
    for (int i = 0; i < 4; i++) matrix_set(&matrix, i, 0, values[i]);
    cr_assert_eq(bench_davies_bouldin(&matrix.view, NULL, labels, 3, &index, NULL), SHOAL_OK);
    cr_assert_float_eq(index, (1 + 1) / 10.0, 1e-15);
    /* the first mean at 0.5, its mean distance (3 x 0.5 + 1.5) / 4 */
    cr_assert_eq(bench_davies_bouldin(&matrix.view, weight, labels, 3, &index, NULL), SHOAL_OK);
    cr_assert_float_eq(index, (0.75 + 1) / 10.5, 1e-15);
    cr_assert_eq(bench_davies_bouldin(&matrix.view, NULL, one, 1, &index, NULL), SHOAL_OK);
    cr_assert(isnan(index));
    cr_assert_float_eq(bench_total_scatter(&matrix.view, NULL), 2 * 36 + 2 * 16, 1e-12);
    cr_assert_float_eq(bench_total_scatter(&matrix.view, weight), 3 * 16 + 4 + 36 + 64, 1e-12); /* the mean is 4 */
    matrix_free(&matrix);
}

Test(bench_draw, ascending_without_repeats_and_even)
{
    int counts[10] = {0};
    int64_t rows[4];
    for (uint64_t seed = 0; seed < 5000; seed++) {
        bench_draw_rows(10, 4, seed, 7, rows);
        for (int i = 0; i < 4; i++) {
            cr_assert(rows[i] >= 0 && rows[i] < 10 && (i == 0 || rows[i] > rows[i - 1]));
            counts[rows[i]]++;
        }
    }
    for (int i = 0; i < 10; i++) cr_assert(abs(counts[i] - 2000) < 175, "row %d: %d", i, counts[i]); /* 5 sigma */
    bench_draw_rows(4, 4, 0, 0, rows);
    for (int i = 0; i < 4; i++) cr_assert_eq(rows[i], i);
}

/* --- k-means: checks and stability --- */

static void two_groups(test_matrix *matrix, double apart)
{
    matrix_make(matrix, 400, 2, SHOAL_F32);
    shoal_rng rng = shoal_rng_start(9, 0);
    for (int i = 0; i < 400; i++)
        for (int j = 0; j < 2; j++) matrix_set(matrix, i, j, i % 2 * apart + shoal_rng_normal(&rng));
}

Test(bench_kmeans, the_check_finds_what_is_wrong)
{
    test_matrix matrix;
    shoal_kmeans_result result;
    shoal_error error = {0};
    shoal_kmeans_opts opts = shoal_kmeans_opts_default();
    two_groups(&matrix, 3);
    opts.n_clusters = 3;
    cr_assert_geq((int)shoal_kmeans_fit(NULL, &matrix.view, &opts, &result, NULL), 0);
    cr_assert_eq(bench_kmeans_check(&matrix.view, NULL, &result, &error), SHOAL_OK, "%s", error.message);
    result.inertia *= 1 + 1e-6;
    cr_assert_eq(bench_kmeans_check(&matrix.view, NULL, &result, &error), SHOAL_ERR_INPUT);
    cr_assert(strstr(error.message, "the inertia is") != NULL, "%s", error.message);
    result.inertia /= 1 + 1e-6;
    result.sizes[0]++;
    cr_assert_eq(bench_kmeans_check(&matrix.view, NULL, &result, &error), SHOAL_ERR_INPUT);
    cr_assert(strstr(error.message, "cluster 0 is said to have") != NULL, "%s", error.message);
    result.sizes[0]--;
    const int32_t label = result.labels[5];
    result.sizes[label]--;
    result.labels[5] = (label + 1) % 3;
    result.sizes[result.labels[5]]++;
    cr_assert_eq(bench_kmeans_check(&matrix.view, NULL, &result, &error), SHOAL_ERR_INPUT);
    cr_assert(strstr(error.message, "row 5 has label") != NULL, "%s", error.message);
    result.labels[5] = 3;
    cr_assert_eq(bench_kmeans_check(&matrix.view, NULL, &result, &error), SHOAL_ERR_INPUT);
    cr_assert(strstr(error.message, "row 5 has label 3 of 3") != NULL, "%s", error.message);
    shoal_kmeans_result_free(&result);
    matrix_free(&matrix);
}

static double stability_of(const test_matrix *matrix, int k)
{
    shoal_kmeans_result result;
    shoal_kmeans_opts opts = shoal_kmeans_opts_default();
    double mean;
    opts.n_clusters = k;
    cr_assert_geq((int)shoal_kmeans_fit(NULL, &matrix->view, &opts, &result, NULL), 0);
    cr_assert_eq(bench_stability(NULL, &matrix->view, &opts, &result, 4, &mean, NULL), SHOAL_OK);
    shoal_kmeans_result_free(&result);
    return mean;
}

Test(bench_kmeans, groups_that_are_there_are_found_again)
{
    test_matrix matrix;
    two_groups(&matrix, 50);
    cr_assert(stability_of(&matrix, 2) == 1);
    const double of_none = stability_of(&matrix, 9);
    cr_assert(of_none > 0 && of_none < 0.95, "%g", of_none);
    cr_assert(isnan(stability_of(&matrix, 300))); /* more than half the rows */
    matrix_free(&matrix);
}

/* --- CLV --- */

/* Three customers with a holdout, one without a purchase before it. */
static shoal_summary small_summary(void)
{
    static int32_t x[] = {2, 0, 1, 0}, holdout_x[] = {3, 0, 1, 9};
    static double t_x[] = {20, 0, 10, NAN}, T[] = {30, 35, 38, NAN}, spend[] = {12, NAN, 30, NAN};
    static double holdout_spend[] = {10, 0, 90, 500};
    return (shoal_summary){.n = 4,
                           .has_amount = true,
                           .has_holdout = true,
                           .x = x,
                           .t_x = t_x,
                           .T = T,
                           .mean_repeat_spend = spend,
                           .holdout_x = holdout_x,
                           .holdout_spend = holdout_spend};
}

static bench_histories rows_of(const shoal_summary *s)
{
    return (bench_histories){.n = s->n, .x = s->x, .t_x = s->t_x, .T = s->T, .mean_spend = s->mean_repeat_spend};
}

Test(bench_clv, likelihoods_as_the_library_s)
{
    const shoal_summary s = small_summary();
    const shoal_bgnbd p = {0.243, 4.414, 0.793, 2.426};
    const shoal_gamma_gamma g = {6.25, 3.74, 15.44};
    double purchase = 0, spend = 0;
    for (int i = 0; i < 3; i++) purchase += shoal_bgnbd_log_likelihood(&p, s.x[i], s.t_x[i], s.T[i]);
    for (int i = 0; i < 3; i += 2) spend += shoal_gamma_gamma_log_likelihood(&g, s.x[i], s.mean_repeat_spend[i]);
    const bench_histories rows = rows_of(&s);
    double found;
    cr_assert_eq(bench_plain_purchase_likelihood(&p, &rows, &found, NULL), SHOAL_OK);
    cr_assert_float_eq(found, purchase, 1e-10);
    cr_assert_eq(bench_plain_spend_likelihood(&g, &rows, &found, NULL), SHOAL_OK);
    cr_assert_float_eq(found, spend, 1e-10);
}

Test(bench_clv, the_check_finds_what_is_wrong)
{
    const shoal_summary s = small_summary();
    shoal_bgnbd_fit fit = {.params = {0.243, 4.414, 0.793, 2.426}};
    double p_alive[4], expected[4] = {1, 0.5, 0, NAN};
    shoal_error error = {0};
    for (int i = 0; i < 3; i++) p_alive[i] = shoal_bgnbd_p_alive(&fit.params, s.x[i], s.t_x[i], s.T[i]);
    const bench_histories rows = rows_of(&s);
    cr_assert_eq(bench_plain_purchase_likelihood(&fit.params, &rows, &fit.info.log_likelihood, NULL), SHOAL_OK);
    cr_assert_eq(bench_clv_check(&s, &fit, NULL, p_alive, expected, &error), SHOAL_OK, "%s", error.message);
    fit.info.log_likelihood += 0.01;
    cr_assert_eq(bench_clv_check(&s, &fit, NULL, p_alive, expected, &error), SHOAL_ERR_INPUT);
    cr_assert(strstr(error.message, "log-likelihood of BG/NBD") != NULL, "%s", error.message);
    fit.info.log_likelihood -= 0.01;
    p_alive[2] += 1e-4;
    cr_assert_eq(bench_clv_check(&s, &fit, NULL, p_alive, expected, &error), SHOAL_ERR_INPUT);
    cr_assert(strstr(error.message, "P(alive) of customer 2") != NULL, "%s", error.message);
    p_alive[2] -= 1e-4;
    expected[1] = -1;
    cr_assert_eq(bench_clv_check(&s, &fit, NULL, p_alive, expected, &error), SHOAL_ERR_INPUT);
    cr_assert(strstr(error.message, "-1 purchases are expected of customer 1") != NULL, "%s", error.message);
}

Test(bench_clv, holdout_by_hand)
{
    const shoal_summary s = small_summary();
    const double purchases[] = {2, 1, 0.5, NAN}, spend[] = {10, 5, 100, NAN}, unknown[] = {10, NAN, 100, NAN};
    bench_holdout h;
    cr_assert_eq(bench_holdout_judge(&s, purchases, spend, &h, NULL), SHOAL_OK);
    cr_assert_float_eq(h.mae, (1 + 1 + 0.5) / 3, 1e-15);
    cr_assert_float_eq(h.rmse, sqrt((1 + 1 + 0.25) / 3), 1e-15);
    cr_assert_float_eq(h.abs_bias, 0.5 / 4, 1e-15);
    cr_assert_float_eq(h.gini_purchases, 2 * (1.0 * 1 + 2 * 0 + 3 * 3) / (3 * 4) - 4.0 / 3, 1e-15);
    /* expected money 20, 5, 50 ranks the money 10, 0, 90 rightly */
    cr_assert_float_eq(h.gini, 2 * (1.0 * 0 + 2 * 10 + 3 * 90) / (3 * 100) - 4.0 / 3, 1e-15);
    cr_assert_float_eq(h.gini_normalised, 1, 1e-15);
    cr_assert_eq(bench_holdout_judge(&s, purchases, unknown, &h, NULL), SHOAL_OK);
    cr_assert(h.gini == h.gini_purchases);
    cr_assert_eq(bench_holdout_judge(&s, purchases, NULL, &h, NULL), SHOAL_OK);
    cr_assert(h.gini == h.gini_purchases);
}

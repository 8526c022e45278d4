/* Numbers of clusters: their order, rows at ties, and the numbers of an older model. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include <shoal/kmeans.h>

#include "matrix_support.h"
#include "model/kmeans/align.h"

enum { MAX_K = 9 };

static shoal_kmeans_opts options(int k, shoal_kmeans_numbering numbering)
{
    shoal_kmeans_opts opts = shoal_kmeans_opts_default();
    opts.n_clusters = k;
    opts.n_init = 2;
    opts.numbering = numbering;
    return opts;
}

/* n rows on a grid of `steps` integers a column: many rows lie at the same distance from several centroids. */
static void grid(test_matrix *matrix, int n, int d, int steps, uint64_t seed)
{
    shoal_rng rng = shoal_rng_start(seed, 5);
    matrix_make(matrix, n, d, seed % 2 == 0 ? SHOAL_F32 : SHOAL_F64);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < d; j++)
            matrix_set(matrix, i, j, (double)shoal_rng_below(&rng, (uint64_t)steps) - steps / 2);
}

static int nearest(const test_matrix *matrix, const shoal_kmeans_result *fit, int64_t row)
{
    int label = 0;
    double best = INFINITY;
    for (int c = 0; c < fit->k; c++) {
        double distance = 0;
        for (int j = 0; j < fit->d; j++) {
            const double difference = matrix_get(matrix, row, j) - fit->centroids[c * fit->d + j];
            distance = fma(difference, difference, distance);
        }
        if (distance < best) {
            best = distance;
            label = c;
        }
    }
    return label;
}

/* Labels are nearest, ties to the lowest number; sizes and weights are theirs. */
static void check_labels(const test_matrix *matrix, const double *weight, const shoal_kmeans_result *fit)
{
    int64_t sizes[MAX_K] = {0};
    double weights[MAX_K] = {0};
    for (int64_t i = 0; i < fit->n; i++) {
        cr_assert_eq(fit->labels[i], nearest(matrix, fit, i), "row %lld", (long long)i);
        sizes[fit->labels[i]]++;
        weights[fit->labels[i]] += weight == NULL ? 1 : weight[i];
    }
    for (int c = 0; c < fit->k; c++) {
        cr_assert_eq(fit->sizes[c], sizes[c]);
        cr_assert_float_eq(fit->weights[c], weights[c], 1e-9 * (1 + weights[c]));
    }
}

Test(numbering, sizes_never_rise_even_where_rows_are_tied)
{
    enum { N = 700 };
    double weight[N];
    int ties = 0;
    for (uint64_t seed = 0; seed < 60; seed++) {
        test_matrix matrix;
        grid(&matrix, N, 1 + (int)(seed % 3), 3 + (int)(seed % 4), seed);
        for (int i = 0; i < N; i++) weight[i] = i % 5;
        shoal_kmeans_opts opts = options(2 + (int)(seed % 7), SHOAL_NUMBERING_SIZE);
        opts.seed = seed;
        opts.max_iter = 1 + (int)(seed % 3);
        opts.weight = seed % 4 == 1 ? weight : NULL;
        /* centroids on the grid, so that rows between them are tied */
        double start[MAX_K * 3];
        for (int c = 0; c < opts.n_clusters; c++)
            for (int j = 0; j < matrix.view.d; j++) start[c * matrix.view.d + j] = matrix_get(&matrix, c * 31 % N, j);
        opts.init = SHOAL_INIT_GIVEN;
        opts.centroids = start;
        shoal_kmeans_result fit;
        cr_assert_geq(shoal_kmeans_fit(NULL, &matrix.view, &opts, &fit, NULL), 0);
        check_labels(&matrix, opts.weight, &fit);
        for (int c = 1; c < fit.k; c++) cr_assert_leq(fit.weights[c], fit.weights[c - 1], "seed %d", (int)seed);
        for (int64_t i = 0; i < fit.n; i++) {
            int equal = 0;
            double best = INFINITY;
            for (int c = 0; c < fit.k; c++) {
                double distance = 0;
                for (int j = 0; j < fit.d; j++)
                    distance += pow(matrix_get(&matrix, i, j) - fit.centroids[c * fit.d + j], 2);
                equal = distance < best ? 1 : equal + (distance == best);
                best = fmin(best, distance);
            }
            ties += equal > 1;
        }
        shoal_kmeans_result_free(&fit);
        matrix_free(&matrix);
    }
    cr_assert_gt(ties, 1000, "%d rows at ties: too few to tell", ties);
}

/* Tied rows at 5 belong to 0 in the fit. By the sizes of the fit 10 comes before 0 and 0 before 30; but once 10 has the
 * lower number the tied rows are its own, and 0 is the smallest. */
Test(numbering, tied_rows_take_part_in_the_sizes)
{
    enum { N = 22 };
    static const double values[N] = {-6, -7, -7, 5,  5,  5,  5,  10, 10, 10, 10,
                                     10, 10, 10, 10, 10, 10, 30, 30, 30, 30, 30};
    static const double start[] = {0, 10, 30}, expected[] = {10, 30, 0};
    test_matrix matrix;
    matrix_make(&matrix, N, 1, SHOAL_F32);
    for (int i = 0; i < N; i++) matrix_set(&matrix, i, 0, values[i]);
    shoal_kmeans_opts opts = options(3, SHOAL_NUMBERING_SIZE);
    opts.init = SHOAL_INIT_GIVEN;
    opts.centroids = start;
    shoal_kmeans_result fit;
    cr_assert_eq(shoal_kmeans_fit(NULL, &matrix.view, &opts, &fit, NULL), SHOAL_OK);
    cr_assert_eq(memcmp(fit.centroids, expected, sizeof expected), 0);
    cr_assert(fit.sizes[0] == 14 && fit.sizes[1] == 5 && fit.sizes[2] == 3 && fit.labels[3] == 0);
    shoal_kmeans_result_free(&fit);
    matrix_free(&matrix);
}

Test(numbering, only_the_numbers_change)
{
    test_matrix matrix;
    matrix_blobs(&matrix, 3000, 4, SHOAL_F32, 6, 3, 11);
    shoal_kmeans_opts opts = options(6, SHOAL_NUMBERING_FITTED);
    shoal_kmeans_result fitted, other;
    cr_assert_geq(shoal_kmeans_fit(NULL, &matrix.view, &opts, &fitted, NULL), 0);
    for (int numbering = SHOAL_NUMBERING_SIZE; numbering <= SHOAL_NUMBERING_COLUMN; numbering++) {
        opts.numbering = (shoal_kmeans_numbering)numbering;
        opts.number_column = 2;
        cr_assert_geq(shoal_kmeans_fit(NULL, &matrix.view, &opts, &other, NULL), 0);
        int number_of[6] = {-1, -1, -1, -1, -1, -1}, moved = 0;
        for (int64_t i = 0; i < fitted.n; i++) {
            int *number = &number_of[fitted.labels[i]];
            if (*number < 0) *number = other.labels[i];
            cr_assert_eq(*number, other.labels[i]);
        }
        for (int c = 0; c < 6; c++) {
            moved += number_of[c] != c;
            cr_assert_eq(memcmp(fitted.centroids + c * 4, other.centroids + number_of[c] * 4, 4 * sizeof(double)), 0);
            cr_assert_eq(fitted.sizes[c], other.sizes[number_of[c]]);
            if (c == 0) continue;
            if (numbering == SHOAL_NUMBERING_SIZE) cr_assert_leq(other.sizes[c], other.sizes[c - 1]);
            else cr_assert_leq(other.centroids[c * 4 + 2], other.centroids[(c - 1) * 4 + 2]);
        }
        cr_assert_gt(moved, 0);
        cr_assert(fitted.inertia == other.inertia && fitted.silhouette == other.silhouette);
        shoal_kmeans_result_free(&other);
    }
    shoal_kmeans_result_free(&fitted);
    matrix_free(&matrix);
}

Test(numbering, surplus_clusters_come_last_by_size)
{
    test_matrix matrix;
    matrix_make(&matrix, 900, 2, SHOAL_F32);
    for (int i = 0; i < 900; i++)
        for (int j = 0; j < 2; j++) matrix_set(&matrix, i, j, i % 9 < 2 ? 1 : 7);
    const shoal_kmeans_opts opts = options(4, SHOAL_NUMBERING_SIZE);
    shoal_kmeans_result fit;
    cr_assert_geq(shoal_kmeans_fit(NULL, &matrix.view, &opts, &fit, NULL), 0);
    cr_assert(fit.sizes[0] == 700 && fit.sizes[1] == 200 && fit.sizes[2] == 0 && fit.sizes[3] == 0);
    cr_assert(fit.centroids[0] == 7 && fit.centroids[2] == 1);
    shoal_kmeans_result_free(&fit);
    matrix_free(&matrix);
}

Test(numbering, does_not_depend_on_the_order_of_the_start)
{
    enum { N = 2000, K = 5, D = 2 };
    test_matrix matrix;
    matrix_blobs(&matrix, N, D, SHOAL_F64, K, 4, 17);
    shoal_kmeans_result first = {0}, fit;
    for (int turn = 0; turn < K; turn++) {
        double start[K * D];
        for (int at = 0; at < K * D; at++) start[at] = matrix_get(&matrix, 7 * ((at / D + turn) % K), at % D);
        shoal_kmeans_opts opts = options(K, SHOAL_NUMBERING_SIZE);
        opts.init = SHOAL_INIT_GIVEN;
        opts.centroids = start;
        opts.tol = 0;
        cr_assert_eq(shoal_kmeans_fit(NULL, &matrix.view, &opts, &fit, NULL), SHOAL_OK);
        if (turn == 0) {
            first = fit;
            continue;
        }
        cr_assert_eq(memcmp(first.centroids, fit.centroids, sizeof start), 0);
        cr_assert_eq(memcmp(first.labels, fit.labels, N * sizeof *fit.labels), 0);
        shoal_kmeans_result_free(&fit);
    }
    shoal_kmeans_result_free(&first);
    matrix_free(&matrix);
}

Test(numbering, same_bits_for_any_number_of_threads)
{
    test_matrix matrix;
    grid(&matrix, 60000, 3, 6, 2);
    shoal_kmeans_opts opts = options(8, SHOAL_NUMBERING_SIZE);
    opts.n_init = 1;
    opts.max_iter = 2;
    shoal_kmeans_result one, many;
    const shoal_ctx single = {.threads = 1}, several = {.threads = 4};
    cr_assert_geq(shoal_kmeans_fit(&single, &matrix.view, &opts, &one, NULL), 0);
    cr_assert_geq(shoal_kmeans_fit(&several, &matrix.view, &opts, &many, NULL), 0);
    cr_assert_eq(memcmp(one.centroids, many.centroids, 24 * sizeof(double)), 0);
    cr_assert_eq(memcmp(one.labels, many.labels, 60000 * sizeof *one.labels), 0);
    cr_assert(one.moved == many.moved && one.inertia_drop == many.inertia_drop);
    shoal_kmeans_result_free(&one);
    shoal_kmeans_result_free(&many);
    matrix_free(&matrix);
}

Test(numbering, a_column_that_is_not_there)
{
    test_matrix matrix;
    grid(&matrix, 20, 2, 5, 1);
    for (int column = -1; column <= 2; column += 3) {
        shoal_kmeans_opts opts = options(2, SHOAL_NUMBERING_COLUMN);
        opts.number_column = column;
        shoal_kmeans_result fit;
        shoal_choose_k_result choice;
        shoal_error error = {0};
        cr_assert_eq(shoal_kmeans_fit(NULL, &matrix.view, &opts, &fit, &error), SHOAL_ERR_USAGE);
        cr_assert(strstr(error.message, "columns 0 to 1") != NULL, "%s", error.message);
        cr_assert_eq(shoal_choose_k(NULL, &matrix.view, &(shoal_choose_k_opts){.k_min = 2, .k_max = 3, .kmeans = opts},
                                    &choice, &error),
                     SHOAL_ERR_USAGE);
    }
    matrix_free(&matrix);
}

Test(numbering, moved_and_drop_are_those_of_the_last_iteration)
{
    test_matrix matrix;
    matrix_blobs(&matrix, 5000, 3, SHOAL_F64, 5, 1, 3);
    shoal_kmeans_opts opts = options(5, SHOAL_NUMBERING_FITTED);
    opts.n_init = 1;
    opts.tol = 0;
    shoal_kmeans_result before, after;
    for (int iterations = 2; iterations < 5; iterations++) {
        opts.max_iter = iterations - 1;
        cr_assert_eq(shoal_kmeans_fit(NULL, &matrix.view, &opts, &before, NULL), SHOAL_NOT_CONVERGED);
        opts.max_iter = iterations;
        cr_assert_eq(shoal_kmeans_fit(NULL, &matrix.view, &opts, &after, NULL), SHOAL_NOT_CONVERGED);
        /* the last iteration begins with the centroids of the fit that is one shorter, so with its inertia */
        cr_assert_float_eq(after.inertia_drop, 1 - after.inertia / before.inertia, 1e-11);
        cr_assert(after.moved > 0 && after.moved < 0.5);
        shoal_kmeans_result_free(&before);
        shoal_kmeans_result_free(&after);
    }
    opts.max_iter = 1000;
    cr_assert_eq(shoal_kmeans_fit(NULL, &matrix.view, &opts, &after, NULL), SHOAL_OK);
    cr_assert(after.moved == 0 && after.inertia_drop == 0);
    shoal_kmeans_result_free(&after);
    matrix_free(&matrix);
}

/* --- the numbers of an older model --- */

/* The least sum over all ways to give `left` rows columns of their own. */
static double least_sum(int row, int rows, int columns, const double *cost, unsigned taken)
{
    if (row == rows) return 0;
    double least = INFINITY;
    for (int j = 0; j < columns; j++)
        if ((taken >> j & 1U) == 0)
            least = fmin(least, cost[row * columns + j] + least_sum(row + 1, rows, columns, cost, taken | 1U << j));
    return least;
}

Test(align, cheapest_of_all_matches)
{
    shoal_rng rng = shoal_rng_start(3, 1);
    for (int round = 0; round < 300; round++) {
        const int columns = 1 + round % 7, rows = 1 + (int)shoal_rng_below(&rng, (uint64_t)columns);
        double cost[49], sum = 0;
        int column_of[7];
        unsigned taken = 0;
        /* whole costs make ties */
        for (int at = 0; at < rows * columns; at++)
            cost[at] = round % 2 == 0 ? shoal_rng_uniform(&rng) : (double)shoal_rng_below(&rng, 4);
        cr_assert_eq(shoal_least_cost_match(rows, columns, cost, column_of, NULL), SHOAL_OK);
        for (int i = 0; i < rows; i++) {
            cr_assert(column_of[i] >= 0 && column_of[i] < columns && (taken >> column_of[i] & 1U) == 0);
            taken |= 1U << column_of[i];
            sum += cost[i * columns + column_of[i]];
        }
        cr_assert_float_eq(sum, least_sum(0, rows, columns, cost, 0), 1e-12);
    }
}

static void fit_blobs(test_matrix *matrix, int k, uint64_t seed, shoal_kmeans_result *fit)
{
    shoal_kmeans_opts opts = options(k, SHOAL_NUMBERING_SIZE);
    opts.seed = seed;
    opts.n_init = 10;
    cr_assert_geq(shoal_kmeans_fit(NULL, &matrix->view, &opts, fit, NULL), 0);
}

/* Next month: the same customers have moved a little, sizes have changed places, the fit starts elsewhere. */
Test(align, segments_keep_their_numbers_from_month_to_month)
{
    enum { N = 4000, D = 3, K = 6 };
    test_matrix april, may;
    matrix_blobs(&april, N, D, SHOAL_F32, K, 6, 21);
    shoal_kmeans_result old, fit;
    fit_blobs(&april, K, 1, &old);
    shoal_rng rng = shoal_rng_start(9, 9);
    matrix_make(&may, N, D, SHOAL_F32);
    /* customers of the largest segment come in May with half of the others' number: it is not the largest any more */
    for (int i = 0; i < N; i++) {
        const int from = old.labels[i] == 0 && i % 3 != 0 ? (i + 1) % N : i;
        for (int j = 0; j < D; j++) matrix_set(&may, i, j, matrix_get(&april, from, j) + 0.2 * shoal_rng_normal(&rng));
    }
    fit_blobs(&may, K, 7, &fit);
    shoal_kmeans_alignment alignment;
    cr_assert_eq(shoal_kmeans_align(NULL, &may.view, NULL, K, old.centroids, &fit, &alignment, NULL), SHOAL_OK);
    check_labels(&may, NULL, &fit);
    cr_assert(alignment.k == K && alignment.k_old == K);
    for (int c = 0; c < K; c++) {
        cr_assert_eq(alignment.matches[c].old, c);
        double squares = 0;
        for (int j = 0; j < D; j++) squares += pow(fit.centroids[c * D + j] - old.centroids[c * D + j], 2);
        cr_assert_float_eq(alignment.matches[c].distance, sqrt(squares), 1e-12);
        cr_assert_lt(alignment.matches[c].relative, 0.3);
    }
    cr_assert(alignment.agreement > 0.97 && alignment.agreement <= 1);
    cr_assert(alignment.adjusted_rand > 0.94 && alignment.adjusted_rand <= 1);
    cr_assert_gt(fit.sizes[1], fit.sizes[0], "the test is to tell numbers from order by size");
    shoal_kmeans_alignment_free(&alignment);
    shoal_kmeans_result_free(&fit);
    shoal_kmeans_result_free(&old);
    matrix_free(&april);
    matrix_free(&may);
}

Test(align, with_itself_it_is_the_same)
{
    test_matrix matrix;
    grid(&matrix, 500, 2, 6, 8);
    shoal_kmeans_result fit, again;
    fit_blobs(&matrix, 5, 1, &fit);
    fit_blobs(&matrix, 5, 1, &again);
    double shuffled[10];
    static const int order[] = {3, 0, 4, 1, 2};
    for (int c = 0; c < 5; c++) memcpy(shuffled + 2 * c, fit.centroids + 2 * order[c], 2 * sizeof *shuffled);
    shoal_kmeans_alignment alignment;
    cr_assert_eq(shoal_kmeans_align(NULL, &matrix.view, NULL, 5, shuffled, &again, &alignment, NULL), SHOAL_OK);
    cr_assert_eq(memcmp(again.centroids, shuffled, sizeof shuffled), 0);
    check_labels(&matrix, NULL, &again);
    cr_assert(alignment.agreement == 1 && alignment.adjusted_rand == 1);
    for (int c = 0; c < 5; c++) cr_assert(alignment.matches[c].old == c && alignment.matches[c].distance == 0);
    shoal_kmeans_alignment_free(&alignment);
    shoal_kmeans_result_free(&fit);
    shoal_kmeans_result_free(&again);
    matrix_free(&matrix);
}

/* Centroids at 0, 10, 20, 30 by hand. */
static void fit_line(test_matrix *matrix, int k, shoal_kmeans_result *fit)
{
    matrix_make(matrix, 4 * k, 1, SHOAL_F64);
    for (int i = 0; i < 4 * k; i++) matrix_set(matrix, i, 0, 10 * (i / 4) + i % 2);
    double start[MAX_K];
    for (int c = 0; c < k; c++) start[c] = 10 * c;
    shoal_kmeans_opts opts = options(k, SHOAL_NUMBERING_FITTED);
    opts.init = SHOAL_INIT_GIVEN;
    opts.centroids = start;
    cr_assert_geq(shoal_kmeans_fit(NULL, &matrix->view, &opts, fit, NULL), 0);
}

Test(align, more_clusters_than_before)
{
    test_matrix matrix;
    shoal_kmeans_result fit;
    fit_line(&matrix, 4, &fit); /* 0.5, 10.5, 20.5, 30.5 */
    const double old[] = {31.5, 9.5};
    shoal_kmeans_alignment alignment;
    cr_assert_eq(shoal_kmeans_align(NULL, &matrix.view, NULL, 2, old, &fit, &alignment, NULL), SHOAL_OK);
    static const double expected[] = {30.5, 10.5, 0.5, 20.5};
    cr_assert_eq(memcmp(fit.centroids, expected, sizeof expected), 0);
    cr_assert(alignment.matches[0].old == 0 && alignment.matches[1].old == 1);
    cr_assert(alignment.matches[2].old == -1 && isnan(alignment.matches[2].distance));
    cr_assert(alignment.matches[0].distance == 1 && alignment.matches[0].relative == 1.0 / 21);
    /* of 16 rows 8 lie in matched clusters, with the match nearest; of those at 20 half are nearer to 9.5, half tied
     * or nearer to 31.5 */
    cr_assert_eq(alignment.agreement, 0.5);
    check_labels(&matrix, NULL, &fit);
    shoal_kmeans_alignment_free(&alignment);
    shoal_kmeans_result_free(&fit);
    matrix_free(&matrix);
}

Test(align, fewer_clusters_than_before)
{
    test_matrix matrix;
    shoal_kmeans_result fit;
    fit_line(&matrix, 3, &fit);                  /* 0.5, 10.5, 20.5 */
    const double old[] = {100, 20, 50, 0, 10.5}; /* matches: 3, 4, 1 */
    shoal_kmeans_alignment alignment;
    cr_assert_eq(shoal_kmeans_align(NULL, &matrix.view, NULL, 5, old, &fit, &alignment, NULL), SHOAL_OK);
    static const double expected[] = {0.5, 20.5, 10.5}; /* 1 keeps its number, the others take 0 and 2 */
    static const int matches[] = {3, 1, 4};
    cr_assert_eq(memcmp(fit.centroids, expected, sizeof expected), 0);
    for (int c = 0; c < 3; c++) cr_assert_eq(alignment.matches[c].old, matches[c]);
    cr_assert(alignment.agreement == 1 && alignment.adjusted_rand == 1);
    shoal_kmeans_alignment_free(&alignment);
    shoal_kmeans_result_free(&fit);
    matrix_free(&matrix);
}

/* Agreement and Rand index by counting all pairs of rows. */
Test(align, figures_by_counting_pairs)
{
    enum { N = 300, K = 4, OLD = 3 };
    test_matrix matrix;
    matrix_blobs(&matrix, N, 2, SHOAL_F64, 4, 1.5, 31);
    double weight[N], old[OLD * 2];
    for (int i = 0; i < N; i++) weight[i] = 0.25 + i % 7;
    for (int at = 0; at < OLD * 2; at++) old[at] = matrix_get(&matrix, at, at % 2);
    for (int weighted = 0; weighted < 2; weighted++) {
        const double *used = weighted ? weight : NULL;
        shoal_kmeans_opts opts = options(K, SHOAL_NUMBERING_FITTED);
        opts.weight = used;
        shoal_kmeans_result fit;
        shoal_kmeans_alignment alignment;
        cr_assert_geq(shoal_kmeans_fit(NULL, &matrix.view, &opts, &fit, NULL), 0);
        cr_assert_eq(shoal_kmeans_align(NULL, &matrix.view, used, OLD, old, &fit, &alignment, NULL), SHOAL_OK);
        int32_t before[N];
        const shoal_kmeans_assignment out = {.labels = before};
        cr_assert_eq(shoal_kmeans_assign(NULL, &matrix.view, OLD, old, &out, NULL), SHOAL_OK);
        double all = 0, both = 0, own = 0, then = 0, total = 0, agreed = 0;
        for (int i = 0; i < N; i++) {
            const double w = weighted ? weight[i] : 1;
            total += w;
            if (alignment.matches[fit.labels[i]].old == before[i]) agreed += w;
            for (int other = 0; other < i; other++) {
                const double pair = w * (weighted ? weight[other] : 1);
                const bool together = fit.labels[i] == fit.labels[other], earlier = before[i] == before[other];
                all += pair;
                own += together ? pair : 0;
                then += earlier ? pair : 0;
                both += together && earlier ? pair : 0;
            }
        }
        cr_assert_float_eq(alignment.agreement, agreed / total, 1e-12);
        const double expected = own * then / all;
        cr_assert_float_eq(alignment.adjusted_rand, (both - expected) / ((own + then) / 2 - expected), 1e-10);
        shoal_kmeans_alignment_free(&alignment);
        shoal_kmeans_result_free(&fit);
    }
    matrix_free(&matrix);
}

Test(align, errors_leave_the_result_alone)
{
    test_matrix matrix, other;
    shoal_kmeans_result fit;
    fit_line(&matrix, 3, &fit);
    grid(&other, 12, 2, 4, 1);
    const double old[] = {20, NAN};
    shoal_kmeans_alignment alignment;
    shoal_error error = {0};
    cr_assert_eq(shoal_kmeans_align(NULL, &matrix.view, NULL, 0, old, &fit, &alignment, &error), SHOAL_ERR_USAGE);
    cr_assert_eq(shoal_kmeans_align(NULL, &matrix.view, NULL, 2, old, &fit, &alignment, &error), SHOAL_ERR_USAGE);
    cr_assert_eq(shoal_kmeans_align(NULL, &other.view, NULL, 1, old, &fit, &alignment, &error), SHOAL_ERR_USAGE);
    cr_assert(strstr(error.message, "2 columns") == NULL && strstr(error.message, "and 2:") != NULL, "%s",
              error.message);
    cr_assert(alignment.matches == NULL && fit.centroids[0] == 0.5 && fit.labels[11] == 2);
    shoal_kmeans_result_free(&fit);
    matrix_free(&matrix);
    matrix_free(&other);
}

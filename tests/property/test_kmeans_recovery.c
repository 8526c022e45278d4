/* Quality on data whose groups are known: restarts find them, and the choice of k counts them. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "kmeans_check.h"
#include "kmeans_data.h"

/* n rows in `groups` normal groups of deviation 1 whose centres are at least `apart` from each other; the largest
 * group is `ratio` times the smallest. truth: n. */
static void make_groups(test_matrix *matrix, int n, int d, int groups, double apart, double ratio, uint64_t seed,
                        int32_t *truth)
{
    shoal_rng rng = shoal_rng_start(seed, 95);
    double centre[32][MATRIX_MAX_D], bound[32], total = 0;
    const double box = 3 * apart * pow(groups, 1.0 / d);
    for (int g = 0; g < groups; g++) {
        bool clear = false;
        while (!clear) {
            for (int j = 0; j < d; j++) centre[g][j] = box * shoal_rng_uniform(&rng);
            clear = true;
            for (int other = 0; other < g && clear; other++) {
                double square = 0;
                for (int j = 0; j < d; j++) square += pow(centre[g][j] - centre[other][j], 2);
                clear = square >= apart * apart;
            }
        }
        bound[g] = total += 1 + (ratio - 1) * g / fmax(1, groups - 1);
    }
    matrix_make(matrix, n, d, SHOAL_F32);
    for (int i = 0; i < n; i++) {
        const double at = total * shoal_rng_uniform(&rng);
        int g = 0;
        while (bound[g] < at) g++;
        truth[i] = g;
        for (int j = 0; j < d; j++) matrix_set(matrix, i, j, centre[g][j] + shoal_rng_normal(&rng));
    }
}

static double pairs_of(double count)
{
    return count * (count - 1) / 2;
}

/* Hubert & Arabie 1985 (doi:10.1007/BF01908075): 1 for the same partition, 0 expected by chance. */
static double adjusted_rand_index(const int32_t *a, const int32_t *b, int n)
{
    double table[32][32] = {{0}}, rows[32] = {0}, columns[32] = {0}, both = 0, one = 0, two = 0;
    for (int i = 0; i < n; i++) {
        table[a[i]][b[i]]++;
        rows[a[i]]++;
        columns[b[i]]++;
    }
    for (int r = 0; r < 32; r++) {
        one += pairs_of(rows[r]);
        two += pairs_of(columns[r]);
        for (int c = 0; c < 32; c++) both += pairs_of(table[r][c]);
    }
    const double expected = one * two / pairs_of(n);
    return (both - expected) / ((one + two) / 2 - expected);
}

Test(kmeans_recovery, index_of_agreement_by_hand)
{
    const int32_t a[] = {0, 0, 1, 1}, b[] = {1, 1, 0, 0}, c[] = {0, 1, 0, 1}, d[] = {0, 0, 1, 2};
    cr_assert_float_eq(adjusted_rand_index(a, b, 4), 1, 1e-15);
    cr_assert_float_eq(adjusted_rand_index(a, c, 4), -0.5, 1e-15);
    cr_assert_float_eq(adjusted_rand_index(a, d, 4), 4.0 / 7, 1e-15);
}

/* Starts that look at the data find every group; 10 restarts leave no doubt. */
Test(kmeans_recovery, restarts_find_separate_groups, .timeout = 250)
{
    enum { N = 4000 };
    static const int columns[] = {2, 5, 10}, groups[] = {3, 8, 15};
    static const shoal_kmeans_init inits[] = {SHOAL_INIT_KMEANSPP, SHOAL_INIT_PARALLEL, SHOAL_INIT_SAMPLE};
    int32_t truth[N];
    for (int at = 0; at < 9; at++)
        for (int ratio = 1; ratio <= 10; ratio += 9) {
            const int d = columns[at / 3], k = groups[at % 3];
            test_matrix matrix;
            make_groups(&matrix, N, d, k, 8, ratio, 17 + (uint64_t)at, truth);
            for (int i = 0; i < 3; i++) {
                shoal_kmeans_opts opts = shoal_kmeans_opts_default();
                opts.n_clusters = k;
                opts.init = inits[i];
                opts.seed = (uint64_t)at;
                shoal_kmeans_result result = fit_of(NULL, &matrix.view, &opts, "groups");
                const double agreement = adjusted_rand_index(result.labels, truth, N);
                cr_assert_gt(agreement, 0.99, "d %d, k %d, sizes 1:%d, %s: %.3f", d, k, ratio, init_name(inits[i]),
                             agreement);
                shoal_kmeans_result_free(&result);
            }
            matrix_free(&matrix);
        }
}

/* Two groups of three times the weight of rows: the same groups, and weights that say so. */
Test(kmeans_recovery, weights_do_not_hide_groups)
{
    enum { N = 3000, K = 5 };
    int32_t truth[N];
    double weight[N];
    test_matrix matrix;
    make_groups(&matrix, N, 3, K, 9, 3, 5, truth);
    for (int i = 0; i < N; i++) weight[i] = truth[i] < 2 ? 3 : 1;
    shoal_kmeans_opts opts = shoal_kmeans_opts_default();
    opts.n_clusters = K;
    opts.weight = weight;
    shoal_kmeans_result result = fit_of(NULL, &matrix.view, &opts, "weighted groups");
    cr_assert_gt(adjusted_rand_index(result.labels, truth, N), 0.99);
    for (int i = 0; i < N; i++) {
        const double mean = result.weights[result.labels[i]] / (double)result.sizes[result.labels[i]];
        cr_assert_float_eq(mean, weight[i], 0.05);
    }
    shoal_kmeans_result_free(&result);
    matrix_free(&matrix);
}

Test(kmeans_recovery, choice_of_k_counts_clear_groups, .timeout = 250)
{
    enum { N = 2500 };
    int32_t truth[N];
    for (int k = 3; k <= 7; k += 2)
        for (uint64_t seed = 0; seed < 5; seed++) {
            const int d = 2 + (int)seed;
            test_matrix matrix;
            make_groups(&matrix, N, d, k, 10, 2, 100 + seed, truth);
            shoal_kmeans_opts opts = shoal_kmeans_opts_default();
            opts.seed = seed;
            shoal_choose_k_result result;
            shoal_error error = {0};
            cr_assert_geq(shoal_choose_k(NULL, &matrix.view,
                                         &(shoal_choose_k_opts){.k_min = 2, .k_max = 10, .kmeans = opts}, &result,
                                         &error),
                          0, "%s", error.message);
            cr_assert_eq(result.k, k, "%d groups in %d columns, seed %d: chose %d", k, d, (int)seed, result.k);
            cr_assert_gt(adjusted_rand_index(result.best.labels, truth, N), 0.99);
            shoal_choose_k_result_free(&result);
            matrix_free(&matrix);
        }
}

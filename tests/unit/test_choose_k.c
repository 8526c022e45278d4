#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include <shoal/kmeans.h>

#include "base/random.h"
#include "matrix_support.h"
#include "sanitized.h"

static char notice[1024];
static void keep_notice(void *user, const char *message)
{
    (void)user;
    strncpy(notice, message, sizeof notice - 1);
}

Test(choose_k, finds_the_groups_that_are_there)
{
    static const double centres[4][2] = {{0, 0}, {20, 0}, {0, 20}, {20, 20}};
    test_matrix matrix;
    matrix_make(&matrix, 2000, 2, SHOAL_F32);
    shoal_rng rng = shoal_rng_start(4, 0);
    for (int i = 0; i < 2000; i++)
        for (int j = 0; j < 2; j++) matrix_set(&matrix, i, j, centres[i % 4][j] + shoal_rng_normal(&rng));
    const shoal_choose_k_opts opts = shoal_choose_k_opts_default();
    shoal_choose_k_result result;
    shoal_error error = {0};
    cr_assert_eq(shoal_choose_k(NULL, &matrix.view, &opts, &result, &error), SHOAL_OK, "%s", error.message);
    cr_assert_eq(result.k, 4);
    cr_assert_eq(result.n_candidates, 9);
    cr_assert_eq(result.best.k, 4);
    for (int c = 0; c < 4; c++) cr_assert_eq(result.best.sizes[c], 500);
    cr_assert(result.best.inertia == result.candidates[2].inertia);
    for (int i = 0; i < 9; i++) cr_assert_eq(result.candidates[i].k, 2 + i);
    for (int i = 1; i < 9; i++) cr_assert_lt(result.candidates[i].inertia, result.candidates[i - 1].inertia);
    cr_assert_eq(result.n_reasons, 6);
    cr_assert(strstr(result.reasons[1], "silhouette is highest at k = 4 (0.") != NULL, "%s", result.reasons[1]);
    shoal_choose_k_result_free(&result);
    matrix_free(&matrix);
}

/* Two groups of two rows on a line, by hand. */
Test(choose_k, indices_by_hand)
{
    const double values[] = {0, 2, 10, 12};
    test_matrix matrix;
    matrix_make(&matrix, 4, 1, SHOAL_F64);
    for (int i = 0; i < 4; i++) matrix_set(&matrix, i, 0, values[i]);
    shoal_choose_k_opts opts = shoal_choose_k_opts_default();
    opts.k_max = 2;
    shoal_choose_k_result result;
    cr_assert_eq(shoal_choose_k(NULL, &matrix.view, &opts, &result, NULL), SHOAL_OK);
    const shoal_choose_k_candidate *two = &result.candidates[0];
    cr_assert(two->inertia == 4);
    cr_assert_float_eq(two->calinski_harabasz, (4 * 25.0 / 1) / (4.0 / 2), 1e-12); /* between 100, within 4 */
    cr_assert_float_eq(two->davies_bouldin, (1 + 1) / 10.0, 1e-12);
    cr_assert_float_eq(two->silhouette, (2 * (11 - 1) / 11.0 + 2 * (9 - 1) / 9.0) / 4, 1e-12);
    shoal_choose_k_result_free(&result);
    matrix_free(&matrix);
}

Test(choose_k, as_many_candidates_as_rows_differ)
{
    test_matrix matrix;
    matrix_make(&matrix, 100, 2, SHOAL_F32);
    for (int i = 0; i < 100; i++) matrix_set(&matrix, i, 0, i % 5);
    const shoal_ctx ctx = {.notice = keep_notice};
    const shoal_choose_k_opts opts = shoal_choose_k_opts_default();
    shoal_choose_k_result result;
    cr_assert_eq(shoal_choose_k(&ctx, &matrix.view, &opts, &result, NULL), SHOAL_OK);
    cr_assert_eq(result.n_candidates, 4);
    cr_assert(strstr(notice, "only 5 rows differ") != NULL, "%s", notice);
    cr_assert(isfinite(result.candidates[2].calinski_harabasz) && isinf(result.candidates[3].calinski_harabasz));
    cr_assert_eq(result.k, 5);
    shoal_choose_k_result_free(&result);
    matrix_free(&matrix);
}

static void expect_refused(const test_matrix *matrix, const shoal_choose_k_opts *opts, shoal_status status,
                           const char *message)
{
    shoal_choose_k_result result;
    shoal_error error = {0};
    cr_expect_eq(shoal_choose_k(NULL, &matrix->view, opts, &result, &error), status);
    cr_expect(strstr(error.message, message) != NULL, "\"%s\" instead of \"%s\"", error.message, message);
}

Test(choose_k, refuses)
{
    test_matrix matrix;
    matrix_make(&matrix, 50, 1, SHOAL_F64);
    const shoal_choose_k_opts good = {.k_min = 2, .k_max = 5, .kmeans = shoal_kmeans_opts_default()};
    expect_refused(&matrix, &good, SHOAL_ERR_INPUT, "only 1 different row in");
    const int ranges[][2] = {{1, 5}, {5, 4}, {-3, 4}};
    shoal_choose_k_opts opts = good;
    for (int i = 0; i < 3; i++) {
        opts.k_min = ranges[i][0];
        opts.k_max = ranges[i][1];
        expect_refused(&matrix, &opts, SHOAL_ERR_USAGE, "the range must begin at 2 or more and not fall");
    }
    opts = good;
    opts.k_max = 66;
    expect_refused(&matrix, &opts, SHOAL_ERR_USAGE, "at most 64 candidates");
    opts = good;
    opts.n_references = 1;
    expect_refused(&matrix, &opts, SHOAL_ERR_USAGE, "use 0 for none, or 2 to 1000");
    opts = good;
    opts.n_bootstraps = -1;
    expect_refused(&matrix, &opts, SHOAL_ERR_USAGE, "use 0 for none, or 1 to 1000");
    opts = good;
    opts.kmeans.init = SHOAL_INIT_GIVEN;
    expect_refused(&matrix, &opts, SHOAL_ERR_USAGE, "given centroids fix the number");
    matrix_set(&matrix, 3, 0, NAN);
    opts.kmeans.init = SHOAL_INIT_RANDOM;
    expect_refused(&matrix, &opts, SHOAL_ERR_INPUT, "row 4 of 50 is missing");
    matrix_free(&matrix);
}

/* Beyond 200,000 rows the restarts run on a sample: the same answer for any number of threads, and a good one. */
Test(choose_k, many_rows)
{
    enum { N = 250000 };
    test_matrix matrix;
    matrix_make(&matrix, N, 2, SHOAL_F32);
    shoal_rng rng = shoal_rng_start(8, 0);
    for (int i = 0; i < N; i++) {
        const double angle = i % 3 * 2.0943951; /* corners of a triangle */
        matrix_set(&matrix, i, 0, 6 * cos(angle) + shoal_rng_normal(&rng));
        matrix_set(&matrix, i, 1, 6 * sin(angle) + shoal_rng_normal(&rng));
    }
    shoal_choose_k_opts opts = shoal_choose_k_opts_default();
    opts.k_max = 6;
    opts.kmeans.n_init = 3;
    shoal_choose_k_result one, three;
    shoal_ctx ctx = {.threads = 1};
    cr_assert_eq(shoal_choose_k(&ctx, &matrix.view, &opts, &one, NULL), SHOAL_OK);
    ctx.threads = 3;
    cr_assert_eq(shoal_choose_k(&ctx, &matrix.view, &opts, &three, NULL), SHOAL_OK);
    cr_assert_eq(memcmp(one.candidates, three.candidates, sizeof one.candidates), 0);
    cr_assert_arr_eq(one.best.labels, three.best.labels, N * sizeof *one.best.labels);
    cr_assert_eq(one.k, 3);
    opts.kmeans.n_clusters = 3;
    shoal_kmeans_result full;
    cr_assert_eq(shoal_kmeans_fit(NULL, &matrix.view, &opts.kmeans, &full, NULL), SHOAL_OK);
    cr_assert_float_eq(one.best.inertia / full.inertia, 1, 1e-3);
    shoal_kmeans_result_free(&full);
    shoal_choose_k_result_free(&one);
    shoal_choose_k_result_free(&three);
    matrix_free(&matrix);
}

/* Groups of normal rows about centres at least 8 deviations apart, of equal or unequal shares. */
static void make_groups(test_matrix *matrix, int groups, int d, bool unequal, uint64_t seed)
{
    enum { N = 1500, MOST = 8 };
    const double apart = 8, side = apart * fmax(2, 1.5 * pow(groups, 1.0 / d));
    shoal_rng rng = shoal_rng_start(seed, 12);
    double centre[MOST][MOST];
    matrix_make(matrix, N, d, SHOAL_F32);
    for (int g = 0; g < groups; g++) {
        double nearest = 0;
        while (nearest < apart) {
            for (int j = 0; j < d; j++) centre[g][j] = side * shoal_rng_uniform(&rng);
            nearest = INFINITY;
            for (int other = 0; other < g; other++) {
                double squares = 0;
                for (int j = 0; j < d; j++) squares += pow(centre[g][j] - centre[other][j], 2);
                nearest = fmin(nearest, sqrt(squares));
            }
        }
    }
    for (int i = 0; i < N; i++) {
        const double share = shoal_rng_uniform(&rng);
        const int g = (int)(groups * (unequal ? pow(share, 1.6) : share));
        for (int j = 0; j < d; j++) matrix_set(matrix, i, j, centre[g][j] + shoal_rng_normal(&rng));
    }
}

Test(choose_k, names_the_number_of_groups)
{
    static const int groups[] = {3, 5, 8}, columns[] = {2, 3, 8};
    const shoal_choose_k_opts opts = shoal_choose_k_opts_default();
    for (int at = 0; at < 18; at += SANITIZED ? 5 : 1) {
        const int k = groups[at % 3], d = columns[at / 3 % 3];
        test_matrix matrix;
        shoal_choose_k_result result;
        make_groups(&matrix, k, d, at / 9 == 1, (uint64_t)(at + 1));
        cr_assert_eq(shoal_choose_k(NULL, &matrix.view, &opts, &result, NULL), SHOAL_OK);
        cr_expect_eq(result.k, k, "%d groups in %d columns, case %d: %d", k, d, at, result.k);
        cr_expect_gt(result.candidates[k - 2].stability, 0.9);
        cr_expect_gt(result.gap_k, 1);
        shoal_choose_k_result_free(&result);
        matrix_free(&matrix);
    }
}

static bool has_reason(const shoal_choose_k_result *result, const char *text)
{
    for (int i = 0; i < result->n_reasons; i++)
        if (strstr(result->reasons[i], text) != NULL) return true;
    return false;
}

Test(choose_k, says_where_there_are_no_groups)
{
    const shoal_choose_k_opts opts = shoal_choose_k_opts_default();
    for (int d = 2; d <= 8; d += 6) {
        test_matrix matrix;
        shoal_choose_k_result result;
        shoal_rng rng = shoal_rng_start(5, 6);
        matrix_make(&matrix, 2000, d, SHOAL_F64);
        for (int i = 0; i < 2000; i++)
            for (int j = 0; j < d; j++) matrix_set(&matrix, i, j, shoal_rng_uniform(&rng));
        cr_assert_eq(shoal_choose_k(NULL, &matrix.view, &opts, &result, NULL), SHOAL_OK);
        cr_expect_eq(result.gap_k, 1);
        cr_expect(has_reason(&result, "prefers a single cluster"));
        /* a square falls into the same quarters every time; a cube of eight sides does not */
        cr_expect_eq(has_reason(&result, "neither finds groups"), d == 8);
        cr_expect_eq(has_reason(&result, "which is low"), d == 8);
        shoal_choose_k_result_free(&result);
        matrix_free(&matrix);
    }
}

Test(choose_k, leaves_out_what_is_not_asked_for)
{
    test_matrix matrix;
    matrix_blobs(&matrix, 400, 2, SHOAL_F32, 3, 20, 9);
    for (int with = 0; with < 4; with++) {
        const bool gap = with % 2 == 1, stability = with / 2 == 1;
        shoal_choose_k_opts opts = shoal_choose_k_opts_default();
        opts.n_references = gap ? 3 : 0;
        opts.n_bootstraps = stability ? 3 : 0;
        shoal_choose_k_result result;
        cr_assert_eq(shoal_choose_k(NULL, &matrix.view, &opts, &result, NULL), SHOAL_OK);
        cr_expect_eq(result.n_reasons, 4 + gap + stability);
        cr_expect_eq(result.gap_k > 0, gap);
        cr_expect_eq(isnan(result.gap_one), !gap);
        for (int i = 0; i < result.n_candidates; i++) {
            cr_expect_eq(isnan(result.candidates[i].gap), !gap);
            cr_expect_eq(isnan(result.candidates[i].gap_error), !gap);
            cr_expect_eq(isnan(result.candidates[i].stability), !stability);
        }
        shoal_choose_k_result_free(&result);
    }
    matrix_free(&matrix);
}

/* Rows with whole weights and the same rows as copies: the same figures of all rows, and the same groups. */
Test(choose_k, weights)
{
    enum { N = 500 };
    test_matrix once, copies;
    double weight[N];
    int64_t n = 0;
    matrix_blobs(&once, N, 3, SHOAL_F32, 4, 12, 2);
    for (int i = 0; i < N; i++) n += (int64_t)(weight[i] = 1 + i % 3);
    matrix_make(&copies, n, 3, SHOAL_F32);
    for (int64_t i = 0, at = 0; i < N; i++)
        for (int copy = 0; copy < (int)weight[i]; copy++, at++)
            for (int j = 0; j < 3; j++) matrix_set(&copies, at, j, matrix_get(&once, i, j));
    shoal_choose_k_opts opts = shoal_choose_k_opts_default();
    shoal_choose_k_result with, without;
    cr_assert_eq(shoal_choose_k(NULL, &copies.view, &opts, &without, NULL), SHOAL_OK);
    opts.kmeans.weight = weight;
    cr_assert_eq(shoal_choose_k(NULL, &once.view, &opts, &with, NULL), SHOAL_OK);
    cr_expect_eq(with.k, 4);
    cr_expect_eq(without.k, 4);
    const shoal_choose_k_candidate *a = &with.candidates[2], *b = &without.candidates[2];
    cr_expect_float_eq(a->inertia / b->inertia, 1, 1e-9);
    cr_expect_float_eq(a->silhouette, b->silhouette, 1e-9);
    cr_expect_float_eq(a->calinski_harabasz / b->calinski_harabasz, 1, 1e-9);
    cr_expect_float_eq(a->davies_bouldin, b->davies_bouldin, 1e-9);
    cr_expect_float_eq(a->gap, b->gap, 0.1); /* of other rows, drawn by weight */
    cr_expect_float_eq(a->stability, 1, 0.02);
    shoal_choose_k_result_free(&with);
    shoal_choose_k_result_free(&without);
    matrix_free(&once);
    matrix_free(&copies);
}

/* Mini-batch fits: close to the full fit, deterministic, honest about it. */
#include <criterion/criterion.h>
#include <string.h>

#include <shoal/kmeans.h>

#include "matrix_support.h"

static char notice[1024];
static void keep_notice(void *user, const char *message)
{
    (void)user;
    strncpy(notice, message, sizeof notice - 1);
}

static shoal_kmeans_opts options(int k)
{
    shoal_kmeans_opts opts = shoal_kmeans_opts_default();
    opts.n_clusters = k;
    opts.n_init = 3;
    opts.mini_batch = true;
    opts.numbering = SHOAL_NUMBERING_SIZE;
    return opts;
}

Test(mini_batch, within_a_hundredth_of_the_full_fit)
{
    for (int overlap = 0; overlap < 2; overlap++) {
        test_matrix matrix;
        matrix_blobs(&matrix, 200000, 4, SHOAL_F32, 8, overlap ? 1 : 5, 3);
        const shoal_ctx ctx = {.notice = keep_notice};
        shoal_kmeans_opts opts = options(8);
        shoal_kmeans_result quick, full;
        cr_assert_geq(shoal_kmeans_fit(&ctx, &matrix.view, &opts, &quick, NULL), 0);
        cr_assert(strstr(notice, quick.converged ? "converged" : "a full fit would lower it further") != NULL, "%s",
                  notice);
        opts.mini_batch = false;
        opts.max_iter = 1000;
        cr_assert_eq(shoal_kmeans_fit(NULL, &matrix.view, &opts, &full, NULL), SHOAL_OK);
        cr_assert_leq(quick.inertia, full.inertia * 1.01);
        cr_assert(quick.mini_batch && !full.mini_batch);
        cr_assert(quick.iterations >= 1 && quick.iterations <= 2);
        cr_assert(quick.moved >= 0 && quick.moved <= (quick.iterations == 1 ? 1 : 0.1));
        cr_assert(quick.inertia_drop >= 0 && quick.inertia_drop < 0.05);
        shoal_kmeans_result_free(&quick);
        shoal_kmeans_result_free(&full);
        matrix_free(&matrix);
    }
}

Test(mini_batch, few_rows_get_the_full_fit)
{
    test_matrix matrix;
    matrix_blobs(&matrix, 39999, 2, SHOAL_F32, 4, 1, 3);
    const shoal_ctx ctx = {.notice = keep_notice};
    shoal_kmeans_opts opts = options(4);
    shoal_kmeans_result quick, full;
    cr_assert_eq(shoal_kmeans_fit(&ctx, &matrix.view, &opts, &quick, NULL), SHOAL_OK);
    cr_assert(strstr(notice, "39999 rows are too few") != NULL, "%s", notice);
    opts.mini_batch = false;
    cr_assert_eq(shoal_kmeans_fit(NULL, &matrix.view, &opts, &full, NULL), SHOAL_OK);
    cr_assert(!quick.mini_batch && quick.inertia == full.inertia && quick.iterations == full.iterations);
    shoal_kmeans_result_free(&quick);
    shoal_kmeans_result_free(&full);
    matrix_free(&matrix);
}

Test(mini_batch, same_bits_for_any_number_of_threads)
{
    enum { N = 90000 };
    test_matrix matrix;
    matrix_blobs(&matrix, N, 3, SHOAL_F64, 6, 2, 5);
    double *weight = malloc(N * sizeof *weight);
    cr_assert_not_null(weight);
    for (int i = 0; i < N; i++) weight[i] = i % 4;
    shoal_kmeans_opts opts = options(6);
    opts.weight = weight;
    shoal_kmeans_result one, many;
    const shoal_ctx single = {.threads = 1}, several = {.threads = 4};
    cr_assert_geq(shoal_kmeans_fit(&single, &matrix.view, &opts, &one, NULL), 0);
    cr_assert_geq(shoal_kmeans_fit(&several, &matrix.view, &opts, &many, NULL), 0);
    cr_assert(one.mini_batch);
    cr_assert_eq(memcmp(one.centroids, many.centroids, 18 * sizeof(double)), 0);
    cr_assert_eq(memcmp(one.labels, many.labels, N * sizeof *one.labels), 0);
    cr_assert(one.inertia == many.inertia && one.moved == many.moved && one.inertia_drop == many.inertia_drop);
    shoal_kmeans_result_free(&one);
    shoal_kmeans_result_free(&many);
    free(weight);
    matrix_free(&matrix);
}

Test(mini_batch, candidates_are_mini_batch_fits_too)
{
    test_matrix matrix;
    matrix_blobs(&matrix, 50000, 2, SHOAL_F32, 4, 8, 3);
    const shoal_ctx ctx = {.notice = keep_notice};
    const shoal_kmeans_opts opts = options(0);
    shoal_choose_k_result choice;
    cr_assert_geq(shoal_choose_k(&ctx, &matrix.view, &(shoal_choose_k_opts){.k_min = 2, .k_max = 5, .kmeans = opts},
                                 &choice, NULL),
                  0);
    cr_assert(choice.best.mini_batch && choice.best.iterations <= 2);
    cr_assert(strstr(notice, "mini-batch: ") != NULL, "%s", notice);
    for (int i = 1; i < choice.n_candidates; i++)
        cr_assert_lt(choice.candidates[i].inertia, choice.candidates[i - 1].inertia);
    for (int c = 1; c < choice.k; c++) cr_assert_leq(choice.best.sizes[c], choice.best.sizes[c - 1]);
    shoal_choose_k_result_free(&choice);
    matrix_free(&matrix);
}

/* Samples without any weight are passed over. */
Test(mini_batch, all_the_weight_in_few_rows)
{
    enum { N = 80000 };
    test_matrix matrix;
    matrix_blobs(&matrix, N, 2, SHOAL_F32, 3, 3, 6);
    double *weight = calloc(N, sizeof *weight);
    cr_assert_not_null(weight);
    for (int i = 0; i < 3; i++) weight[40000 + i] = 1;
    shoal_kmeans_opts opts = options(3);
    opts.weight = weight;
    shoal_kmeans_result fit;
    cr_assert_geq(shoal_kmeans_fit(NULL, &matrix.view, &opts, &fit, NULL), 0);
    cr_assert(fit.weights[0] == 1 && fit.weights[2] == 1 && fit.inertia < 1e-9);
    shoal_kmeans_result_free(&fit);
    free(weight);
    matrix_free(&matrix);
}

Test(mini_batch, starts_from_given_centroids)
{
    test_matrix matrix;
    matrix_blobs(&matrix, 100000, 2, SHOAL_F32, 4, 8, 9);
    shoal_kmeans_opts opts = options(4);
    opts.numbering = SHOAL_NUMBERING_FITTED;
    opts.mini_batch = false;
    shoal_kmeans_result full, quick;
    cr_assert_geq(shoal_kmeans_fit(NULL, &matrix.view, &opts, &full, NULL), 0);
    opts.mini_batch = true;
    opts.init = SHOAL_INIT_GIVEN;
    opts.centroids = full.centroids;
    cr_assert_geq(shoal_kmeans_fit(NULL, &matrix.view, &opts, &quick, NULL), 0);
    cr_assert(quick.n_init == 1 && quick.mini_batch);
    int64_t differ = 0;
    for (int64_t i = 0; i < full.n; i++) differ += full.labels[i] != quick.labels[i];
    cr_assert_lt(differ, full.n / 100);
    shoal_kmeans_result_free(&full);
    shoal_kmeans_result_free(&quick);
    matrix_free(&matrix);
}

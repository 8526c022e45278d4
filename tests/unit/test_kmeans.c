#include <criterion/criterion.h>
#include <malloc.h>
#include <math.h>
#include <string.h>

#include <shoal/kmeans.h>

#include "matrix_support.h"

/* Memory of the library comes from aligned_alloc; `fail_at` makes the call of that number fail. */
static long allocations, fail_at;

void *aligned_alloc(size_t alignment, size_t size)
{
    allocations++;
    if (fail_at > 0 && allocations == fail_at) return NULL;
    return memalign(alignment, size);
}

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
    return opts;
}

static void line(test_matrix *matrix, shoal_type type, int n, const double *values)
{
    matrix_make(matrix, n, 1, type);
    for (int i = 0; i < n; i++) matrix_set(matrix, i, 0, values[i]);
}

Test(kmeans, four_points_by_hand)
{
    const double values[] = {0, 1, 10, 11}, start[] = {0, 10};
    for (int type = SHOAL_F32; type <= SHOAL_F64; type++) {
        test_matrix matrix;
        line(&matrix, (shoal_type)type, 4, values);
        shoal_kmeans_opts opts = options(2);
        opts.init = SHOAL_INIT_GIVEN;
        opts.centroids = start;
        opts.tol = 0;
        shoal_kmeans_result result;
        shoal_error error = {0};
        cr_assert_eq(shoal_kmeans_fit(NULL, &matrix.view, &opts, &result, &error), SHOAL_OK, "%s", error.message);
        cr_assert(result.centroids[0] == 0.5 && result.centroids[1] == 10.5);
        cr_assert(result.labels[0] == 0 && result.labels[1] == 0 && result.labels[2] == 1 && result.labels[3] == 1);
        cr_assert(result.inertia == 1 && result.converged && result.iterations == 2 && result.n_init == 1);
        cr_assert(result.sizes[0] == 2 && result.sizes[1] == 2 && result.weights[1] == 2);
        /* a = 0.5 for all; b = 10.5 for the outer rows, 9.5 for the inner ones */
        cr_assert_float_eq(result.silhouette, (2 * 10.0 / 10.5 + 2 * 9.0 / 9.5) / 4, 1e-7);
        shoal_kmeans_result_free(&result);
        matrix_free(&matrix);
    }
}

Test(kmeans, one_cluster_is_the_mean)
{
    const double values[] = {1, 2, 6};
    test_matrix matrix;
    line(&matrix, SHOAL_F64, 3, values);
    const shoal_kmeans_opts opts = options(1);
    shoal_kmeans_result result;
    cr_assert_eq(shoal_kmeans_fit(NULL, &matrix.view, &opts, &result, NULL), SHOAL_OK);
    cr_assert(result.centroids[0] == 3 && result.inertia == 14 && result.sizes[0] == 3);
    cr_assert(isnan(result.silhouette));
    shoal_kmeans_result_free(&result);
    matrix_free(&matrix);
}

Test(kmeans, as_many_clusters_as_rows)
{
    enum { N = 40 };
    test_matrix matrix;
    matrix_blobs(&matrix, N, 3, SHOAL_F32, 4, 2, 5);
    for (int init = SHOAL_INIT_KMEANSPP; init < SHOAL_INIT_GIVEN; init++) {
        shoal_kmeans_opts opts = options(N);
        opts.init = (shoal_kmeans_init)init;
        shoal_kmeans_result result;
        cr_assert_eq(shoal_kmeans_fit(NULL, &matrix.view, &opts, &result, NULL), SHOAL_OK);
        cr_assert(result.inertia == 0);
        for (int c = 0; c < N; c++) cr_assert_eq(result.sizes[c], 1);
        shoal_kmeans_result_free(&result);
    }
    matrix_free(&matrix);
}

Test(kmeans, fewer_different_rows_than_clusters)
{
    enum { N = 600 };
    test_matrix matrix;
    const shoal_ctx ctx = {.notice = keep_notice};
    for (int different = 1; different <= 3; different++)
        for (int init = SHOAL_INIT_KMEANSPP; init < SHOAL_INIT_GIVEN; init++) {
            matrix_make(&matrix, N, 2, SHOAL_F32);
            for (int i = 0; i < N; i++)
                for (int j = 0; j < 2; j++) matrix_set(&matrix, i, j, 3 + i % different);
            shoal_kmeans_opts opts = options(5);
            opts.init = (shoal_kmeans_init)init;
            shoal_kmeans_result result;
            notice[0] = '\0';
            cr_assert_eq(shoal_kmeans_fit(&ctx, &matrix.view, &opts, &result, NULL), SHOAL_OK);
            cr_assert(result.inertia == 0);
            cr_assert(strstr(notice, "fewer rows differ") != NULL, "%s", notice);
            int used = 0;
            for (int c = 0; c < 5; c++) {
                used += result.sizes[c] > 0;
                cr_assert(result.centroids[2 * c] >= 3 && result.centroids[2 * c] < 3 + different);
            }
            cr_assert_eq(used, different);
            shoal_kmeans_result_free(&result);
            matrix_free(&matrix);
        }
}

Test(kmeans, empty_cluster_takes_the_farthest_row)
{
    const double values[] = {0, 1, 2, 100}, start[] = {0.5, 1000};
    test_matrix matrix;
    line(&matrix, SHOAL_F64, 4, values);
    shoal_kmeans_opts opts = options(2);
    opts.init = SHOAL_INIT_GIVEN;
    opts.centroids = start;
    shoal_kmeans_result result;
    cr_assert_eq(shoal_kmeans_fit(NULL, &matrix.view, &opts, &result, NULL), SHOAL_OK);
    cr_assert(result.centroids[0] == 1 && result.centroids[1] == 100);
    cr_assert(result.sizes[0] == 3 && result.sizes[1] == 1);
    shoal_kmeans_result_free(&result);
    matrix_free(&matrix);
}

Test(kmeans, several_empty_clusters_take_different_rows)
{
    const double values[] = {0, 0, 1, 50, 50, 100, 100}, start[] = {0, 5000, 6000, 7000};
    test_matrix matrix;
    line(&matrix, SHOAL_F32, 7, values);
    shoal_kmeans_opts opts = options(4);
    opts.init = SHOAL_INIT_GIVEN;
    opts.centroids = start;
    shoal_kmeans_result result;
    cr_assert_eq(shoal_kmeans_fit(NULL, &matrix.view, &opts, &result, NULL), SHOAL_OK);
    cr_assert(result.inertia == 0);
    for (int c = 0; c < 4; c++) cr_assert_gt(result.sizes[c], 0);
    shoal_kmeans_result_free(&result);
    matrix_free(&matrix);
}

Test(kmeans, ties_go_to_the_lowest_index)
{
    const double values[] = {0, 0, 0, 0}, start[] = {1, -1, 1};
    for (int type = SHOAL_F32; type <= SHOAL_F64; type++) {
        test_matrix matrix;
        int32_t labels[4];
        double distance[4];
        line(&matrix, (shoal_type)type, 4, values);
        const shoal_kmeans_assignment out = {.labels = labels, .distance = distance};
        cr_assert_eq(shoal_kmeans_assign(NULL, &matrix.view, 3, start, &out, NULL), SHOAL_OK);
        for (int i = 0; i < 4; i++) cr_assert(labels[i] == 0 && distance[i] == 1);
        matrix_free(&matrix);
    }
}

/* Centroids that float32 cannot tell apart: only the exact distance decides. */
Test(kmeans, close_calls_are_decided_in_float64)
{
    enum { N = 1000 };
    test_matrix matrix;
    matrix_blobs(&matrix, N, 2, SHOAL_F32, 3, 3, 11);
    double start[4];
    for (int j = 0; j < 2; j++) {
        start[j] = 0.25;
        start[2 + j] = 0.25 + (j == 0 ? 1e-12 : -1e-12);
    }
    int32_t labels[N];
    const shoal_kmeans_assignment out = {.labels = labels};
    cr_assert_eq(shoal_kmeans_assign(NULL, &matrix.view, 2, start, &out, NULL), SHOAL_OK);
    for (int i = 0; i < N; i++) {
        long double squares[2] = {0};
        for (int c = 0; c < 2; c++)
            for (int j = 0; j < 2; j++) {
                const long double difference = (long double)matrix_get(&matrix, i, j) - start[2 * c + j];
                squares[c] += difference * difference;
            }
        if (fabsl(squares[0] - squares[1]) > 1e-15L * squares[0]) cr_assert_eq(labels[i], squares[1] < squares[0]);
    }
    matrix_free(&matrix);
}

Test(kmeans, constant_column_changes_nothing)
{
    enum { N = 500 };
    test_matrix with, without;
    matrix_blobs(&with, N, 3, SHOAL_F32, 3, 4, 9);
    for (int i = 0; i < N; i++) matrix_set(&with, i, 2, 1e6);
    without = with;
    without.view.columns = without.columns;
    without.view.d = 2;
    const shoal_kmeans_opts opts = options(3);
    shoal_kmeans_result a, b;
    cr_assert_eq(shoal_kmeans_fit(NULL, &with.view, &opts, &a, NULL), SHOAL_OK);
    cr_assert_eq(shoal_kmeans_fit(NULL, &without.view, &opts, &b, NULL), SHOAL_OK);
    cr_assert_arr_eq(a.labels, b.labels, N * sizeof *a.labels);
    cr_assert(a.inertia == b.inertia && a.centroids[2] == 1e6);
    shoal_kmeans_result_free(&a);
    shoal_kmeans_result_free(&b);
    matrix_free(&with);
}

Test(kmeans, integer_columns)
{
    enum { N = 300 };
    static int8_t small[N];
    static int64_t large[N];
    test_matrix matrix;
    matrix_make(&matrix, N, 2, SHOAL_F64);
    shoal_rng rng = shoal_rng_start(3, 0);
    for (int i = 0; i < N; i++) {
        small[i] = (int8_t)shoal_rng_below(&rng, 6);
        large[i] = (int64_t)shoal_rng_below(&rng, 9) * 3;
        matrix_set(&matrix, i, 0, small[i]);
        matrix_set(&matrix, i, 1, (double)large[i]);
    }
    const shoal_column columns[] = {{.name = "score", .type = SHOAL_I8, .length = N, .data = small},
                                    {.name = "count", .type = SHOAL_I64, .length = N, .data = large}};
    for (int d = 1; d <= 2; d++) {
        const shoal_matrix integers = {.n = N, .d = d, .columns = columns};
        matrix.view.d = d;
        const shoal_kmeans_opts opts = options(4);
        shoal_kmeans_result a, b;
        cr_assert_eq(shoal_kmeans_fit(NULL, &integers, &opts, &a, NULL), SHOAL_OK);
        cr_assert_eq(shoal_kmeans_fit(NULL, &matrix.view, &opts, &b, NULL), SHOAL_OK);
        cr_assert_arr_eq(a.labels, b.labels, N * sizeof *a.labels);
        cr_assert(a.inertia == b.inertia);
        shoal_kmeans_result_free(&a);
        shoal_kmeans_result_free(&b);
    }
    matrix.view.d = 2;
    matrix_free(&matrix);
}

/* Magnitudes that float32 squares cannot hold. */
Test(kmeans, extreme_magnitudes)
{
    static const double factors[] = {1e-30, 1e30};
    for (int f = 0; f < 2; f++) {
        test_matrix plain, scaled;
        matrix_blobs(&plain, 300, 2, SHOAL_F32, 3, 9, 21);
        matrix_make(&scaled, 300, 2, SHOAL_F32);
        for (int i = 0; i < 300; i++)
            for (int j = 0; j < 2; j++) matrix_set(&scaled, i, j, factors[f] * matrix_get(&plain, i, j));
        const shoal_kmeans_opts opts = options(3);
        shoal_kmeans_result a, b;
        cr_assert_eq(shoal_kmeans_fit(NULL, &plain.view, &opts, &a, NULL), SHOAL_OK);
        cr_assert_eq(shoal_kmeans_fit(NULL, &scaled.view, &opts, &b, NULL), SHOAL_OK);
        cr_assert_arr_eq(a.labels, b.labels, 300 * sizeof *a.labels);
        cr_assert_float_eq(b.inertia / (factors[f] * factors[f] * a.inertia), 1, 1e-6);
        shoal_kmeans_result_free(&a);
        shoal_kmeans_result_free(&b);
        matrix_free(&plain);
        matrix_free(&scaled);
    }
}

/* A centroid beyond the range of float32 hides none before it: every row goes to the nearest. */
Test(kmeans, centroid_far_out_of_range)
{
    enum { N = 64, D = 2, K = 4, FAR = 1 };
    test_matrix matrix;
    matrix_make(&matrix, N, D, SHOAL_F32);
    for (int i = 0; i < N; i++)
        for (int j = 0; j < D; j++) matrix_set(&matrix, i, j, (i * 7 + j * 3) % 11 - 5);
    for (int power = 20; power <= 60; power += 20) {
        const double far = pow(10, power), start[K * D] = {-2, 1, far, far, 2, -1, 4, 4};
        double sum[K] = {0};
        int size[K] = {0};
        for (int i = 0; i < N; i++) {
            int nearest = 0;
            double least = INFINITY;
            for (int c = 0; c < K; c++) {
                const double x = matrix_get(&matrix, i, 0) - start[c * D],
                             y = matrix_get(&matrix, i, 1) - start[c * D + 1];
                if (x * x + y * y < least) nearest = c;
                least = fmin(least, x * x + y * y);
            }
            sum[nearest] += matrix_get(&matrix, i, 0);
            size[nearest]++;
        }
        shoal_kmeans_opts opts = options(K);
        opts.init = SHOAL_INIT_GIVEN;
        opts.centroids = start;
        opts.max_iter = 1;
        shoal_kmeans_result result;
        shoal_error error = {0};
        cr_assert_geq(shoal_kmeans_fit(NULL, &matrix.view, &opts, &result, &error), 0, "%s", error.message);
        /* the means after one iteration tell how rows were labelled; the empty cluster took a row */
        for (int c = 0; c < K; c++)
            if (c != FAR) cr_assert_float_eq(result.centroids[c * D], sum[c] / size[c], 1e-9, "1e%d: %d", power, c);
        shoal_kmeans_result_free(&result);
    }
    matrix_free(&matrix);
}

static void expect_failure(const shoal_matrix *x, const shoal_kmeans_opts *opts, shoal_status status, const char *part)
{
    shoal_kmeans_result result;
    shoal_error error = {0};
    cr_assert_eq(shoal_kmeans_fit(NULL, x, opts, &result, &error), status, "%s", error.message);
    cr_assert(strstr(error.message, part) != NULL, "no '%s' in: %s", part, error.message);
    cr_assert(result.labels == NULL && result.centroids == NULL);
}

Test(kmeans, refuses_bad_options)
{
    test_matrix matrix;
    matrix_blobs(&matrix, 20, 2, SHOAL_F64, 2, 3, 1);
    shoal_kmeans_opts opts = options(21);
    expect_failure(&matrix.view, &opts, SHOAL_ERR_USAGE, "21 clusters for 20 rows");
    opts = options(0);
    expect_failure(&matrix.view, &opts, SHOAL_ERR_USAGE, "0 clusters");
    opts = options(2);
    opts.n_init = 0;
    expect_failure(&matrix.view, &opts, SHOAL_ERR_USAGE, "n_init is 0");
    opts = options(2);
    opts.max_iter = 0;
    expect_failure(&matrix.view, &opts, SHOAL_ERR_USAGE, "max_iter is 0");
    opts = options(2);
    opts.tol = NAN;
    expect_failure(&matrix.view, &opts, SHOAL_ERR_USAGE, "tol");
    opts = options(2);
    opts.init = SHOAL_INIT_GIVEN;
    expect_failure(&matrix.view, &opts, SHOAL_ERR_USAGE, "none were given");
    const double centroids[] = {0, 1, INFINITY, 0};
    opts.centroids = centroids;
    expect_failure(&matrix.view, &opts, SHOAL_ERR_USAGE, "centroid 1 has inf in column 'recency'");
    double weight[20] = {0};
    opts = options(2);
    opts.weight = weight;
    expect_failure(&matrix.view, &opts, SHOAL_ERR_USAGE, "all weights are 0");
    weight[4] = -1;
    expect_failure(&matrix.view, &opts, SHOAL_ERR_USAGE, "the weight in row 5 is -1");
    weight[4] = NAN;
    expect_failure(&matrix.view, &opts, SHOAL_ERR_USAGE, "the weight in row 5 is");
    matrix_free(&matrix);
}

Test(kmeans, refuses_bad_values)
{
    test_matrix matrix;
    matrix_blobs(&matrix, 9000, 3, SHOAL_F32, 2, 3, 1);
    const shoal_kmeans_opts opts = options(3);
    const double good = matrix_get(&matrix, 8000, 1);
    matrix_set(&matrix, 8000, 1, NAN);
    expect_failure(&matrix.view, &opts, SHOAL_ERR_INPUT,
                   "column 'frequency': the value in row 8001 of 9000 is missing");
    matrix_set(&matrix, 8000, 1, -INFINITY);
    expect_failure(&matrix.view, &opts, SHOAL_ERR_INPUT, "minus infinity");
    matrix_set(&matrix, 8000, 1, good);
    uint8_t valid[9000];
    memset(valid, 1, sizeof valid);
    int8_t scores[9000] = {0};
    valid[41] = 0;
    matrix.columns[2] =
        (shoal_column){.name = "score", .type = SHOAL_I8, .length = 9000, .data = scores, .valid = valid};
    expect_failure(&matrix.view, &opts, SHOAL_ERR_INPUT, "column 'score': the value in row 42 of 9000 is missing");
    matrix.columns[2] = (shoal_column){.name = "city", .type = SHOAL_TEXT, .width = 4, .length = 9000};
    expect_failure(&matrix.view, &opts, SHOAL_ERR_INPUT, "'city' holds text");
    const shoal_matrix none = {.n = 9000, .d = 0, .columns = matrix.columns};
    expect_failure(&none, &opts, SHOAL_ERR_INPUT, "no column");
    const shoal_matrix empty = {.n = 0, .d = 2, .columns = matrix.columns};
    expect_failure(&empty, &opts, SHOAL_ERR_INPUT, "no row");
    matrix_free(&matrix);
}

Test(kmeans, iteration_limit_leaves_a_usable_result)
{
    test_matrix matrix;
    matrix_blobs(&matrix, 2000, 4, SHOAL_F32, 6, 1, 3);
    shoal_kmeans_opts opts = options(6);
    opts.n_init = 1;
    opts.max_iter = 1;
    opts.tol = 0;
    shoal_kmeans_result result;
    cr_assert_eq(shoal_kmeans_fit(NULL, &matrix.view, &opts, &result, NULL), SHOAL_NOT_CONVERGED);
    cr_assert(!result.converged && result.iterations == 1 && result.inertia > 0);
    int32_t labels[2000];
    const shoal_kmeans_assignment out = {.labels = labels};
    cr_assert_eq(shoal_kmeans_assign(NULL, &matrix.view, 6, result.centroids, &out, NULL), SHOAL_OK);
    cr_assert_arr_eq(labels, result.labels, sizeof labels);
    shoal_kmeans_result_free(&result);
    matrix_free(&matrix);
}

typedef struct progress_log {
    int calls;
    double last;
    bool rising;
    char detail[200];
    volatile sig_atomic_t cancel;
    int cancel_after;
} progress_log;

static void log_progress(void *user, const char *phase, double fraction, const char *detail)
{
    progress_log *log = user;
    cr_assert_str_eq(phase, "kmeans");
    cr_assert(fraction >= 0 && fraction <= 1);
    log->rising = log->rising && fraction >= log->last;
    log->last = fraction;
    if (detail != NULL) strncpy(log->detail, detail, sizeof log->detail - 1);
    if (++log->calls == log->cancel_after) log->cancel = 1;
}

Test(kmeans, progress_and_cancellation)
{
    test_matrix matrix;
    matrix_blobs(&matrix, 20000, 3, SHOAL_F32, 6, 1, 3);
    progress_log log = {.rising = true};
    shoal_ctx ctx = {.threads = 1, .progress = log_progress, .user = &log, .cancel = &log.cancel};
    shoal_kmeans_opts opts = options(6);
    opts.n_init = 3;
    shoal_kmeans_result result;
    cr_assert_eq(shoal_kmeans_fit(&ctx, &matrix.view, &opts, &result, NULL), SHOAL_OK);
    cr_assert(log.rising && log.last == 1 && log.calls > 6);
    cr_assert(strstr(log.detail, "restart 3 of 3, iteration ") != NULL, "%s", log.detail);
    shoal_kmeans_result_free(&result);

    for (int after = 1; after < 12; after++) {
        log = (progress_log){.rising = true, .cancel_after = after % 6 + 1};
        ctx.threads = after < 6 ? 1 : 3;
        opts.n_init = after < 6 ? 3 : 60; /* so many that the thread that tells has its share */
        shoal_error error = {0};
        cr_assert_eq(shoal_kmeans_fit(&ctx, &matrix.view, &opts, &result, &error), SHOAL_ERR_INTERRUPTED);
        cr_assert(result.labels == NULL);
        cr_assert_str_eq(error.message, "interrupted");
    }
    matrix_free(&matrix);
}

Test(kmeans, every_allocation_may_fail)
{
    test_matrix matrix;
    matrix_blobs(&matrix, 600, 3, SHOAL_F32, 3, 3, 3);
    double weight[600];
    for (int i = 0; i < 600; i++) weight[i] = 1 + i % 3;
    shoal_ctx ctx = {.threads = 2};
    shoal_kmeans_opts opts = options(3);
    opts.n_init = 2;
    opts.weight = weight;
    shoal_kmeans_result result;
    cr_assert_eq(shoal_kmeans_fit(&ctx, &matrix.view, &opts, &result, NULL), SHOAL_OK); /* OpenMP's own are made */
    shoal_kmeans_result_free(&result);
    shoal_status status = SHOAL_ERR_MEMORY;
    for (long at = 1; status != SHOAL_OK; at++) {
        cr_assert_lt(at, 1000);
        allocations = 0;
        fail_at = at;
        status = shoal_kmeans_fit(&ctx, &matrix.view, &opts, &result, NULL);
        fail_at = 0;
        cr_assert(status == SHOAL_OK || status == SHOAL_ERR_MEMORY);
        cr_assert(status == SHOAL_OK || result.labels == NULL);
    }
    cr_assert_gt(allocations, 20);
    shoal_kmeans_result_free(&result);
    status = SHOAL_ERR_MEMORY;
    const shoal_choose_k_opts choose = {.k_min = 2, .k_max = 4, .n_references = 2, .n_bootstraps = 2, .kmeans = opts};
    shoal_choose_k_result choice;
    for (long at = 1; status != SHOAL_OK; at++) {
        cr_assert_lt(at, 1000);
        allocations = 0;
        fail_at = at;
        status = shoal_choose_k(&ctx, &matrix.view, &choose, &choice, NULL);
        fail_at = 0;
        cr_assert(status == SHOAL_OK || status == SHOAL_ERR_MEMORY);
    }
    shoal_choose_k_result_free(&choice);
    matrix_free(&matrix);
}

Test(kmeans, every_allocation_of_a_merge_may_fail)
{
    test_matrix matrix;
    static double weight[2000];
    matrix_make(&matrix, 2000, 2, SHOAL_F32);
    for (int i = 0; i < 2000; i++) {
        matrix_set(&matrix, i, 0, i % 5);
        matrix_set(&matrix, i, 1, i % 3);
        weight[i] = 1 + i % 2;
    }
    shoal_kmeans_opts opts = options(3);
    opts.n_init = 1;
    opts.weight = weight;
    shoal_kmeans_result result;
    shoal_status status = SHOAL_ERR_MEMORY;
    for (long at = 1; status != SHOAL_OK; at++) {
        cr_assert_lt(at, 1000);
        allocations = 0;
        fail_at = at;
        status = shoal_kmeans_fit(NULL, &matrix.view, &opts, &result, NULL);
        fail_at = 0;
        cr_assert(status == SHOAL_OK || status == SHOAL_ERR_MEMORY);
        cr_assert(status == SHOAL_OK || result.labels == NULL);
    }
    cr_assert_gt(allocations, 30);
    cr_assert_eq(result.distinct, 15);
    shoal_kmeans_result_free(&result);
    matrix_free(&matrix);
}

/* Numbering, samples and alignment; the weights make the samples' too. */
Test(kmeans, no_memory_for_numbers_and_samples)
{
    enum { N = 40000, K = 3 };
    test_matrix matrix;
    matrix_blobs(&matrix, N, 2, SHOAL_F32, K, 5, 12);
    const shoal_ctx ctx = {.threads = 2};
    shoal_kmeans_opts opts = options(K);
    opts.n_init = 1;
    opts.max_iter = 2;
    opts.mini_batch = true;
    opts.numbering = SHOAL_NUMBERING_SIZE;
    static const double old[] = {1, 2, 3, 4};
    shoal_kmeans_result result;
    shoal_kmeans_alignment alignment;
    cr_assert_geq(shoal_kmeans_fit(&ctx, &matrix.view, &opts, &result, NULL), 0); /* OpenMP's own are made */
    shoal_kmeans_result_free(&result);
    shoal_status status = SHOAL_ERR_MEMORY;
    for (long at = 1; status < 0; at++) {
        cr_assert_lt(at, 1000);
        allocations = 0;
        fail_at = at;
        status = shoal_kmeans_fit(&ctx, &matrix.view, &opts, &result, NULL);
        fail_at = 0;
        cr_assert(status >= 0 || (status == SHOAL_ERR_MEMORY && result.labels == NULL));
    }
    status = SHOAL_ERR_MEMORY;
    for (long at = 1; status < 0; at++) {
        cr_assert_lt(at, 1000);
        allocations = 0;
        fail_at = at;
        status = shoal_kmeans_align(&ctx, &matrix.view, NULL, 2, old, &result, &alignment, NULL);
        fail_at = 0;
        cr_assert(status >= 0 || (status == SHOAL_ERR_MEMORY && alignment.matches == NULL));
    }
    cr_assert_gt(allocations, 20);
    shoal_kmeans_alignment_free(&alignment);
    shoal_kmeans_result_free(&result);
    matrix_free(&matrix);
}

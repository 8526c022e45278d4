#include "kmeans_check.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

const char *algorithm_name(int algorithm)
{
    static const char *const names[N_ALGORITHMS] = {"auto", "lloyd", "bounded", "tree"};
    return names[algorithm];
}

const char *init_name(int init)
{
    static const char *const names[N_INITS] = {"k-means++", "random", "k-means||", "sample", "given"};
    return names[init];
}

shoal_kmeans_opts options_to_the_end(int k, const double *start)
{
    shoal_kmeans_opts opts = shoal_kmeans_opts_default();
    opts.n_clusters = k;
    opts.n_init = 1;
    opts.tol = 0;
    opts.max_iter = 3000;
    opts.seed = 42;
    if (start != NULL) opts.init = SHOAL_INIT_GIVEN;
    opts.centroids = start;
    return opts;
}

shoal_kmeans_result fit_of(const shoal_ctx *ctx, const shoal_matrix *x, const shoal_kmeans_opts *opts, const char *what)
{
    shoal_kmeans_result result;
    shoal_error error = {0};
    const shoal_status status = shoal_kmeans_fit(ctx, x, opts, &result, &error);
    cr_assert_geq(status, 0, "%s: %s", what, error.message);
    cr_assert_eq(status, result.converged ? SHOAL_OK : SHOAL_NOT_CONVERGED, "%s", what);
    cr_assert(result.n == x->n && result.d == x->d && result.k == opts->n_clusters, "%s", what);
    return result;
}

static const double *centroid_of(const shoal_kmeans_result *result, int c)
{
    return result->centroids + (int64_t)c * result->d;
}

/* Two float64 distances are each off by (d + 2) 2^-53 of themselves at most. */
static void check_nearest(const naive_data *data, const shoal_kmeans_result *result, const char *what)
{
    const long double bound = 1 + (data->d + 4) * 0x1p-52L, tiny = data->d * 0x1p-1073L;
    for (int64_t i = 0; i < data->n; i++) {
        const int label = result->labels[i];
        cr_assert(label >= 0 && label < result->k, "%s: row %ld has label %d", what, (long)i, label);
        const int nearest = naive_nearest(data, i, result->centroids, result->k);
        cr_assert_eq(label, nearest, "%s: row %ld lies in %d, nearest is %d", what, (long)i, label, nearest);
        const long double own = naive_exact_distance(data, i, centroid_of(result, label));
        for (int c = 0; c < result->k; c++)
            cr_assert(own <= naive_exact_distance(data, i, centroid_of(result, c)) * bound + tiny,
                      "%s: row %ld lies in %d, %d is nearer", what, (long)i, label, c);
    }
}

/* float32 kernels know the second distance to some roundings of the row's and the centroid's size, not of itself. */
static void check_silhouette(const naive_data *data, const shoal_kmeans_result *result, const char *what)
{
    double sum = 0, total = 0, size = 0, bound = 0;
    for (int j = 0; j < data->d; j++) size += data->most[j] * data->most[j];
    for (int64_t i = 0; i < data->n; i++) {
        double a = INFINITY, b = INFINITY;
        for (int c = 0; c < result->k; c++) {
            const double distance = sqrt(naive_distance(data, i, centroid_of(result, c)));
            b = fmin(b, fmax(a, distance));
            a = fmin(a, distance);
        }
        const double weight = naive_weight(data, i);
        if (b > 0) sum += weight * (b - a) / b;
        if (b > 0) bound += weight * fmin(1, 0x1p-22 * (1 + sqrt(size) / b));
        total += weight;
    }
    if (result->k == 1) cr_assert(isnan(result->silhouette), "%s", what);
    else
        cr_assert_float_eq(result->silhouette, sum / total, 1e-6 + bound / total, "%s: silhouette %g, %g", what,
                           result->silhouette, sum / total);
}

static void check_sizes(const naive_data *data, const shoal_kmeans_result *result, const char *what)
{
    int64_t *sizes = calloc((size_t)result->k, sizeof *sizes);
    long double *weights = calloc((size_t)result->k, sizeof *weights);
    for (int64_t i = 0; i < data->n; i++) {
        sizes[result->labels[i]]++;
        weights[result->labels[i]] += (long double)naive_weight(data, i);
    }
    for (int c = 0; c < result->k; c++) {
        cr_assert_eq(result->sizes[c], sizes[c], "%s: cluster %d", what, c);
        cr_assert(fabsl((long double)result->weights[c] - weights[c]) <= 1e-12L * weights[c], "%s: cluster %d", what,
                  c);
    }
    free(sizes);
    free(weights);
}

void check_result(const naive_data *data, const shoal_kmeans_result *result, const char *what)
{
    for (int at = 0; at < result->k * result->d; at++) cr_assert(isfinite(result->centroids[at]), "%s", what);
    check_nearest(data, result, what);
    check_sizes(data, result, what);
    check_silhouette(data, result, what);
    const long double inertia = naive_inertia(data, result->centroids, result->labels);
    cr_assert(fabsl((long double)result->inertia - inertia) <= 1e-12L * inertia + 0x1p-1050L, "%s: inertia %g, not %Lg",
              what, result->inertia, inertia);
}

static void check_close(const naive_data *data, int j, double a, double b, const char *what)
{
    cr_assert(fabs(a - b) <= 0x1p-40 * data->range[j] + 0x1p-51 * data->most[j], "%s: column %d: %.17g and %.17g", what,
              j, a, b);
}

void check_centroids(const naive_data *data, const double *a, const double *b, int k, const char *what)
{
    for (int at = 0; at < k * data->d; at++) check_close(data, at % data->d, a[at], b[at], what);
}

void check_means(const naive_data *data, const shoal_kmeans_result *result, const char *what)
{
    const int64_t d = data->d;
    long double *sum = calloc((size_t)(result->k * (d + 1)), sizeof *sum);
    for (int64_t i = 0; i < data->n; i++) {
        long double *own = sum + result->labels[i] * (d + 1);
        const long double weight = (long double)naive_weight(data, i);
        for (int j = 0; j < d; j++) own[j] += weight * (long double)data->rows[i * d + j];
        own[d] += weight;
    }
    for (int c = 0; c < result->k; c++) {
        const long double *own = sum + c * (d + 1);
        for (int j = 0; j < d && own[d] > 0; j++)
            check_close(data, j, centroid_of(result, c)[j], (double)(own[j] / own[d]), what);
    }
    free(sum);
}

void check_labels(const int32_t *a, const int32_t *b, int64_t n, const char *what)
{
    for (int64_t i = 0; i < n; i++) cr_assert_eq(a[i], b[i], "%s: row %ld: %d and %d", what, (long)i, a[i], b[i]);
}

void check_same(const shoal_kmeans_result *a, const shoal_kmeans_result *b, const char *what)
{
    const size_t k = (size_t)a->k, cells = k * (size_t)a->d;
    cr_assert(a->n == b->n && a->k == b->k && a->d == b->d, "%s", what);
    check_labels(a->labels, b->labels, a->n, what);
    cr_assert_eq(memcmp(a->centroids, b->centroids, cells * sizeof *a->centroids), 0, "%s: centroids", what);
    cr_assert_eq(memcmp(a->sizes, b->sizes, k * sizeof *a->sizes), 0, "%s: sizes", what);
    cr_assert_eq(memcmp(a->weights, b->weights, k * sizeof *a->weights), 0, "%s: weights", what);
    cr_assert_eq(memcmp(&a->inertia, &b->inertia, sizeof a->inertia), 0, "%s: inertia", what);
    cr_assert_eq(memcmp(&a->silhouette, &b->silhouette, sizeof a->silhouette), 0, "%s: silhouette", what);
    cr_assert(a->iterations == b->iterations && a->converged == b->converged, "%s: %d and %d iterations", what,
              a->iterations, b->iterations);
}

double *first_rows(const naive_data *data, int k)
{
    const size_t bytes = (size_t)data->d * sizeof(double);
    double *start = malloc((size_t)k * bytes);
    int found = 0;
    for (int64_t i = 0; i < data->n && found < k; i++) {
        const double *row = data->rows + i * data->d;
        bool known = false;
        for (int c = 0; c < found && !known; c++) known = memcmp(start + (int64_t)c * data->d, row, bytes) == 0;
        if (!known) memcpy(start + (int64_t)found++ * data->d, row, bytes);
    }
    cr_assert_eq(found, k, "only %d rows differ", found);
    return start;
}

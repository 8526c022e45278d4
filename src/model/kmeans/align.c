#include "model/kmeans/align.h"

#include <math.h>
#include <string.h>

#include <shoal/kmeans.h>

#include "base/memory.h"
#include "base/threads.h"
#include "model/kmeans/distance.h"
#include "model/kmeans/fit.h"
#include "model/kmeans/seed.h"

/* --- matching --- */

/* match[c]: the old centroid of cluster c, or -1. Clusters without rows stay out. */
static shoal_status match_centroids(const shoal_kmeans_result *result, int k_old, const double *old, int *match,
                                    shoal_error *err)
{
    const int d = result->d;
    int used = 0, *cluster = NULL, *pair = NULL;
    double *cost = NULL;
    shoal_status status;
    SHOAL_TRY_OUT(shoal_alloc(result->k, sizeof *cluster, &cluster, err));
    for (int c = 0; c < result->k; c++) {
        match[c] = -1;
        if (result->sizes[c] > 0) cluster[used++] = c;
    }
    const bool turned = used > k_old; /* rows of the problem are the fewer ones */
    const int rows = turned ? k_old : used, columns = turned ? used : k_old;
    SHOAL_TRY_OUT(shoal_alloc(rows, sizeof *pair, &pair, err));
    SHOAL_TRY_OUT(shoal_alloc((int64_t)rows * columns, sizeof *cost, &cost, err));
    for (int i = 0; i < used; i++)
        for (int o = 0; o < k_old; o++)
            cost[turned ? (int64_t)o * columns + i : (int64_t)i * columns + o] =
                shoal_squared_distance(result->centroids + (int64_t)cluster[i] * d, old + (int64_t)o * d, d);
    SHOAL_TRY_OUT(shoal_least_cost_match(rows, columns, cost, pair, err));
    for (int i = 0; i < rows; i++)
        if (turned) match[cluster[pair[i]]] = i;
        else match[cluster[i]] = pair[i];
out:
    free(cluster);
    free(pair);
    free(cost);
    return status;
}

/* cluster_of[i]: the cluster that gets number i. */
static void place_clusters(const int *match, int k, int *cluster_of)
{
    for (int number = 0; number < k; number++) cluster_of[number] = -1;
    for (int c = 0; c < k; c++)
        if (match[c] >= 0 && match[c] < k) cluster_of[match[c]] = c;
    int number = 0;
    for (int c = 0; c < k; c++) {
        if (match[c] >= 0 && match[c] < k) continue;
        while (cluster_of[number] >= 0) number++;
        cluster_of[number] = c;
    }
}

static shoal_kmeans_match describe(const double *centroid, int d, int k_old, const double *old, int match)
{
    shoal_kmeans_match found = {.old = match, .distance = NAN, .relative = NAN};
    if (match < 0) return found;
    found.distance = sqrt(shoal_squared_distance(centroid, old + (int64_t)match * d, d));
    double other = INFINITY;
    for (int o = 0; o < k_old; o++)
        if (o != match) other = fmin(other, sqrt(shoal_squared_distance(centroid, old + (int64_t)o * d, d)));
    if (k_old > 1) found.relative = found.distance / other;
    return found;
}

/* --- comparing partitions --- */

static double pairs_in(const double *totals, int64_t n)
{
    double squares = 0;
    for (int64_t i = 0; i < n; i++) squares += totals[i] * totals[i];
    return squares;
}

/* What the table of weights by own cluster (k) and nearest old centroid (k_old) says; weights_squared: the summed
 * squares of the rows' weights. Totals are sums of the table's rows and columns. */
static void compare(const double *table, const double *own, const double *before, double total, double weights_squared,
                    shoal_kmeans_alignment *alignment)
{
    const int k = alignment->k, k_old = alignment->k_old;
    double agreed = 0;
    for (int c = 0; c < k; c++)
        if (alignment->matches[c].old >= 0) agreed += table[(int64_t)c * k_old + alignment->matches[c].old];
    alignment->agreement = agreed / total;
    const double both = pairs_in(table, (int64_t)k * k_old) - weights_squared;
    const double first = pairs_in(own, k) - weights_squared, second = pairs_in(before, k_old) - weights_squared;
    const double all = total * total - weights_squared;
    const double expected = all > 0 ? first * second / all : 0, most = (first + second) / 2;
    /* equal where all rows lie together, or each alone: then both are the same partition */
    alignment->adjusted_rand = most == expected ? 1 : (both - expected) / (most - expected);
}

static shoal_status compare_labels(const shoal_tiles *tiles, const int32_t *labels, const int32_t *old_labels,
                                   shoal_kmeans_alignment *alignment, shoal_error *err)
{
    const int k = alignment->k, k_old = alignment->k_old;
    double *table, *own = NULL, *before = NULL, total = 0, squares = 0;
    shoal_status status;
    SHOAL_TRY_OUT(shoal_alloc_zero((int64_t)k * k_old, sizeof *table, &table, err));
    SHOAL_TRY_OUT(shoal_alloc_zero(k, sizeof *own, &own, err));
    SHOAL_TRY_OUT(shoal_alloc_zero(k_old, sizeof *before, &before, err));
    for (int64_t row = 0; row < tiles->n; row++) {
        const double weight = shoal_tiles_weight(tiles, row);
        table[(int64_t)labels[row] * k_old + old_labels[row]] += weight;
        squares += weight * weight;
    }
    for (int c = 0; c < k; c++)
        for (int o = 0; o < k_old; o++) {
            const double weight = table[(int64_t)c * k_old + o];
            own[c] += weight;
            before[o] += weight;
            total += weight;
        }
    compare(table, own, before, total, squares, alignment);
out:
    free(table);
    free(own);
    free(before);
    return status;
}

/* --- the new numbers --- */

/* Labels of the rows of `tiles` by the centroids, and what they amount to. */
static shoal_status assign(const shoal_ctx *ctx, shoal_tiles *tiles, int k, const double *centroids, shoal_lloyd *lloyd,
                           shoal_measure *measure, shoal_error *err)
{
    SHOAL_TRY(shoal_lloyd_make(ctx, tiles, k, lloyd, err));
    shoal_seed_given(tiles, centroids, &lloyd->centroids);
    const shoal_status status = shoal_lloyd_measure(ctx, lloyd, false, measure, err);
    if (status < 0) shoal_lloyd_free(lloyd);
    return status;
}

static void move_into(shoal_kmeans_result *result, const double *centroids, shoal_lloyd *lloyd, shoal_measure *measure)
{
    const size_t k = (size_t)result->k;
    memcpy(result->centroids, centroids, k * (size_t)result->d * sizeof *centroids);
    memcpy(result->labels, lloyd->labels, (size_t)result->n * sizeof *result->labels);
    memcpy(result->sizes, measure->sizes, k * sizeof *result->sizes);
    memcpy(result->weights, measure->weights, k * sizeof *result->weights);
}

static shoal_status check(const shoal_matrix *x, int k_old, const double *old, const shoal_kmeans_result *result,
                          shoal_error *err)
{
    if (k_old < 1)
        return shoal_fail(err, SHOAL_ERR_USAGE, "the older model has %d clusters: at least 1 is needed", k_old);
    if (result->n != x->n || result->d != x->d)
        return shoal_fail(err, SHOAL_ERR_USAGE,
                          "the result is of %lld rows and %d columns, the matrix has %lld and %d: give the matrix that "
                          "was fitted",
                          (long long)result->n, result->d, (long long)x->n, x->d);
    return shoal_kmeans_check_centroids(x, k_old, old, err);
}

shoal_status shoal_kmeans_align(const shoal_ctx *ctx, const shoal_matrix *x, const double *weight, int k_old,
                                const double *old, shoal_kmeans_result *result, shoal_kmeans_alignment *alignment,
                                shoal_error *err)
{
    *alignment = (shoal_kmeans_alignment){.k = result->k, .k_old = k_old};
    SHOAL_TRY(check(x, k_old, old, result, err));
    const int k = result->k, d = result->d;
    int *match = NULL, *cluster_of = NULL;
    double *centroids = NULL;
    shoal_tiles tiles = {0};
    shoal_lloyd now = {0}, then = {0};
    shoal_measure measure = {0}, unused = {0};
    shoal_status status;
    SHOAL_TRY_OUT(shoal_alloc(k, sizeof *match, &match, err));
    SHOAL_TRY_OUT(shoal_alloc(k, sizeof *cluster_of, &cluster_of, err));
    SHOAL_TRY_OUT(shoal_alloc((int64_t)k * d, sizeof *centroids, &centroids, err));
    SHOAL_TRY_OUT(shoal_alloc(k, sizeof *alignment->matches, &alignment->matches, err));
    SHOAL_TRY_OUT(match_centroids(result, k_old, old, match, err));
    place_clusters(match, k, cluster_of);
    for (int number = 0; number < k; number++) {
        const double *from = result->centroids + (int64_t)cluster_of[number] * d;
        memcpy(centroids + (int64_t)number * d, from, (size_t)d * sizeof *centroids);
        alignment->matches[number] = describe(from, d, k_old, old, match[cluster_of[number]]);
    }
    SHOAL_TRY_OUT(shoal_tiles_build(ctx, x, weight, &tiles, err));
    SHOAL_TRY_OUT(assign(ctx, &tiles, k, centroids, &now, &measure, err));
    SHOAL_TRY_OUT(assign(ctx, &tiles, k_old, old, &then, &unused, err));
    SHOAL_TRY_OUT(compare_labels(&tiles, now.labels, then.labels, alignment, err));
    move_into(result, centroids, &now, &measure);
out:
    if (status < 0) shoal_kmeans_alignment_free(alignment);
    shoal_measure_free(&measure);
    shoal_measure_free(&unused);
    shoal_lloyd_free(&now);
    shoal_lloyd_free(&then);
    shoal_tiles_free(&tiles);
    free(match);
    free(cluster_of);
    free(centroids);
    return status;
}

void shoal_kmeans_alignment_free(shoal_kmeans_alignment *alignment)
{
    free(alignment->matches);
    *alignment = (shoal_kmeans_alignment){0};
}

#include <shoal/kmeans.h>

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/threads.h"
#include "model/kmeans/algorithm.h"
#include "model/kmeans/data.h"
#include "model/kmeans/fit.h"
#include "model/kmeans/mini_batch.h"
#include "model/kmeans/numbering.h"

shoal_status shoal_kmeans_finish(const shoal_ctx *ctx, shoal_lloyd *lloyd, shoal_kmeans_result *result,
                                 shoal_error *err)
{
    const shoal_tiles *tiles = lloyd->tiles;
    const int k = lloyd->centroids.k;
    shoal_measure measure;
    SHOAL_TRY(shoal_lloyd_measure(ctx, lloyd, false, &measure, err));
    const shoal_status status = shoal_alloc((int64_t)k * tiles->d, sizeof *result->centroids, &result->centroids, err);
    if (status < 0) {
        shoal_measure_free(&measure);
        return status;
    }
    for (int c = 0; c < k; c++)
        for (int j = 0; j < tiles->d; j++) {
            const int64_t at = (int64_t)c * tiles->d + j;
            result->centroids[at] = lloyd->centroids.wide[at] + tiles->offset[j];
        }
    result->n = tiles->n;
    result->d = tiles->d;
    result->k = k;
    result->labels = lloyd->labels;
    lloyd->labels = NULL;
    result->sizes = measure.sizes;
    result->weights = measure.weights;
    result->inertia = measure.inertia;
    result->silhouette = measure.silhouette;
    result->iterations = lloyd->iterations;
    result->converged = lloyd->converged;
    result->moved = fmin(lloyd->moved, 1);
    result->inertia_drop = lloyd->moved > 0 ? fmin(fmax(1 - measure.inertia / lloyd->inertia_before, 0), 1) : 0;
    return SHOAL_OK;
}

static void notice_empty(const shoal_ctx *ctx, const shoal_kmeans_result *result)
{
    int empty = 0;
    for (int c = 0; c < result->k; c++) empty += result->sizes[c] == 0;
    if (empty > 0)
        shoal_notice(ctx, "only %d of the %d clusters hold rows: fewer rows differ than there are clusters",
                     result->k - empty, result->k);
}

shoal_status shoal_kmeans_fit(const shoal_ctx *ctx, const shoal_matrix *x, const shoal_kmeans_opts *opts,
                              shoal_kmeans_result *result, shoal_error *err)
{
    *result = (shoal_kmeans_result){0};
    SHOAL_TRY(shoal_kmeans_check_opts(opts, err));
    SHOAL_TRY(shoal_kmeans_check_k(x, opts->n_clusters, err));
    SHOAL_TRY(shoal_kmeans_check_numbering(x, opts, err));
    if (opts->init == SHOAL_INIT_GIVEN)
        SHOAL_TRY(shoal_kmeans_check_centroids(x, opts->n_clusters, opts->centroids, err));
    shoal_kmeans_data data;
    shoal_lloyd best = {0};
    shoal_kmeans_result fitted = {.n_init = opts->init == SHOAL_INIT_GIVEN ? 1 : opts->n_init};
    const double start = shoal_clock_ms();
    shoal_progress(ctx, "kmeans", 0, "preparing the matrix");
    SHOAL_TRY(shoal_kmeans_data_build(ctx, x, opts->weight, true, &data, err));
    fitted.time.prepare_ms = shoal_clock_ms() - start;
    const shoal_lloyd_report report = {.phase = "kmeans", .span = 1};
    shoal_status status;
    if (opts->mini_batch)
        SHOAL_TRY_OUT(
            shoal_kmeans_mini_batch(ctx, &data.tiles, opts, &report, &best, &fitted.mini_batch, &fitted.time, err));
    else SHOAL_TRY_OUT(shoal_kmeans_restarts(ctx, &data.tiles, opts, &report, &best, &fitted.time, err));
    const double iterated = shoal_clock_ms();
    SHOAL_TRY_OUT(shoal_kmeans_number(ctx, opts, &best, err));
    SHOAL_TRY_OUT(shoal_kmeans_finish(ctx, &best, &fitted, err));
    shoal_algorithm_note(&data.tiles, opts->algorithm, &fitted);
    shoal_kmeans_data_finish(ctx, &data, &fitted);
    fitted.time.iterate_ms += shoal_clock_ms() - iterated;
    notice_empty(ctx, &fitted);
    if (opts->mini_batch) shoal_kmeans_mini_batch_notice(ctx, &fitted);
    shoal_progress(ctx, "kmeans", 1, NULL);
    *result = fitted;
    status = fitted.converged ? SHOAL_OK : SHOAL_NOT_CONVERGED;
out:
    shoal_lloyd_free(&best);
    shoal_kmeans_data_free(&data);
    return status;
}

void shoal_kmeans_result_free(shoal_kmeans_result *result)
{
    free(result->centroids);
    free(result->labels);
    free(result->sizes);
    free(result->weights);
    *result = (shoal_kmeans_result){0};
}

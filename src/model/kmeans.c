#include <shoal/kmeans.h>

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/threads.h"
#include "model/kmeans_fit.h"
#include "model/kmeans_seed.h"

shoal_kmeans_opts shoal_kmeans_opts_default(void)
{
    return (shoal_kmeans_opts){
        .n_clusters = 8, .init = SHOAL_INIT_KMEANSPP, .n_init = 10, .max_iter = 300, .tol = 1e-4};
}

shoal_status shoal_kmeans_check_opts(const shoal_kmeans_opts *opts, shoal_error *err)
{
    if (opts->n_init < 1)
        return shoal_fail(err, SHOAL_ERR_USAGE, "n_init is %d; at least 1 start is needed", opts->n_init);
    if (opts->max_iter < 1)
        return shoal_fail(err, SHOAL_ERR_USAGE, "max_iter is %d; at least 1 iteration is needed", opts->max_iter);
    if (!(opts->tol >= 0)) return shoal_fail(err, SHOAL_ERR_USAGE, "tol is %g; it must not be negative", opts->tol);
    if (opts->init == SHOAL_INIT_GIVEN && opts->centroids == NULL)
        return shoal_fail(err, SHOAL_ERR_USAGE, "init asks for given centroids, but none were given");
    return SHOAL_OK;
}

static shoal_status check_k(const shoal_matrix *x, int k, shoal_error *err)
{
    if (k < 1) return shoal_fail(err, SHOAL_ERR_USAGE, "%d clusters: at least 1 is needed", k);
    if (k > x->n && x->n > 0)
        return shoal_fail(err, SHOAL_ERR_USAGE, "%d clusters for %lld rows: at most as many clusters as rows", k,
                          (long long)x->n);
    return SHOAL_OK;
}

static shoal_status check_centroids(const shoal_matrix *x, int k, const double *centroids, shoal_error *err)
{
    const double largest = 1e100; /* squares stay finite, as for the values of the matrix */
    for (int c = 0; c < k; c++)
        for (int j = 0; j < x->d; j++) {
            const double value = centroids[(int64_t)c * x->d + j];
            if (!(fabs(value) <= largest))
                return shoal_fail(err, SHOAL_ERR_USAGE, "centroid %d has %g in column '%s'; a finite number is needed",
                                  c, value, x->columns[j].name);
        }
    return SHOAL_OK;
}

double shoal_kmeans_tolerance(const shoal_tiles *tiles, double tol)
{
    return tol * tiles->total_squares / tiles->total_weight / tiles->d;
}

static shoal_status seed(const shoal_ctx *ctx, const shoal_tiles *tiles, const shoal_kmeans_opts *opts, int restart,
                         shoal_centroids *centroids, shoal_error *err)
{
    const uint64_t stream = (uint64_t)restart;
    switch (opts->init) {
    case SHOAL_INIT_GIVEN: shoal_seed_given(tiles, opts->centroids, centroids); return SHOAL_OK;
    case SHOAL_INIT_RANDOM: return shoal_seed_random(tiles, opts->seed, stream, centroids, err);
    case SHOAL_INIT_KMEANSPP: break;
    }
    return shoal_seed_plusplus(ctx, tiles, opts->seed, stream, centroids, err);
}

shoal_status shoal_kmeans_restarts(const shoal_ctx *ctx, shoal_tiles *tiles, const shoal_kmeans_opts *opts,
                                   const shoal_lloyd_report *report, shoal_lloyd *best, shoal_kmeans_time *time,
                                   shoal_error *err)
{
    const int n_init = opts->init == SHOAL_INIT_GIVEN ? 1 : opts->n_init;
    double least = INFINITY;
    shoal_lloyd run = {0};
    shoal_status status = SHOAL_OK;
    *best = (shoal_lloyd){0};
    for (int restart = 0; restart < n_init; restart++) {
        shoal_lloyd_opts run_opts = {
            .max_iter = opts->max_iter, .tol = shoal_kmeans_tolerance(tiles, opts->tol), .report = *report};
        run_opts.report.span = report->span / n_init;
        run_opts.report.begin = report->begin + run_opts.report.span * restart;
        run_opts.report.restart = restart + 1;
        run_opts.report.n_init = n_init;
        if (run.labels == NULL) SHOAL_TRY_OUT(shoal_lloyd_make(ctx, tiles, opts->n_clusters, &run, err));
        const double start = shoal_clock_ms();
        SHOAL_TRY_OUT(seed(ctx, tiles, opts, restart, &run.centroids, err));
        const double seeded = shoal_clock_ms();
        SHOAL_TRY_OUT(shoal_lloyd_run(ctx, &run_opts, &run, err));
        double inertia = 0;
        if (n_init > 1) SHOAL_TRY_OUT(shoal_lloyd_inertia(ctx, &run, &inertia, err));
        time->seed_ms += seeded - start;
        time->iterate_ms += shoal_clock_ms() - seeded;
        if (restart == 0 || inertia < least) {
            const shoal_lloyd better = run;
            run = *best;
            *best = better;
            least = inertia;
        }
    }
out:
    shoal_lloyd_free(&run);
    if (status < 0) shoal_lloyd_free(best);
    return status;
}

shoal_status shoal_kmeans_finish(const shoal_ctx *ctx, shoal_lloyd *lloyd, shoal_kmeans_result *result, double **spread,
                                 shoal_error *err)
{
    const shoal_tiles *tiles = lloyd->tiles;
    const int k = lloyd->centroids.k;
    shoal_measure measure;
    SHOAL_TRY(shoal_lloyd_measure(ctx, lloyd, &measure, NULL, err));
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
    if (spread != NULL) *spread = measure.spread;
    else free(measure.spread);
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
    SHOAL_TRY(check_k(x, opts->n_clusters, err));
    if (opts->init == SHOAL_INIT_GIVEN) SHOAL_TRY(check_centroids(x, opts->n_clusters, opts->centroids, err));
    shoal_tiles tiles;
    shoal_lloyd best = {0};
    shoal_kmeans_result fitted = {.n_init = opts->init == SHOAL_INIT_GIVEN ? 1 : opts->n_init};
    const double start = shoal_clock_ms();
    shoal_progress(ctx, "kmeans", 0, "preparing the matrix");
    SHOAL_TRY(shoal_tiles_build(ctx, x, opts->weight, &tiles, err));
    fitted.time.prepare_ms = shoal_clock_ms() - start;
    const shoal_lloyd_report report = {.phase = "kmeans", .span = 1};
    shoal_status status;
    SHOAL_TRY_OUT(shoal_kmeans_restarts(ctx, &tiles, opts, &report, &best, &fitted.time, err));
    const double iterated = shoal_clock_ms();
    SHOAL_TRY_OUT(shoal_kmeans_finish(ctx, &best, &fitted, NULL, err));
    fitted.time.iterate_ms += shoal_clock_ms() - iterated;
    notice_empty(ctx, &fitted);
    shoal_progress(ctx, "kmeans", 1, NULL);
    *result = fitted;
    status = fitted.converged ? SHOAL_OK : SHOAL_NOT_CONVERGED;
out:
    shoal_lloyd_free(&best);
    shoal_tiles_free(&tiles);
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

shoal_status shoal_kmeans_assign(const shoal_ctx *ctx, const shoal_matrix *x, int k, const double *centroids,
                                 int32_t *labels, double *distance, shoal_error *err)
{
    if (k < 1) return shoal_fail(err, SHOAL_ERR_USAGE, "%d clusters: at least 1 is needed", k);
    SHOAL_TRY(check_centroids(x, k, centroids, err));
    shoal_tiles tiles;
    shoal_lloyd lloyd = {0};
    shoal_measure measure = {0};
    SHOAL_TRY(shoal_tiles_build(ctx, x, NULL, &tiles, err));
    shoal_status status;
    SHOAL_TRY_OUT(shoal_lloyd_make(ctx, &tiles, k, &lloyd, err));
    shoal_seed_given(&tiles, centroids, &lloyd.centroids);
    SHOAL_TRY_OUT(shoal_lloyd_measure(ctx, &lloyd, &measure, distance, err));
    memcpy(labels, lloyd.labels, (size_t)x->n * sizeof *labels);
out:
    shoal_measure_free(&measure);
    shoal_lloyd_free(&lloyd);
    shoal_tiles_free(&tiles);
    return status;
}

#include <math.h>

#include "base/clock.h"
#include "model/kmeans/fit.h"
#include "model/kmeans/seed.h"

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
    case SHOAL_INIT_PARALLEL: return shoal_seed_parallel(ctx, tiles, opts->seed, stream, centroids, err);
    case SHOAL_INIT_SAMPLE: {
        const shoal_seed_limit limit = {opts->max_iter, shoal_kmeans_tolerance(tiles, opts->tol)};
        return shoal_seed_sample(ctx, tiles, &limit, opts->seed, stream, centroids, err);
    }
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
        shoal_lloyd_opts run_opts = {.max_iter = opts->max_iter,
                                     .tol = shoal_kmeans_tolerance(tiles, opts->tol),
                                     .report = *report,
                                     .algorithm = opts->algorithm};
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

#include <math.h>

#include "base/clock.h"
#include "base/memory.h"
#include "model/kmeans/fit.h"
#include "model/kmeans/models.h"
#include "model/kmeans/seed.h"

double shoal_kmeans_tolerance(const shoal_tiles *tiles, double tol)
{
    return tol * tiles->total_squares / tiles->total_weight / tiles->d;
}

shoal_status shoal_kmeans_seed(const shoal_ctx *ctx, const shoal_tiles *tiles, const shoal_kmeans_opts *opts,
                               uint64_t stream, shoal_centroids *centroids, shoal_error *err)
{
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

/* Restarts one after the other, each on all threads: tiles are large, and stay where they are. */
static shoal_status in_turn(const shoal_ctx *ctx, shoal_tiles *tiles, const shoal_kmeans_opts *opts, int n_init,
                            const shoal_lloyd_report *report, shoal_lloyd *best, shoal_kmeans_time *time,
                            shoal_error *err)
{
    double least = INFINITY;
    shoal_lloyd run = {0};
    shoal_status status = SHOAL_OK;
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
        SHOAL_TRY_OUT(shoal_kmeans_seed(ctx, tiles, opts, (uint64_t)restart, &run.centroids, err));
        const double seeded = shoal_clock_ms();
        SHOAL_TRY_OUT(shoal_lloyd_run(ctx, &run_opts, &run, err));
        double inertia = 0;
        if (n_init > 1) SHOAL_TRY_OUT(shoal_lloyd_inertia(ctx, &run, &inertia, err));
        time->seed_ms += seeded - start;
        time->iterate_ms += shoal_clock_ms() - seeded;
        if (restart == 0 || inertia < least * SHOAL_CLEARLY_LESS) {
            const shoal_lloyd better = run;
            run = *best;
            *best = better;
            least = inertia;
        }
    }
out:
    shoal_lloyd_free(&run);
    return status;
}

/* Restarts beside one another, each on one thread. */
static shoal_status together(const shoal_ctx *ctx, shoal_tiles *tiles, const shoal_kmeans_opts *opts,
                             const shoal_lloyd_report *report, shoal_lloyd *best, shoal_kmeans_time *time,
                             shoal_error *err)
{
    const int n_init = opts->n_init;
    shoal_model_task *tasks = NULL;
    shoal_model *models = NULL;
    shoal_status status;
    SHOAL_TRY_OUT(shoal_alloc_zero(n_init, sizeof *tasks, &tasks, err));
    SHOAL_TRY_OUT(shoal_alloc_zero(n_init, sizeof *models, &models, err));
    for (int i = 0; i < n_init; i++)
        tasks[i] = (shoal_model_task){.tiles = tiles, .k = opts->n_clusters, .stream = (uint64_t)i};
    SHOAL_TRY_OUT(shoal_models_fit(ctx, opts, tasks, n_init, report, models, time, err));
    SHOAL_TRY_OUT(shoal_lloyd_make(ctx, tiles, opts->n_clusters, best, err));
    shoal_model_take(&models[shoal_models_best(models, n_init)], best);
out:
    shoal_models_free(models == NULL ? 0 : n_init, models);
    free(models);
    free(tasks);
    return status;
}

shoal_status shoal_kmeans_restarts(const shoal_ctx *ctx, shoal_tiles *tiles, const shoal_kmeans_opts *opts,
                                   const shoal_lloyd_report *report, shoal_lloyd *best, shoal_kmeans_time *time,
                                   shoal_error *err)
{
    const int n_init = opts->init == SHOAL_INIT_GIVEN ? 1 : opts->n_init;
    *best = (shoal_lloyd){0};
    const bool small = tiles->n <= SHOAL_ONE_THREAD_ROWS && shoal_models_room(ctx, tiles);
    const shoal_status status = n_init > 1 && small ? together(ctx, tiles, opts, report, best, time, err)
                                                    : in_turn(ctx, tiles, opts, n_init, report, best, time, err);
    if (status < 0) shoal_lloyd_free(best);
    return status;
}

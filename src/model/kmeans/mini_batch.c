#include "model/kmeans/mini_batch.h"

#include <limits.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/threads.h"
#include "model/kmeans/sample.h"

enum {
    LEVELS = 3,
    GROWTH = 4,
    LEAST_ROWS = 10000,
    ROWS_A_CLUSTER = 64,
    START_ITERATIONS = 10,
    SAMPLE_ITERATIONS = 30,
    EXACT_ITERATIONS = 2,
    STARTS = 4
};

/* Streams of random numbers: restarts of a fit use 0, 1, 2 …; the samples use some far from them. */
static const uint64_t SAMPLE_STREAM = UINT64_C(1) << 33;

/* The rows of the samples, largest first, each ascending and part of the one before. */
typedef struct nested {
    int count;
    int64_t n[LEVELS], *rows[LEVELS];
} nested;

static void nested_free(nested *samples)
{
    for (int level = 0; level < samples->count; level++) free(samples->rows[level]);
}

static shoal_status draw_samples(int64_t n, const shoal_kmeans_opts *opts, nested *samples, shoal_error *err)
{
    const int64_t wanted = (int64_t)ROWS_A_CLUSTER * opts->n_clusters,
                  least = wanted > LEAST_ROWS ? wanted : LEAST_ROWS;
    *samples = (nested){0};
    const int64_t *from = NULL;
    for (int64_t all = n; samples->count < LEVELS && all / GROWTH >= least; all /= GROWTH) {
        const int level = samples->count;
        const shoal_rng rng = shoal_rng_start(opts->seed, SAMPLE_STREAM + (uint64_t)level);
        SHOAL_TRY(shoal_alloc(all / GROWTH, sizeof *from, &samples->rows[level], err));
        shoal_sample_rows(from, all, all / GROWTH, rng, samples->rows[level]);
        from = samples->rows[level];
        samples->n[level] = all / GROWTH;
        samples->count++;
    }
    return SHOAL_OK;
}

/* A sample and the fit to it. */
typedef struct stage {
    shoal_tiles sample;
    shoal_lloyd lloyd;
} stage;

static void stage_free(stage *s)
{
    shoal_lloyd_free(&s->lloyd);
    shoal_tiles_free(&s->sample);
}

/* Iterates over other rows from where `from` ended. */
static shoal_status go_on(const shoal_ctx *ctx, const shoal_kmeans_opts *opts, int max_iter,
                          const shoal_lloyd_report *report, const shoal_lloyd *from, shoal_tiles *tiles,
                          shoal_lloyd *lloyd, shoal_error *err)
{
    SHOAL_TRY(shoal_lloyd_make(ctx, tiles, opts->n_clusters, lloyd, err));
    shoal_centroids_set_all(tiles, &lloyd->centroids, from->centroids.wide);
    const shoal_lloyd_opts run = {.max_iter = max_iter < opts->max_iter ? max_iter : opts->max_iter,
                                  .tol = shoal_kmeans_tolerance(tiles, opts->tol),
                                  .report = *report,
                                  .algorithm = opts->algorithm};
    return shoal_lloyd_run(ctx, &run, lloyd, err);
}

/* The best of many short restarts, each a few iterations long: on a sample they are cheap, and mostly tell already. */
static shoal_status start_out(const shoal_ctx *ctx, const shoal_kmeans_opts *opts, const shoal_lloyd_report *report,
                              stage *first, shoal_kmeans_time *time, shoal_error *err)
{
    shoal_kmeans_opts shortened = *opts;
    shortened.n_init = opts->n_init < INT_MAX / STARTS ? STARTS * opts->n_init : opts->n_init;
    shortened.max_iter = opts->max_iter < START_ITERATIONS ? opts->max_iter : START_ITERATIONS;
    shoal_lloyd best;
    SHOAL_TRY(shoal_kmeans_restarts(ctx, &first->sample, &shortened, report, &best, time, err));
    const double start = shoal_clock_ms();
    const shoal_status status = go_on(ctx, opts, opts->max_iter, report, &best, &first->sample, &first->lloyd, err);
    time->iterate_ms += shoal_clock_ms() - start;
    shoal_lloyd_free(&best);
    return status;
}

/* A fit to a sample, from where the last one ended; by restarts where there is none. */
static shoal_status fit_sample(const shoal_ctx *ctx, const shoal_tiles *tiles, const shoal_kmeans_opts *opts,
                               const int64_t *rows, int64_t n, const shoal_lloyd_report *report, stage *last,
                               shoal_kmeans_time *time, shoal_error *err)
{
    stage next = {0};
    shoal_status status;
    SHOAL_TRY_OUT(shoal_tiles_sample(tiles, rows, n, &next.sample, err));
    if (next.sample.total_weight == 0) goto out;
    if (last->sample.n == 0) SHOAL_TRY_OUT(start_out(ctx, opts, report, &next, time, err));
    else {
        const double start = shoal_clock_ms();
        SHOAL_TRY_OUT(go_on(ctx, opts, SAMPLE_ITERATIONS, report, &last->lloyd, &next.sample, &next.lloyd, err));
        time->iterate_ms += shoal_clock_ms() - start;
    }
    stage_free(last);
    *last = next;
    last->lloyd.tiles = &last->sample;
    return SHOAL_OK;
out:
    stage_free(&next);
    return status;
}

shoal_status shoal_kmeans_mini_batch(const shoal_ctx *ctx, shoal_tiles *tiles, const shoal_kmeans_opts *opts,
                                     const shoal_lloyd_report *report, shoal_lloyd *best, bool *sampled,
                                     shoal_kmeans_time *time, shoal_error *err)
{
    nested samples;
    stage last = {0};
    shoal_status status;
    *best = (shoal_lloyd){0};
    *sampled = false;
    SHOAL_TRY_OUT(draw_samples(tiles->n, opts, &samples, err));
    shoal_lloyd_report part = *report;
    part.span = report->span / (samples.count + 1);
    for (int level = samples.count - 1; level >= 0; level--) {
        SHOAL_TRY_OUT(fit_sample(ctx, tiles, opts, samples.rows[level], samples.n[level], &part, &last, time, err));
        *sampled = last.sample.n > 0;
        part.begin += part.span;
        if (*sampled) part.restart = part.n_init = 1;
    }
    if (*sampled) {
        const double start = shoal_clock_ms();
        SHOAL_TRY_OUT(go_on(ctx, opts, EXACT_ITERATIONS, &part, &last.lloyd, tiles, best, err));
        time->iterate_ms += shoal_clock_ms() - start;
    } else {
        SHOAL_TRY_OUT(shoal_kmeans_restarts(ctx, tiles, opts, report, best, time, err));
    }
out:
    stage_free(&last);
    nested_free(&samples);
    if (status < 0) shoal_lloyd_free(best);
    return status;
}

void shoal_kmeans_mini_batch_notice(const shoal_ctx *ctx, const shoal_kmeans_result *result)
{
    if (!result->mini_batch)
        shoal_notice(ctx, "mini-batch: %lld rows are too few for samples of them, so this is the full fit",
                     (long long)result->n);
    else if (result->converged) shoal_notice(ctx, "mini-batch: the fit to samples held for all rows: it converged");
    else
        shoal_notice(ctx,
                     "mini-batch: fitted to samples, then %d iteration%s over all rows; in the last one %.2g%% of the "
                     "rows' weight changed cluster and the inertia fell by %.2g%%: a full fit would lower it further",
                     result->iterations, result->iterations == 1 ? "" : "s", 100 * result->moved,
                     100 * result->inertia_drop);
}

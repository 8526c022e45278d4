/* Plain Lloyd iterations: every row against every centroid. What bounds and trees save is left out, and so are
 * preparing and the last figures: what stays is the dense pass itself, to be judged by the machine. The first pass
 * books every row with its cluster, later ones those that change it; they are told apart by a run of one iteration
 * before that of all. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "cases/lloyd_cost.h"
#include "cases/plain.h"
#include "cases/states.h"
#include "model/kmeans/seed.h"

enum { FIRST, LATER };

/* The centroids after some iterations, when few rows change their cluster in one. */
static shoal_status settle(bench_dense_state *made, shoal_error *err)
{
    enum { SETTLED = 5 };
    const shoal_matrix x = bench_matrix_of(&made->x);
    shoal_kmeans_opts opts = shoal_kmeans_opts_default();
    shoal_kmeans_result result;
    bench_workload_start(&made->x, made->k, made->start);
    opts.n_clusters = made->k;
    opts.init = SHOAL_INIT_GIVEN;
    opts.centroids = made->start;
    opts.max_iter = SETTLED;
    opts.tol = 0;
    SHOAL_TRY(shoal_kmeans_fit(NULL, &x, &opts, &result, err));
    memcpy(made->start, result.centroids, (size_t)made->k * (size_t)x.d * sizeof *made->start);
    shoal_kmeans_result_free(&result);
    return SHOAL_OK;
}

static shoal_status fill(void *state, const bench_params *params, const char *folder, shoal_error *err)
{
    bench_dense_state *made = state;
    const int d = (int)bench_params_count(params, "d");
    (void)folder;
    made->k = (int)bench_params_count(params, "k");
    made->iterations = (int)bench_params_count(params, "iterations");
    SHOAL_TRY(bench_workload_make(NULL, bench_params_count(params, "n"), d, made->k, 1, &made->x, err));
    SHOAL_TRY(shoal_alloc((int64_t)made->k * d, sizeof *made->start, &made->start, err));
    SHOAL_TRY(settle(made, err));
    const shoal_matrix x = bench_matrix_of(&made->x);
    return shoal_tiles_build(NULL, &x, NULL, &made->tiles, err);
}

static void release(void *state)
{
    bench_dense_state *s = state;
    shoal_lloyd_free(&s->lloyd);
    shoal_tiles_free(&s->tiles);
    shoal_table_free(&s->x);
    free(s->start);
    free(s);
}

static shoal_status iterate(bench_dense_state *s, const shoal_ctx *ctx, int iterations, double *ms, shoal_error *err)
{
    const shoal_lloyd_opts opts = {.max_iter = iterations, .algorithm = SHOAL_KMEANS_LLOYD};
    const double since = shoal_clock_ms();
    shoal_seed_given(&s->tiles, s->start, &s->lloyd.centroids);
    SHOAL_TRY(shoal_lloyd_run(ctx, &opts, &s->lloyd, err));
    *ms = shoal_clock_ms() - since;
    return SHOAL_OK;
}

static shoal_status run(void *state, const shoal_ctx *ctx, double *phase_ms, shoal_error *err)
{
    bench_dense_state *s = state;
    double all_ms;
    if (s->threads != ctx->threads) {
        shoal_lloyd_free(&s->lloyd);
        SHOAL_TRY(shoal_lloyd_make(ctx, &s->tiles, s->k, &s->lloyd, err));
        s->threads = ctx->threads;
    }
    SHOAL_TRY(iterate(s, ctx, 1, &phase_ms[FIRST], err));
    SHOAL_TRY(iterate(s, ctx, s->iterations, &all_ms, err));
    phase_ms[LATER] = fmax(0, all_ms - phase_ms[FIRST]);
    return SHOAL_OK;
}

/* Labels and inertia as the engine gives them for its centroids, against the rows. */
static shoal_status judge(bench_dense_state *s, const double *centroids, const shoal_measure *measure, shoal_error *err)
{
    const shoal_matrix x = bench_matrix_of(&s->x);
    const int32_t *labels = s->lloyd.labels;
    if (s->lloyd.iterations != s->iterations && !s->lloyd.converged)
        return shoal_fail(err, SHOAL_ERR_INPUT, "%d iterations; %d were asked for", s->lloyd.iterations, s->iterations);
    SHOAL_TRY(bench_check_sizes(x.n, s->k, labels, measure->sizes, err));
    SHOAL_TRY(bench_check_nearest(&x, s->k, centroids, labels, NULL, err));
    const double inertia = bench_plain_inertia(&x, centroids, labels);
    if (!bench_close(inertia, measure->inertia, 1e-9))
        return shoal_fail(err, SHOAL_ERR_INPUT, "inertia %.17g; summed over the rows it is %.17g", measure->inertia,
                          inertia);
    return bench_check_not_worse(&x, s->k, centroids, s->lloyd.iterations, err);
}

static shoal_status check(void *state, shoal_error *err)
{
    bench_dense_state *s = state;
    const size_t cells = (size_t)s->k * (size_t)s->x.n_columns;
    const uint64_t digest = bench_digest(0, s->lloyd.centroids.wide, cells * sizeof *s->lloyd.centroids.wide);
    if (s->verdict.judged) return bench_verdict_compare(&s->verdict, digest, "kmeans_dense", err);
    shoal_measure measure = {0};
    double *centroids;
    SHOAL_TRY(shoal_alloc((int64_t)cells, sizeof *centroids, &centroids, err));
    for (size_t at = 0; at < cells; at++)
        centroids[at] = s->lloyd.centroids.wide[at] + s->tiles.offset[at % (size_t)s->x.n_columns];
    shoal_status status = shoal_lloyd_measure(NULL, &s->lloyd, false, &measure, err);
    if (status >= 0) status = judge(s, centroids, &measure, err);
    if (status >= 0) bench_verdict_right(&s->verdict, digest);
    shoal_measure_free(&measure);
    free(centroids);
    return status;
}

static bench_cost cost(const void *state, int phase)
{
    const bench_dense_state *s = state;
    const int of_all = s->lloyd.iterations, iterations = phase == FIRST ? 1 : phase == LATER ? of_all - 1 : of_all + 1;
    return bench_lloyd_cost(s->x.n_rows, s->x.n_columns, s->k, iterations);
}

#define DENSE(w, size, quick_size)                                                                                     \
    const bench_case bench_case_kmeans_dense_##w = {                                                                   \
        .name = "kmeans_dense_" #w,                                                                                    \
        .what = "plain Lloyd: an iteration, then that and later ones, every row against every centroid",               \
        .params = (size),                                                                                              \
        .quick = (quick_size),                                                                                         \
        .phases = {"first", "later"},                                                                                  \
        .state_size = sizeof(bench_dense_state),                                                                       \
        .fill = fill,                                                                                                  \
        .run = run,                                                                                                    \
        .check = check,                                                                                                \
        .cost = cost,                                                                                                  \
        .release = release,                                                                                            \
    }

DENSE(w1, BENCH_W1 " iterations=10", "n=50000 d=3 k=5 iterations=5");
DENSE(w2, BENCH_W2 " iterations=10", "n=50000 d=8 k=8 iterations=5");
DENSE(w3, BENCH_W3 " iterations=10", "n=40000 d=16 k=16 iterations=5");
DENSE(w4, BENCH_W4 " iterations=10", "n=20000 d=16 k=64 iterations=5");
DENSE(w5, BENCH_W5 " iterations=10", "n=100000 d=8 k=8 iterations=5");
DENSE(w6, BENCH_W6 " iterations=3", "n=10000 d=32 k=256 iterations=3");
DENSE(w7, BENCH_W7 " iterations=3", "n=4000 d=64 k=1000 iterations=2");

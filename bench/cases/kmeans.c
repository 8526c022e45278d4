/* k-means from k-means++ with a fixed number of iterations: the cost is known before. */
#include <string.h>

#include "base/memory.h"
#include "cases/plain.h"
#include "cases/states.h"

enum { PREPARE, SEED, ITERATE };

static shoal_status prepare(const bench_params *params, const char *folder, void **state, shoal_error *err)
{
    (void)folder;
    bench_kmeans_state *made;
    SHOAL_TRY(shoal_alloc_zero(1, sizeof *made, &made, err));
    made->k = (int)bench_params_count(params, "k");
    made->iterations = (int)bench_params_count(params, "iterations");
    const shoal_status status = bench_workload_make(NULL, bench_params_count(params, "n"),
                                                    (int)bench_params_count(params, "d"), made->k, 1, &made->x, err);
    if (status < 0) free(made);
    else *state = made;
    return status;
}

static shoal_status run(void *state, const shoal_ctx *ctx, double *phase_ms, shoal_error *err)
{
    bench_kmeans_state *s = state;
    const shoal_matrix x = bench_matrix_of(&s->x);
    shoal_kmeans_opts opts = shoal_kmeans_opts_default();
    opts.n_clusters = s->k;
    opts.n_init = 1;
    opts.max_iter = s->iterations;
    opts.tol = 0;
    shoal_kmeans_result_free(&s->result);
    SHOAL_TRY(shoal_kmeans_fit(ctx, &x, &opts, &s->result, err));
    phase_ms[PREPARE] = s->result.time.prepare_ms;
    phase_ms[SEED] = s->result.time.seed_ms;
    phase_ms[ITERATE] = s->result.time.iterate_ms;
    return SHOAL_OK;
}

static uint64_t digest_of(const shoal_kmeans_result *result)
{
    uint64_t digest = bench_digest(0, result->labels, (size_t)result->n * sizeof *result->labels);
    digest = bench_digest(digest, result->centroids, (size_t)result->k * (size_t)result->d * sizeof *result->centroids);
    digest = bench_digest(digest, result->sizes, (size_t)result->k * sizeof *result->sizes);
    digest = bench_digest(digest, &result->silhouette, sizeof result->silhouette);
    return bench_digest(digest, &result->inertia, sizeof result->inertia);
}

static shoal_status judge(const bench_kmeans_state *s, shoal_error *err)
{
    const shoal_matrix x = bench_matrix_of(&s->x);
    const shoal_kmeans_result *result = &s->result;
    if (result->n != x.n || result->k != s->k || result->iterations < 1 || result->iterations > s->iterations)
        return shoal_fail(err, SHOAL_ERR_INPUT, "%d clusters after %d iterations; %d after at most %d were asked for",
                          result->k, result->iterations, s->k, s->iterations);
    SHOAL_TRY(bench_check_sizes(x.n, s->k, result->labels, result->sizes, err));
    SHOAL_TRY(bench_check_nearest(&x, s->k, result->centroids, result->labels, NULL, err));
    const double inertia = bench_plain_inertia(&x, result->centroids, result->labels);
    if (!bench_close(inertia, result->inertia, 1e-9))
        return shoal_fail(err, SHOAL_ERR_INPUT, "inertia %.17g; summed over the rows it is %.17g", result->inertia,
                          inertia);
    return bench_check_not_worse(&x, s->k, result->centroids, result->iterations, err);
}

static shoal_status check(void *state, shoal_error *err)
{
    bench_kmeans_state *s = state;
    const uint64_t digest = digest_of(&s->result);
    if (!s->verdict.judged) {
        SHOAL_TRY(judge(s, err));
        bench_verdict_right(&s->verdict, digest);
    }
    return bench_verdict_compare(&s->verdict, digest, "kmeans", err);
}

/* Counted as plain Lloyd: an iteration reads every value once and makes, for each row, centroid and column, a
 * difference and a fused multiply-add (3 operations), in float32. Finding the last labels and the figures of quality,
 * which fall to "iterate" too, are not counted, so a program that skips distances by bounds may pass the limit.
 * Seeding and preparing must read every value once at the least. */
static bench_cost cost(const void *state, int phase)
{
    const bench_kmeans_state *s = state;
    const double values = (double)s->x.n_rows * s->x.n_columns, bytes = values * sizeof(float);
    const double flops = 3 * values * s->k * s->result.iterations;
    switch (phase) {
    case PREPARE:
    case SEED: return (bench_cost){.bytes = bytes};
    case ITERATE: return (bench_cost){.bytes = bytes * s->result.iterations, .working_set = bytes, .flops = flops};
    default: return (bench_cost){.bytes = bytes * (s->result.iterations + 2), .working_set = bytes, .flops = flops};
    }
}

static void release(void *state)
{
    bench_kmeans_state *s = state;
    shoal_kmeans_result_free(&s->result);
    shoal_table_free(&s->x);
    free(s);
}

const bench_case bench_case_kmeans = {
    .name = "kmeans",
    .what = "k-means: k-means++ and a fixed number of Lloyd iterations, float32 columns",
    .params = "n=1000000 d=8 k=8 iterations=20",
    .quick = "n=60000 d=8 k=8 iterations=20",
    .sizes = {"n", "d", "k"},
    .weak = "n",
    .phases = {"prepare", "seed", "iterate"},
    .prepare = prepare,
    .run = run,
    .check = check,
    .cost = cost,
    .release = release,
};

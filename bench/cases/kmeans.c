/* k-means from k-means++ with a fixed number of iterations: the cost is known before. */
#include <string.h>

#include "base/memory.h"
#include "cases/lloyd_cost.h"
#include "cases/plain.h"
#include "cases/states.h"

enum { PREPARE, SEED, ITERATE };

static shoal_status fill(void *state, const bench_params *params, const char *folder, shoal_error *err)
{
    bench_kmeans_state *made = state;
    (void)folder;
    made->k = (int)bench_params_count(params, "k");
    made->iterations = (int)bench_params_count(params, "iterations");
    return bench_workload_make(NULL, bench_params_count(params, "n"), (int)bench_params_count(params, "d"), made->k, 1,
                               &made->x, err);
}

static void before(void *state)
{
    bench_kmeans_state *s = state;
    shoal_kmeans_result_free(&s->result);
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
    before(s);
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

/* Counted as plain Lloyd. Finding the last labels and the figures of quality, which fall to "iterate" too, are not
 * counted. Seeding and preparing must read every value once at the least. */
static bench_cost cost(const void *state, int phase)
{
    const bench_kmeans_state *s = state;
    bench_cost iterate = bench_lloyd_cost(s->x.n_rows, s->x.n_columns, s->k, s->result.iterations);
    if (phase == PREPARE || phase == SEED) return (bench_cost){.bytes = iterate.working_set};
    if (phase < 0) iterate.bytes += 2 * iterate.working_set;
    return iterate;
}

static void release(void *state)
{
    bench_kmeans_state *s = state;
    shoal_kmeans_result_free(&s->result);
    shoal_table_free(&s->x);
    free(s);
}

#define FIT                                                                                                            \
    .what = "k-means: k-means++ and a fixed number of Lloyd iterations, float32 columns",                              \
    .phases = {"prepare", "seed", "iterate"}, .state_size = sizeof(bench_kmeans_state), .fill = fill,                  \
    .before = before, .run = run, .check = check, .cost = cost, .release = release

const bench_case bench_case_kmeans = {
    .name = "kmeans",
    .params = BENCH_W2 " iterations=20",
    .quick = "n=60000 d=8 k=8 iterations=20",
    .sizes = {"n", "d", "k"},
    .weak = "n",
    FIT,
};
const bench_case bench_case_kmeans_w5 = {
    .name = "kmeans_w5",
    .params = BENCH_W5 " iterations=20",
    .quick = "n=200000 d=8 k=8 iterations=5",
    FIT,
};
const bench_case bench_case_kmeans_w7 = {
    .name = "kmeans_w7",
    .params = BENCH_W7 " iterations=5",
    .quick = "n=4000 d=64 k=100 iterations=3",
    FIT,
};

/* New rows to the nearest of given centroids: the labels alone, and with everything that can be asked for. */
#include "base/memory.h"
#include "cases/plain.h"
#include "cases/states.h"

static shoal_status fill(void *state, const bench_params *params, const char *folder, shoal_error *err)
{
    bench_assign_state *made = state;
    (void)folder;
    const int64_t n = bench_params_count(params, "n");
    const int d = (int)bench_params_count(params, "d");
    made->k = (int)bench_params_count(params, "k");
    SHOAL_TRY(bench_workload_make(NULL, n, d, made->k, 1, &made->x, err));
    SHOAL_TRY(shoal_alloc((int64_t)made->k * d, sizeof *made->centroids, &made->centroids, err));
    SHOAL_TRY(shoal_alloc(n, sizeof *made->out.labels, &made->out.labels, err));
    bench_workload_start(&made->x, made->k, made->centroids);
    return SHOAL_OK;
}

static shoal_status fill_all(void *state, const bench_params *params, const char *folder, shoal_error *err)
{
    bench_assign_state *made = state;
    const int64_t n = bench_params_count(params, "n");
    SHOAL_TRY(fill(state, params, folder, err));
    SHOAL_TRY(shoal_alloc(n, sizeof *made->out.distance, &made->out.distance, err));
    SHOAL_TRY(shoal_alloc(n, sizeof *made->out.second, &made->out.second, err));
    return shoal_alloc(n, sizeof *made->out.second_distance, &made->out.second_distance, err);
}

static void release(void *state)
{
    bench_assign_state *s = state;
    shoal_table_free(&s->x);
    free(s->centroids);
    free(s->out.labels);
    free(s->out.distance);
    free(s->out.second);
    free(s->out.second_distance);
    free(s);
}

// NOLINTNEXTLINE(readability-non-const-parameter): a bench_run_fn
static shoal_status run(void *state, const shoal_ctx *ctx, double *phase_ms, shoal_error *err)
{
    bench_assign_state *s = state;
    const shoal_matrix x = bench_matrix_of(&s->x);
    (void)phase_ms;
    return shoal_kmeans_assign(ctx, &x, s->k, s->centroids, &s->out, err);
}

static uint64_t digest_of(const bench_assign_state *s)
{
    const size_t n = (size_t)s->x.n_rows;
    uint64_t digest = bench_digest(0, s->out.labels, n * sizeof *s->out.labels);
    if (s->out.distance == NULL) return digest;
    digest = bench_digest(digest, s->out.distance, n * sizeof *s->out.distance);
    digest = bench_digest(digest, s->out.second, n * sizeof *s->out.second);
    return bench_digest(digest, s->out.second_distance, n * sizeof *s->out.second_distance);
}

static shoal_status check(void *state, shoal_error *err)
{
    bench_assign_state *s = state;
    const shoal_matrix x = bench_matrix_of(&s->x);
    const uint64_t digest = digest_of(s);
    if (!s->verdict.judged) {
        SHOAL_TRY(bench_check_nearest(&x, s->k, s->centroids, s->out.labels, s->out.distance, err));
        if (s->out.second != NULL) SHOAL_TRY(bench_check_second(&x, s->k, s->centroids, &s->out, err));
        bench_verdict_right(&s->verdict, digest);
    }
    return bench_verdict_compare(&s->verdict, digest, "assign", err);
}

/* Every value is read once; a fused multiply-add of a score for each row, centroid and column; what was asked for is
 * written for each row. */
static bench_cost cost(const void *state, int phase)
{
    const bench_assign_state *s = state;
    const double n = (double)s->x.n_rows, values = n * s->x.n_columns;
    const size_t label = sizeof *s->out.labels, all = 2 * (label + sizeof *s->out.distance);
    (void)phase;
    return (bench_cost){.bytes = values * sizeof(float) + n * (double)(s->out.second != NULL ? all : label),
                        .flops = 2 * values * s->k};
}

const bench_case bench_case_assign = {
    .name = "assign",
    .what = "nearest of k given centroids, for every row",
    .params = "n=1000000 d=8 k=8",
    .quick = "n=100000 d=8 k=8",
    .sizes = {"n", "d", "k"},
    .weak = "n",
    .state_size = sizeof(bench_assign_state),
    .fill = fill,
    .run = run,
    .check = check,
    .cost = cost,
    .release = release,
};

const bench_case bench_case_assign_all = {
    .name = "assign_all",
    .what = "nearest and second-nearest of k given centroids with both distances, for every row",
    .params = "n=1000000 d=8 k=8",
    .quick = "n=100000 d=8 k=8",
    .sizes = {"n"},
    .weak = "n",
    .state_size = sizeof(bench_assign_state),
    .fill = fill_all,
    .run = run,
    .check = check,
    .cost = cost,
    .release = release,
};

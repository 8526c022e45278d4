/* New rows to the nearest of given centroids, with distances. */
#include "base/memory.h"
#include "cases/plain.h"
#include "cases/states.h"

static shoal_status fill(bench_assign_state *made, const bench_params *params, shoal_error *err)
{
    const int64_t n = bench_params_count(params, "n");
    const int d = (int)bench_params_count(params, "d");
    made->k = (int)bench_params_count(params, "k");
    SHOAL_TRY(bench_workload_make(NULL, n, d, made->k, 1, &made->x, err));
    SHOAL_TRY(shoal_alloc((int64_t)made->k * d, sizeof *made->centroids, &made->centroids, err));
    SHOAL_TRY(shoal_alloc(n, sizeof *made->distance, &made->distance, err));
    SHOAL_TRY(shoal_alloc(n, sizeof *made->labels, &made->labels, err));
    bench_workload_start(&made->x, made->k, made->centroids);
    return SHOAL_OK;
}

static void release(void *state)
{
    bench_assign_state *s = state;
    shoal_table_free(&s->x);
    free(s->centroids);
    free(s->distance);
    free(s->labels);
    free(s);
}

static shoal_status prepare(const bench_params *params, const char *folder, void **state, shoal_error *err)
{
    (void)folder;
    bench_assign_state *made;
    SHOAL_TRY(shoal_alloc_zero(1, sizeof *made, &made, err));
    const shoal_status status = fill(made, params, err);
    if (status < 0) release(made);
    else *state = made;
    return status;
}

// NOLINTNEXTLINE(readability-non-const-parameter): a bench_run_fn
static shoal_status run(void *state, const shoal_ctx *ctx, double *phase_ms, shoal_error *err)
{
    bench_assign_state *s = state;
    const shoal_matrix x = bench_matrix_of(&s->x);
    (void)phase_ms;
    return shoal_kmeans_assign(ctx, &x, s->k, s->centroids, s->labels, s->distance, err);
}

static shoal_status check(void *state, shoal_error *err)
{
    bench_assign_state *s = state;
    const shoal_matrix x = bench_matrix_of(&s->x);
    uint64_t digest = bench_digest(0, s->labels, (size_t)x.n * sizeof *s->labels);
    digest = bench_digest(digest, s->distance, (size_t)x.n * sizeof *s->distance);
    if (!s->verdict.judged) {
        SHOAL_TRY(bench_check_nearest(&x, s->k, s->centroids, s->labels, s->distance, err));
        bench_verdict_right(&s->verdict, digest);
    }
    return bench_verdict_compare(&s->verdict, digest, "assign", err);
}

/* Every value is read once; a difference and a fused multiply-add for each row, centroid and column; a label and a
 * distance are written for each row. */
static bench_cost cost(const void *state, int phase)
{
    const bench_assign_state *s = state;
    const double n = (double)s->x.n_rows, values = n * s->x.n_columns;
    (void)phase;
    return (bench_cost){.bytes = values * sizeof(float) + n * (sizeof *s->labels + sizeof *s->distance),
                        .flops = 3 * values * s->k};
}

const bench_case bench_case_assign = {
    .name = "assign",
    .what = "nearest of k given centroids and the distance to it, for every row",
    .params = "n=1000000 d=8 k=8",
    .quick = "n=100000 d=8 k=8",
    .sizes = {"n", "d", "k"},
    .weak = "n",
    .prepare = prepare,
    .run = run,
    .check = check,
    .cost = cost,
    .release = release,
};

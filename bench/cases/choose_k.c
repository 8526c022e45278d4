/* k-means for every k from 2 on, and the k that the indices recommend. */
#include <math.h>

#include "base/memory.h"
#include "cases/choose_k.h"
#include "cases/plain.h"

static shoal_status fill(void *state, const bench_params *params, const char *folder, shoal_error *err)
{
    enum { GROUPS = 5 };
    bench_choose_k_state *made = state;
    (void)folder;
    made->k_max = (int)bench_params_count(params, "k_max");
    return bench_workload_make(NULL, bench_params_count(params, "n"), (int)bench_params_count(params, "d"), GROUPS, 1,
                               &made->x, err);
}

void bench_choose_k_before(void *state)
{
    bench_choose_k_state *s = state;
    shoal_choose_k_result_free(&s->result);
}

shoal_status bench_choose_k_run(bench_choose_k_state *state, const shoal_ctx *ctx, int n_init, shoal_error *err)
{
    const shoal_matrix x = bench_matrix_of(&state->x);
    shoal_choose_k_opts opts = shoal_choose_k_opts_default();
    opts.k_max = state->k_max;
    opts.kmeans.n_init = n_init;
    bench_choose_k_before(state);
    return shoal_choose_k(ctx, &x, &opts, &state->result, err);
}

// NOLINTNEXTLINE(readability-non-const-parameter): a bench_run_fn
static shoal_status run(void *state, const shoal_ctx *ctx, double *phase_ms, shoal_error *err)
{
    (void)phase_ms;
    return bench_choose_k_run(state, ctx, 2, err);
}

static uint64_t digest_of(const shoal_choose_k_result *result)
{
    const shoal_kmeans_result *best = &result->best;
    uint64_t digest = bench_digest(0, best->labels, (size_t)best->n * sizeof *best->labels);
    digest = bench_digest(digest, best->centroids, (size_t)best->k * (size_t)best->d * sizeof *best->centroids);
    for (int i = 0; i < result->n_candidates; i++) {
        const shoal_choose_k_candidate *c = &result->candidates[i];
        const double figures[] = {c->k,   c->inertia,   c->silhouette, c->calinski_harabasz, c->davies_bouldin,
                                  c->gap, c->gap_error, c->stability};
        digest = bench_digest(digest, figures, sizeof figures);
    }
    return digest;
}

/* For sums in another order; distances to the next centroid are float32, and equal rows round the same way. */
static const double TOLERANCE = 1e-8, SILHOUETTE_TOLERANCE = 2e-7;

static shoal_status check_figure(const char *name, double said, double is, double tolerance, shoal_error *err)
{
    if (bench_close(said, is, tolerance)) return SHOAL_OK;
    return shoal_fail(err, SHOAL_ERR_INPUT, "%s %.17g; recomputed from the rows it is %.17g", name, said, is);
}

static shoal_status check_candidates(const bench_choose_k_state *s, shoal_error *err)
{
    const shoal_choose_k_result *result = &s->result;
    if (result->n_candidates != s->k_max - 1 || result->k < 2 || result->k > s->k_max || result->best.k != result->k)
        return shoal_fail(err, SHOAL_ERR_INPUT, "%d candidates and k = %d; 2..%d were asked for", result->n_candidates,
                          result->k, s->k_max);
    for (int i = 0; i < result->n_candidates; i++)
        if (result->candidates[i].k != i + 2)
            return shoal_fail(err, SHOAL_ERR_INPUT, "candidate %d has k = %d", i, result->candidates[i].k);
    return SHOAL_OK;
}

/* The figures of the recommended k, from the rows. */
static shoal_status judge(const bench_choose_k_state *s, shoal_error *err)
{
    const shoal_matrix x = bench_matrix_of(&s->x);
    const shoal_kmeans_result *best = &s->result.best;
    SHOAL_TRY(check_candidates(s, err));
    SHOAL_TRY(bench_check_sizes(x.n, best->k, best->labels, best->sizes, err));
    SHOAL_TRY(bench_check_nearest(&x, best->k, best->centroids, best->labels, NULL, err));
    const shoal_choose_k_candidate *candidate = &s->result.candidates[best->k - 2];
    const double inertia = bench_plain_inertia(&x, best->centroids, best->labels);
    const double silhouette = bench_plain_silhouette(&x, best->k, best->centroids, best->labels);
    double between;
    SHOAL_TRY(bench_plain_between(&x, best->k, best->centroids, best->sizes, &between, err));
    const double index = between / (best->k - 1) / (inertia / (double)(x.n - best->k));
    SHOAL_TRY(check_figure("inertia", candidate->inertia, inertia, TOLERANCE, err));
    SHOAL_TRY(check_figure("silhouette", candidate->silhouette, silhouette, SILHOUETTE_TOLERANCE, err));
    SHOAL_TRY(check_figure("Calinski-Harabasz index", candidate->calinski_harabasz, index, TOLERANCE, err));
    return bench_check_not_worse(&x, best->k, best->centroids, best->iterations, err);
}

shoal_status bench_choose_k_check(bench_choose_k_state *state, const char *name, shoal_error *err)
{
    const uint64_t digest = digest_of(&state->result);
    if (!state->verdict.judged) {
        SHOAL_TRY(judge(state, err));
        bench_verdict_right(&state->verdict, digest);
    }
    return bench_verdict_compare(&state->verdict, digest, name, err);
}

static shoal_status check(void *state, shoal_error *err)
{
    return bench_choose_k_check(state, "choose_k", err);
}

/* How many iterations the fits take is not told: at the least every candidate reads every value once. */
static bench_cost cost(const void *state, int phase)
{
    const bench_choose_k_state *s = state;
    const double bytes = (double)s->x.n_rows * s->x.n_columns * sizeof(float);
    (void)phase;
    return (bench_cost){.bytes = bytes * (s->k_max - 1), .working_set = bytes};
}

void bench_choose_k_release(void *state)
{
    bench_choose_k_state *s = state;
    shoal_choose_k_result_free(&s->result);
    shoal_table_free(&s->x);
    free(s);
}

const bench_case bench_case_choose_k = {
    .name = "choose_k",
    .what = "k-means for k = 2 to k_max, two starts each, and the recommended k",
    .params = "n=200000 d=4 k_max=8",
    .quick = "n=10000 d=4 k_max=6",
    .sizes = {"n", "d"},
    .weak = "n",
    .state_size = sizeof(bench_choose_k_state),
    .fill = fill,
    .before = bench_choose_k_before,
    .run = run,
    .check = check,
    .cost = cost,
    .release = bench_choose_k_release,
};

/* Choosing k over RFM scores: many customers, at most 125 different rows. */
#include "base/memory.h"
#include "base/random.h"
#include "base/threads.h"
#include "cases/choose_k.h"

enum { SCORES = BENCH_N_SCORES, PARTS = BENCH_RFM_PARTS, STARTS = 10 };

/* Scores of a customer: fifths of what is partly common to all three; few customers buy often. */
static void draw_scores(int64_t customer, int8_t *const score[PARTS])
{
    shoal_rng rng = shoal_rng_start(1, (uint64_t)customer);
    const double common = shoal_rng_uniform(&rng);
    for (int part = 0; part < PARTS; part++) {
        double own = (common + shoal_rng_uniform(&rng)) / 2;
        if (part == 1) own *= own;
        score[part][customer] = (int8_t)(1 + (int)(SCORES * own));
    }
}

static shoal_status make_scores(int64_t n, shoal_table *table, shoal_error *err)
{
    static const char *const names[PARTS] = {"recency_score", "frequency_score", "monetary_score"};
    int8_t *score[PARTS];
    table->n_rows = n;
    for (int part = 0; part < PARTS; part++) {
        void *data;
        SHOAL_TRY(shoal_table_add(table, names[part], SHOAL_I8, 0, NULL, NULL, &data, err));
        score[part] = data;
    }
#pragma omp parallel for schedule(static) num_threads(shoal_ctx_threads(NULL))
    for (int64_t i = 0; i < n; i++) draw_scores(i, score);
    return SHOAL_OK;
}

static shoal_status fill(void *state, const bench_params *params, const char *folder, shoal_error *err)
{
    bench_choose_k_state *made = state;
    (void)folder;
    made->k_max = (int)bench_params_count(params, "k_max");
    return make_scores(bench_params_count(params, "n"), &made->x, err);
}

// NOLINTNEXTLINE(readability-non-const-parameter): a bench_run_fn
static shoal_status run(void *state, const shoal_ctx *ctx, double *phase_ms, shoal_error *err)
{
    (void)phase_ms;
    return bench_choose_k_run(state, ctx, STARTS, err);
}

static shoal_status check(void *state, shoal_error *err)
{
    return bench_choose_k_check(state, "kmeans_scores", err);
}

/* At the least every score is read and every label written once. */
static bench_cost cost(const void *state, int phase)
{
    const bench_choose_k_state *s = state;
    const double bytes = (double)s->x.n_rows * (PARTS * sizeof(int8_t) + sizeof(int32_t));
    (void)phase;
    return (bench_cost){.bytes = bytes, .working_set = bytes};
}

const bench_case bench_case_kmeans_scores = {
    .name = "kmeans_scores",
    .what = "RFM scores (at most 125 different rows): k-means for k = 2 to k_max, ten starts each, and the best k",
    .params = "n=10000000 k_max=10",
    .quick = "n=100000 k_max=10",
    .sizes = {"n"},
    .weak = "n",
    .state_size = sizeof(bench_choose_k_state),
    .fill = fill,
    .before = bench_choose_k_before,
    .run = run,
    .check = check,
    .cost = cost,
    .release = bench_choose_k_release,
};

/* Profile of segments: sizes, money, means of every variable. */
#include <inttypes.h>
#include <math.h>

#include "base/memory.h"
#include "base/random.h"
#include "cases/plain.h"
#include "cases/states.h"

enum { LABELS_SEED = 3 };

static void release(void *state)
{
    bench_profile_state *s = state;
    shoal_profile_free(&s->profile);
    shoal_table_free(&s->x);
    free(s->labels);
    free(s->revenue);
    free(s->clv);
    free(s);
}

static shoal_status fill(void *state, const bench_params *params, const char *folder, shoal_error *err)
{
    bench_profile_state *made = state;
    (void)folder;
    const int64_t n = bench_params_count(params, "n");
    made->k = (int)bench_params_count(params, "k");
    SHOAL_TRY(bench_workload_make(NULL, n, (int)bench_params_count(params, "d"), made->k, 1, &made->x, err));
    SHOAL_TRY(shoal_alloc(n, sizeof *made->labels, &made->labels, err));
    SHOAL_TRY(shoal_alloc(n, sizeof *made->revenue, &made->revenue, err));
    SHOAL_TRY(shoal_alloc(n, sizeof *made->clv, &made->clv, err));
    for (int64_t i = 0; i < n; i++) {
        shoal_rng rng = shoal_rng_start(LABELS_SEED, (uint64_t)i);
        made->labels[i] = (int32_t)shoal_rng_below(&rng, (uint64_t)made->k);
        made->revenue[i] = (double)shoal_rng_below(&rng, 1000000) / 100;
        made->clv[i] = (double)shoal_rng_below(&rng, 1000000) / 100;
    }
    return SHOAL_OK;
}

static void before(void *state)
{
    bench_profile_state *s = state;
    shoal_profile_free(&s->profile);
}

// NOLINTNEXTLINE(readability-non-const-parameter): a bench_run_fn
static shoal_status run(void *state, const shoal_ctx *ctx, double *phase_ms, shoal_error *err)
{
    bench_profile_state *s = state;
    const shoal_matrix x = bench_matrix_of(&s->x);
    const shoal_column revenue = {.name = "revenue", .type = SHOAL_F64, .length = x.n, .data = s->revenue};
    const shoal_column clv = {.name = "clv", .type = SHOAL_F64, .length = x.n, .data = s->clv};
    (void)phase_ms;
    before(s);
    return shoal_profile_run(ctx, &x, s->labels, s->k, &revenue, &clv, &s->profile, err);
}

/* One segment from its rows; -1: all rows. */
typedef struct tally {
    int64_t customers, revenue_cents, clv_cents;
} tally;

static tally count_segment(const bench_profile_state *s, int segment)
{
    tally counted = {0};
    for (int64_t i = 0; i < s->x.n_rows; i++) {
        if (segment >= 0 && s->labels[i] != segment) continue;
        counted.customers++;
        counted.revenue_cents += llround(s->revenue[i] * 100);
        counted.clv_cents += llround(s->clv[i] * 100);
    }
    return counted;
}

static bool is_mean(const bench_profile_state *s, int variable, int segment, int64_t customers, double mean)
{
    long double sum = 0;
    double size = 0;
    for (int64_t i = 0; i < s->x.n_rows; i++) {
        if (segment >= 0 && s->labels[i] != segment) continue;
        const double value = shoal_column_f64(&s->x.columns[variable], i);
        sum += value;
        size += fabs(value);
    }
    if (customers == 0) return isnan(mean);
    return fabs((double)(sum / customers) - mean) <= 1e-12 * size / (double)customers;
}

static shoal_status judge_segment(const bench_profile_state *s, int segment, shoal_error *err)
{
    const shoal_profile *p = &s->profile;
    const tally counted = count_segment(s, segment);
    const int64_t customers = segment < 0 ? p->customers : p->segments[segment].customers;
    const double revenue = segment < 0 ? p->revenue : p->segments[segment].revenue;
    const double clv = segment < 0 ? p->clv : p->segments[segment].clv;
    const double *mean = segment < 0 ? p->overall_mean : p->mean + (int64_t)segment * p->n_variables;
    if (customers != counted.customers || !bench_is_money(revenue, counted.revenue_cents) ||
        !bench_is_money(clv, counted.clv_cents))
        return shoal_fail(err, SHOAL_ERR_INPUT,
                          "segment %d: %" PRId64 " customers with %.17g and %.17g; its rows are %" PRId64
                          " with %" PRId64 " and %" PRId64 " cents",
                          segment, customers, revenue, clv, counted.customers, counted.revenue_cents,
                          counted.clv_cents);
    for (int j = 0; j < p->n_variables; j++)
        if (!is_mean(s, j, segment, customers, mean[j]))
            return shoal_fail(err, SHOAL_ERR_INPUT, "segment %d: %.17g is not the mean of variable %d", segment,
                              mean[j], j);
    return SHOAL_OK;
}

static uint64_t digest_of(const shoal_profile *p)
{
    const size_t means = (size_t)p->n_segments * (size_t)p->n_variables;
    uint64_t digest = bench_digest(0, p->mean, means * sizeof *p->mean);
    digest = bench_digest(digest, p->overall_mean, (size_t)p->n_variables * sizeof *p->overall_mean);
    digest = bench_digest(digest, p->overall_std, (size_t)p->n_variables * sizeof *p->overall_std);
    for (int segment = 0; segment < p->n_segments; segment++) {
        const shoal_profile_segment *at = &p->segments[segment];
        const double figures[] = {(double)at->customers, at->revenue, at->clv};
        digest = bench_digest(digest, figures, sizeof figures);
    }
    return digest;
}

static shoal_status check(void *state, shoal_error *err)
{
    bench_profile_state *s = state;
    const uint64_t digest = digest_of(&s->profile);
    if (!s->verdict.judged) {
        if (s->profile.n_segments != s->k || s->profile.n_variables != s->x.n_columns)
            return shoal_fail(err, SHOAL_ERR_INPUT, "a profile of %d segments and %d variables; %d and %d were given",
                              s->profile.n_segments, s->profile.n_variables, s->k, s->x.n_columns);
        for (int segment = -1; segment < s->k; segment++) SHOAL_TRY(judge_segment(s, segment, err));
        bench_verdict_right(&s->verdict, digest);
    }
    return bench_verdict_compare(&s->verdict, digest, "profile", err);
}

/* Every column is read once. */
static bench_cost cost(const void *state, int phase)
{
    const bench_profile_state *s = state;
    const double row = (double)s->x.n_columns * sizeof(float) + sizeof *s->labels + sizeof *s->revenue + sizeof *s->clv;
    (void)phase;
    return (bench_cost){.bytes = (double)s->x.n_rows * row};
}

const bench_case bench_case_profile = {
    .name = "profile",
    .what = "sizes, money and means of every variable by segment",
    .params = "n=1000000 d=6 k=8",
    .quick = "n=100000 d=6 k=8",
    .sizes = {"n", "d", "k"},
    .weak = "n",
    .state_size = sizeof(bench_profile_state),
    .fill = fill,
    .before = before,
    .run = run,
    .check = check,
    .cost = cost,
    .release = release,
};

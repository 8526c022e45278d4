/* Customer summary, quantile cuts and scores of transactions in memory. */
#include "base/clock.h"
#include "base/memory.h"
#include "cases/check_rfm.h"

enum { SUMMARY, CUTS, SCORE };

static void release(void *state)
{
    bench_rfm_state *s = state;
    for (int part = 0; part < BENCH_RFM_PARTS; part++) free(s->score[part]);
    shoal_summary_free(&s->summary);
    bench_transactions_free(&s->made);
    free(s);
}

static shoal_status fill(void *state, const bench_params *params, const char *folder, shoal_error *err)
{
    bench_rfm_state *made = state;
    (void)folder;
    const int64_t transactions = bench_params_count(params, "transactions");
    const int64_t customers = bench_customers_of(params);
    SHOAL_TRY(bench_transactions_make(NULL, customers, transactions, &made->made, err));
    made->transactions = (shoal_transactions){.n = made->made.n,
                                              .n_customers = made->made.n_customers,
                                              .first_row = made->made.first_row,
                                              .time = made->made.time,
                                              .amount = made->made.amount};
    for (int part = 0; part < BENCH_RFM_PARTS; part++)
        SHOAL_TRY(shoal_alloc(customers, sizeof *made->score[part], &made->score[part], err));
    return SHOAL_OK;
}

shoal_column bench_rfm_column(const bench_rfm_state *s, int part)
{
    const shoal_summary *summary = &s->summary;
    const shoal_column columns[BENCH_RFM_PARTS] = {
        {.name = "recency_days", .type = SHOAL_F64, .length = summary->n, .data = summary->recency_days},
        {.name = "frequency", .type = SHOAL_I32, .length = summary->n, .data = summary->frequency},
        {.name = "monetary", .type = SHOAL_F64, .length = summary->n, .data = summary->monetary},
    };
    return columns[part];
}

static void before(void *state)
{
    bench_rfm_state *s = state;
    shoal_summary_free(&s->summary);
}

static shoal_status run(void *state, const shoal_ctx *ctx, double *phase_ms, shoal_error *err)
{
    bench_rfm_state *s = state;
    const shoal_summary_opts opts = shoal_summary_opts_default();
    before(s);
    const double start = shoal_clock_ms();
    SHOAL_TRY(shoal_summary_run(ctx, &s->transactions, &opts, &s->summary, err));
    const double summarised = shoal_clock_ms();
    for (int part = 0; part < BENCH_RFM_PARTS; part++) {
        const shoal_column column = bench_rfm_column(s, part);
        SHOAL_TRY(shoal_rfm_cuts_fit(ctx, &column, BENCH_N_SCORES, &s->cuts[part], err));
    }
    const double cut = shoal_clock_ms();
    for (int part = 0; part < BENCH_RFM_PARTS; part++) {
        const shoal_column column = bench_rfm_column(s, part);
        shoal_rfm_score(ctx, &column, &s->cuts[part], part == 0, s->score[part]);
    }
    phase_ms[SUMMARY] = summarised - start;
    phase_ms[CUTS] = cut - summarised;
    phase_ms[SCORE] = shoal_clock_ms() - cut;
    return SHOAL_OK;
}

static uint64_t digest_of(const bench_rfm_state *s)
{
    const shoal_summary *summary = &s->summary;
    const size_t n = (size_t)summary->n;
    const struct {
        const void *data;
        size_t size;
    } arrays[] = {{summary->recency_days, sizeof(double)},
                  {summary->frequency, sizeof(int32_t)},
                  {summary->monetary, sizeof(double)},
                  {summary->x, sizeof(int32_t)},
                  {summary->t_x, sizeof(double)},
                  {summary->T, sizeof(double)},
                  {summary->mean_repeat_spend, sizeof(double)},
                  {summary->first_purchase, sizeof(int64_t)},
                  {summary->last_purchase, sizeof(int64_t)},
                  {s->score[0], 1},
                  {s->score[1], 1},
                  {s->score[2], 1}};
    uint64_t digest = 0;
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++)
        digest = bench_digest(digest, arrays[i].data, n * arrays[i].size);
    for (int part = 0; part < BENCH_RFM_PARTS; part++)
        digest = bench_digest(digest, s->cuts[part].cut, (BENCH_N_SCORES - 1) * sizeof s->cuts[part].cut[0]);
    return digest;
}

static shoal_status check(void *state, shoal_error *err)
{
    bench_rfm_state *s = state;
    const uint64_t digest = digest_of(s);
    if (!s->verdict.judged) {
        SHOAL_TRY(bench_check_summary(s, err));
        SHOAL_TRY(bench_check_scores(s, err));
        bench_verdict_right(&s->verdict, digest);
    }
    return bench_verdict_compare(&s->verdict, digest, "rfm", err);
}

/* Bytes read and written once: time and amount of a transaction, the columns of a customer. No arithmetic to speak of.
 */
static bench_cost cost(const void *state, int phase)
{
    const bench_rfm_state *s = state;
    const double customers = (double)s->made.n_customers, rows = (double)s->made.n;
    const double scored = 2 * sizeof(double) + sizeof(int32_t); /* recency, frequency, monetary */
    const double summary = rows * (sizeof(int64_t) + sizeof(double)) +
                           customers * (sizeof(int64_t) + 7 * sizeof(double) + 2 * sizeof(int32_t));
    const double cuts = customers * scored, score = customers * (scored + BENCH_RFM_PARTS);
    switch (phase) {
    case SUMMARY: return (bench_cost){.bytes = summary};
    case CUTS: return (bench_cost){.bytes = cuts};
    case SCORE: return (bench_cost){.bytes = score};
    default: return (bench_cost){.bytes = summary + cuts + score};
    }
}

const bench_case bench_case_rfm = {
    .name = "rfm",
    .what = "customer summary, quantile cuts and RFM scores of transactions in memory",
    .params = "transactions=2000000 per_customer=20",
    .quick = "transactions=200000 per_customer=20",
    .sizes = {"transactions"},
    .weak = "transactions",
    .phases = {"summary", "cuts", "score"},
    .state_size = sizeof(bench_rfm_state),
    .fill = fill,
    .before = before,
    .run = run,
    .check = check,
    .cost = cost,
    .release = release,
};

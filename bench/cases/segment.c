/* The whole job: a CSV to store, segments.csv, report and summary. */
#include "base/file.h"
#include "base/memory.h"
#include "cases/check_segment.h"
#include "cases/phases.h"
#include "cases/scratch.h"

static void release(void *state)
{
    bench_segment_state *s = state;
    bench_scratch_remove(s->folder);
    free(s->csv);
    free(s->output);
    shoal_segment_run_free(&s->run);
    free(s);
}

static shoal_status fill(void *state, const bench_params *params, const char *folder, shoal_error *err)
{
    bench_segment_state *made = state;
    const int64_t transactions = bench_params_count(params, "transactions");
    bench_transactions truth;
    made->customers = bench_customers_of(params);
    SHOAL_TRY(bench_scratch_make(folder, "segment", &made->folder, err));
    SHOAL_TRY(shoal_path_join(made->folder, "transactions.csv", &made->csv, err));
    SHOAL_TRY(shoal_path_join(made->folder, "out", &made->output, err));
    SHOAL_TRY(bench_transactions_csv(NULL, made->customers, transactions, made->csv, err));
    SHOAL_TRY(bench_transactions_make(NULL, made->customers, transactions, &truth, err));
    made->transactions = truth.n;
    for (int64_t i = 0; i < truth.n; i++) made->cents += bench_cents_of(truth.amount[i]);
    bench_transactions_free(&truth);
    return SHOAL_OK;
}

static void before(void *state)
{
    bench_segment_state *s = state;
    shoal_segment_run_free(&s->run);
}

static shoal_status run(void *state, const shoal_ctx *ctx, double *phase_ms, shoal_error *err)
{
    bench_segment_state *s = state;
    const shoal_segment_opts opts = shoal_segment_opts_default();
    before(s);
    SHOAL_TRY(shoal_step_segment(ctx, s->csv, &opts, s->output, &s->run, err));
    bench_phases_take(&s->run.times, bench_case_segment.phases, phase_ms);
    return SHOAL_OK;
}

static shoal_status check(void *state, shoal_error *err)
{
    return bench_check_segment(state, err);
}

/* At the least the CSV is read once. */
static bench_cost cost(const void *state, int phase)
{
    const bench_segment_state *s = state;
    return (bench_cost){.bytes = phase < 0 ? (double)bench_file_bytes(s->csv) : 0};
}

const bench_case bench_case_segment = {
    .name = "segment",
    .what = "the whole job: a CSV to store, RFM, CLV, k-means with k chosen, segments.csv, report and summary",
    .params = "transactions=1000000 per_customer=20",
    .quick = "transactions=10000 per_customer=20",
    .sizes = {"transactions"},
    .weak = "transactions",
    .phases = {"import", "store", "rfm", "clv", "kmeans", "profile", "csv", "report", "commit"},
    .state_size = sizeof(bench_segment_state),
    .fill = fill,
    .before = before,
    .run = run,
    .check = check,
    .cost = cost,
    .release = release,
};

/* The rfm step: transactions to the customer summary, scores and named segments. */
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "pipeline/steps.h"

shoal_rfm_opts shoal_rfm_opts_default(void)
{
    return (shoal_rfm_opts){.name = "rfm", .summary = shoal_summary_opts_default()};
}

void shoal_rfm_run_free(shoal_rfm_run *run)
{
    free(run->nested_frequency);
    free(run->nested_monetary);
    shoal_rfm_map_free(&run->map);
    *run = (shoal_rfm_run){0};
}

/* The summary of the store's transactions, and what they were. */
static shoal_status summarise(const shoal_ctx *ctx, shoal_store *store, const shoal_summary_opts *opts,
                              shoal_summary *summary, uint64_t *fingerprint, shoal_times *times, shoal_error *err)
{
    shoal_loaded_transactions loaded = {0};
    shoal_status status;
    double since = shoal_clock_ms();
    SHOAL_TRY_OUT(shoal_transactions_load(ctx, store, &loaded, err));
    SHOAL_TRY_OUT(shoal_transactions_load_details(ctx, store, &loaded, err));
    since = shoal_times_add(times, "read", since);
    SHOAL_TRY_OUT(shoal_summary_run(ctx, &loaded.view, opts, summary, err));
    since = shoal_times_add(times, "summarise", since);
    *fingerprint = shoal_fingerprint(ctx, loaded.table.columns, loaded.table.n_columns);
    shoal_times_add(times, "fingerprint", since);
out:
    shoal_loaded_transactions_free(&loaded);
    return status;
}

/* Another model's thresholds, with the data that they were learned from. */
static shoal_status borrow(shoal_store *store, const shoal_rfm_opts *opts, bool has_amount, shoal_rfm_run *run,
                           uint64_t *fingerprint, shoal_error *err)
{
    shoal_store *other = NULL;
    const shoal_times times = run->times;
    shoal_status status;
    if (opts->model_store != NULL) SHOAL_TRY(shoal_store_open(opts->model_store, SHOAL_STORE_READ, &other, err));
    shoal_store *from = other != NULL ? other : store;
    SHOAL_TRY_OUT(shoal_rfm_load(from, opts->model, run, err));
    SHOAL_TRY_OUT(shoal_model_fingerprint(from, opts->model, fingerprint, err));
    run->times = times;
    shoal_text_copy(run->model, sizeof run->model, opts->model);
    if (run->has_amount && !has_amount)
        status = shoal_fail(err, SHOAL_ERR_INPUT, "the model \"%s\" scores money, but the store has no amounts",
                            opts->model);
out:
    shoal_store_close(other);
    return status;
}

static shoal_status score(const shoal_ctx *ctx, shoal_store *store, const shoal_rfm_opts *opts, const shoal_summary *s,
                          shoal_rfm_run *run, uint64_t *fingerprint, shoal_error *err)
{
    uint8_t *bought; /* frequency 0 is no purchase: not part of the quantiles */
    SHOAL_TRY(shoal_alloc(s->n, 1, &bought, err));
    for (int64_t i = 0; i < s->n; i++) bought[i] = s->frequency[i] > 0;
    const shoal_column recency = {.name = "recency_days", .type = SHOAL_F64, .length = s->n, .data = s->recency_days};
    const shoal_column frequency = {
        .name = "frequency", .type = SHOAL_I32, .length = s->n, .data = s->frequency, .valid = bought};
    const shoal_column monetary = {
        .name = "monetary", .type = SHOAL_F64, .length = s->n, .data = s->monetary, .valid = bought};
    shoal_rfm_input input = {&recency, &frequency, s->has_amount ? &monetary : NULL};
    shoal_status status;
    if (opts->model != NULL) {
        SHOAL_TRY_OUT(borrow(store, opts, s->has_amount, run, fingerprint, err));
        if (!run->has_amount) input.monetary = NULL;
    } else {
        run->has_amount = s->has_amount;
        SHOAL_TRY_OUT(shoal_rfm_learn(ctx, opts, &input, run, err));
    }
    shoal_text_copy(run->name, sizeof run->name, opts->name);
    run->as_of = s->calibration_end;
    run->unit = s->unit;
    SHOAL_TRY_OUT(shoal_rfm_score_and_write(ctx, store, opts->name, &input, run, err));
out:
    free(bought);
    return status;
}

shoal_status shoal_rfm_on_store(const shoal_ctx *ctx, shoal_store *store, const void *opts_, void *run_,
                                shoal_error *err)
{
    const shoal_rfm_opts *opts = opts_;
    shoal_rfm_run *run = run_;
    char group[SHOAL_GROUP_SIZE];
    uint64_t fingerprint = 0;
    shoal_summary summary = {0};
    shoal_status status;
    /* what is wrong with the options fails before the work */
    SHOAL_TRY(shoal_result_group(opts->name, group, err));
    SHOAL_TRY(shoal_rfm_settle(opts, run, err));
    SHOAL_TRY_OUT(summarise(ctx, store, &opts->summary, &summary, &fingerprint, &run->times, err));
    double since = shoal_clock_ms();
    SHOAL_TRY_OUT(score(ctx, store, opts, &summary, run, &fingerprint, err));
    since = shoal_times_add(&run->times, "score", since);
    SHOAL_TRY_OUT(shoal_rfm_summary_write(store, &summary, err));
    SHOAL_TRY_OUT(shoal_rfm_save(store, run, fingerprint, err));
    shoal_times_add(&run->times, "write", since);
out:
    shoal_summary_free(&summary);
    return status;
}

shoal_status shoal_step_rfm(const shoal_ctx *ctx, const char *store, const shoal_rfm_opts *opts, shoal_rfm_run *run,
                            shoal_error *err)
{
    *run = (shoal_rfm_run){0};
    const shoal_status status = shoal_store_update(ctx, store, shoal_rfm_on_store, opts, run, &run->times, err);
    if (status < 0) shoal_rfm_run_free(run);
    return status;
}

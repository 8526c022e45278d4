/* The rfm step: transactions to the customer summary, scores and named segments. */
#include <math.h>
#include <string.h>

#include "base/date.h"
#include "base/memory.h"
#include "base/sum.h"
#include "base/text.h"
#include "pipeline/steps.h"

shoal_rfm_opts shoal_rfm_opts_default(void)
{
    return (shoal_rfm_opts){.name = "rfm", .summary = shoal_summary_opts_default(), .n_scores = 5};
}

/* --- scores --- */

void shoal_rfm_count(const int8_t *const score[3], int64_t n, const shoal_column *monetary, shoal_rfm_run *run)
{
    shoal_sum revenue[SHOAL_RFM_SEGMENTS] = {{0}};
    const int8_t *r = score[0], *f = score[1];
    run->customers = 0;
    run->n_segments = run->n_scores == 5 ? SHOAL_RFM_SEGMENTS : 0;
    memset(run->bins, 0, sizeof run->bins);
    memset(run->segments, 0, sizeof run->segments);
    for (int64_t i = 0; i < n; i++) {
        if (r[i] <= 0) continue;
        run->customers++;
        for (int p = 0; p < 3; p++)
            if (score[p] != NULL && score[p][i] > 0 && score[p][i] <= run->n_scores) run->bins[p][score[p][i] - 1]++;
        const int segment = run->n_segments > 0 ? shoal_rfm_segment(r[i], f[i]) : -1;
        if (segment < 0) continue;
        run->segments[segment].customers++;
        if (monetary != NULL) shoal_sum_add(&revenue[segment], shoal_column_f64(monetary, i));
    }
    for (int s = 0; s < SHOAL_RFM_SEGMENTS; s++) run->segments[s].revenue = shoal_sum_value(revenue[s]);
}

static shoal_status write_segments(shoal_store *store, const char *group, int64_t n, const int8_t *segment,
                                   shoal_error *err)
{
    enum { WIDTH = 24 };
    char texts[SHOAL_RFM_SEGMENTS][WIDTH] = {{0}};
    for (int s = 0; s < SHOAL_RFM_SEGMENTS; s++) shoal_text_copy(texts[s], sizeof texts[s], shoal_rfm_segment_name(s));
    uint8_t *valid;
    SHOAL_TRY(shoal_alloc(n, 1, &valid, err));
    for (int64_t i = 0; i < n; i++) valid[i] = segment[i] >= 0;
    const shoal_column names = {
        .name = "rfm_segment", .type = SHOAL_TEXT, .width = WIDTH, .length = SHOAL_RFM_SEGMENTS, .data = texts};
    const shoal_column column = {.name = "segment",
                                 .type = SHOAL_I8,
                                 .length = n,
                                 .data = segment,
                                 .valid = valid,
                                 .long_name = "named segment of recency and frequency"};
    shoal_status status;
    SHOAL_TRY_OUT(shoal_store_write(store, "dictionaries", &names, NULL, err));
    SHOAL_TRY_OUT(shoal_store_write(store, group, &column, "category", err));
    SHOAL_TRY_OUT(shoal_store_set_text(store, group, "segment_dictionary", "rfm_segment", err));
    SHOAL_TRY_OUT(shoal_store_write_flags(store, group, "segment", &names, err));
out:
    free(valid);
    return status;
}

shoal_status shoal_rfm_score_and_write(const shoal_ctx *ctx, shoal_store *store, const char *name,
                                       const shoal_column *recency, const shoal_column *frequency,
                                       const shoal_column *monetary, shoal_rfm_run *run, shoal_error *err)
{
    char group[SHOAL_GROUP_SIZE];
    SHOAL_TRY(shoal_result_group(name, group, err));
    const int64_t n = recency->length;
    const struct {
        const char *name, *caption;
        const shoal_column *column;
        const shoal_rfm_cuts *cuts;
        bool low_is_best;
    } parts[3] = {{"r", "recency score, high is recent", recency, &run->recency, true},
                  {"f", "frequency score, high is often", frequency, &run->frequency, false},
                  {"m", "monetary score, high is much", monetary, &run->monetary, false}};
    int8_t *score[3] = {NULL}, *segment = NULL;
    shoal_status status;
    SHOAL_TRY_OUT(shoal_store_remove(store, group, err));
    SHOAL_TRY_OUT(shoal_store_set_text(store, group, "model", run->name, err));
    SHOAL_TRY_OUT(shoal_store_set_text(store, group, "kind", "rfm", err));
    for (int p = 0; p < 3; p++) {
        if (parts[p].column == NULL) continue;
        SHOAL_TRY_OUT(shoal_alloc(n, sizeof *score[p], &score[p], err));
        shoal_rfm_score(ctx, parts[p].column, parts[p].cuts, parts[p].low_is_best, score[p]);
        /* who bought nothing has no recency and takes part in no score */
        for (int64_t i = 0; p > 0 && i < n; i++)
            if (score[0][i] == 0) score[p][i] = 0;
        const shoal_column column = {.name = parts[p].name,
                                     .type = SHOAL_I8,
                                     .length = n,
                                     .data = score[p],
                                     .units = "1",
                                     .long_name = parts[p].caption};
        SHOAL_TRY_OUT(shoal_store_write(store, group, &column, "score", err));
    }
    shoal_rfm_count((const int8_t *const *)score, n, monetary, run);
    if (run->n_segments > 0) {
        SHOAL_TRY_OUT(shoal_alloc(n, sizeof *segment, &segment, err));
        for (int64_t i = 0; i < n; i++)
            segment[i] = score[0][i] > 0 ? (int8_t)shoal_rfm_segment(score[0][i], score[1][i]) : -1;
        SHOAL_TRY_OUT(write_segments(store, group, n, segment, err));
    }
out:
    for (int p = 0; p < 3; p++) free(score[p]);
    free(segment);
    return status;
}

/* --- the step --- */

shoal_status shoal_rfm_on_store(const shoal_ctx *ctx, shoal_store *store, const void *opts_, void *run_,
                                shoal_error *err)
{
    const shoal_rfm_opts *opts = opts_;
    shoal_rfm_run *run = run_;
    char group[SHOAL_GROUP_SIZE];
    SHOAL_TRY(shoal_result_group(opts->name, group, err)); /* a wrong name fails before the work */
    shoal_loaded_transactions loaded = {0};
    shoal_summary summary = {0};
    shoal_status status;
    double since = shoal_clock_ms();
    SHOAL_TRY_OUT(shoal_transactions_load(ctx, store, &loaded, err));
    SHOAL_TRY_OUT(shoal_transactions_load_details(ctx, store, &loaded, err));
    since = shoal_times_add(&run->times, "read", since);
    SHOAL_TRY_OUT(shoal_summary_run(ctx, &loaded.view, &opts->summary, &summary, err));
    const uint64_t fingerprint = shoal_fingerprint(ctx, loaded.table.columns, loaded.table.n_columns);
    shoal_loaded_transactions_free(&loaded); /* the summary is all that the rest needs */
    since = shoal_times_add(&run->times, "summarise", since);

    shoal_text_copy(run->name, sizeof run->name, opts->name);
    run->as_of = summary.calibration_end;
    run->unit = summary.unit;
    run->has_amount = summary.has_amount;
    run->n_scores = opts->n_scores;
    const shoal_column recency = {
        .name = "recency_days", .type = SHOAL_F64, .length = summary.n, .data = summary.recency_days};
    uint8_t *bought = NULL; /* frequency 0 is no purchase: not part of the quantiles */
    SHOAL_TRY_OUT(shoal_alloc(summary.n, 1, &bought, err));
    for (int64_t i = 0; i < summary.n; i++) bought[i] = summary.frequency[i] > 0;
    const shoal_column frequency = {
        .name = "frequency", .type = SHOAL_I32, .length = summary.n, .data = summary.frequency, .valid = bought};
    const shoal_column monetary = {
        .name = "monetary", .type = SHOAL_F64, .length = summary.n, .data = summary.monetary, .valid = bought};
    const shoal_column *money = summary.has_amount ? &monetary : NULL;
    status = shoal_rfm_cuts_fit(ctx, &recency, opts->n_scores, &run->recency, err);
    if (status >= 0) status = shoal_rfm_cuts_fit(ctx, &frequency, opts->n_scores, &run->frequency, err);
    if (status >= 0 && money != NULL) status = shoal_rfm_cuts_fit(ctx, money, opts->n_scores, &run->monetary, err);
    if (status >= 0) status = shoal_rfm_score_and_write(ctx, store, opts->name, &recency, &frequency, money, run, err);
    free(bought);
    if (status < 0) goto out;
    since = shoal_times_add(&run->times, "score", since);
    SHOAL_TRY_OUT(shoal_rfm_summary_write(store, &summary, err));
    SHOAL_TRY_OUT(shoal_rfm_save(store, run, fingerprint, err));
    shoal_times_add(&run->times, "write", since);
out:
    shoal_summary_free(&summary);
    shoal_loaded_transactions_free(&loaded);
    return status;
}

shoal_status shoal_step_rfm(const shoal_ctx *ctx, const char *store, const shoal_rfm_opts *opts, shoal_rfm_run *run,
                            shoal_error *err)
{
    *run = (shoal_rfm_run){0};
    const shoal_status status = shoal_store_update(ctx, store, shoal_rfm_on_store, opts, run, &run->times, err);
    if (status < 0) *run = (shoal_rfm_run){0};
    return status;
}

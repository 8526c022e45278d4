#include <shoal/rfm.h>

#include <inttypes.h>
#include <omp.h>

#include "base/date.h"
#include "base/memory.h"
#include "base/threads.h"
#include "features/summary_rows.h"

enum { ROW_WORK = 20 }; /* of one row, for shoal_threads_for */

shoal_summary_opts shoal_summary_opts_default(void)
{
    return (shoal_summary_opts){.calibration_end = SHOAL_NO_DATE, .observation_end = SHOAL_NO_DATE, .unit = SHOAL_DAY};
}

/* Settles the two ends against the data. */
static shoal_status settle_period(const shoal_ctx *ctx, const shoal_transactions *t, const shoal_summary_opts *opts,
                                  shoal_summary *s, shoal_error *err)
{
    int64_t first = INT64_MAX, last = INT64_MIN;
#pragma omp parallel for schedule(static) reduction(min                                                                \
                                                    : first) reduction(max                                             \
                                                                       : last)                                         \
    num_threads(shoal_threads_for(ctx, (double)t->n_customers))
    for (int64_t c = 0; c < t->n_customers; c++) {
        const int64_t begin = t->first_row[c], end = t->first_row[c + 1];
        if (begin == end) continue;
        if (t->time[begin] < first) first = t->time[begin];
        if (t->time[end - 1] > last) last = t->time[end - 1];
    }
    first = shoal_day_floor(first);
    s->observation_end = shoal_day_floor(opts->observation_end == SHOAL_NO_DATE ? last : opts->observation_end);
    s->calibration_end =
        opts->calibration_end == SHOAL_NO_DATE ? s->observation_end : shoal_day_floor(opts->calibration_end);
    s->has_holdout = s->calibration_end < s->observation_end;
    char end[SHOAL_DATE_SIZE], other[SHOAL_DATE_SIZE];
    shoal_date_format(s->calibration_end, false, end);
    if (s->calibration_end < first)
        return shoal_fail(err, SHOAL_ERR_USAGE,
                          "the period to look at ends on %s, before the first transaction of %s: choose a later date",
                          end, shoal_date_format(first, false, other));
    if (s->calibration_end > s->observation_end)
        return shoal_fail(err, SHOAL_ERR_USAGE,
                          "the calibration period ends on %s, after the end of observation on %s: choose an earlier "
                          "date, or a later end of observation",
                          end, shoal_date_format(s->observation_end, false, other));
    return SHOAL_OK;
}

static shoal_status allocate(const shoal_transactions *t, shoal_summary *s, shoal_error *err)
{
    const struct {
        void *column;
        size_t size;
        bool wanted;
    } columns[] = {
        {&s->recency_days, sizeof(double), true},
        {&s->frequency, sizeof(int32_t), true},
        {&s->monetary, sizeof(double), s->has_amount},
        {&s->x, sizeof(int32_t), true},
        {&s->t_x, sizeof(double), true},
        {&s->T, sizeof(double), true},
        {&s->mean_repeat_spend, sizeof(double), s->has_amount},
        {&s->first_purchase, sizeof(int64_t), true},
        {&s->last_purchase, sizeof(int64_t), true},
        {&s->interpurchase_mean_days, sizeof(double), true},
        {&s->interpurchase_sd_days, sizeof(double), true},
        {&s->return_share, sizeof(double), s->has_amount},
        {&s->discount_share, sizeof(double), t->discount != NULL},
        {&s->n_products, sizeof(int32_t), t->product != NULL},
        {&s->n_channels, sizeof(int32_t), t->channel != NULL},
        {&s->holdout_x, sizeof(int32_t), s->has_holdout},
        {&s->holdout_spend, sizeof(double), s->has_holdout && s->has_amount},
        {&s->holdout_mean_spend, sizeof(double), s->has_holdout && s->has_amount},
        {&s->holdout_T, sizeof(double), s->has_holdout},
    };
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++)
        if (columns[i].wanted) SHOAL_TRY(shoal_alloc(s->n, columns[i].size, columns[i].column, err));
    return SHOAL_OK;
}

static shoal_status refuse_amount(int64_t row, shoal_error *err)
{
    return shoal_fail(err, SHOAL_ERR_INPUT,
                      "the amount of transaction %" PRId64 " (counted from 0) is missing or infinite: leave such rows "
                      "out or give them an amount",
                      row);
}

/* seen: one a thread. */
static shoal_status summarise_all(const shoal_ctx *ctx, const shoal_transactions *t, const shoal_summary *s,
                                  int threads, shoal_seen *seen, shoal_error *err)
{
    const shoal_blocks blocks = shoal_blocks_of(s->n);
    int64_t bad = INT64_MAX;
#pragma omp parallel for schedule(dynamic) reduction(min : bad) num_threads(threads)
    for (int block = 0; block < blocks.count; block++) {
        if (shoal_cancelled(ctx)) continue;
        const int64_t end = shoal_block_end(&blocks, block);
        for (int64_t c = shoal_block_begin(&blocks, block); c < end; c++) {
            const int64_t row = shoal_summary_customer(t, s, c, &seen[omp_get_thread_num()]);
            if (row >= 0 && row < bad) bad = row;
        }
    }
    if (bad < INT64_MAX) return refuse_amount(bad, err);
    return shoal_cancelled(ctx) ? shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted") : SHOAL_OK;
}

shoal_status shoal_summary_run(const shoal_ctx *ctx, const shoal_transactions *t, const shoal_summary_opts *opts,
                               shoal_summary *result, shoal_error *err)
{
    shoal_status status = SHOAL_OK;
    shoal_summary s = {.n = t->n_customers, .unit = opts->unit, .has_amount = t->amount != NULL};
    shoal_seen *seen = NULL;
    const int threads = shoal_threads_for(ctx, ROW_WORK * (double)t->n);
    if (t->n == 0) return shoal_fail(err, SHOAL_ERR_INPUT, "there are no transactions to summarise");
    SHOAL_TRY(settle_period(ctx, t, opts, &s, err));
    SHOAL_TRY_OUT(shoal_alloc_zero(threads, sizeof *seen, &seen, err));
    for (int i = 0; i < threads; i++) SHOAL_TRY_OUT(shoal_seen_make(t, &seen[i], err));
    SHOAL_TRY_OUT(allocate(t, &s, err));
    SHOAL_TRY_OUT(summarise_all(ctx, t, &s, threads, seen, err));
out:
    for (int i = 0; seen != NULL && i < threads; i++) shoal_seen_free(&seen[i]);
    free(seen);
    if (status < 0) shoal_summary_free(&s);
    else *result = s;
    return status;
}

void shoal_summary_free(shoal_summary *summary)
{
    void *const columns[] = {summary->recency_days,
                             summary->frequency,
                             summary->monetary,
                             summary->x,
                             summary->t_x,
                             summary->T,
                             summary->mean_repeat_spend,
                             summary->first_purchase,
                             summary->last_purchase,
                             summary->interpurchase_mean_days,
                             summary->interpurchase_sd_days,
                             summary->return_share,
                             summary->discount_share,
                             summary->n_products,
                             summary->n_channels,
                             summary->holdout_x,
                             summary->holdout_spend,
                             summary->holdout_mean_spend,
                             summary->holdout_T};
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) free(columns[i]);
    *summary = (shoal_summary){0};
}

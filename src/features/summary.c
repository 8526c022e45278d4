#include <shoal/rfm.h>

#include <inttypes.h>
#include <math.h>

#include "base/date.h"
#include "base/memory.h"
#include "base/sum.h"
#include "base/threads.h"

shoal_summary_opts shoal_summary_opts_default(void)
{
    return (shoal_summary_opts){.calibration_end = SHOAL_NO_DATE, .observation_end = SHOAL_NO_DATE, .unit = SHOAL_DAY};
}

/* One customer while its rows go by. */
typedef struct history {
    int64_t first, last; /* purchase days in calibration */
    int32_t purchases;
    int64_t holdout_last;
    int32_t holdout_purchases;
    shoal_sum money, repeat_money, holdout_money;
} history;

static void add_calibration_row(history *h, int64_t day, double amount)
{
    if (amount >= 0 && day != h->last) {
        if (h->purchases == 0) h->first = day;
        h->last = day;
        h->purchases++;
    }
    shoal_sum_add(&h->money, amount);
    if (h->purchases > 0 && day != h->first) shoal_sum_add(&h->repeat_money, amount);
}

static void add_holdout_row(history *h, int64_t day, double amount)
{
    if (amount >= 0 && day != h->holdout_last) {
        h->holdout_last = day;
        h->holdout_purchases++;
    }
    shoal_sum_add(&h->holdout_money, amount);
}

static void write_customer(const shoal_summary *s, int64_t c, const history *h)
{
    const double unit_days = shoal_unit_days(s->unit);
    const bool bought = h->purchases > 0;
    const double lived = (double)(h->last - h->first) / SHOAL_DAY_SECONDS;
    s->recency_days[c] = bought ? (double)(s->calibration_end - h->last) / SHOAL_DAY_SECONDS : NAN;
    s->frequency[c] = h->purchases;
    s->x[c] = bought ? h->purchases - 1 : 0;
    s->t_x[c] = bought ? lived / unit_days : NAN;
    s->T[c] = bought ? (double)(s->calibration_end - h->first) / SHOAL_DAY_SECONDS / unit_days : NAN;
    s->first_purchase[c] = h->first;
    s->last_purchase[c] = h->last;
    if (s->has_amount) {
        s->monetary[c] = shoal_sum_value(h->money);
        s->mean_repeat_spend[c] = h->purchases > 1 ? shoal_sum_value(h->repeat_money) / (h->purchases - 1) : NAN;
    }
    if (s->has_holdout) s->holdout_x[c] = h->holdout_purchases;
    if (s->has_holdout && s->has_amount) s->holdout_spend[c] = shoal_sum_value(h->holdout_money);
}

static void summarise_customer(const shoal_transactions *t, const shoal_summary *s, int64_t c)
{
    history h = {.first = SHOAL_NO_DATE, .last = SHOAL_NO_DATE, .holdout_last = SHOAL_NO_DATE};
    for (int64_t row = t->first_row[c]; row < t->first_row[c + 1]; row++) {
        const int64_t day = shoal_day_floor(t->time[row]);
        const double amount = t->amount != NULL ? t->amount[row] : 0;
        if (day <= s->calibration_end) add_calibration_row(&h, day, amount);
        else if (day <= s->observation_end) add_holdout_row(&h, day, amount);
    }
    write_customer(s, c, &h);
}

static shoal_status check_amounts(const shoal_ctx *ctx, const shoal_transactions *t, shoal_error *err)
{
    int64_t bad = t->n;
    if (t->amount != NULL) {
#pragma omp parallel for schedule(static) reduction(min : bad) num_threads(shoal_ctx_threads(ctx))
        for (int64_t row = 0; row < t->n; row++)
            if (!isfinite(t->amount[row]) && row < bad) bad = row;
    }
    if (bad == t->n) return SHOAL_OK;
    return shoal_fail(err, SHOAL_ERR_INPUT,
                      "the amount of transaction %" PRId64 " (counted from 0) is missing or infinite: leave such rows "
                      "out or give them an amount",
                      bad);
}

/* Settles the two ends against the data. */
static shoal_status settle_period(const shoal_transactions *t, const shoal_summary_opts *opts, shoal_summary *s,
                                  shoal_error *err)
{
    int64_t first = INT64_MAX, last = INT64_MIN;
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

static shoal_status allocate(shoal_summary *s, shoal_error *err)
{
    SHOAL_TRY(shoal_alloc(s->n, sizeof(double), &s->recency_days, err));
    SHOAL_TRY(shoal_alloc(s->n, sizeof(int32_t), &s->frequency, err));
    SHOAL_TRY(shoal_alloc(s->n, sizeof(int32_t), &s->x, err));
    SHOAL_TRY(shoal_alloc(s->n, sizeof(double), &s->t_x, err));
    SHOAL_TRY(shoal_alloc(s->n, sizeof(double), &s->T, err));
    SHOAL_TRY(shoal_alloc(s->n, sizeof(int64_t), &s->first_purchase, err));
    SHOAL_TRY(shoal_alloc(s->n, sizeof(int64_t), &s->last_purchase, err));
    if (s->has_amount) {
        SHOAL_TRY(shoal_alloc(s->n, sizeof(double), &s->monetary, err));
        SHOAL_TRY(shoal_alloc(s->n, sizeof(double), &s->mean_repeat_spend, err));
    }
    if (s->has_holdout) SHOAL_TRY(shoal_alloc(s->n, sizeof(int32_t), &s->holdout_x, err));
    if (s->has_holdout && s->has_amount) SHOAL_TRY(shoal_alloc(s->n, sizeof(double), &s->holdout_spend, err));
    return SHOAL_OK;
}

static void summarise_all(const shoal_ctx *ctx, const shoal_transactions *t, const shoal_summary *s)
{
    const shoal_blocks blocks = shoal_blocks_of(s->n);
#pragma omp parallel for schedule(dynamic) num_threads(shoal_ctx_threads(ctx))
    for (int block = 0; block < blocks.count; block++) {
        if (shoal_cancelled(ctx)) continue;
        const int64_t end = shoal_block_end(&blocks, block);
        for (int64_t c = shoal_block_begin(&blocks, block); c < end; c++) summarise_customer(t, s, c);
    }
}

shoal_status shoal_summary_run(const shoal_ctx *ctx, const shoal_transactions *t, const shoal_summary_opts *opts,
                               shoal_summary *result, shoal_error *err)
{
    shoal_status status = SHOAL_OK;
    shoal_summary s = {.n = t->n_customers, .unit = opts->unit, .has_amount = t->amount != NULL};
    if (t->n == 0) return shoal_fail(err, SHOAL_ERR_INPUT, "there are no transactions to summarise");
    SHOAL_TRY(check_amounts(ctx, t, err));
    SHOAL_TRY(settle_period(t, opts, &s, err));
    SHOAL_TRY_OUT(allocate(&s, err));
    summarise_all(ctx, t, &s);
    if (shoal_cancelled(ctx)) status = shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted");
out:
    if (status < 0) shoal_summary_free(&s);
    else *result = s;
    return status;
}

void shoal_summary_free(shoal_summary *summary)
{
    free(summary->recency_days);
    free(summary->frequency);
    free(summary->monetary);
    free(summary->x);
    free(summary->t_x);
    free(summary->T);
    free(summary->mean_repeat_spend);
    free(summary->first_purchase);
    free(summary->last_purchase);
    free(summary->holdout_x);
    free(summary->holdout_spend);
    *summary = (shoal_summary){0};
}

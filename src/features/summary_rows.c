#include "features/summary_rows.h"

#include <math.h>
#include <string.h>

#include "base/date.h"
#include "base/memory.h"
#include "base/sum.h"

/* One customer's rows of one period while they go by. */
typedef struct history {
    int64_t today, day_end;                 /* day of the last row, from 1970-01-01, and the second after it */
    int64_t first_day, last_day;            /* of the purchases */
    int32_t purchases;                      /* days */
    bool bought_today, later;               /* later: rows of a later day than the first purchase's have come */
    uint64_t gap_squares;                   /* of the days between one purchase and the next */
    shoal_sum money, first_money, returned; /* first_money: up to the day of the first purchase */
} history;

static const history no_rows = {.day_end = INT64_MIN};

/* Two-sum as in shoal_sum_add, without renormalising: each addition waits for one before it, not for six. */
static inline void add(shoal_sum *sum, double value)
{
    const double total = sum->high + value;
    const double part = total - sum->high;
    sum->low += (sum->high - (total - part)) + (value - part);
    sum->high = total;
}

static double difference(shoal_sum whole, shoal_sum part)
{
    shoal_sum rest = {0};
    shoal_sum_merge(&rest, whole);
    shoal_sum_merge(&rest, (shoal_sum){-part.high, -part.low});
    return shoal_sum_value(rest);
}

static inline void begin_day(history *h, int64_t time)
{
    h->today = shoal_day_index(time);
    h->day_end = (h->today + 1) * SHOAL_DAY_SECONDS;
    h->bought_today = false;
    if (h->purchases == 0 || h->later) return;
    h->first_money = h->money;
    h->later = true;
}

static inline void buy(history *h)
{
    const uint64_t gap = (uint64_t)(h->today - h->last_day);
    if (h->purchases == 0) h->first_day = h->today;
    else h->gap_squares += gap * gap;
    h->last_day = h->today;
    h->bought_today = true;
    h->purchases++;
}

/* Rows from `row` to `end` that lie before `limit`; gives the first that does not. */
static inline int64_t add_rows(history *h, const shoal_transactions *t, int64_t row, int64_t end, int64_t limit)
{
    const int64_t *time = t->time;
    const double *amount = t->amount;
    history now = *h; /* in registers */
    for (; row < end && time[row] < limit; row++) {
        const double money = amount != NULL ? amount[row] : 0;
        if (time[row] >= now.day_end) begin_day(&now, time[row]);
        if (money >= 0) {
            if (!now.bought_today) buy(&now);
        } else {
            add(&now.returned, money);
        }
        add(&now.money, money);
    }
    *h = now;
    return row;
}

/* --- what the other columns of the rows tell --- */

static shoal_status make_stamps(const int32_t *codes, int32_t n, int32_t **stamps, shoal_error *err)
{
    if (codes == NULL) return SHOAL_OK;
    return shoal_alloc_zero(n, sizeof **stamps, stamps, err);
}

shoal_status shoal_seen_make(const shoal_transactions *t, shoal_seen *seen, shoal_error *err)
{
    *seen = (shoal_seen){0};
    SHOAL_TRY(make_stamps(t->product, t->n_products, &seen->product, err));
    return make_stamps(t->channel, t->n_channels, &seen->channel, err);
}

void shoal_seen_free(shoal_seen *seen)
{
    free(seen->product);
    free(seen->channel);
    *seen = (shoal_seen){0};
}

static void next_customer(const shoal_transactions *t, shoal_seen *seen)
{
    if (seen->customer == INT32_MAX) {
        if (seen->product != NULL) memset(seen->product, 0, (size_t)t->n_products * sizeof *seen->product);
        if (seen->channel != NULL) memset(seen->channel, 0, (size_t)t->n_channels * sizeof *seen->channel);
        seen->customer = 0;
    }
    seen->customer++;
}

/* Different codes in the rows of purchases. */
static int32_t count_codes(const shoal_transactions *t, const int32_t *code, int32_t n_codes, int64_t row, int64_t end,
                           int32_t *stamp, int32_t customer)
{
    int32_t count = 0;
    for (; row < end; row++) {
        if (code[row] < 0 || code[row] >= n_codes || (t->amount != NULL && t->amount[row] < 0)) continue;
        count += stamp[code[row]] != customer;
        stamp[code[row]] = customer;
    }
    return count;
}

static double discount_share(const shoal_transactions *t, int64_t row, int64_t end)
{
    shoal_sum all = {0}, discounted = {0};
    for (; row < end; row++) {
        const double money = t->amount != NULL ? t->amount[row] : 1;
        if (money < 0) continue;
        add(&all, money);
        if (t->discount[row] < 0 || t->discount[row] > 0) add(&discounted, money);
    }
    const double whole = shoal_sum_value(all);
    return whole > 0 ? shoal_sum_value(discounted) / whole : NAN;
}

/* --- a customer's row of the summary --- */

/* n gaps of `days` days in all: exact in 64 bits, since n and the days of 9,999 years are below 3.7e6. */
static double deviation(uint64_t n, uint64_t days, uint64_t squares)
{
    return n < 2 ? NAN : sqrt((double)(n * squares - days * days) / (double)n / (double)(n - 1));
}

static void write_times(const shoal_summary *s, int64_t c, const history *h)
{
    const double unit_days = shoal_unit_days(s->unit);
    const bool bought = h->purchases > 0;
    const int64_t end = shoal_day_index(s->calibration_end), lived = h->last_day - h->first_day;
    const int32_t x = bought ? h->purchases - 1 : 0;
    s->recency_days[c] = bought ? (double)(end - h->last_day) : NAN;
    s->frequency[c] = h->purchases;
    s->x[c] = x;
    s->t_x[c] = bought ? (double)lived / unit_days : NAN;
    s->T[c] = bought ? (double)(end - h->first_day) / unit_days : NAN;
    s->first_purchase[c] = bought ? h->first_day * SHOAL_DAY_SECONDS : SHOAL_NO_DATE;
    s->last_purchase[c] = bought ? h->last_day * SHOAL_DAY_SECONDS : SHOAL_NO_DATE;
    s->interpurchase_mean_days[c] = x > 0 ? (double)lived / x : NAN;
    s->interpurchase_sd_days[c] = deviation((uint64_t)x, (uint64_t)lived, h->gap_squares);
}

static void write_money(const shoal_summary *s, int64_t c, const history *h)
{
    const double bought = difference(h->money, h->returned);
    s->monetary[c] = shoal_sum_value(h->money);
    s->mean_repeat_spend[c] = h->purchases > 1 ? difference(h->money, h->first_money) / (h->purchases - 1) : NAN;
    s->return_share[c] = bought > 0 ? fabs(shoal_sum_value(h->returned)) / bought : NAN;
}

static void write_holdout(const shoal_summary *s, int64_t c, const history *h)
{
    const double money = shoal_sum_value(h->money);
    s->holdout_x[c] = h->purchases;
    s->holdout_T[c] =
        (double)(shoal_day_index(s->observation_end) - shoal_day_index(s->calibration_end)) / shoal_unit_days(s->unit);
    if (!s->has_amount) return;
    s->holdout_spend[c] = money;
    s->holdout_mean_spend[c] = h->purchases > 0 ? money / h->purchases : NAN;
}

static int64_t first_bad(const double *amount, int64_t row, int64_t end)
{
    while (row < end && isfinite(amount[row])) row++;
    return row < end ? row : -1;
}

int64_t shoal_summary_customer(const shoal_transactions *t, const shoal_summary *s, int64_t c, shoal_seen *seen)
{
    const int64_t begin = t->first_row[c], end = t->first_row[c + 1];
    history calibration = no_rows, holdout = no_rows;
    const int64_t middle = add_rows(&calibration, t, begin, end, s->calibration_end + SHOAL_DAY_SECONDS);
    int64_t rest = middle;
    write_times(s, c, &calibration);
    if (s->has_amount) write_money(s, c, &calibration);
    if (s->has_holdout) {
        rest = add_rows(&holdout, t, middle, end, s->observation_end + SHOAL_DAY_SECONDS);
        write_holdout(s, c, &holdout);
    }
    if (t->discount != NULL) s->discount_share[c] = discount_share(t, begin, middle);
    next_customer(t, seen);
    if (t->product != NULL)
        s->n_products[c] = count_codes(t, t->product, t->n_products, begin, middle, seen->product, seen->customer);
    if (t->channel != NULL)
        s->n_channels[c] = count_codes(t, t->channel, t->n_channels, begin, middle, seen->channel, seen->customer);
    if (t->amount == NULL) return -1;
    /* a sum that is finite has finite terms only */
    if (!isfinite(calibration.money.high + holdout.money.high)) rest = begin;
    return first_bad(t->amount, rest, end);
}

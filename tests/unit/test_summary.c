#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <shoal/rfm.h>

#include "base/date.h"
#include "load.h"

enum { DAY = SHOAL_DAY_SECONDS };

static int64_t date(const char *text)
{
    int64_t time;
    cr_assert(shoal_date_parse(text, strlen(text), &time));
    return time;
}

static shoal_summary summarise(const shoal_transactions *t, const shoal_summary_opts *opts)
{
    shoal_summary s = {0};
    shoal_error err = {0};
    cr_assert_eq(shoal_summary_run(NULL, t, opts, &s, &err), SHOAL_OK, "%s", err.message);
    return s;
}

static double total(const double *values, int64_t n)
{
    double sum = 0;
    for (int64_t i = 0; i < n; i++) sum += values[i];
    return sum;
}

static int64_t count(const int32_t *values, int64_t n)
{
    int64_t sum = 0;
    for (int64_t i = 0; i < n; i++) sum += values[i];
    return sum;
}

static int64_t positive(const int32_t *values, int64_t n)
{
    int64_t found = 0;
    for (int64_t i = 0; i < n; i++) found += values[i] > 0;
    return found;
}

Test(summary, cdnow_sample)
{
    loaded d = load_cdnow(SHOAL_DATASETS "/CDNOW_sample.txt", 5);
    shoal_summary_opts opts = shoal_summary_opts_default();
    shoal_summary all = summarise(&d.view, &opts);
    cr_assert_eq(all.n, 2357);
    cr_assert_eq(count(all.frequency, all.n), 6696, "customer-days");
    cr_assert_not(all.has_holdout);
    cr_assert_null(all.holdout_x);
    shoal_summary_free(&all);

    opts.calibration_end = date("1997-09-30");
    opts.unit = SHOAL_WEEK;
    shoal_summary s = summarise(&d.view, &opts);
    cr_assert_eq(count(s.x, s.n), 2457);
    cr_assert_eq(positive(s.x, s.n), 946);
    cr_assert_eq(count(s.holdout_x, s.n), 1882);
    cr_assert_float_eq(total(s.holdout_spend, s.n), 70976.39, 0.005);
    cr_assert_eq(s.observation_end, date("1998-06-30"));
    /* the first customer of the paper's table: x = 2, t_x = 30.43, T = 38.86 weeks, exactly days / 7 */
    cr_assert_eq(s.x[0], 2);
    cr_assert_eq(s.t_x[0], 213.0 / 7);
    cr_assert_eq(s.T[0], 272.0 / 7);
    cr_assert_eq(s.recency_days[0], 59);
    cr_assert_float_eq(s.mean_repeat_spend[0], (29.73 + 14.96) / 2, 1e-12);
    cr_assert_float_eq(s.monetary[0], 29.33 + 29.73 + 14.96, 1e-12);
    cr_assert_eq(s.first_purchase[0], date("1997-01-01"));
    cr_assert_eq(s.last_purchase[0], date("1997-08-02"));
    shoal_summary_free(&s);
    loaded_free(&d);
}

Test(summary, cdnow_master)
{
    loaded d = load_cdnow(SHOAL_DATASETS "/CDNOW_master.txt", 4);
    shoal_summary_opts opts = shoal_summary_opts_default();
    opts.calibration_end = date("1997-09-30") + DAY - 1; /* any second of the last day */
    shoal_summary s = summarise(&d.view, &opts);
    cr_assert_eq(s.n, 23570);
    cr_assert_eq(count(s.x, s.n), 24337);
    cr_assert_eq(count(s.holdout_x, s.n), 19684);
    cr_assert_eq(s.calibration_end, date("1997-09-30"));
    shoal_summary_free(&s);
    loaded_free(&d);
}

Test(summary, online_retail)
{
    loaded d = load_online_retail(SHOAL_DATASETS "/online_retail.csv.gz");
    cr_assert_eq(d.n, 397884);
    const shoal_summary_opts opts = shoal_summary_opts_default();
    shoal_summary s = summarise(&d.view, &opts);
    cr_assert_eq(s.n, 4338);
    cr_assert_float_eq(total(s.monetary, s.n), 8911407.90, 0.005);
    cr_assert_eq(positive(s.x, s.n), 2790);
    shoal_summary_free(&s);
    loaded_free(&d);
}

/* Four customers: one with returns and two purchases on a day; one with a return only; one who comes in the holdout;
 * one without rows. Days count from 100; times within the day differ. */
static const int64_t small_first[] = {0, 6, 7, 9, 9};
static const int64_t small_time[] = {100 * DAY,         101 * DAY + 5, 101 * DAY + 86399,
                                     105 * DAY,         111 * DAY,     112 * DAY + 1, /* */
                                     102 * DAY,                                       /* */
                                     111 * DAY + 86399, 113 * DAY};
static const double small_amount[] = {-1, 10, 20, -5, 7, -2, -3, 0, 4};
static const shoal_transactions small = {
    .n = 9, .n_customers = 4, .first_row = small_first, .time = small_time, .amount = small_amount};

Test(summary, returns_and_strangers)
{
    const shoal_summary_opts opts = {.calibration_end = 111 * DAY, .observation_end = 112 * DAY, .unit = SHOAL_DAY};
    shoal_summary s = summarise(&small, &opts);
    cr_assert(s.has_amount && s.has_holdout);
    /* customer 0 bought on days 101 and 111; the return of day 100 is before the first purchase */
    cr_assert_eq(s.frequency[0], 2);
    cr_assert_eq(s.x[0], 1);
    cr_assert_eq(s.t_x[0], 10);
    cr_assert_eq(s.T[0], 10);
    cr_assert_eq(s.recency_days[0], 0);
    cr_assert_eq(s.monetary[0], -1 + 10 + 20 - 5 + 7);
    cr_assert_eq(s.mean_repeat_spend[0], -5 + 7);
    cr_assert_eq(s.holdout_x[0], 0);
    cr_assert_eq(s.holdout_spend[0], -2);
    /* customer 1 only brought something back */
    cr_assert(s.frequency[1] == 0 && s.x[1] == 0 && isnan(s.T[1]) && isnan(s.t_x[1]) && isnan(s.recency_days[1]));
    cr_assert(isnan(s.mean_repeat_spend[1]) && s.monetary[1] == -3 && s.first_purchase[1] == SHOAL_NO_DATE);
    /* customer 2: an amount of 0 is a purchase; day 113 is after the end of observation */
    cr_assert(s.frequency[2] == 1 && s.T[2] == 0 && s.t_x[2] == 0 && isnan(s.mean_repeat_spend[2]));
    cr_assert(s.holdout_x[2] == 0 && s.holdout_spend[2] == 0);
    /* customer 3 has no rows at all */
    cr_assert(s.frequency[3] == 0 && isnan(s.T[3]) && s.monetary[3] == 0);
    shoal_summary_free(&s);
}

Test(summary, without_amounts_every_row_is_a_purchase)
{
    shoal_transactions t = small;
    t.amount = NULL;
    const shoal_summary_opts opts = {
        .calibration_end = 112 * DAY, .observation_end = SHOAL_NO_DATE, .unit = SHOAL_MONTH};
    shoal_summary s = summarise(&t, &opts);
    cr_assert_not(s.has_amount);
    cr_assert(s.monetary == NULL && s.mean_repeat_spend == NULL && s.holdout_spend == NULL);
    cr_assert_eq(s.frequency[0], 5);
    cr_assert_eq(s.T[0], 12 / (365.25 / 12));
    cr_assert(s.frequency[2] == 1 && s.holdout_x[2] == 1);
    shoal_summary_free(&s);
}

Test(summary, refuses_periods_outside_the_data)
{
    shoal_summary s;
    shoal_error err = {0};
    shoal_summary_opts opts = {.calibration_end = 99 * DAY, .observation_end = SHOAL_NO_DATE};
    cr_assert_eq(shoal_summary_run(NULL, &small, &opts, &s, &err), SHOAL_ERR_USAGE);
    cr_assert(strstr(err.message, "1970-04-10") != NULL, "%s", err.message);
    opts.calibration_end = 114 * DAY;
    cr_assert_eq(shoal_summary_run(NULL, &small, &opts, &s, &err), SHOAL_ERR_USAGE);
    opts.observation_end = 120 * DAY; /* a later day of reference is no error */
    cr_assert_eq(shoal_summary_run(NULL, &small, &opts, &s, &err), SHOAL_OK);
    cr_assert_eq(s.recency_days[0], 114 - 111);
    shoal_summary_free(&s);
    const shoal_transactions none = {.first_row = small_first};
    cr_assert_eq(shoal_summary_run(NULL, &none, &opts, &s, &err), SHOAL_ERR_INPUT);
    const double hole[9] = {[4] = NAN};
    shoal_transactions t = small;
    t.amount = hole;
    cr_assert_eq(shoal_summary_run(NULL, &t, &opts, &s, &err), SHOAL_ERR_INPUT);
    cr_assert(strstr(err.message, "transaction 4") != NULL, "%s", err.message);
    volatile sig_atomic_t cancel = 1;
    const shoal_ctx ctx = {.cancel = &cancel};
    cr_assert_eq(shoal_summary_run(&ctx, &small, &opts, &s, &err), SHOAL_ERR_INTERRUPTED);
}

Test(summary, units)
{
    cr_assert_eq(shoal_unit_days(SHOAL_WEEK), 7);
    cr_assert_eq(shoal_unit_days(SHOAL_MONTH), 30.4375);
    cr_assert_eq(shoal_unit_parse("week"), SHOAL_WEEK);
    cr_assert_eq(shoal_unit_parse("fortnight"), -1);
    cr_assert_str_eq(shoal_unit_name(SHOAL_DAY), "day");
}

/* The customer summary against one that looks at every day of every customer. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <shoal/rfm.h>

#include "base/date.h"
#include "base/random.h"

enum { DAY = SHOAL_DAY_SECONDS, CUSTOMERS = 300, MOST_ROWS = 40, DAYS = 60, PRODUCTS = 7, CHANNELS = 3, TRIALS = 24 };
static const int64_t START = -20; /* some days lie before 1970 */

typedef struct sales {
    int64_t first_row[CUSTOMERS + 1];
    int64_t time[CUSTOMERS * MOST_ROWS];
    double amount[CUSTOMERS * MOST_ROWS], discount[CUSTOMERS * MOST_ROWS];
    int32_t product[CUSTOMERS * MOST_ROWS], channel[CUSTOMERS * MOST_ROWS];
    shoal_transactions view;
} sales;

static int ascending(const void *left, const void *right)
{
    const int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

/* Few times, so that many rows share one; every third return takes the row before it back. */
static void draw_row(sales *s, int64_t row, bool is_first, shoal_rng *rng)
{
    const uint64_t kind = shoal_rng_below(rng, 6);
    s->amount[row] = (double)shoal_rng_below(rng, 10000) / 100;
    if (kind == 0) s->amount[row] = -s->amount[row];
    if (kind == 1 && !is_first) s->amount[row] = -s->amount[row - 1];
    s->discount[row] = shoal_rng_below(rng, 3) == 0 ? 0.15 : shoal_rng_below(rng, 5) == 0 ? NAN : 0;
    s->product[row] = (int32_t)shoal_rng_below(rng, PRODUCTS + 2) - 1; /* one too low, one too high */
    s->channel[row] = (int32_t)shoal_rng_below(rng, CHANNELS);
}

static sales *make_sales(uint64_t trial)
{
    sales *s = calloc(1, sizeof *s);
    cr_assert_not_null(s);
    shoal_rng rng = shoal_rng_start(31, trial);
    int64_t n = 0;
    for (int c = 0; c < CUSTOMERS; c++) {
        const int64_t rows = (int64_t)shoal_rng_below(&rng, shoal_rng_below(&rng, 3) == 0 ? 3 : MOST_ROWS);
        s->first_row[c] = n;
        for (int64_t i = 0; i < rows; i++)
            s->time[n + i] = (START + (int64_t)shoal_rng_below(&rng, DAYS)) * DAY +
                             (int64_t)shoal_rng_below(&rng, 3) * (DAY - 1) / 2;
        qsort(s->time + n, (size_t)rows, sizeof s->time[0], ascending);
        for (int64_t i = 0; i < rows; i++) draw_row(s, n + i, i == 0, &rng);
        n += rows;
    }
    s->first_row[CUSTOMERS] = n;
    s->view = (shoal_transactions){.n = n, .n_customers = CUSTOMERS, .first_row = s->first_row, .time = s->time};
    if (trial % 4 != 3) s->view.amount = s->amount;
    if (trial % 3 != 2) s->view.discount = s->discount;
    s->view.product = s->product;
    s->view.channel = s->channel;
    s->view.n_products = PRODUCTS;
    s->view.n_channels = CHANNELS;
    return s;
}

static shoal_summary summarise(const shoal_transactions *t, const shoal_summary_opts *opts, int threads)
{
    const shoal_ctx ctx = {.threads = threads};
    shoal_summary s = {0};
    shoal_error err = {0};
    cr_assert_eq(shoal_summary_run(&ctx, t, opts, &s, &err), SHOAL_OK, "%s", err.message);
    return s;
}

/* A customer's days from `first` to `last`, one by one. */
typedef struct diary {
    int purchases, products, channels;
    int64_t first_day, last_day;
    int64_t gaps[DAYS];
    long double money, later_money, bought, returned, discounted;
} diary;

static diary look(const shoal_transactions *t, int64_t c, int64_t first, int64_t last)
{
    diary d = {0};
    bool product[PRODUCTS] = {false}, channel[CHANNELS] = {false};
    for (int64_t day = first; day <= last; day++) {
        bool bought = false;
        long double money = 0;
        for (int64_t i = t->first_row[c]; i < t->first_row[c + 1]; i++) {
            const double amount = t->amount != NULL ? t->amount[i] : 0;
            if (t->time[i] < day * DAY || t->time[i] >= (day + 1) * DAY) continue;
            money += amount;
            if (amount < 0) {
                d.returned -= amount;
                continue;
            }
            bought = true;
            const double counted = t->amount != NULL ? amount : 1;
            d.bought += counted;
            if (t->discount != NULL && t->discount[i] > 0) d.discounted += counted;
            if (t->product[i] >= 0 && t->product[i] < PRODUCTS) product[t->product[i]] = true;
            channel[t->channel[i]] = true;
        }
        d.money += money;
        if (d.purchases > 0) d.later_money += money;
        if (!bought) continue;
        if (d.purchases > 0) d.gaps[d.purchases - 1] = day - d.last_day;
        else d.first_day = day;
        d.last_day = day;
        d.purchases++;
    }
    for (int p = 0; p < PRODUCTS; p++) d.products += product[p];
    for (int p = 0; p < CHANNELS; p++) d.channels += channel[p];
    return d;
}

static void near(double got, long double want, const char *what, int64_t c)
{
    if (isnan(want)) cr_assert(isnan(got), "%s of customer %d: %g", what, (int)c, got);
    else cr_assert(fabsl(got - want) <= 1e-12L * (1 + fabsl(want)), "%s of customer %d: %.17g", what, (int)c, got);
}

static void check_gaps(const shoal_summary *s, int64_t c, const diary *d)
{
    const int x = d->purchases - 1;
    long double mean = 0, squares = 0;
    for (int i = 0; i < x; i++) mean += (long double)d->gaps[i] / x;
    for (int i = 0; i < x; i++) squares += ((long double)d->gaps[i] - mean) * ((long double)d->gaps[i] - mean);
    near(s->interpurchase_mean_days[c], x > 0 ? mean : (long double)NAN, "mean gap", c);
    near(s->interpurchase_sd_days[c], x > 1 ? sqrtl(squares / (x - 1)) : (long double)NAN, "deviation of gaps", c);
}

static void check_customer(const shoal_transactions *t, const shoal_summary *s, int64_t c)
{
    const int64_t end = s->calibration_end / DAY, last = s->observation_end / DAY;
    const diary d = look(t, c, START, end), holdout = look(t, c, end + 1, last);
    const long double none = NAN, unit = shoal_unit_days(s->unit);
    const bool bought = d.purchases > 0;
    cr_assert_eq(s->frequency[c], d.purchases, "frequency of customer %d", (int)c);
    cr_assert_eq(s->x[c], bought ? d.purchases - 1 : 0);
    near(s->recency_days[c], bought ? (long double)(end - d.last_day) : none, "recency", c);
    near(s->t_x[c], bought ? (long double)(d.last_day - d.first_day) / unit : none, "t_x", c);
    near(s->T[c], bought ? (long double)(end - d.first_day) / unit : none, "T", c);
    cr_assert_eq(s->first_purchase[c], bought ? d.first_day * DAY : SHOAL_NO_DATE);
    cr_assert_eq(s->last_purchase[c], bought ? d.last_day * DAY : SHOAL_NO_DATE);
    cr_assert_eq(s->n_products[c], d.products, "products of customer %d", (int)c);
    cr_assert_eq(s->n_channels[c], d.channels, "channels of customer %d", (int)c);
    check_gaps(s, c, &d);
    if (t->discount != NULL) near(s->discount_share[c], d.bought > 0 ? d.discounted / d.bought : none, "discounts", c);
    if (s->has_holdout) {
        cr_assert_eq(s->holdout_x[c], holdout.purchases);
        near(s->holdout_T[c], (long double)(last - end) / unit, "holdout_T", c);
    }
    if (!s->has_amount) return;
    near(s->monetary[c], d.money, "monetary", c);
    near(s->mean_repeat_spend[c], d.purchases > 1 ? d.later_money / (d.purchases - 1) : none, "repeat spend", c);
    near(s->return_share[c], d.bought > 0 ? d.returned / d.bought : none, "returns", c);
    if (!s->has_holdout) return;
    near(s->holdout_spend[c], holdout.money, "holdout spend", c);
    near(s->holdout_mean_spend[c], holdout.purchases > 0 ? holdout.money / holdout.purchases : none, "holdout mean", c);
}

static shoal_summary_opts opts_of(uint64_t trial)
{
    shoal_summary_opts opts = shoal_summary_opts_default();
    opts.unit = (shoal_unit)(trial % 3);
    if (trial % 2 == 1) opts.calibration_end = (START + DAYS / 2) * DAY + 7;
    if (trial % 4 == 1) opts.observation_end = (START + DAYS - 5) * DAY;
    return opts;
}

Test(summary_naive, agrees_day_by_day)
{
    for (uint64_t trial = 0; trial < TRIALS; trial++) {
        sales *made = make_sales(trial);
        const shoal_summary_opts opts = opts_of(trial);
        shoal_summary s = summarise(&made->view, &opts, 1 + (int)(trial % 3));
        cr_assert_eq(s.has_amount, made->view.amount != NULL);
        cr_assert_eq(s.has_holdout, opts.calibration_end != SHOAL_NO_DATE);
        cr_assert_eq(s.discount_share != NULL, made->view.discount != NULL);
        for (int64_t c = 0; c < CUSTOMERS; c++) check_customer(&made->view, &s, c);
        shoal_summary_free(&s);
        free(made);
    }
}

/* The columns of a summary with amounts, discounts and a holdout. */
enum { COLUMNS = 19 };
static void list_columns(const shoal_summary *s, const void *columns[COLUMNS], size_t sizes[COLUMNS])
{
    const void *const all[COLUMNS] = {s->recency_days,
                                      s->frequency,
                                      s->monetary,
                                      s->x,
                                      s->t_x,
                                      s->T,
                                      s->mean_repeat_spend,
                                      s->first_purchase,
                                      s->last_purchase,
                                      s->interpurchase_mean_days,
                                      s->interpurchase_sd_days,
                                      s->return_share,
                                      s->discount_share,
                                      s->n_products,
                                      s->n_channels,
                                      s->holdout_x,
                                      s->holdout_spend,
                                      s->holdout_mean_spend,
                                      s->holdout_T};
    for (int j = 0; j < COLUMNS; j++) {
        columns[j] = all[j];
        sizes[j] = j == 1 || j == 3 || j == 13 || j == 14 || j == 15 ? sizeof(int32_t) : sizeof(double);
    }
}

/* Row order[c] of a is row c of b, to the bit. */
static void check_same(const shoal_summary *a, const shoal_summary *b, const int64_t *order)
{
    const void *left[COLUMNS], *right[COLUMNS];
    size_t sizes[COLUMNS];
    list_columns(a, left, sizes);
    list_columns(b, right, sizes);
    for (int j = 0; j < COLUMNS; j++)
        for (int64_t c = 0; c < b->n; c++)
            cr_assert_arr_eq((const char *)left[j] + (size_t)order[c] * sizes[j],
                             (const char *)right[j] + (size_t)c * sizes[j], sizes[j], "column %d customer %d", j,
                             (int)c);
}

Test(summary_naive, any_number_of_threads)
{
    sales *made = make_sales(1);
    /* more customers than one block: the same ones over and over */
    enum { TIMES = 40, MANY = CUSTOMERS * TIMES };
    static int64_t first_row[MANY + 1], order[MANY];
    const int64_t rows = made->view.n;
    shoal_transactions t = made->view;
    int64_t *time = malloc((size_t)(rows * TIMES) * sizeof *time);
    double *amount = malloc((size_t)(rows * TIMES) * sizeof *amount);
    double *discount = malloc((size_t)(rows * TIMES) * sizeof *discount);
    int32_t *product = malloc((size_t)(rows * TIMES) * sizeof *product);
    int32_t *channel = malloc((size_t)(rows * TIMES) * sizeof *channel);
    for (int64_t i = 0; i < rows * TIMES; i++) {
        time[i] = t.time[i % rows];
        amount[i] = t.amount[i % rows] + (double)(i / rows);
        discount[i] = t.discount[i % rows];
        product[i] = t.product[i % rows];
        channel[i] = t.channel[i % rows];
    }
    for (int64_t c = 0; c < MANY; c++) {
        first_row[c] = c / CUSTOMERS * rows + t.first_row[c % CUSTOMERS];
        order[c] = c;
    }
    first_row[MANY] = rows * TIMES;
    t = (shoal_transactions){.n = rows * TIMES,
                             .n_customers = MANY,
                             .first_row = first_row,
                             .time = time,
                             .amount = amount,
                             .discount = discount,
                             .product = product,
                             .channel = channel,
                             .n_products = PRODUCTS,
                             .n_channels = CHANNELS};
    const shoal_summary_opts opts = opts_of(1);
    shoal_summary one = summarise(&t, &opts, 1);
    for (int threads = 2; threads <= 7; threads++) {
        shoal_summary many = summarise(&t, &opts, threads);
        check_same(&one, &many, order);
        shoal_summary_free(&many);
    }
    shoal_summary_free(&one);
    free(time);
    free(amount);
    free(discount);
    free(product);
    free(channel);
    free(made);
}

Test(summary_naive, customers_in_any_order)
{
    sales *made = make_sales(1), *other = calloc(1, sizeof *other);
    cr_assert_not_null(other);
    int64_t order[CUSTOMERS] = {0}, n = 0;
    shoal_rng rng = shoal_rng_start(32, 0);
    for (int c = 0; c < CUSTOMERS; c++) {
        const int64_t j = (int64_t)shoal_rng_below(&rng, (uint64_t)c + 1);
        order[c] = order[j];
        order[j] = c;
    }
    for (int c = 0; c < CUSTOMERS; c++) {
        other->first_row[c] = n;
        for (int64_t i = made->first_row[order[c]]; i < made->first_row[order[c] + 1]; i++, n++) {
            other->time[n] = made->time[i];
            other->amount[n] = made->amount[i];
            other->discount[n] = made->discount[i];
            other->product[n] = made->product[i];
            other->channel[n] = made->channel[i];
        }
    }
    other->first_row[CUSTOMERS] = n;
    shoal_transactions t = made->view;
    t.first_row = other->first_row;
    t.time = other->time;
    t.amount = other->amount;
    t.discount = other->discount;
    t.product = other->product;
    t.channel = other->channel;
    const shoal_summary_opts opts = opts_of(1);
    shoal_summary a = summarise(&made->view, &opts, 2), b = summarise(&t, &opts, 2);
    check_same(&a, &b, order);
    shoal_summary_free(&a);
    shoal_summary_free(&b);
    free(made);
    free(other);
}

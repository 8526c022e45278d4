/* The same bits for any number of threads and any order of customers; a weight is so many copies. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <shoal/clv.h>

#include "base/random.h"

enum { N = 60000 };

typedef struct customers {
    int32_t x[N];
    double t_x[N], T[N], mean[N];
} customers;

/* BG/NBD and Gamma-Gamma customers in whole days. */
static customers *make_customers(void)
{
    customers *c = malloc(sizeof *c);
    for (int64_t i = 0; i < N; i++) {
        shoal_rng rng = shoal_rng_start(11, (uint64_t)i);
        const double rate = shoal_rng_gamma(&rng, 0.8) / 40, dropout = shoal_rng_beta(&rng, 0.8, 2.5);
        const double scale = shoal_rng_gamma(&rng, 3.7) / 15.4;
        double now = 0, last = 0, money = 0;
        c->T[i] = (double)shoal_rng_below(&rng, 730);
        c->x[i] = 0;
        for (;;) {
            now += shoal_rng_exponential(&rng) / rate;
            if (now >= c->T[i] + 1) break;
            if (floor(now) > last) {
                last = floor(now);
                c->x[i]++;
                money += shoal_rng_gamma(&rng, 6.25) / scale;
            }
            if (shoal_rng_uniform(&rng) < dropout) break;
        }
        c->t_x[i] = last;
        c->mean[i] = c->x[i] > 0 ? money / c->x[i] : NAN;
    }
    return c;
}

typedef struct outcome {
    shoal_bgnbd_fit purchase;
    shoal_gamma_gamma_fit spend;
    double p_alive[N], purchases[N], money[N], clv[N];
} outcome;

static outcome *run(const customers *c, int threads)
{
    outcome *o = calloc(1, sizeof *o);
    shoal_error err = {0};
    const shoal_ctx ctx = {.threads = threads};
    const shoal_clv_opts opts = {.horizon = 365, .period = 365.25 / 12, .discount_rate = 0.01};
    cr_assert_eq(shoal_bgnbd_estimate(&ctx, N, c->x, c->t_x, c->T, NULL, &o->purchase, &err), SHOAL_OK, "%s",
                 err.message);
    cr_assert_eq(shoal_gamma_gamma_estimate(&ctx, N, c->x, c->mean, NULL, &o->spend, &err), SHOAL_OK, "%s",
                 err.message);
    cr_assert_eq(shoal_clv_predict(&ctx, &o->purchase.params, &o->spend.params, &opts, N, c->x, c->t_x, c->T, c->mean,
                                   o->p_alive, o->purchases, o->money, o->clv, &err),
                 SHOAL_OK, "%s", err.message);
    return o;
}

Test(clv_properties, threads_change_no_bit)
{
    customers *c = make_customers();
    outcome *one = run(c, 1);
    cr_assert_gt(one->purchase.info.n_distinct, 2 * 16384, "several blocks, and a sample for the starts");
    const int threads[] = {2, 3, 8};
    for (int i = 0; i < 3; i++) {
        outcome *many = run(c, threads[i]);
        cr_assert_eq(memcmp(one, many, sizeof *one), 0, "%d threads", threads[i]);
        free(many);
    }
    free(one);
    free(c);
}

Test(clv_properties, order_changes_no_bit)
{
    customers *c = make_customers(), *shuffled = malloc(sizeof *shuffled);
    static int64_t place[N];
    shoal_rng rng = shoal_rng_start(12, 0);
    for (int64_t i = 0; i < N; i++) place[i] = i;
    for (int64_t i = N - 1; i > 0; i--) {
        const int64_t j = (int64_t)shoal_rng_below(&rng, (uint64_t)i + 1), kept = place[i];
        place[i] = place[j];
        place[j] = kept;
    }
    for (int64_t i = 0; i < N; i++) {
        shuffled->x[i] = c->x[place[i]];
        shuffled->t_x[i] = c->t_x[place[i]];
        shuffled->T[i] = c->T[place[i]];
        shuffled->mean[i] = c->mean[place[i]];
    }
    outcome *a = run(c, 2), *b = run(shuffled, 2);
    cr_assert_eq(memcmp(&a->purchase, &b->purchase, sizeof a->purchase), 0);
    cr_assert_eq(memcmp(&a->spend, &b->spend, sizeof a->spend), 0);
    for (int64_t i = 0; i < N; i++) {
        cr_assert_eq(memcmp(&b->clv[i], &a->clv[place[i]], sizeof(double)), 0);
        cr_assert_eq(memcmp(&b->purchases[i], &a->purchases[place[i]], sizeof(double)), 0);
    }
    free(a);
    free(b);
    free(c);
    free(shuffled);
}

Test(clv_properties, a_weight_is_so_many_copies)
{
    enum { FEW = 3000 };
    customers *c = make_customers(), *copies = malloc(sizeof *copies);
    static double weight[FEW];
    int64_t n = 0;
    for (int64_t i = 0; i < FEW; i++) {
        weight[i] = 1 + (double)(i % 4);
        for (int k = 0; k < (int)weight[i]; k++, n++) {
            copies->x[n] = c->x[i];
            copies->t_x[n] = c->t_x[i];
            copies->T[n] = c->T[i];
            copies->mean[n] = c->mean[i];
        }
    }
    shoal_error err = {0};
    shoal_bgnbd_fit a, b;
    memset(&a, 0, sizeof a);
    memset(&b, 0, sizeof b);
    cr_assert_eq(shoal_bgnbd_estimate(NULL, FEW, c->x, c->t_x, c->T, weight, &a, &err), SHOAL_OK);
    cr_assert_eq(shoal_bgnbd_estimate(NULL, n, copies->x, copies->t_x, copies->T, NULL, &b, &err), SHOAL_OK);
    cr_assert_eq(memcmp(&a, &b, sizeof a), 0);
    cr_assert_eq(a.info.n, n);
    shoal_gamma_gamma_fit d, e;
    memset(&d, 0, sizeof d);
    memset(&e, 0, sizeof e);
    cr_assert_eq(shoal_gamma_gamma_estimate(NULL, FEW, c->x, c->mean, weight, &d, &err), SHOAL_OK);
    cr_assert_eq(shoal_gamma_gamma_estimate(NULL, n, copies->x, copies->mean, NULL, &e, &err), SHOAL_OK);
    cr_assert_eq(memcmp(&d, &e, sizeof d), 0);
    free(c);
    free(copies);
}

/* The unit of time and of money is a unit: it scales α and γ and shifts the log-likelihood, no more. */
Test(clv_properties, units_do_not_matter)
{
    customers *c = make_customers();
    shoal_error err = {0};
    shoal_bgnbd_fit days, weeks;
    double purchases = 0;
    static double t_x[N], T[N];
    for (int64_t i = 0; i < N; i++) {
        t_x[i] = c->t_x[i] / 7;
        T[i] = c->T[i] / 7;
        purchases += c->x[i];
    }
    cr_assert_eq(shoal_bgnbd_estimate(NULL, N, c->x, c->t_x, c->T, NULL, &days, &err), SHOAL_OK);
    cr_assert_eq(shoal_bgnbd_estimate(NULL, N, c->x, t_x, T, NULL, &weeks, &err), SHOAL_OK);
    cr_assert_float_eq(weeks.params.r, days.params.r, 1e-7 * days.params.r);
    cr_assert_float_eq(weeks.params.alpha * 7, days.params.alpha, 1e-7 * days.params.alpha);
    cr_assert_float_eq(weeks.params.a, days.params.a, 1e-6 * days.params.a);
    cr_assert_float_eq(weeks.info.log_likelihood, days.info.log_likelihood + purchases * log(7),
                       1e-12 * fabs(days.info.log_likelihood));
    /* the truth is within five standard errors, whole days notwithstanding for the parameters of dropout */
    cr_assert_float_eq(days.params.a / (days.params.a + days.params.b), 0.8 / 3.3, 0.03);
    free(c);
}

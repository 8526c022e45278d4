#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <shoal/profile.h>

#include "base/random.h"
#include "base/text.h"
#include "segment/profile_name.h"

static shoal_column f64(const char *name, int64_t n, const double *data)
{
    return (shoal_column){.name = name, .type = SHOAL_F64, .length = n, .data = data};
}

Test(profile, by_hand)
{
    static const double a[] = {1, 3, NAN, 10, 20, 7}, money[] = {0.10, 0.20, 0.30, 5.05, -1.00, 99};
    static const int32_t labels[] = {0, 0, 0, 1, 1, -1};
    const shoal_column variable = f64("a", 6, a), revenue = f64("monetary", 6, money);
    const shoal_matrix x = {.n = 6, .d = 1, .columns = &variable};
    shoal_profile p = {0};
    cr_assert_eq(shoal_profile_run(NULL, &x, labels, 3, &revenue, NULL, &p, NULL), SHOAL_OK);
    cr_assert_eq(p.customers, 5);
    cr_assert(p.segments[0].customers == 3 && p.segments[1].customers == 2 && p.segments[2].customers == 0);
    cr_assert_eq(p.mean[0], 2.0, "the missing value is left out");
    cr_assert_eq(p.mean[1], 15.0);
    cr_assert(isnan(p.mean[2]));
    cr_assert_eq(p.overall_mean[0], 8.5);
    cr_assert_float_eq(p.overall_std[0], sqrt((7.5 * 7.5 + 5.5 * 5.5 + 1.5 * 1.5 + 11.5 * 11.5) / 4), 1e-12);
    /* binary fractions: 0.60 + 4.05 is not the double nearest 4.65, but the next one */
    cr_assert_float_eq(p.segments[0].revenue, 0.60, 1e-15);
    cr_assert_float_eq(p.segments[1].revenue, 4.05, 1e-15);
    cr_assert_float_eq(p.revenue, 4.65, 1e-15);
    cr_assert_eq(p.clv, 0);
    cr_assert_str_eq(p.segments[1].name, "Segment 2");
    shoal_profile_free(&p);
}

/* Amounts in whole cents: the oracle adds integers. */
Test(profile, cents_add_up_for_any_number_of_threads)
{
    enum { N = 200000, K = 7 };
    double *money = malloc(N * sizeof *money), *other = malloc(N * sizeof *other);
    int32_t *labels = malloc(N * sizeof *labels);
    int64_t cents[K] = {0}, all = 0;
    shoal_rng rng = shoal_rng_start(3, 0);
    for (int i = 0; i < N; i++) {
        const int64_t c = (int64_t)shoal_rng_below(&rng, 5000000) - 300000;
        money[i] = (double)c / 100;
        other[i] = shoal_rng_normal(&rng);
        labels[i] = (int32_t)shoal_rng_below(&rng, K + 1) - 1;
        if (labels[i] >= 0) {
            cents[labels[i]] += c;
            all += c;
        }
    }
    const shoal_column revenue = f64("monetary", N, money), variable = f64("v", N, other);
    const shoal_matrix x = {.n = N, .d = 1, .columns = &variable};
    shoal_profile first = {0};
    for (int threads = 1; threads <= 8; threads = threads == 1 ? 2 : threads == 2 ? 3 : threads + 5) {
        const shoal_ctx ctx = {.threads = threads};
        shoal_profile p = {0};
        cr_assert_eq(shoal_profile_run(&ctx, &x, labels, K, &revenue, &variable, &p, NULL), SHOAL_OK);
        for (int s = 0; s < K; s++) cr_assert_eq(p.segments[s].revenue, (double)cents[s] / 100);
        cr_assert_eq(p.revenue, (double)all / 100);
        if (threads == 1) {
            first = p;
            continue;
        }
        cr_assert_eq(memcmp(p.mean, first.mean, K * sizeof *p.mean), 0);
        cr_assert_eq(memcmp(p.overall_std, first.overall_std, sizeof *p.overall_std), 0);
        cr_assert_eq(memcmp(&p.clv, &first.clv, sizeof p.clv), 0);
        shoal_profile_free(&p);
    }
    shoal_profile_free(&first);
    free(money);
    free(other);
    free(labels);
}

/* Profiles for naming are written down directly: variables' means by segment, with overall mean and deviation. */
static shoal_profile made(int k, int d, const char *const *names, const double *mean, const double *overall,
                          const double *std)
{
    shoal_profile p = {.n_segments = k, .n_variables = d};
    p.segments = calloc((size_t)k, sizeof *p.segments);
    p.variables = calloc((size_t)d, sizeof *p.variables);
    p.mean = calloc((size_t)(k * d), sizeof *p.mean);
    p.overall_mean = calloc((size_t)d, sizeof *p.overall_mean);
    p.overall_std = calloc((size_t)d, sizeof *p.overall_std);
    memcpy(p.mean, mean, (size_t)(k * d) * sizeof *mean);
    memcpy(p.overall_mean, overall, (size_t)d * sizeof *overall);
    memcpy(p.overall_std, std, (size_t)d * sizeof *std);
    for (int v = 0; v < d; v++) shoal_text_copy(p.variables[v], sizeof p.variables[v], names[v]);
    for (int s = 0; s < k; s++) p.segments[s].customers = 100;
    return p;
}

static void check_names(const shoal_profile *p)
{
    for (int s = 0; s < p->n_segments; s++) {
        const char *name = p->segments[s].name;
        cr_assert(strlen(name) > 0 && strlen(name) <= 40, "%s", name);
        for (int t = 0; t < s; t++) cr_assert_str_neq(name, p->segments[t].name);
    }
}

Test(profile_name, by_recency_frequency_money)
{
    static const char *const names[] = {"recency_days", "frequency", "monetary"};
    static const double mean[] = {30, 9, 900, 35, 3, 120, 480, 1.02, 20, 50, 1.4, 30, 420, 4.5, 700, 250, 2.6, 100};
    static const double overall[] = {250, 3, 140}, std[] = {180, 3.5, 240};
    shoal_profile p = made(6, 3, names, mean, overall, std);
    shoal_profile_name(&p);
    check_names(&p);
    cr_assert_str_eq(p.segments[0].name, "Loyal big spenders");
    cr_assert_str_eq(p.segments[1].name, "Active core customers");
    cr_assert_str_eq(p.segments[2].name, "Lapsed one-time buyers");
    cr_assert_str_eq(p.segments[3].name, "New or occasional buyers");
    cr_assert_str_eq(p.segments[4].name, "Lapsed top customers");
    cr_assert_str_eq(p.segments[5].name, "Cooling customers");
    for (int s = 0; s < 6; s++) cr_assert_not_null(shoal_profile_advice(p.segments[s].name));
    shoal_profile_free(&p);
}

Test(profile_name, silence_of_a_frequent_buyer)
{
    /* the same recency: long for who buys often, which only P(alive) knows */
    static const char *const names[] = {"recency_days", "frequency", "monetary", "p_alive"};
    static const double mean[] = {60, 9, 900, 0.5, 60, 9, 900, 0.95, 60, 9, 900, 0.2, 60, 1, 20, 1};
    static const double overall[] = {250, 3, 140, 0.8}, std[] = {180, 3.5, 240, 0.3};
    shoal_profile p = made(4, 4, names, mean, overall, std);
    shoal_profile_name(&p);
    cr_assert_str_eq(p.segments[0].name, "Slipping top customers");
    cr_assert_str_eq(p.segments[1].name, "Loyal big spenders");
    cr_assert_str_eq(p.segments[2].name, "Lapsed top customers");
    cr_assert_str_eq(p.segments[3].name, "New or occasional buyers");
    shoal_profile_free(&p);
}

Test(profile_name, unique_and_independent_of_order)
{
    static const char *const names[] = {"recency_days", "frequency", "monetary"};
    static const double overall[] = {250, 3, 140}, std[] = {180, 3.5, 240};
    static const double pair[] = {30, 9, 900, 30, 9, 1900}, turned[] = {30, 9, 1900, 30, 9, 900};
    shoal_profile p = made(2, 3, names, pair, overall, std), q = made(2, 3, names, turned, overall, std);
    shoal_profile_name(&p);
    shoal_profile_name(&q);
    cr_assert_str_eq(p.segments[0].name, "Loyal big spenders (lower spend)");
    cr_assert_str_eq(p.segments[1].name, "Loyal big spenders (higher spend)");
    cr_assert_str_eq(p.segments[0].name, q.segments[1].name);
    cr_assert_str_eq(p.segments[1].name, q.segments[0].name);
    cr_assert_str_eq(shoal_profile_advice(p.segments[0].name), shoal_profile_advice("Loyal big spenders"));
    shoal_profile_free(&p);
    shoal_profile_free(&q);

    enum { K = 40 };
    double alike[K * 3];
    for (int s = 0; s < K; s++) {
        alike[3 * s] = 30;
        alike[3 * s + 1] = 9;
        alike[3 * s + 2] = 900 + s / 2;
    }
    p = made(K, 3, names, alike, overall, std);
    shoal_profile_name(&p);
    check_names(&p);
    cr_assert_str_eq(p.segments[38].name, "Loyal big spenders 1", "the first of the two that spend most");
    shoal_profile_free(&p);
}

Test(profile_name, strange_variables)
{
    static const char *const names[] = {"Fresh", "Detergents_Paper_of_an_very_long_name_ünd_mehr_und_mehr"};
    static const double mean[] = {9, 1, 1, 9, 1, 9, 5, 5, NAN, NAN}, overall[] = {5, 5}, std[] = {2, 3};
    shoal_profile p = made(5, 2, names, mean, overall, std);
    p.segments[4].customers = 0;
    shoal_profile_name(&p);
    check_names(&p);
    cr_assert_str_eq(p.segments[0].name, "High Fresh");
    cr_assert_str_eq(p.segments[3].name, "Average");
    cr_assert_str_eq(p.segments[4].name, "Empty");
    cr_assert(shoal_text_is_utf8(p.segments[1].name, strlen(p.segments[1].name)));
    cr_assert_null(shoal_profile_advice("High Fresh"));
    cr_assert_null(shoal_profile_advice("Cooling customersX"));
    shoal_profile_free(&p);

    p = made(3, 0, names, mean, overall, std); /* no variable at all */
    shoal_profile_name(&p);
    check_names(&p);
    shoal_profile_free(&p);
}

/* Any profile at all: names are there, short, unique, UTF-8. */
Test(profile_name, random_profiles)
{
    static const char *const names[] = {"recency_days", "frequency", "monetary", "clv/p_alive", "clv/clv"};
    shoal_rng rng = shoal_rng_start(11, 0);
    for (int round = 0; round < 400; round++) {
        enum { K = 12, D = 5 };
        double mean[K * D], overall[D], std[D];
        for (int v = 0; v < D; v++) {
            overall[v] = shoal_rng_below(&rng, 8) == 0 ? 0 : shoal_rng_exponential(&rng);
            std[v] = shoal_rng_below(&rng, 8) == 0 ? 0 : shoal_rng_exponential(&rng);
            for (int s = 0; s < K; s++)
                mean[s * D + v] = shoal_rng_below(&rng, 9) == 0 ? NAN : 2 * shoal_rng_exponential(&rng);
        }
        shoal_profile p = made(K, D, names, mean, overall, std);
        shoal_profile_name(&p);
        check_names(&p);
        shoal_profile_free(&p);
    }
}

Test(rfm_grid, by_hand)
{
    static const int8_t r[] = {1, 1, 3, 3, 0, 2}, f[] = {1, 1, 3, 2, 1, 0};
    static const double money[] = {0.10, 0.20, 7, NAN, 50, 60};
    const shoal_column revenue = f64("monetary", 6, money);
    shoal_rfm_grid grid = {0};
    cr_assert_eq(shoal_rfm_grid_run(NULL, 6, 3, r, f, &revenue, &grid, NULL), SHOAL_OK);
    static const int64_t customers[] = {2, 0, 0, 0, 0, 0, 0, 1, 1};
    static const double sums[] = {0.30, 0, 0, 0, 0, 0, 0, 0, 7};
    for (int c = 0; c < 9; c++) {
        cr_assert_eq(grid.customers[c], customers[c]);
        cr_assert_float_eq(grid.revenue[c], sums[c], 1e-15);
    }
    shoal_rfm_grid_free(&grid);
    cr_assert_eq(shoal_rfm_grid_run(NULL, 6, 3, r, f, NULL, &grid, NULL), SHOAL_OK);
    cr_assert_eq(grid.revenue[8], 0);
    shoal_rfm_grid_free(&grid);
}

Test(top_products, by_hand)
{
    /* customers 0, 1 in segment 0, customer 2 in segment 1, customer 3 in none */
    static const int64_t first[] = {0, 3, 5, 8, 9}, time[9];
    static const double amount[] = {10, 5, -2, 5, 20, 40, 1, 1, 1000};
    static const int32_t product[] = {0, 1, 1, 2, 0, 2, -1, 3, 0}, labels[] = {0, 0, 1, -1};
    const shoal_transactions t = {.n = 9, .n_customers = 4, .first_row = first, .time = time, .amount = amount};
    shoal_top_product top[2 * SHOAL_TOP_PRODUCTS];
    for (int threads = 1; threads <= 4; threads++) {
        const shoal_ctx ctx = {.threads = threads};
        cr_assert_eq(shoal_top_products_run(&ctx, &t, product, 4, labels, 2, top, NULL), SHOAL_OK);
        cr_assert(top[0].product == 0 && top[0].revenue == 30);
        cr_assert_float_eq(top[0].share, 30.0 / 38, 1e-15);
        cr_assert_float_eq(top[0].index, 100 * (30.0 / 38) / (30.0 / 80), 1e-12);
        cr_assert(top[1].product == 2 && top[1].revenue == 5);
        cr_assert(top[2].product == 1 && top[2].revenue == 3);
        cr_assert(top[3].product == -1 && isnan(top[3].share));
        cr_assert(top[5].product == 2 && top[5].revenue == 40);
        cr_assert_float_eq(top[5].share, 40.0 / 42, 1e-15, "rows without a product count for the segment");
        cr_assert(top[6].product == 3 && top[7].product == -1);
    }
    const shoal_transactions without = {.n = 9, .n_customers = 4, .first_row = first, .time = time};
    cr_assert_eq(shoal_top_products_run(NULL, &without, product, 4, labels, 2, top, NULL), SHOAL_OK);
    cr_assert(top[0].product == 0 && top[0].revenue == 2, "rows are counted, ties go to the lower code");
    cr_assert(top[1].product == 1 && top[1].revenue == 2);
}

Test(top_products, keeps_the_best_of_many)
{
    enum { N = 3000, P = 60 };
    int64_t first[N + 1], time[N];
    double amount[N], sum[P] = {0};
    int32_t product[N], labels[N];
    shoal_rng rng = shoal_rng_start(5, 0);
    for (int i = 0; i < N; i++) {
        first[i] = i;
        time[i] = i;
        amount[i] = (double)shoal_rng_below(&rng, 100000) / 64;
        product[i] = (int32_t)shoal_rng_below(&rng, P);
        labels[i] = 0;
        sum[product[i]] += amount[i];
    }
    first[N] = N;
    const shoal_transactions t = {.n = N, .n_customers = N, .first_row = first, .time = time, .amount = amount};
    shoal_top_product top[SHOAL_TOP_PRODUCTS];
    cr_assert_eq(shoal_top_products_run(NULL, &t, product, P, labels, 1, top, NULL), SHOAL_OK);
    for (int place = 0; place < SHOAL_TOP_PRODUCTS; place++) {
        int best = 0;
        for (int p = 1; p < P; p++)
            if (sum[p] > sum[best]) best = p;
        cr_assert_eq(top[place].product, best);
        cr_assert_eq(top[place].revenue, sum[best], "64ths add without rounding");
        cr_assert_float_eq(top[place].index, 100, 1e-9);
        sum[best] = -1;
    }
}

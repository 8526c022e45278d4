/* The generator: the same rows for any number of threads, and the distributions that it promises.
 * Every statistical check allows 5 standard errors of the theoretical distribution, with fixed seeds. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "generate/rows.h"

enum { N = 40000, DAYS = 730 };

static shoal_population population_of(uint64_t seed, int64_t n, int segment)
{
    return shoal_population_make(seed, n, 19358, DAYS, segment); /* 2023-01-01 */
}

static shoal_rows rows_of(const shoal_population *population, shoal_row_order order, int threads)
{
    shoal_error err = {0};
    shoal_rows rows = {0};
    const shoal_ctx ctx = {.threads = threads};
    cr_assert_eq(shoal_rows_draw(&ctx, population, order, &rows, &err), SHOAL_OK, "%s", err.message);
    return rows;
}

static void expect_mean(const char *what, double sum, double n, double mean, double variance)
{
    const double error = fabs(sum / n - mean), allowed = 5 * sqrt(variance / n);
    cr_expect(error <= allowed, "%s: mean %g, expected %g ± %g", what, sum / n, mean, allowed);
}

static void expect_share(const char *what, double count, double n, double share)
{
    expect_mean(what, count, n, share, share * (1 - share));
}

Test(generate, same_rows_for_any_number_of_threads)
{
    const shoal_population population = population_of(3, 20000, SHOAL_EVERY_SEGMENT);
    for (int order = SHOAL_BY_DATE; order <= SHOAL_BY_CUSTOMER; order++) {
        shoal_rows one = rows_of(&population, (shoal_row_order)order, 1);
        static const int threads[] = {2, 3, 8};
        for (int i = 0; i < 3; i++) {
            shoal_rows more = rows_of(&population, (shoal_row_order)order, threads[i]);
            cr_assert_eq(more.n, one.n);
            cr_assert_eq(memcmp(more.row, one.row, (size_t)one.n * sizeof *one.row), 0, "%d threads", threads[i]);
            shoal_rows_free(&more);
        }
        shoal_rows_free(&one);
    }
}

Test(generate, a_customer_depends_on_seed_and_number_alone)
{
    const shoal_population small = population_of(3, 10, SHOAL_EVERY_SEGMENT);
    const shoal_population large = population_of(3, 10000, SHOAL_EVERY_SEGMENT);
    const shoal_population other = population_of(4, 10, SHOAL_EVERY_SEGMENT);
    shoal_rows a = rows_of(&small, SHOAL_BY_CUSTOMER, 1), b = rows_of(&large, SHOAL_BY_CUSTOMER, 1);
    shoal_rows c = rows_of(&other, SHOAL_BY_CUSTOMER, 1);
    cr_expect_eq(memcmp(a.row, b.row, (size_t)a.n * sizeof *a.row), 0);
    cr_expect(c.n != a.n || memcmp(a.row, c.row, (size_t)a.n * sizeof *a.row) != 0, "another seed, the same rows");
    shoal_rows_free(&a);
    shoal_rows_free(&b);
    shoal_rows_free(&c);
}

static int by_customer(const void *a, const void *b)
{
    const shoal_row *x = a, *y = b;
    if (x->customer != y->customer) return x->customer < y->customer ? -1 : 1;
    return x->purchase < y->purchase ? -1 : x->purchase > y->purchase;
}

Test(generate, both_orders_hold_the_same_rows)
{
    const shoal_population population = population_of(5, 9000, SHOAL_EVERY_SEGMENT);
    shoal_rows dates = rows_of(&population, SHOAL_BY_DATE, 2), customers = rows_of(&population, SHOAL_BY_CUSTOMER, 2);
    for (int64_t i = 1; i < dates.n; i++) {
        const shoal_row *last = &dates.row[i - 1], *row = &dates.row[i];
        cr_assert(last->day < row->day || (last->day == row->day && by_customer(last, row) < 0));
    }
    cr_assert_eq(dates.n, customers.n);
    qsort(dates.row, (size_t)dates.n, sizeof *dates.row, by_customer);
    cr_expect_eq(memcmp(dates.row, customers.row, (size_t)dates.n * sizeof *dates.row), 0);
    for (int64_t i = 1; i < customers.n; i++)
        if (customers.row[i].customer == customers.row[i - 1].customer)
            cr_assert_geq(customers.row[i].day, customers.row[i - 1].day);
    shoal_rows_free(&dates);
    shoal_rows_free(&customers);
}

Test(generate, segments_have_their_shares)
{
    const shoal_population population = population_of(7, N, SHOAL_EVERY_SEGMENT);
    double count[SHOAL_N_SEGMENTS] = {0}, total = 0;
    for (int64_t i = 0; i < N; i++) count[shoal_customer_draw(&population, i).segment]++;
    for (int s = 0; s < SHOAL_N_SEGMENTS; s++) {
        expect_share(shoal_latent_segments[s].name, count[s], N, shoal_latent_segments[s].share);
        total += shoal_latent_segments[s].share;
    }
    cr_expect_float_eq(total, 1, 1e-12);
}

Test(generate, customers_follow_their_segment)
{
    for (int s = 0; s < SHOAL_N_SEGMENTS; s++) {
        const shoal_latent_segment *segment = &shoal_latent_segments[s];
        const shoal_population population = population_of(11, N, s);
        double rate = 0, dropout = 0, nu = 0, day = 0;
        for (int64_t i = 0; i < N; i++) {
            const shoal_customer customer = shoal_customer_draw(&population, i);
            rate += customer.rate;
            dropout += customer.dropout;
            nu += customer.nu;
            day += customer.acquisition_day;
        }
        const double a = segment->a, b = segment->b;
        expect_mean("rate", rate, N, segment->r / segment->alpha, segment->r / (segment->alpha * segment->alpha));
        expect_mean("dropout", dropout, N, a / (a + b), a * b / ((a + b) * (a + b) * (a + b + 1)));
        expect_mean("nu", nu, N, segment->q / segment->gamma, segment->q / (segment->gamma * segment->gamma));
        expect_mean("acquisition day", day, N, (DAYS - 1) / 2.0, (DAYS * (double)DAYS - 1) / 12);
    }
}

/* P(no repeat purchase in T) = (alpha / (alpha + T))^r, and a share a / (a + b) leaves after the first repeat. */
Test(generate, purchases_follow_bgnbd)
{
    for (int s = 0; s < SHOAL_N_SEGMENTS; s++) {
        const shoal_latent_segment *segment = &shoal_latent_segments[s];
        const shoal_population population = population_of(13, N, s);
        double none = 0, expected = 0, variance = 0, repeaters = 0, left = 0;
        for (int64_t i = 0; i < N; i++) {
            const shoal_customer customer = shoal_customer_draw(&population, i);
            shoal_purchases purchases = shoal_purchases_start(&population, &customer);
            int32_t day;
            cr_assert(shoal_purchases_next(&purchases, &day));
            cr_assert_eq(day, customer.acquisition_day);
            const double p = pow(segment->alpha / (segment->alpha + purchases.exposure), segment->r);
            expected += p;
            variance += p * (1 - p);
            if (!shoal_purchases_next(&purchases, &day)) {
                none++;
                continue;
            }
            cr_assert(day > customer.acquisition_day && day < DAYS);
            repeaters++;
            left += purchases.left;
        }
        expect_mean("no repeat purchase", none, N, expected / N, variance / N);
        expect_share("leaves after the first repeat", left, repeaters, segment->a / (segment->a + segment->b));
    }
}

/* One purchase a customer, so that they are independent: mean p gamma / (q - 1). */
Test(generate, items_follow_their_segment)
{
    for (int s = 0; s < SHOAL_N_SEGMENTS; s++) {
        const shoal_latent_segment *segment = &shoal_latent_segments[s];
        const shoal_population population = population_of(17, N, s);
        double money = 0, discounted = 0, first_rank = 0, category[SHOAL_N_CATEGORIES] = {0},
               channel[SHOAL_N_CHANNELS] = {0};
        for (int64_t i = 0; i < N; i++) {
            const shoal_customer customer = shoal_customer_draw(&population, i);
            shoal_rng rng = shoal_items_start(&population, &customer);
            const shoal_item item = shoal_item_draw(&population, &customer, &rng);
            money += item.cents / 100.0;
            discounted += item.discount_percent > 0;
            first_rank += item.product % SHOAL_CATEGORY_PRODUCTS == 0;
            category[item.product / SHOAL_CATEGORY_PRODUCTS]++;
            channel[item.channel]++;
        }
        const double p = segment->p, q = segment->q, gamma = segment->gamma, mean = p * gamma / (q - 1);
        expect_mean("amount", money, N, mean, p * (p + 1) * gamma * gamma / ((q - 1) * (q - 2)) - mean * mean);
        expect_share("discounted", discounted, N, segment->discounted);
        double harmonic = 0; /* Zipf: the first of n products has 1 / H(n) */
        for (int rank = 1; rank <= SHOAL_CATEGORY_PRODUCTS; rank++) harmonic += 1.0 / rank;
        expect_share("first product", first_rank, N, 1 / harmonic);
        for (int i = 0; i < SHOAL_N_CATEGORIES; i++)
            expect_share(shoal_category_names[i], category[i], N, segment->category[i]);
        for (int i = 0; i < SHOAL_N_CHANNELS; i++)
            expect_share(shoal_channel_names[i], channel[i], N, segment->channel[i]);
    }
}

Test(generate, aims_at_the_number_of_transactions)
{
    static const struct {
        int64_t customers, transactions;
        double allowed; /* exact for the customers it is judged by, within their sampling error for more */
    } cases[] = {{5000, 20000, 0.005}, {5000, 150000, 0.005}, {30000, 600000, 0.05}};
    for (int i = 0; i < 3; i++) {
        shoal_error err = {0};
        shoal_population population = population_of(1, cases[i].customers, SHOAL_EVERY_SEGMENT);
        cr_assert_eq(shoal_population_aim(&population, cases[i].transactions, &err), SHOAL_OK, "%s", err.message);
        shoal_rows rows = rows_of(&population, SHOAL_BY_CUSTOMER, 2);
        const double ratio = (double)rows.n / (double)cases[i].transactions;
        cr_expect(fabs(ratio - 1) <= cases[i].allowed, "case %d: %g of what was asked for", i, ratio);
        shoal_rows_free(&rows);
    }
}

Test(generate, refuses_numbers_out_of_reach)
{
    shoal_error err = {0};
    shoal_population population = population_of(1, 1000, SHOAL_EVERY_SEGMENT);
    cr_expect_eq(shoal_population_aim(&population, 999, &err), SHOAL_ERR_USAGE);
    cr_expect_not_null(strstr(err.message, "at least once"));
    population = population_of(1, 1000, 4); /* passers-by leave soon */
    cr_expect_eq(shoal_population_aim(&population, 1000000, &err), SHOAL_ERR_USAGE);
    cr_expect_not_null(strstr(err.message, "leave before"));
}

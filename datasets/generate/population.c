#include "generate/population.h"

#include <inttypes.h>
#include <math.h>

#include "generate/customer.h"

const char *const shoal_category_names[SHOAL_N_CATEGORIES] = {"books",  "garden", "kitchen", "toys",
                                                              "office", "sport",  "beauty",  "electronics"};
const char *const shoal_channel_names[SHOAL_N_CHANNELS] = {"web", "app", "store", "phone", "marketplace"};
const char *const shoal_acquisition_names[SHOAL_N_ACQUISITIONS] = {"search",    "social", "email",
                                                                   "affiliate", "fair",   "referral"};
const double shoal_acquisition_mean_cost[SHOAL_N_ACQUISITIONS] = {18, 12, 5, 15, 60, 8};
const char *const shoal_region_names[SHOAL_N_REGIONS] = {"north", "south", "east", "west", "centre"};
const char *const shoal_size_names[SHOAL_N_SIZES] = {"micro", "small", "medium", "large"};

const shoal_latent_segment shoal_latent_segments[SHOAL_N_SEGMENTS] = {
    {
        .name = "bargain hunters",
        .share = 0.28,
        .r = 0.8,
        .alpha = 40,
        .a = 0.8,
        .b = 6,
        .p = 4,
        .q = 4.5,
        .gamma = 20,
        .discounted = 0.65,
        .acquisition_cost = 0.8,
        .category = {0.05, 0.05, 0.15, 0.25, 0.05, 0.10, 0.30, 0.05},
        .channel = {0.30, 0.40, 0.05, 0.00, 0.25},
        .acquisition = {0.20, 0.35, 0.10, 0.30, 0.00, 0.05},
        .region = {0.15, 0.30, 0.25, 0.15, 0.15},
        .size = {0.70, 0.22, 0.07, 0.01},
    },
    {
        .name = "loyal regulars",
        .share = 0.22,
        .r = 2.5,
        .alpha = 40,
        .a = 0.6,
        .b = 30,
        .p = 6,
        .q = 5,
        .gamma = 25,
        .discounted = 0.15,
        .acquisition_cost = 1.0,
        .category = {0.20, 0.10, 0.30, 0.05, 0.15, 0.05, 0.10, 0.05},
        .channel = {0.45, 0.30, 0.20, 0.04, 0.01},
        .acquisition = {0.25, 0.05, 0.30, 0.05, 0.05, 0.30},
        .region = {0.25, 0.20, 0.15, 0.25, 0.15},
        .size = {0.35, 0.40, 0.20, 0.05},
    },
    {
        .name = "big spenders",
        .share = 0.10,
        .r = 1.2,
        .alpha = 40,
        .a = 0.7,
        .b = 12,
        .p = 5,
        .q = 4.2,
        .gamma = 90,
        .discounted = 0.08,
        .acquisition_cost = 2.5,
        .category = {0.02, 0.08, 0.05, 0.02, 0.33, 0.10, 0.05, 0.35},
        .channel = {0.30, 0.05, 0.25, 0.40, 0.00},
        .acquisition = {0.15, 0.02, 0.08, 0.05, 0.45, 0.25},
        .region = {0.20, 0.10, 0.10, 0.20, 0.40},
        .size = {0.05, 0.20, 0.40, 0.35},
    },
    {
        .name = "occasional buyers",
        .share = 0.25,
        .r = 0.7,
        .alpha = 70,
        .a = 0.7,
        .b = 6,
        .p = 5,
        .q = 4.3,
        .gamma = 35,
        .discounted = 0.25,
        .acquisition_cost = 1.0,
        .category = {0.15, 0.30, 0.10, 0.15, 0.05, 0.15, 0.05, 0.05},
        .channel = {0.40, 0.10, 0.40, 0.05, 0.05},
        .acquisition = {0.40, 0.15, 0.15, 0.10, 0.05, 0.15},
        .region = {0.20, 0.20, 0.20, 0.20, 0.20},
        .size = {0.50, 0.30, 0.15, 0.05},
    },
    {
        .name = "passers-by",
        .share = 0.15,
        .r = 0.35,
        .alpha = 60,
        .a = 1.5,
        .b = 3,
        .p = 3,
        .q = 4.5,
        .gamma = 30,
        .discounted = 0.40,
        .acquisition_cost = 1.3,
        .category = {0.10, 0.10, 0.10, 0.20, 0.05, 0.15, 0.10, 0.20},
        .channel = {0.25, 0.15, 0.10, 0.00, 0.50},
        .acquisition = {0.30, 0.30, 0.05, 0.30, 0.02, 0.03},
        .region = {0.20, 0.25, 0.25, 0.20, 0.10},
        .size = {0.75, 0.20, 0.04, 0.01},
    },
};

shoal_population shoal_population_make(uint64_t seed, int64_t n_customers, int64_t first_day, int32_t days, int segment)
{
    shoal_population population = {.seed = seed,
                                   .n_customers = n_customers,
                                   .first_day = first_day,
                                   .days = days,
                                   .segment = segment,
                                   .rate_scale = 1};
    double total = 0;
    for (int rank = 0; rank < SHOAL_CATEGORY_PRODUCTS; rank++) {
        total += 1.0 / (rank + 1);
        population.zipf[rank] = total;
    }
    for (int rank = 0; rank < SHOAL_CATEGORY_PRODUCTS; rank++) population.zipf[rank] /= total;
    return population;
}

enum { SAMPLE_CUSTOMERS = 8192 };

/* Transactions of the first n customers, counted no further than beyond `limit`. */
static int64_t count_rows(const shoal_population *population, int64_t n, double limit)
{
    int64_t rows = 0;
    for (int64_t i = 0; i < n && (double)rows <= limit; i++) {
        const shoal_customer customer = shoal_customer_draw(population, i);
        shoal_purchases purchases = shoal_purchases_start(population, &customer);
        int32_t day;
        while ((double)rows <= limit && shoal_purchases_next(&purchases, &day)) rows++;
    }
    return rows;
}

shoal_status shoal_population_aim(shoal_population *population, int64_t n_rows, shoal_error *err)
{
    static const double max_scale = 1024;
    const int64_t n = population->n_customers < SAMPLE_CUSTOMERS ? population->n_customers : SAMPLE_CUSTOMERS;
    const double wanted = (double)n_rows * ((double)n / (double)population->n_customers);
    if (n_rows < population->n_customers)
        return shoal_fail(err, SHOAL_ERR_USAGE,
                          "--transactions %" PRId64 ": every customer buys at least once, so %" PRId64
                          " customers need at least as many transactions",
                          n_rows, population->n_customers);
    double high = 1 / max_scale;
    population->rate_scale = high;
    while ((double)count_rows(population, n, wanted) < wanted) {
        if (high >= max_scale)
            return shoal_fail(err, SHOAL_ERR_USAGE,
                              "--transactions %" PRId64 ": %" PRId64
                              " customers leave before they buy so often; ask for fewer transactions, more "
                              "--customers or more --days",
                              n_rows, population->n_customers);
        high *= 2;
        population->rate_scale = high;
    }
    double low = high / 2;
    for (int step = 0; step < 16; step++) {
        population->rate_scale = sqrt(low * high);
        if ((double)count_rows(population, n, wanted) < wanted) low = population->rate_scale;
        else high = population->rate_scale;
    }
    population->rate_scale = high;
    return SHOAL_OK;
}

/* One generated customer, the days of the purchases, and what was bought. */
#ifndef SHOAL_GENERATE_CUSTOMER_H
#define SHOAL_GENERATE_CUSTOMER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/random.h"
#include "generate/population.h"

typedef struct shoal_customer {
    int64_t number;          /* 0..n_customers-1 */
    int segment;             /* of shoal_latent_segments */
    double rate;             /* purchases a day while active, rate_scale included */
    double dropout;          /* probability of leaving after a repeat purchase */
    double nu;               /* rate of the gamma distribution of amounts */
    int32_t acquisition_day; /* 0..days-1, the day of the first purchase */
    int acquisition, region, size;
    uint32_t acquisition_cents;
} shoal_customer;

shoal_customer shoal_customer_draw(const shoal_population *population, int64_t number);
/* Expected amount of a purchase. */
double shoal_customer_mean_spend(const shoal_customer *customer);

/* Purchases in order of time. The first happens on the acquisition day; a repeat purchase is dated with the day,
 * counted from the acquisition, in which it falls, so t_x and T in whole days differ from the continuous ones by under
 * a day. */
typedef struct shoal_purchases {
    const shoal_customer *customer;
    shoal_rng rng;
    double clock, exposure; /* days since acquisition: of the last purchase, to the end of the period */
    int32_t count;          /* purchases so far */
    bool left;              /* the customer has dropped out */
} shoal_purchases;

shoal_purchases shoal_purchases_start(const shoal_population *population, const shoal_customer *customer);
/* day: 0..days-1, not before the last one. False at the end. */
bool shoal_purchases_next(shoal_purchases *purchases, int32_t *day);

typedef struct shoal_item {
    uint32_t cents;
    uint16_t product; /* category x SHOAL_CATEGORY_PRODUCTS + rank */
    uint8_t channel, discount_percent;
} shoal_item;

/* The stream of what the customer buys; one shoal_item_draw a purchase, in order. */
shoal_rng shoal_items_start(const shoal_population *population, const shoal_customer *customer);
shoal_item shoal_item_draw(const shoal_population *population, const shoal_customer *customer, shoal_rng *rng);

#endif

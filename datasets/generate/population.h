/* Latent segments and the customers drawn from them: the ground truth of generated data.
 *
 * Purchases follow BG/NBD (Fader, Hardie & Lee 2005, doi:10.1287/mksc.1040.0098), spend follows Gamma-Gamma (Fader &
 * Hardie, note 025), each with parameters of the customer's segment. A customer is a pure function of the population
 * and the customer's number, so any thread can draw any customer. */
#ifndef SHOAL_GENERATE_POPULATION_H
#define SHOAL_GENERATE_POPULATION_H

#include <stdint.h>

#include "base/error.h"

enum {
    SHOAL_N_SEGMENTS = 5,
    SHOAL_N_CATEGORIES = 8,
    SHOAL_CATEGORY_PRODUCTS = 60,
    SHOAL_N_PRODUCTS = SHOAL_N_CATEGORIES * SHOAL_CATEGORY_PRODUCTS,
    SHOAL_N_CHANNELS = 5,
    SHOAL_N_ACQUISITIONS = 6,
    SHOAL_N_REGIONS = 5,
    SHOAL_N_SIZES = 4,
};

typedef struct shoal_latent_segment {
    const char *name;
    double share;
    double r, alpha;         /* purchases a day ~ Gamma(r, rate alpha) */
    double a, b;             /* probability of leaving after a repeat purchase ~ Beta(a, b) */
    double p, q, gamma;      /* amount ~ Gamma(p, rate nu), nu ~ Gamma(q, rate gamma) */
    double discounted;       /* share of purchases at a discount */
    double acquisition_cost; /* mean cost against the mean of the channel */
    double category[SHOAL_N_CATEGORIES], channel[SHOAL_N_CHANNELS], acquisition[SHOAL_N_ACQUISITIONS],
        region[SHOAL_N_REGIONS], size[SHOAL_N_SIZES]; /* probabilities */
} shoal_latent_segment;

extern const shoal_latent_segment shoal_latent_segments[SHOAL_N_SEGMENTS];
extern const char *const shoal_category_names[SHOAL_N_CATEGORIES];
extern const char *const shoal_channel_names[SHOAL_N_CHANNELS];
extern const char *const shoal_acquisition_names[SHOAL_N_ACQUISITIONS];
extern const double shoal_acquisition_mean_cost[SHOAL_N_ACQUISITIONS];
extern const char *const shoal_region_names[SHOAL_N_REGIONS];
extern const char *const shoal_size_names[SHOAL_N_SIZES];

enum { SHOAL_EVERY_SEGMENT = -1 };

typedef struct shoal_population {
    uint64_t seed;
    int64_t n_customers;
    int64_t first_day;                    /* days since 1970-01-01 */
    int32_t days;                         /* length of the period */
    int segment;                          /* everyone is of this segment, or SHOAL_EVERY_SEGMENT */
    double rate_scale;                    /* multiplies every purchase rate */
    double zipf[SHOAL_CATEGORY_PRODUCTS]; /* cumulative popularity by rank within a category */
} shoal_population;

/* rate_scale 1. */
shoal_population shoal_population_make(uint64_t seed, int64_t n_customers, int64_t first_day, int32_t days,
                                       int segment);
/* Sets rate_scale so that about n_rows transactions are to be expected, judged by the first customers.
 * Errors: USAGE where no rate gives so many or so few. */
SHOAL_MUST_USE shoal_status shoal_population_aim(shoal_population *population, int64_t n_rows, shoal_error *err);

#endif

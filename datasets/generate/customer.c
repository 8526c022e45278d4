#include "generate/customer.h"

#include <math.h>

/* Streams of a customer: what one draws does not shift what another draws. */
enum { STREAM_CUSTOMER, STREAM_TIMES, STREAM_ITEMS, N_STREAMS };

static shoal_rng stream_of(const shoal_population *population, int64_t number, int purpose)
{
    return shoal_rng_start(population->seed, (uint64_t)number * N_STREAMS + (uint64_t)purpose);
}

/* An index drawn with the probabilities of n weights that sum to 1. */
static int draw_index(shoal_rng *rng, const double *weight, int n)
{
    double left = shoal_rng_uniform(rng);
    for (int i = 0; i < n; i++) {
        left -= weight[i];
        if (left < 0) return i;
    }
    int last = n - 1; /* rounding left a rest: the last that can be */
    while (weight[last] <= 0) last--;
    return last;
}

static int draw_segment(const shoal_population *population, shoal_rng *rng)
{
    double share[SHOAL_N_SEGMENTS];
    for (int s = 0; s < SHOAL_N_SEGMENTS; s++) share[s] = shoal_latent_segments[s].share;
    const int segment = draw_index(rng, share, SHOAL_N_SEGMENTS);
    return population->segment == SHOAL_EVERY_SEGMENT ? segment : population->segment;
}

/* Money in cents, at least one. */
static uint32_t to_cents(double money)
{
    const double cents = round(money * 100);
    if (!(cents >= 1)) return 1;
    return cents < UINT32_MAX ? (uint32_t)cents : UINT32_MAX;
}

shoal_customer shoal_customer_draw(const shoal_population *population, int64_t number)
{
    shoal_rng rng = stream_of(population, number, STREAM_CUSTOMER);
    shoal_customer customer = {.number = number, .segment = draw_segment(population, &rng)};
    const shoal_latent_segment *segment = &shoal_latent_segments[customer.segment];
    customer.rate = shoal_rng_gamma(&rng, segment->r) / segment->alpha * population->rate_scale;
    customer.dropout = shoal_rng_beta(&rng, segment->a, segment->b);
    customer.nu = shoal_rng_gamma(&rng, segment->q) / segment->gamma;
    customer.acquisition_day = (int32_t)shoal_rng_below(&rng, (uint64_t)population->days);
    customer.acquisition = draw_index(&rng, segment->acquisition, SHOAL_N_ACQUISITIONS);
    customer.region = draw_index(&rng, segment->region, SHOAL_N_REGIONS);
    customer.size = draw_index(&rng, segment->size, SHOAL_N_SIZES);
    const double mean_cost = shoal_acquisition_mean_cost[customer.acquisition] * segment->acquisition_cost;
    customer.acquisition_cents = to_cents(mean_cost * shoal_rng_gamma(&rng, 4) / 4);
    return customer;
}

double shoal_customer_mean_spend(const shoal_customer *customer)
{
    return shoal_latent_segments[customer->segment].p / customer->nu;
}

shoal_purchases shoal_purchases_start(const shoal_population *population, const shoal_customer *customer)
{
    return (shoal_purchases){.customer = customer,
                             .rng = stream_of(population, customer->number, STREAM_TIMES),
                             .exposure = population->days - 1 - customer->acquisition_day};
}

bool shoal_purchases_next(shoal_purchases *purchases, int32_t *day)
{
    const shoal_customer *customer = purchases->customer;
    if (purchases->count == 0) {
        purchases->count = 1;
        *day = customer->acquisition_day;
        return true;
    }
    if (purchases->left) return false;
    const double clock = purchases->clock + shoal_rng_exponential(&purchases->rng) / customer->rate;
    if (!(clock <= purchases->exposure)) return false; /* a rate that underflowed gives an endless wait */
    purchases->clock = clock;
    purchases->count++;
    purchases->left = shoal_rng_uniform(&purchases->rng) < customer->dropout;
    *day = customer->acquisition_day + (int32_t)ceil(clock);
    return true;
}

shoal_rng shoal_items_start(const shoal_population *population, const shoal_customer *customer)
{
    return stream_of(population, customer->number, STREAM_ITEMS);
}

/* The rank of a product within its category: the first whose cumulative popularity exceeds u. */
static int rank_at(const double *cumulative, double u)
{
    int low = 0, high = SHOAL_CATEGORY_PRODUCTS - 1;
    while (low < high) {
        const int middle = (low + high) / 2;
        if (u < cumulative[middle]) high = middle;
        else low = middle + 1;
    }
    return low;
}

shoal_item shoal_item_draw(const shoal_population *population, const shoal_customer *customer, shoal_rng *rng)
{
    static const uint8_t steps[] = {5, 10, 15, 20, 25, 30};
    const shoal_latent_segment *segment = &shoal_latent_segments[customer->segment];
    shoal_item item = {.cents = to_cents(shoal_rng_gamma(rng, segment->p) / customer->nu)};
    const int category = draw_index(rng, segment->category, SHOAL_N_CATEGORIES);
    const int rank = rank_at(population->zipf, shoal_rng_uniform(rng));
    item.product = (uint16_t)(category * SHOAL_CATEGORY_PRODUCTS + rank);
    item.channel = (uint8_t)draw_index(rng, segment->channel, SHOAL_N_CHANNELS);
    if (shoal_rng_uniform(rng) < segment->discounted) item.discount_percent = steps[shoal_rng_below(rng, sizeof steps)];
    return item;
}

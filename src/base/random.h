/* Counter-based random numbers: Philox 4x32-10 (Salmon et al. 2011, doi:10.1145/2063384.2063405).
 * A draw is a pure function of (seed, stream, counter), so any thread can make any draw. */
#ifndef SHOAL_BASE_RANDOM_H
#define SHOAL_BASE_RANDOM_H

#include <stdint.h>

/* Four 32-bit words of block `counter` of stream `stream`. */
void shoal_philox(uint64_t seed, uint64_t stream, uint64_t counter, uint32_t out[4]);

/* A sequence of draws from one stream. */
typedef struct shoal_rng {
    uint64_t seed, stream, counter;
    uint32_t word[4];
    int used;
} shoal_rng;

shoal_rng shoal_rng_start(uint64_t seed, uint64_t stream);
uint32_t shoal_rng_u32(shoal_rng *rng);
uint64_t shoal_rng_u64(shoal_rng *rng);
double shoal_rng_uniform(shoal_rng *rng);             /* in (0, 1), 53 bits */
uint64_t shoal_rng_below(shoal_rng *rng, uint64_t n); /* 0..n-1 without bias, n > 0 */
double shoal_rng_normal(shoal_rng *rng);              /* mean 0, deviation 1 (polar method) */
double shoal_rng_exponential(shoal_rng *rng);         /* rate 1 */
double shoal_rng_gamma(shoal_rng *rng, double shape); /* rate 1, shape > 0 (Marsaglia & Tsang 2000) */
double shoal_rng_beta(shoal_rng *rng, double a, double b);

#endif

#include "base/random.h"

#include <math.h>

static void philox_round(uint32_t c[4], uint32_t k0, uint32_t k1)
{
    const uint64_t p0 = (uint64_t)0xD2511F53u * c[0];
    const uint64_t p1 = (uint64_t)0xCD9E8D57u * c[2];
    const uint32_t next[4] = {(uint32_t)(p1 >> 32) ^ c[1] ^ k0, (uint32_t)p1, (uint32_t)(p0 >> 32) ^ c[3] ^ k1,
                              (uint32_t)p0};
    for (int i = 0; i < 4; i++) c[i] = next[i];
}

void shoal_philox(uint64_t seed, uint64_t stream, uint64_t counter, uint32_t out[4])
{
    uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
    out[0] = (uint32_t)counter;
    out[1] = (uint32_t)(counter >> 32);
    out[2] = (uint32_t)stream;
    out[3] = (uint32_t)(stream >> 32);
    for (int round = 0; round < 10; round++) {
        philox_round(out, k0, k1);
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
}

shoal_rng shoal_rng_start(uint64_t seed, uint64_t stream)
{
    return (shoal_rng){.seed = seed, .stream = stream, .used = 4};
}

uint32_t shoal_rng_u32(shoal_rng *rng)
{
    if (rng->used == 4) {
        shoal_philox(rng->seed, rng->stream, rng->counter++, rng->word);
        rng->used = 0;
    }
    return rng->word[rng->used++];
}

uint64_t shoal_rng_u64(shoal_rng *rng)
{
    const uint64_t high = shoal_rng_u32(rng);
    return high << 32 | shoal_rng_u32(rng);
}

double shoal_rng_uniform(shoal_rng *rng)
{
    return ((double)(shoal_rng_u64(rng) >> 11) + 0.5) * 0x1p-53;
}

uint64_t shoal_rng_below(shoal_rng *rng, uint64_t n)
{
    /* Lemire 2019 (doi:10.1145/3230636): multiply, and draw again in the few cases that would bias. */
    unsigned __int128 product = (unsigned __int128)shoal_rng_u64(rng) * n;
    if ((uint64_t)product < n) {
        const uint64_t threshold = -n % n;
        while ((uint64_t)product < threshold) product = (unsigned __int128)shoal_rng_u64(rng) * n;
    }
    return (uint64_t)(product >> 64);
}

double shoal_rng_normal(shoal_rng *rng)
{
    for (;;) {
        const double u = 2 * shoal_rng_uniform(rng) - 1;
        const double v = 2 * shoal_rng_uniform(rng) - 1;
        const double s = u * u + v * v;
        if (s > 0 && s < 1) return u * sqrt(-2 * log(s) / s);
    }
}

double shoal_rng_exponential(shoal_rng *rng)
{
    return -log(shoal_rng_uniform(rng));
}

double shoal_rng_gamma(shoal_rng *rng, double shape)
{
    if (shape < 1) {
        const double boost = pow(shoal_rng_uniform(rng), 1 / shape);
        return boost * shoal_rng_gamma(rng, shape + 1);
    }
    const double d = shape - 1.0 / 3;
    const double c = 1 / sqrt(9 * d);
    for (;;) {
        const double z = shoal_rng_normal(rng);
        const double t = 1 + c * z;
        if (t <= 0) continue;
        const double v = t * t * t;
        if (log(shoal_rng_uniform(rng)) < 0.5 * z * z + d * (1 - v + log(v))) return d * v;
    }
}

double shoal_rng_beta(shoal_rng *rng, double a, double b)
{
    const double x = shoal_rng_gamma(rng, a);
    const double y = shoal_rng_gamma(rng, b);
    return x / (x + y);
}

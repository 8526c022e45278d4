#include "variants/draw.h"

#include "base/random.h"

void bench_draw_rows(int64_t n, int64_t m, uint64_t seed, uint64_t stream, int64_t *rows)
{
    shoal_rng rng = shoal_rng_start(seed, stream);
    int64_t drawn = 0;
    for (int64_t i = 0; drawn < m; i++)
        if (shoal_rng_below(&rng, (uint64_t)(n - i)) < (uint64_t)(m - drawn)) rows[drawn++] = i;
}

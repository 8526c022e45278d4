/* `move`: sums equal to those of 128-bit integers, on every instruction set. */
#include <math.h>
#include <string.h>

#include "check.h"

enum { MAX_D = 33, MAX_K = 9, T = SHOAL_TILE_ROWS, CELLS = MAX_D * MAX_K };

static struct move_case {
    float tile[MAX_D * T];
    double grid[MAX_D];
    int32_t row[T], from[T], to[T];
} given;

static void draw(shoal_rng *rng, int d, int k, int count)
{
    for (int j = 0; j < d; j++) {
        const int exponent = (int)shoal_rng_below(rng, 60) - 30;
        given.grid[j] = ldexp(1, 44 - exponent);
        for (int i = 0; i < T; i++) given.tile[j * T + i] = (float)ldexp(2 * shoal_rng_uniform(rng) - 1, exponent);
    }
    for (int i = 0; i < count; i++) {
        given.row[i] = (int32_t)shoal_rng_below(rng, T);
        given.from[i] = (int32_t)shoal_rng_below(rng, (uint64_t)k + 1) - 1;
        given.to[i] = (int32_t)shoal_rng_below(rng, (uint64_t)k + 1) - 1;
    }
}

static void expect(int d, int count, int64_t *sums)
{
    for (int i = 0; i < count; i++)
        for (int j = 0; j < d; j++) {
            const int64_t value = llrintl((long double)given.tile[j * T + given.row[i]] * (long double)given.grid[j]);
            if (given.from[i] >= 0) sums[given.from[i] * d + j] -= value;
            if (given.to[i] >= 0) sums[given.to[i] * d + j] += value;
        }
}

int check_move(shoal_rng *rng)
{
    int cases = 0;
    for (int d = 1; d <= MAX_D; d++)
        for (int count = 0; count <= T; count = count * 3 + 1, cases++) {
            const int k = 1 + (int)shoal_rng_below(rng, MAX_K);
            int64_t start[CELLS + 8], expected[CELLS + 8], sums[CELLS + 8];
            for (int at = 0; at < CELLS + 8; at++) start[at] = (int64_t)shoal_rng_u32(rng);
            draw(rng, d, k, count);
            memcpy(expected, start, sizeof start);
            expect(d, count, expected);
            for (int isa = 0; isa < N_ISAS; isa++) {
                const shoal_kernels *kernels = shoal_kernels_for(isas[isa]);
                if (kernels == NULL) continue;
                memcpy(sums, start, sizeof start);
                kernels->move_f32(given.tile, d, given.grid, count, given.row, given.from, given.to, sums);
                if (memcmp(sums, expected, sizeof sums) != 0) fail("move_f32", isas[isa], count, d, k);
            }
        }
    return cases;
}

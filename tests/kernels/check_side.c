/* `side`: the same bits as a chain of fused multiply-adds on every instruction set, from any row of a tile, and nothing
 * read or written behind the last row. */
#include <math.h>
#include <string.h>

#include "check.h"

enum { MAX_D = 33, T = SHOAL_TILE_ROWS, CANARIES = 16 };

static struct side_case {
    float tile[MAX_D * T], across[MAX_D], threshold;
    int32_t labels[2];
} given;

static void draw(shoal_rng *rng, int d)
{
    for (int j = 0; j < d; j++) {
        given.across[j] = (float)shoal_rng_normal(rng);
        for (int i = 0; i < T; i++) given.tile[j * T + i] = (float)shoal_rng_normal(rng);
    }
    given.threshold = (float)shoal_rng_normal(rng);
    for (int side = 0; side < 2; side++) given.labels[side] = (int32_t)shoal_rng_below(rng, 1000000);
}

/* What no version may look at becomes NaN. */
static void spoil(int first, int rows, int d)
{
    for (int j = 0; j < d; j++)
        for (int i = 0; i < T; i++)
            if (i < first || i >= first + rows) given.tile[j * T + i] = NAN;
}

static float expect(int first, int rows, int d, int32_t *label)
{
    float least = INFINITY;
    for (int i = 0; i < rows; i++) {
        float side = -given.threshold;
        for (int j = 0; j < d; j++) side = fmaf(given.across[j], given.tile[j * T + first + i], side);
        label[i] = given.labels[side > 0 ? 1 : 0];
        least = fminf(least, fabsf(side));
    }
    return least;
}

int check_side(shoal_rng *rng)
{
    int cases = 0;
    for (int d = 1; d <= MAX_D; d++)
        for (int rows = 1; rows <= T; rows = rows < 40 ? rows + 1 : 2 * rows, cases++) {
            const int first = (int)shoal_rng_below(rng, (uint64_t)(T - rows + 1));
            int32_t expected[T + CANARIES], label[T + CANARIES];
            memset(expected, 0x5A, sizeof expected);
            draw(rng, d);
            spoil(first, rows, d);
            const float least = expect(first, rows, d, expected);
            for (int isa = 0; isa < N_ISAS; isa++) {
                const shoal_kernels *kernels = shoal_kernels_for(isas[isa]);
                if (kernels == NULL) continue;
                memset(label, 0x5A, sizeof label);
                const float found =
                    kernels->side_f32(given.tile + first, rows, d, given.across, given.threshold, given.labels, label);
                if (found != least || memcmp(label, expected, sizeof label) != 0)
                    fail("side_f32", isas[isa], rows, d, 2);
            }
        }
    return cases;
}

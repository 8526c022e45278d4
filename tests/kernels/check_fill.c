/* `fill`: tiles, squares and extremes by the contract's words in plain C, sums and deviations against long double; the
 * same bits on every instruction set; values that are not finite are noticed wherever they stand. */
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "check.h"

enum { T = SHOAL_TILE_ROWS, CANARIES = 16, SHIFTS = 8, MODES = 6 };

typedef struct fill_answer {
    float tile[T + CANARIES];
    double squares[T + CANARIES];
    shoal_moments moments;
} fill_answer;

static float draw(shoal_rng *rng, int mode)
{
    switch (mode) {
    case 1: return 1e6F + (float)shoal_rng_below(rng, 1000);                                /* far from 0 */
    case 2: return (float)(shoal_rng_below(rng, 2000)) * FLT_TRUE_MIN;                      /* denormals */
    case 3: return shoal_rng_below(rng, 2) == 0 ? FLT_MAX : -FLT_MAX;                       /* the largest */
    case 4: return shoal_rng_below(rng, 2) == 0 ? 0.0F : -0.0F;                             /* both zeros */
    case 5: return (float)ldexp(shoal_rng_normal(rng), (int)shoal_rng_below(rng, 60) - 30); /* wide magnitudes */
    default: return (float)shoal_rng_normal(rng);
    }
}

/* Canaries all over, and squares to add to in the rows. */
static void start(int rows, fill_answer *answer)
{
    memset(answer, 0xA5, sizeof *answer);
    for (int i = 0; i < rows; i++) answer->squares[i] = i;
}

/* Whether a sum of so many terms of that total magnitude is within the error bound of one in float64. */
static bool near(double sum, long double exact, long double magnitude)
{
    return fabsl(sum - exact) <= T * 0x1p-53L * magnitude;
}

static bool right_moments(const fill_answer *answer, int rows)
{
    const shoal_moments *moments = &answer->moments;
    long double sum = 0, magnitude = 0, squares = 0;
    float low = answer->tile[0], high = low;
    for (int i = 0; i < rows; i++) {
        sum += answer->tile[i];
        magnitude += fabsf(answer->tile[i]);
        low = fminf(low, answer->tile[i]);
        high = fmaxf(high, answer->tile[i]);
    }
    for (int i = 0; i < rows; i++) squares += powl(answer->tile[i] - sum / rows, 2);
    const long double mean_error = T * 0x1p-53L * magnitude / rows;
    return near(moments->sum, sum, magnitude) && moments->low == low && moments->high == high &&
           !(low == 0 && signbit(moments->low)) && !(high == 0 && signbit(moments->high)) &&
           fabsl(moments->squares - squares) <= 3 * T * 0x1p-53L * squares + rows * mean_error * mean_error;
}

/* What the contract fixes to the bit. */
static bool right_tile(const float *values, int rows, float offset, const fill_answer *answer)
{
    static fill_answer expected;
    start(rows, &expected);
    for (int i = 0; i < T; i++) expected.tile[i] = i < rows ? values[i] - offset : 0;
    for (int i = 0; i < rows; i++) expected.squares[i] += (double)expected.tile[i] * (double)expected.tile[i];
    return memcmp(expected.tile, answer->tile, sizeof expected.tile) == 0 &&
           memcmp(expected.squares, answer->squares, sizeof expected.squares) == 0;
}

static void check_case(const float *values, int rows, float offset, int mode)
{
    static fill_answer reference, answer;
    for (int isa = 0; isa < N_ISAS; isa++) {
        const shoal_kernels *kernels = shoal_kernels_for(isas[isa]);
        if (kernels == NULL) continue;
        start(rows, &answer);
        kernels->fill_f32(values, rows, offset, answer.tile, answer.squares, &answer.moments);
        if (isa == 0) reference = answer;
        if (!right_tile(values, rows, offset, &answer)) fail("fill_f32: tile", isas[isa], rows, mode, 0);
        if (!right_moments(&answer, rows)) fail("fill_f32: moments", isas[isa], rows, mode, 0);
        if (memcmp(&reference, &answer, sizeof answer) != 0)
            fail("fill_f32 differs from scalar", isas[isa], rows, mode, 0);
    }
}

/* One value that is not finite, in every row in turn. */
static int check_not_finite(int rows)
{
    static const float bad[] = {NAN, INFINITY, -INFINITY};
    static fill_answer answer;
    float values[T];
    int cases = 0;
    for (int at = 0; at < rows; at++)
        for (int b = 0; b < 3; b++, cases++) {
            for (int i = 0; i < rows; i++) values[i] = i % 2 == 0 ? FLT_MAX : -FLT_MAX;
            values[at] = bad[b];
            if (at > 0 && b == 1) values[0] = -INFINITY; /* the two cancel to NaN */
            for (int isa = 0; isa < N_ISAS; isa++) {
                const shoal_kernels *kernels = shoal_kernels_for(isas[isa]);
                if (kernels == NULL) continue;
                start(rows, &answer);
                kernels->fill_f32(values, rows, 0, answer.tile, answer.squares, &answer.moments);
                if (isfinite(answer.moments.sum)) fail("fill_f32: finite", isas[isa], rows, at, b);
                if (memcmp(answer.tile, values, (size_t)rows * sizeof *values) != 0)
                    fail("fill_f32: tile of values that are not finite", isas[isa], rows, at, b);
            }
        }
    return cases;
}

static void check_drawn(shoal_rng *rng, int rows, int mode)
{
    float values[T + SHIFTS];
    const int shift = (int)shoal_rng_below(rng, SHIFTS);
    for (int i = 0; i < rows; i++) values[shift + i] = draw(rng, mode);
    check_case(values + shift, rows, mode == 1 ? 1.0005e6F : 0, mode);
}

int check_fill(shoal_rng *rng)
{
    enum { FULL_TILES = 50 };
    int cases = 0;
    for (int mode = 0; mode < MODES; mode++) {
        for (int rows = 1; rows < T; rows += rows < 40 || rows > T - 20 ? 1 : 13, cases++) check_drawn(rng, rows, mode);
        for (int tile = 0; tile < FULL_TILES; tile++, cases++) check_drawn(rng, T, mode);
    }
    return cases + check_not_finite(T) + check_not_finite(T - 1) + check_not_finite(37);
}

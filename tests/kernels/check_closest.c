/* `closest`: the same bits as the scalar reference on every instruction set, and the reference near the truth. */
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "check.h"

enum { MAX_D = 40, MAX_M = 19, T = SHOAL_TILE_ROWS };

static float tile[MAX_D * T], positions[MAX_M * MAX_D], start[T], closest[T], expected[T];
static double weight[T];

static void draw(shoal_rng *rng, int rows, int d, int m)
{
    memset(tile, 0, sizeof tile);
    for (int j = 0; j < d; j++)
        for (int i = 0; i < rows; i++) tile[j * T + i] = (float)shoal_rng_normal(rng);
    for (int at = 0; at < m * d; at++) positions[at] = (float)shoal_rng_normal(rng);
    for (int j = 0; j < d; j++) positions[j] = tile[j * T]; /* a distance of 0 */
    for (int i = 0; i < T; i++)
        start[i] = i >= rows                      ? 0
                   : shoal_rng_below(rng, 5) == 0 ? INFINITY
                                                  : (float)shoal_rng_exponential(rng) * (float)d;
    for (int i = 0; i < T; i++) weight[i] = shoal_rng_below(rng, 4) == 0 ? 0 : shoal_rng_exponential(rng);
}

static long double true_distance(int t, int i, int d)
{
    long double distance = 0;
    for (int j = 0; j < d; j++) {
        const long double difference = (long double)tile[j * T + i] - (long double)positions[t * d + j];
        distance += difference * difference;
    }
    return distance;
}

static long double true_sum(int t, int rows, int d, int lower, bool weighted)
{
    long double sum = 0;
    for (int i = 0; i < rows; i++) {
        long double least = fminl((long double)start[i], true_distance(t, i, d));
        if (lower) least = fminl(least, true_distance(0, i, d));
        sum += (weighted ? (long double)weight[i] : 1) * least;
    }
    return sum;
}

static void check_case(int rows, int d, int m, int lower, bool weighted)
{
    const double *w = weighted ? weight : NULL;
    double reference[MAX_M], sums[MAX_M];
    memcpy(expected, start, sizeof start);
    shoal_kernels_for("scalar")->closest_f32(tile, d, w, positions, m, lower, expected, reference);
    for (int t = 0; t < m; t++) {
        const long double truth = true_sum(t, rows, d, lower, weighted);
        if (!(fabsl((long double)reference[t] - truth) <= (d + 4) * 0x1p-24L * truth + 1e-30L))
            fail("closest_f32 is not the sum", "scalar", rows, d, m);
    }
    for (int isa = 1; isa < N_ISAS; isa++) {
        const shoal_kernels *kernels = shoal_kernels_for(isas[isa]);
        if (kernels == NULL) continue;
        memcpy(closest, start, sizeof start);
        kernels->closest_f32(tile, d, w, positions, m, lower, closest, sums);
        if (memcmp(closest, expected, sizeof closest) != 0 || memcmp(sums, reference, (size_t)m * sizeof *sums) != 0)
            fail("closest_f32 differs from scalar", isas[isa], rows, d, m);
    }
    if (!lower && memcmp(expected, start, sizeof start) != 0) fail("closest_f32 wrote", "scalar", rows, d, m);
}

int check_closest(shoal_rng *rng)
{
    static const int rows[] = {1, 7, 64, 255, 256};
    int cases = 0;
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++)
        for (int d = 1; d <= MAX_D; d += 3)
            for (int m = 1; m <= MAX_M; m++, cases++) {
                draw(rng, rows[r], d, m);
                check_case(rows[r], d, m, 0, m % 3 == 0);
                check_case(rows[r], d, m, 1, m % 2 == 0);
            }
    return cases;
}

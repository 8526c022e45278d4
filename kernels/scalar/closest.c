#include "closest.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>

static float distance_to(const float *tile, int d, int i, const float *position)
{
    float distance = 0;
    for (int j = 0; j < d; j++) {
        const float difference = position[j] - tile[j * SHOAL_TILE_ROWS + i];
        distance = fmaf(difference, difference, distance);
    }
    return distance;
}

void shoal_k_closest_f32_scalar(const float *tile, int d, const double *weight, const float *positions, int m,
                                int lower, float *closest, double *sums)
{
    assert(d >= 1 && m >= 1);
    for (int t = 0; t < m; t++) {
        double lane[SHOAL_SUM_LANES] = {0};
        for (int i = 0; i < SHOAL_TILE_ROWS; i++) {
            const float distance = distance_to(tile, d, i, positions + (ptrdiff_t)t * d);
            const float least = closest[i] < distance ? closest[i] : distance;
            if (lower && t == 0) closest[i] = least;
            lane[i % SHOAL_SUM_LANES] = fma(weight == NULL ? 1 : weight[i], (double)least, lane[i % SHOAL_SUM_LANES]);
        }
        sums[t] = 0;
        for (int l = 0; l < SHOAL_SUM_LANES; l++) sums[t] += lane[l];
    }
}

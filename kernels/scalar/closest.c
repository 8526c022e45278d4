#include "closest.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>

void shoal_k_closest_f32_scalar(const float *tile, int d, const float *positions, int m, int lower, float *closest,
                                double *sums)
{
    assert(d >= 1 && m >= 1 && (!lower || m == 1));
    for (int t = 0; t < m; t++) {
        const float *position = positions + (ptrdiff_t)t * d;
        double lane[SHOAL_SUM_LANES] = {0};
        for (int i = 0; i < SHOAL_TILE_ROWS; i++) {
            float distance = 0;
            for (int j = 0; j < d; j++) {
                const float difference = position[j] - tile[j * SHOAL_TILE_ROWS + i];
                distance = fmaf(difference, difference, distance);
            }
            const float least = closest[i] < distance ? closest[i] : distance;
            if (lower) closest[i] = least;
            lane[i % SHOAL_SUM_LANES] += (double)least;
        }
        sums[t] = 0;
        for (int l = 0; l < SHOAL_SUM_LANES; l++) sums[t] += lane[l];
    }
}

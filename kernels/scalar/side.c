#include "side.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>

float shoal_k_side_f32_scalar(const float *tile, int rows, int d, const float *across, float threshold,
                              const int32_t labels[2], int32_t *label)
{
    assert(rows >= 1 && rows <= SHOAL_TILE_ROWS && d >= 1);
    float least = INFINITY;
    for (int i = 0; i < rows; i++) {
        float side = -threshold;
        for (ptrdiff_t j = 0; j < d; j++) side = fmaf(across[j], tile[j * SHOAL_TILE_ROWS + i], side);
        label[i] = labels[side > 0];
        least = fminf(least, fabsf(side));
    }
    return least;
}

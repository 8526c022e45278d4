#include "move.h"

#include <math.h>
#include <stddef.h>

void shoal_k_move_f32_scalar(const float *tile, int d, const double *grid, int count, const int32_t *row,
                             const int32_t *from, const int32_t *to, int64_t *sums)
{
    for (int i = 0; i < count; i++) {
        int64_t *out = from[i] < 0 ? NULL : sums + (ptrdiff_t)from[i] * d;
        int64_t *into = to[i] < 0 ? NULL : sums + (ptrdiff_t)to[i] * d;
        for (int j = 0; j < d; j++) {
            const int64_t value = llrint((double)tile[j * SHOAL_TILE_ROWS + row[i]] * grid[j]);
            if (out != NULL) out[j] -= value;
            if (into != NULL) into[j] += value;
        }
    }
}

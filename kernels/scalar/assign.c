#include "assign.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>

float shoal_k_assign_f32_scalar(const float *tile, int rows, int d, const float *packed, const float *half_norm, int k,
                                const shoal_assign_error *error, int32_t *label, float *gap)
{
    enum { G = SHOAL_ASSIGN_GROUP };
    assert(rows >= 1 && rows <= SHOAL_TILE_ROWS && d >= 1 && k >= 2);
    float least = INFINITY;
    for (int i = 0; i < rows; i++) {
        float best = INFINITY, second = INFINITY, square = 0;
        label[i] = 0;
        for (int c = 0; c < k; c++) {
            const float *centroid = packed + (size_t)(c / G) * (size_t)d * G + c % G;
            float score = half_norm[c];
            for (ptrdiff_t j = 0; j < d; j++) score = fmaf(-centroid[j * G], tile[j * SHOAL_TILE_ROWS + i], score);
            if (score < best) {
                second = best;
                best = score;
                label[i] = c;
            } else if (score < second) {
                second = score;
            }
        }
        for (ptrdiff_t j = 0; j < d; j++) {
            const float value = tile[j * SHOAL_TILE_ROWS + i];
            square = fmaf(value, value, square);
        }
        const float reach = fmaxf(fmaf(2, second, square), 0) + error->square;
        const float wrong = fmaf(error->score_norm, sqrtf(square) * (1 + 0x1p-20F), error->score);
        gap[i] = (second - best - 2 * wrong) / (sqrtf(reach) * (1 + 0x1p-20F)) - error->gap;
        least = fminf(least, gap[i]);
    }
    return least;
}

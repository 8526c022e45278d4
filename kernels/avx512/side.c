#include "side.h"

#include <assert.h>
#include <immintrin.h>
#include <math.h>
#include <stddef.h>

enum { LANES = 16 };

float shoal_k_side_f32_avx512(const float *tile, int rows, int d, const float *across, float threshold,
                              const int32_t labels[2], int32_t *label)
{
    assert(rows >= 1 && rows <= SHOAL_TILE_ROWS && d >= 1);
    const __m512i first = _mm512_set1_epi32(labels[0]), second = _mm512_set1_epi32(labels[1]);
    __m512 least = _mm512_set1_ps(INFINITY);
    for (int i = 0; i < rows; i += LANES) {
        const __mmask16 lanes = rows - i < LANES ? (__mmask16)((1U << (rows - i)) - 1) : (__mmask16)-1;
        __m512 side = _mm512_set1_ps(-threshold);
        for (ptrdiff_t j = 0; j < d; j++)
            side = _mm512_fmadd_ps(_mm512_set1_ps(across[j]),
                                   _mm512_maskz_loadu_ps(lanes, tile + j * SHOAL_TILE_ROWS + i), side);
        const __mmask16 above = _mm512_cmp_ps_mask(side, _mm512_setzero_ps(), _CMP_GT_OQ);
        _mm512_mask_storeu_epi32(label + i, lanes, _mm512_mask_blend_epi32(above, first, second));
        least = _mm512_mask_min_ps(least, lanes, least, _mm512_abs_ps(side));
    }
    return _mm512_reduce_min_ps(least);
}

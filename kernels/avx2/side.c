#include "side.h"

#include <assert.h>
#include <immintrin.h>
#include <math.h>
#include <stddef.h>

enum { LANES = 8 };

/* All ones in the first `count` lanes. */
static inline __m256i first_lanes(int count)
{
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(count), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

float shoal_k_side_f32_avx2(const float *tile, int rows, int d, const float *across, float threshold,
                            const int32_t labels[2], int32_t *label)
{
    assert(rows >= 1 && rows <= SHOAL_TILE_ROWS && d >= 1);
    const __m256 first = _mm256_castsi256_ps(_mm256_set1_epi32(labels[0]));
    const __m256 second = _mm256_castsi256_ps(_mm256_set1_epi32(labels[1]));
    const __m256 sign = _mm256_set1_ps(-0.0F), most = _mm256_set1_ps(INFINITY);
    __m256 least = most;
    for (int i = 0; i < rows; i += LANES) {
        const __m256i lanes = first_lanes(rows - i);
        __m256 side = _mm256_set1_ps(-threshold);
        for (ptrdiff_t j = 0; j < d; j++)
            side = _mm256_fmadd_ps(_mm256_set1_ps(across[j]), _mm256_maskload_ps(tile + j * SHOAL_TILE_ROWS + i, lanes),
                                   side);
        const __m256 above = _mm256_cmp_ps(side, _mm256_setzero_ps(), _CMP_GT_OQ);
        _mm256_maskstore_epi32(label + i, lanes, _mm256_castps_si256(_mm256_blendv_ps(first, second, above)));
        const __m256 off = _mm256_blendv_ps(most, _mm256_andnot_ps(sign, side), _mm256_castsi256_ps(lanes));
        least = _mm256_min_ps(least, off);
    }
    float lane[LANES], all = INFINITY;
    _mm256_storeu_ps(lane, least);
    for (int l = 0; l < LANES; l++) all = lane[l] < all ? lane[l] : all;
    return all;
}

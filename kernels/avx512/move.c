/* Features lie across the lanes: eight values of a row are gathered, rounded to integers and added at once. */
#include "move.h"

#include <immintrin.h>
#include <stddef.h>

enum { LANES = 8 };

static inline void add(int64_t *sum, __mmask8 lanes, __m512i value)
{
    _mm512_mask_storeu_epi64(sum, lanes, _mm512_add_epi64(_mm512_maskz_loadu_epi64(lanes, sum), value));
}

static inline void take(int64_t *sum, __mmask8 lanes, __m512i value)
{
    _mm512_mask_storeu_epi64(sum, lanes, _mm512_sub_epi64(_mm512_maskz_loadu_epi64(lanes, sum), value));
}

void shoal_k_move_f32_avx512(const float *tile, int d, const double *grid, int count, const int32_t *row,
                             const int32_t *from, const int32_t *to, int64_t *sums)
{
    const __m256i step =
        _mm256_mullo_epi32(_mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7), _mm256_set1_epi32(SHOAL_TILE_ROWS));
    for (int j = 0; j < d; j += LANES) {
        const int left = d - j < LANES ? d - j : LANES;
        const __mmask8 lanes = (__mmask8)((1U << left) - 1);
        const __m512d steps = _mm512_maskz_loadu_pd(lanes, grid + j);
        for (int i = 0; i < count; i++) {
            const float *values = tile + (ptrdiff_t)j * SHOAL_TILE_ROWS + row[i];
            const __m256 gathered = _mm256_mmask_i32gather_ps(_mm256_setzero_ps(), lanes, step, values, 4);
            const __m512i value = _mm512_cvtpd_epi64(_mm512_mul_pd(_mm512_cvtps_pd(gathered), steps));
            if (from[i] >= 0) take(sums + (ptrdiff_t)from[i] * d + j, lanes, value);
            if (to[i] >= 0) add(sums + (ptrdiff_t)to[i] * d + j, lanes, value);
        }
    }
}

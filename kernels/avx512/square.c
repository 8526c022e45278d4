/* The coordinates of up to 16 centroids stay in two registers, where a permutation looks them up; more are gathered. */
#include "square.h"

#include <assert.h>
#include <immintrin.h>
#include <stdbool.h>
#include <stddef.h>

enum { LANES = 8 };

static inline __mmask8 first_lanes(ptrdiff_t count)
{
    return count >= LANES ? 0xFF : count <= 0 ? 0 : (__mmask8)((1U << count) - 1);
}

/* `few`: k <= 16; a constant at every call. */
static inline __m512d look_up(__m256i index, const double *coordinates, const bool few, __m512d low, __m512d high)
{
    return few ? _mm512_permutex2var_pd(low, _mm512_cvtepu32_epi64(index), high)
               : _mm512_i32gather_pd(index, coordinates, sizeof(double));
}

static inline __m512d add_square(__m512d sum, __m512d value, __m512d coordinate)
{
    const __m512d difference = _mm512_sub_pd(value, coordinate);
    return _mm512_add_pd(sum, _mm512_mul_pd(difference, difference));
}

/* Either of narrow and wide is NULL; that and `few` are constants at every call. */
static inline __attribute__((always_inline)) void square(const float *narrow, const double *wide, int rows,
                                                         const double *coordinates, int k, const bool few,
                                                         const int32_t *label, double *sums)
{
    __m512d low = _mm512_setzero_pd(), high = low;
    if (few) {
        low = _mm512_maskz_loadu_pd(first_lanes(k), coordinates);
        high = _mm512_maskz_loadu_pd(first_lanes(k - LANES), coordinates + LANES);
    }
    ptrdiff_t i = 0;
    for (; i + LANES <= rows; i += LANES) {
        const __m256i index = _mm256_loadu_si256((const __m256i *)(const void *)(label + i));
        const __m512d value = narrow != NULL ? _mm512_cvtps_pd(_mm256_loadu_ps(narrow + i)) : _mm512_loadu_pd(wide + i);
        const __m512d coordinate = look_up(index, coordinates, few, low, high);
        _mm512_storeu_pd(sums + i, add_square(_mm512_loadu_pd(sums + i), value, coordinate));
    }
    if (i == rows) return;
    const __mmask8 lanes = first_lanes(rows - i);
    const __m512d coordinate = look_up(_mm256_maskz_loadu_epi32(lanes, label + i), coordinates, few, low, high);
    const __m512d value = narrow != NULL ? _mm512_cvtps_pd(_mm256_maskz_loadu_ps(lanes, narrow + i))
                                         : _mm512_maskz_loadu_pd(lanes, wide + i);
    const __m512d sum = _mm512_maskz_loadu_pd(lanes, sums + i);
    _mm512_mask_storeu_pd(sums + i, lanes, add_square(sum, value, coordinate));
}

void shoal_k_square_f32_avx512(const float *values, int rows, const double *coordinates, int k, const int32_t *label,
                               double *sums)
{
    assert(rows >= 0 && k >= 1);
    if (k <= 2 * LANES) square(values, NULL, rows, coordinates, k, true, label, sums);
    else square(values, NULL, rows, coordinates, k, false, label, sums);
}

void shoal_k_square_f64_avx512(const double *values, int rows, const double *coordinates, int k, const int32_t *label,
                               double *sums)
{
    assert(rows >= 0 && k >= 1);
    if (k <= 2 * LANES) square(NULL, values, rows, coordinates, k, true, label, sums);
    else square(NULL, values, rows, coordinates, k, false, label, sums);
}

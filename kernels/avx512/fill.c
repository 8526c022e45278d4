#include "fill.h"

#include <immintrin.h>
#include <math.h>

enum { T = SHOAL_TILE_ROWS, WIDTH = 16, LANES = SHOAL_SUM_LANES };

static double add_lanes(__m512d lanes)
{
    double lane[LANES], sum = 0;
    _mm512_storeu_pd(lane, lanes);
    for (int l = 0; l < LANES; l++) sum += lane[l];
    return sum;
}

static __m512d add_square(__m512d sum, __m512d value)
{
    return _mm512_add_pd(sum, _mm512_mul_pd(value, value));
}

static double square_deviations(const float *tile, double mean)
{
    const __m512d middle = _mm512_set1_pd(mean);
    __m512d lanes = _mm512_setzero_pd();
    for (int i = 0; i < T; i += LANES)
        lanes = add_square(lanes, _mm512_sub_pd(_mm512_cvtps_pd(_mm256_loadu_ps(tile + i)), middle));
    return add_lanes(lanes);
}

void shoal_k_fill_f32_avx512(const float *values, int rows, float offset, float *tile, double *squares,
                             shoal_moments *moments)
{
    if (rows < T) { /* the last tile */
        shoal_k_fill_f32_scalar(values, rows, offset, tile, squares, moments);
        return;
    }
    const __m512 shift = _mm512_set1_ps(offset);
    __m512 low = _mm512_set1_ps(INFINITY), high = _mm512_set1_ps(-INFINITY);
    __m512d lanes = _mm512_setzero_pd();
    for (int i = 0; i < T; i += WIDTH) {
        const __m512 value = _mm512_sub_ps(_mm512_loadu_ps(values + i), shift);
        const __m512d a = _mm512_cvtps_pd(_mm512_castps512_ps256(value));
        const __m512d b = _mm512_cvtps_pd(_mm512_extractf32x8_ps(value, 1));
        _mm_prefetch((const char *)(values + i + T), _MM_HINT_T0);
        _mm512_storeu_ps(tile + i, value);
        low = _mm512_min_ps(value, low);
        high = _mm512_max_ps(value, high);
        lanes = _mm512_add_pd(_mm512_add_pd(lanes, a), b);
        _mm512_storeu_pd(squares + i, add_square(_mm512_loadu_pd(squares + i), a));
        _mm512_storeu_pd(squares + i + LANES, add_square(_mm512_loadu_pd(squares + i + LANES), b));
    }
    moments->low = _mm512_reduce_min_ps(low) + 0.0F;
    moments->high = _mm512_reduce_max_ps(high) + 0.0F;
    moments->sum = add_lanes(lanes);
    moments->squares = square_deviations(tile, moments->sum / T);
}

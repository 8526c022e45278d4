#include "fill.h"

#include <immintrin.h>
#include <math.h>

enum { T = SHOAL_TILE_ROWS, WIDTH = 8, HALF = SHOAL_SUM_LANES / 2, LINE = 16 };

/* The lanes are those of two registers. */
static double add_lanes(__m256d front, __m256d back)
{
    double lane[2 * HALF], sum = 0;
    _mm256_storeu_pd(lane, front);
    _mm256_storeu_pd(lane + HALF, back);
    for (int l = 0; l < 2 * HALF; l++) sum += lane[l];
    return sum;
}

static __m256d add_square(__m256d sum, __m256d value)
{
    return _mm256_add_pd(sum, _mm256_mul_pd(value, value));
}

static double square_deviations(const float *tile, double mean)
{
    const __m256d middle = _mm256_set1_pd(mean);
    __m256d front = _mm256_setzero_pd(), back = front;
    for (int i = 0; i < T; i += WIDTH) {
        front = add_square(front, _mm256_sub_pd(_mm256_cvtps_pd(_mm_loadu_ps(tile + i)), middle));
        back = add_square(back, _mm256_sub_pd(_mm256_cvtps_pd(_mm_loadu_ps(tile + i + HALF)), middle));
    }
    return add_lanes(front, back);
}

static void bound(__m256 low, __m256 high, shoal_moments *moments)
{
    float least[WIDTH], most[WIDTH];
    _mm256_storeu_ps(least, low);
    _mm256_storeu_ps(most, high);
    for (int l = 1; l < WIDTH; l++) {
        least[0] = least[l] < least[0] ? least[l] : least[0];
        most[0] = most[l] > most[0] ? most[l] : most[0];
    }
    moments->low = least[0] + 0.0F;
    moments->high = most[0] + 0.0F;
}

void shoal_k_fill_f32_avx2(const float *values, int rows, float offset, float *tile, double *squares,
                           shoal_moments *moments)
{
    if (rows < T) { /* the last tile */
        shoal_k_fill_f32_scalar(values, rows, offset, tile, squares, moments);
        return;
    }
    const __m256 shift = _mm256_set1_ps(offset);
    __m256 low = _mm256_set1_ps(INFINITY), high = _mm256_set1_ps(-INFINITY);
    __m256d front = _mm256_setzero_pd(), back = front;
    for (int i = 0; i < T; i += WIDTH) {
        const __m256 value = _mm256_sub_ps(_mm256_loadu_ps(values + i), shift);
        const __m256d a = _mm256_cvtps_pd(_mm256_castps256_ps128(value));
        const __m256d b = _mm256_cvtps_pd(_mm256_extractf128_ps(value, 1));
        if (i % LINE == 0) _mm_prefetch((const char *)(values + i + T), _MM_HINT_T0);
        _mm256_storeu_ps(tile + i, value);
        low = _mm256_min_ps(value, low);
        high = _mm256_max_ps(value, high);
        front = _mm256_add_pd(front, a);
        back = _mm256_add_pd(back, b);
        _mm256_storeu_pd(squares + i, add_square(_mm256_loadu_pd(squares + i), a));
        _mm256_storeu_pd(squares + i + HALF, add_square(_mm256_loadu_pd(squares + i + HALF), b));
    }
    bound(low, high, moments);
    moments->sum = add_lanes(front, back);
    moments->squares = square_deviations(tile, moments->sum / T);
}

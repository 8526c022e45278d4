#include "square.h"

#include <assert.h>
#include <immintrin.h>
#include <stddef.h>

enum { LANES = 4 };

static inline void add_squares(__m256d values, const double *coordinates, const int32_t *label, double *sums)
{
    const __m128i index = _mm_loadu_si128((const __m128i *)(const void *)label);
    const __m256d difference = _mm256_sub_pd(values, _mm256_i32gather_pd(coordinates, index, sizeof(double)));
    _mm256_storeu_pd(sums, _mm256_add_pd(_mm256_loadu_pd(sums), _mm256_mul_pd(difference, difference)));
}

static inline double add_square(double sum, double value, double coordinate)
{
    const double difference = value - coordinate;
    return sum + difference * difference;
}

void shoal_k_square_f32_avx2(const float *values, int rows, const double *coordinates, int k, const int32_t *label,
                             double *sums)
{
    assert(rows >= 0 && k >= 1);
    (void)k;
    ptrdiff_t i = 0;
    for (; i + LANES <= rows; i += LANES)
        add_squares(_mm256_cvtps_pd(_mm_loadu_ps(values + i)), coordinates, label + i, sums + i);
    for (; i < rows; i++) sums[i] = add_square(sums[i], (double)values[i], coordinates[label[i]]);
}

void shoal_k_square_f64_avx2(const double *values, int rows, const double *coordinates, int k, const int32_t *label,
                             double *sums)
{
    assert(rows >= 0 && k >= 1);
    (void)k;
    ptrdiff_t i = 0;
    for (; i + LANES <= rows; i += LANES) add_squares(_mm256_loadu_pd(values + i), coordinates, label + i, sums + i);
    for (; i < rows; i++) sums[i] = add_square(sums[i], values[i], coordinates[label[i]]);
}

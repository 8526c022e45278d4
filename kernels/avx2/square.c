#include "square.h"

#include <assert.h>
#include <immintrin.h>
#include <stddef.h>

enum { LANES = 4 };

void shoal_k_square_f64_avx2(const double *values, int rows, const double *coordinates, int k, const int32_t *label,
                             double *sums)
{
    assert(rows >= 0 && k >= 1);
    (void)k;
    ptrdiff_t i = 0;
    for (; i + LANES <= rows; i += LANES) {
        const __m128i index = _mm_loadu_si128((const __m128i *)(const void *)(label + i));
        const __m256d coordinate = _mm256_i32gather_pd(coordinates, index, sizeof(double));
        const __m256d difference = _mm256_sub_pd(_mm256_loadu_pd(values + i), coordinate);
        _mm256_storeu_pd(sums + i, _mm256_add_pd(_mm256_loadu_pd(sums + i), _mm256_mul_pd(difference, difference)));
    }
    for (; i < rows; i++) {
        const double difference = values[i] - coordinates[label[i]];
        sums[i] += difference * difference;
    }
}

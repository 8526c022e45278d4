#include "closest.h"

#include <assert.h>
#include <immintrin.h>
#include <stddef.h>

enum { GROUP = 4, VECTORS = 2, LANES = 16 };

/* Partial sums: one a lane. */
typedef __m512d lanes;

static inline lanes no_lanes(void)
{
    return _mm512_setzero_pd();
}

static inline lanes add_rows(lanes sum, __m512 values)
{
    sum = _mm512_add_pd(sum, _mm512_cvtps_pd(_mm512_castps512_ps256(values)));
    return _mm512_add_pd(sum, _mm512_cvtps_pd(_mm512_extractf32x8_ps(values, 1)));
}

static inline double total(lanes sum)
{
    double lane[SHOAL_SUM_LANES], all = 0;
    _mm512_storeu_pd(lane, sum);
    for (ptrdiff_t l = 0; l < SHOAL_SUM_LANES; l++) all += lane[l];
    return all;
}

/* `count` positions against all rows; count is a constant at every call. */
static inline __attribute__((always_inline)) void meet(const float *tile, int d, const float *positions,
                                                       const int count, int lower, float *closest, double *sums)
{
    lanes sum[GROUP];
    for (int t = 0; t < count; t++) sum[t] = no_lanes();
    for (int i = 0; i < SHOAL_TILE_ROWS; i += VECTORS * LANES) {
        __m512 distance[GROUP][VECTORS];
        for (int t = 0; t < count; t++)
            for (ptrdiff_t v = 0; v < VECTORS; v++) distance[t][v] = _mm512_setzero_ps();
        for (ptrdiff_t j = 0; j < d; j++) {
            const float *values = tile + (ptrdiff_t)j * SHOAL_TILE_ROWS + i;
            __m512 value[VECTORS];
            for (ptrdiff_t v = 0; v < VECTORS; v++) value[v] = _mm512_loadu_ps(values + v * LANES);
            for (int t = 0; t < count; t++) {
                const __m512 coordinate = _mm512_set1_ps(positions[(ptrdiff_t)t * d + j]);
                for (ptrdiff_t v = 0; v < VECTORS; v++) {
                    const __m512 difference = _mm512_sub_ps(coordinate, value[v]);
                    distance[t][v] = _mm512_fmadd_ps(difference, difference, distance[t][v]);
                }
            }
        }
        for (int t = 0; t < count; t++)
            for (ptrdiff_t v = 0; v < VECTORS; v++) {
                float *least_so_far = closest + i + v * LANES;
                const __m512 least = _mm512_min_ps(_mm512_loadu_ps(least_so_far), distance[t][v]);
                if (lower) _mm512_storeu_ps(least_so_far, least);
                sum[t] = add_rows(sum[t], least);
            }
    }
    for (int t = 0; t < count; t++) sums[t] = total(sum[t]);
}

void shoal_k_closest_f32_avx512(const float *tile, int d, const float *positions, int m, int lower, float *closest,
                                double *sums)
{
    assert(d >= 1 && m >= 1 && (!lower || m == 1));
    int t = 0;
    for (; t + GROUP <= m; t += GROUP) meet(tile, d, positions + (ptrdiff_t)t * d, GROUP, 0, closest, sums + t);
    switch (m - t) {
    case 3: meet(tile, d, positions + (ptrdiff_t)t * d, 3, 0, closest, sums + t); break;
    case 2: meet(tile, d, positions + (ptrdiff_t)t * d, 2, 0, closest, sums + t); break;
    case 1: meet(tile, d, positions + (ptrdiff_t)t * d, 1, lower, closest, sums + t); break;
    default: break;
    }
}

/* As avx512/nearest.c with half the lanes and half the registers: VECTORS x (sum, best, second, label) = 8 of 16. */
#include "nearest.h"

#include <assert.h>
#include <immintrin.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

enum { VECTORS = 2, LANES_F32 = 8, LANES_F64 = 4, GROUP_F32 = VECTORS * LANES_F32, GROUP_F64 = VECTORS * LANES_F64 };

static inline void group_f32(const float *rows, int d, const float *centroids, int k, int32_t *label, float *best,
                             float *second)
{
    __m256 low[VECTORS], next[VECTORS], at[VECTORS]; /* at: the bits of an int32 */
    for (size_t v = 0; v < VECTORS; v++) {
        low[v] = next[v] = _mm256_set1_ps(INFINITY);
        at[v] = _mm256_setzero_ps();
    }
    for (int c = 0; c < k; c++) {
        const float *centroid = centroids + (size_t)c * (size_t)d;
        __m256 sum[VECTORS];
        for (size_t v = 0; v < VECTORS; v++) sum[v] = _mm256_setzero_ps();
        for (int j = 0; j < d; j++) {
            const float *values = rows + (size_t)j * SHOAL_TILE_ROWS;
            const __m256 coordinate = _mm256_broadcast_ss(centroid + j);
            for (size_t v = 0; v < VECTORS; v++) {
                const __m256 difference = _mm256_sub_ps(coordinate, _mm256_loadu_ps(values + v * LANES_F32));
                sum[v] = _mm256_fmadd_ps(difference, difference, sum[v]);
            }
        }
        const __m256 index = _mm256_castsi256_ps(_mm256_set1_epi32(c));
        for (size_t v = 0; v < VECTORS; v++) {
            at[v] = _mm256_blendv_ps(at[v], index, _mm256_cmp_ps(sum[v], low[v], _CMP_LT_OQ));
            next[v] = _mm256_min_ps(next[v], _mm256_max_ps(low[v], sum[v]));
            low[v] = _mm256_min_ps(low[v], sum[v]);
        }
    }
    for (size_t v = 0; v < VECTORS; v++) {
        _mm256_storeu_si256((__m256i *)(void *)(label + v * LANES_F32), _mm256_castps_si256(at[v]));
        _mm256_storeu_ps(best + v * LANES_F32, low[v]);
        _mm256_storeu_ps(second + v * LANES_F32, next[v]);
    }
}

void shoal_k_nearest_f32_avx2(const float *tile, int rows, int d, const float *centroids, int k, int32_t *label,
                              float *best, float *second)
{
    assert(rows >= 0 && rows <= SHOAL_TILE_ROWS && d >= 1 && k >= 1);
    int i = 0;
    for (; i + GROUP_F32 <= rows; i += GROUP_F32) group_f32(tile + i, d, centroids, k, label + i, best + i, second + i);
    if (i == rows) return;
    int32_t last_label[GROUP_F32];
    float last_best[GROUP_F32], last_second[GROUP_F32];
    group_f32(tile + i, d, centroids, k, last_label, last_best, last_second);
    const size_t left = (size_t)(rows - i);
    memcpy(label + i, last_label, left * sizeof *label);
    memcpy(best + i, last_best, left * sizeof *best);
    memcpy(second + i, last_second, left * sizeof *second);
}

static inline void group_f64(const double *rows, int d, const double *centroids, int k, int32_t *label, double *best,
                             double *second)
{
    __m256d low[VECTORS], next[VECTORS], at[VECTORS]; /* at: the bits of an int64 */
    for (size_t v = 0; v < VECTORS; v++) {
        low[v] = next[v] = _mm256_set1_pd(INFINITY);
        at[v] = _mm256_setzero_pd();
    }
    for (int c = 0; c < k; c++) {
        const double *centroid = centroids + (size_t)c * (size_t)d;
        __m256d sum[VECTORS];
        for (size_t v = 0; v < VECTORS; v++) sum[v] = _mm256_setzero_pd();
        for (int j = 0; j < d; j++) {
            const double *values = rows + (size_t)j * SHOAL_TILE_ROWS;
            const __m256d coordinate = _mm256_broadcast_sd(centroid + j);
            for (size_t v = 0; v < VECTORS; v++) {
                const __m256d difference = _mm256_sub_pd(coordinate, _mm256_loadu_pd(values + v * LANES_F64));
                sum[v] = _mm256_fmadd_pd(difference, difference, sum[v]);
            }
        }
        const __m256d index = _mm256_castsi256_pd(_mm256_set1_epi64x(c));
        for (size_t v = 0; v < VECTORS; v++) {
            at[v] = _mm256_blendv_pd(at[v], index, _mm256_cmp_pd(sum[v], low[v], _CMP_LT_OQ));
            next[v] = _mm256_min_pd(next[v], _mm256_max_pd(low[v], sum[v]));
            low[v] = _mm256_min_pd(low[v], sum[v]);
        }
    }
    const __m256i even = _mm256_setr_epi32(0, 2, 4, 6, 0, 2, 4, 6);
    for (size_t v = 0; v < VECTORS; v++) {
        const __m256i packed = _mm256_permutevar8x32_epi32(_mm256_castpd_si256(at[v]), even);
        _mm_storeu_si128((__m128i *)(void *)(label + v * LANES_F64), _mm256_castsi256_si128(packed));
        _mm256_storeu_pd(best + v * LANES_F64, low[v]);
        _mm256_storeu_pd(second + v * LANES_F64, next[v]);
    }
}

void shoal_k_nearest_f64_avx2(const double *tile, int rows, int d, const double *centroids, int k, int32_t *label,
                              double *best, double *second)
{
    assert(rows >= 0 && rows <= SHOAL_TILE_ROWS && d >= 1 && k >= 1);
    int i = 0;
    for (; i + GROUP_F64 <= rows; i += GROUP_F64) group_f64(tile + i, d, centroids, k, label + i, best + i, second + i);
    if (i == rows) return;
    int32_t last_label[GROUP_F64];
    double last_best[GROUP_F64], last_second[GROUP_F64];
    group_f64(tile + i, d, centroids, k, last_label, last_best, last_second);
    const size_t left = (size_t)(rows - i);
    memcpy(label + i, last_label, left * sizeof *label);
    memcpy(best + i, last_best, left * sizeof *best);
    memcpy(second + i, last_second, left * sizeof *second);
}

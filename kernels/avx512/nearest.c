/* Rows lie across the lanes; GROUP rows at a time keep their best, second and label in registers while all centroids
 * pass by, one coordinate broadcast for VECTORS differences. VECTORS x (sum, best, second, label) = 16 of the 32
 * registers; four chains of FMAs are enough to hide their latency, since half of the work is subtractions. */
#include "nearest.h"

#include <assert.h>
#include <immintrin.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

enum { VECTORS = 4, LANES_F32 = 16, LANES_F64 = 8, GROUP_F32 = VECTORS * LANES_F32, GROUP_F64 = VECTORS * LANES_F64 };

static inline void group_f32(const float *rows, int d, const float *centroids, int k, int32_t *label, float *best,
                             float *second)
{
    __m512 low[VECTORS], next[VECTORS];
    __m512i at[VECTORS];
    for (size_t v = 0; v < VECTORS; v++) {
        low[v] = next[v] = _mm512_set1_ps(INFINITY);
        at[v] = _mm512_setzero_si512();
    }
    for (int c = 0; c < k; c++) {
        const float *centroid = centroids + (size_t)c * (size_t)d;
        __m512 sum[VECTORS];
        for (size_t v = 0; v < VECTORS; v++) sum[v] = _mm512_setzero_ps();
        for (int j = 0; j < d; j++) {
            const float *values = rows + (size_t)j * SHOAL_TILE_ROWS;
            const __m512 coordinate = _mm512_set1_ps(centroid[j]);
            for (size_t v = 0; v < VECTORS; v++) {
                const __m512 difference = _mm512_sub_ps(coordinate, _mm512_loadu_ps(values + v * LANES_F32));
                sum[v] = _mm512_fmadd_ps(difference, difference, sum[v]);
            }
        }
        const __m512i index = _mm512_set1_epi32(c);
        for (size_t v = 0; v < VECTORS; v++) {
            at[v] = _mm512_mask_mov_epi32(at[v], _mm512_cmp_ps_mask(sum[v], low[v], _CMP_LT_OQ), index);
            next[v] = _mm512_min_ps(next[v], _mm512_max_ps(low[v], sum[v]));
            low[v] = _mm512_min_ps(low[v], sum[v]);
        }
    }
    for (size_t v = 0; v < VECTORS; v++) {
        _mm512_storeu_si512(label + v * LANES_F32, at[v]);
        _mm512_storeu_ps(best + v * LANES_F32, low[v]);
        _mm512_storeu_ps(second + v * LANES_F32, next[v]);
    }
}

void shoal_k_nearest_f32_avx512(const float *tile, int rows, int d, const float *centroids, int k, int32_t *label,
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
    __m512d low[VECTORS], next[VECTORS];
    __m256i at[VECTORS];
    for (size_t v = 0; v < VECTORS; v++) {
        low[v] = next[v] = _mm512_set1_pd(INFINITY);
        at[v] = _mm256_setzero_si256();
    }
    for (int c = 0; c < k; c++) {
        const double *centroid = centroids + (size_t)c * (size_t)d;
        __m512d sum[VECTORS];
        for (size_t v = 0; v < VECTORS; v++) sum[v] = _mm512_setzero_pd();
        for (int j = 0; j < d; j++) {
            const double *values = rows + (size_t)j * SHOAL_TILE_ROWS;
            const __m512d coordinate = _mm512_set1_pd(centroid[j]);
            for (size_t v = 0; v < VECTORS; v++) {
                const __m512d difference = _mm512_sub_pd(coordinate, _mm512_loadu_pd(values + v * LANES_F64));
                sum[v] = _mm512_fmadd_pd(difference, difference, sum[v]);
            }
        }
        const __m256i index = _mm256_set1_epi32(c);
        for (size_t v = 0; v < VECTORS; v++) {
            at[v] = _mm256_mask_mov_epi32(at[v], _mm512_cmp_pd_mask(sum[v], low[v], _CMP_LT_OQ), index);
            next[v] = _mm512_min_pd(next[v], _mm512_max_pd(low[v], sum[v]));
            low[v] = _mm512_min_pd(low[v], sum[v]);
        }
    }
    for (size_t v = 0; v < VECTORS; v++) {
        _mm256_storeu_si256((__m256i *)(void *)(label + v * LANES_F64), at[v]);
        _mm512_storeu_pd(best + v * LANES_F64, low[v]);
        _mm512_storeu_pd(second + v * LANES_F64, next[v]);
    }
}

void shoal_k_nearest_f64_avx512(const double *tile, int rows, int d, const double *centroids, int k, int32_t *label,
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

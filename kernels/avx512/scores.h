/* What the versions of `assign` and `assign_some` for AVX-512 share: scores of 32 rows against groups of centroids.
 *
 * Rows lie across the lanes: VECTORS x 16 of them meet a group of centroids in VECTORS x GROUP chains of fused
 * multiply-adds, all in registers (16 sums, 2 x 2 of best and second, 2 of values). Each value is loaded once a
 * group, each coordinate broadcast once for VECTORS products.
 *
 * Rows of a tile are read in strides that no prefetcher of a CPU foresees, so each ROWS rows ask, line by line between
 * their sums, for their share of the values that come next (`ahead`); behind the last that asks for nothing of use. */
#ifndef SHOAL_KERNELS_AVX512_SCORES_H
#define SHOAL_KERNELS_AVX512_SCORES_H

#include <float.h>
#include <immintrin.h>
#include <stddef.h>

#include "kernels.h"

enum { VECTORS = 2, LANES = 16, ROWS = VECTORS * LANES };
enum { GROUP = SHOAL_ASSIGN_GROUP, GROUP_BITS = SHOAL_ASSIGN_BITS };
enum { OR_OF_AND = 0xF8 }; /* truth table of a | (b & c) */

/* Scores whose low bits tell which of its group a centroid is; at: the group of the best. */
typedef struct nearest_two {
    __m512 best[VECTORS], second[VECTORS];
    __m512i at[VECTORS];
} nearest_two;

/* The score with its low bits replaced by the place in the group. */
static inline __m512 carry(__m512 score, int place)
{
    return _mm512_castsi512_ps(_mm512_ternarylogic_epi32(_mm512_set1_epi32(place), _mm512_castps_si512(score),
                                                         _mm512_set1_epi32(~(GROUP - 1)), OR_OF_AND));
}

/* The two least of `count` scores. */
static inline __attribute__((always_inline)) void reduce(const __m512 score[GROUP][VECTORS], const int count,
                                                         nearest_two *two)
{
    for (ptrdiff_t v = 0; v < VECTORS; v++) {
        two->best[v] = score[0][v];
        two->second[v] = _mm512_set1_ps(FLT_MAX);
    }
    for (ptrdiff_t g = 1; g < count; g++)
        for (ptrdiff_t v = 0; v < VECTORS; v++) {
            two->second[v] = _mm512_min_ps(two->second[v], _mm512_max_ps(two->best[v], score[g][v]));
            two->best[v] = _mm512_min_ps(two->best[v], score[g][v]);
        }
}

/* `count` centroids of a group against ROWS rows; count is a constant at every call. */
static inline __attribute__((always_inline)) void meet(const float *rows, int stride, const float *ahead, int d,
                                                       const float *packed, const float *half_norm, const int count,
                                                       nearest_two *two)
{
    __m512 score[GROUP][VECTORS];
    for (ptrdiff_t g = 0; g < count; g++)
        for (ptrdiff_t v = 0; v < VECTORS; v++) score[g][v] = _mm512_set1_ps(half_norm[g]);
    for (ptrdiff_t j = 0; j < d; j++) {
        __m512 value[VECTORS];
        _mm_prefetch((const char *)(ahead + j * ROWS), _MM_HINT_T0);
        for (ptrdiff_t v = 0; v < VECTORS; v++) value[v] = _mm512_loadu_ps(rows + j * stride + v * LANES);
        for (ptrdiff_t g = 0; g < count; g++) {
            const __m512 coordinate = _mm512_set1_ps(packed[j * GROUP + g]);
            for (ptrdiff_t v = 0; v < VECTORS; v++) score[g][v] = _mm512_fnmadd_ps(coordinate, value[v], score[g][v]);
        }
    }
    for (ptrdiff_t g = 0; g < count; g++)
        for (ptrdiff_t v = 0; v < VECTORS; v++) score[g][v] = carry(score[g][v], (int)g);
    reduce((const __m512(*)[VECTORS])score, count, two);
}

/* The group of that number joins the others. */
static inline void join(nearest_two *all, const nearest_two *group, int number)
{
    const __m512i here = _mm512_set1_epi32(number);
    for (ptrdiff_t v = 0; v < VECTORS; v++) {
        const __mmask16 nearer = _mm512_cmp_ps_mask(group->best[v], all->best[v], _CMP_LT_OQ);
        all->second[v] =
            _mm512_min_ps(_mm512_min_ps(all->second[v], group->second[v]), _mm512_max_ps(all->best[v], group->best[v]));
        all->best[v] = _mm512_min_ps(all->best[v], group->best[v]);
        all->at[v] = _mm512_mask_mov_epi32(all->at[v], nearer, here);
    }
}

/* The last `count` centroids, fewer than a group. */
static inline void meet_rest(const float *rows, int stride, const float *ahead, int d, const float *packed,
                             const float *half_norm, int count, nearest_two *two)
{
    switch (count) {
#define REST(n)                                                                                                        \
    case n: meet(rows, stride, ahead, d, packed, half_norm, n, two); break
        REST(7);
        REST(6);
        REST(5);
        REST(4);
        REST(3);
        REST(2);
        REST(1);
#undef REST
    default: break;
    }
}

/* Reciprocal roots are good to 2^-14; the factors beside them make the norm an upper and the quotient a lower bound. */
static inline __m512 prove(__m512 best, __m512 second, __m512 square, const shoal_assign_error *error)
{
    const __m512 reach =
        _mm512_add_ps(_mm512_max_ps(_mm512_fmadd_ps(_mm512_set1_ps(2), second, square), _mm512_setzero_ps()),
                      _mm512_set1_ps(error->square));
    const __m512 norm =
        _mm512_mul_ps(_mm512_mul_ps(square, _mm512_rsqrt14_ps(_mm512_max_ps(square, _mm512_set1_ps(FLT_MIN)))),
                      _mm512_set1_ps(1 + 0x1p-12F));
    const __m512 wrong = _mm512_fmadd_ps(_mm512_set1_ps(error->score_norm), norm, _mm512_set1_ps(error->score));
    const __m512 lead = _mm512_fnmadd_ps(_mm512_set1_ps(2), wrong, _mm512_sub_ps(second, best));
    const __m512 root = _mm512_mul_ps(_mm512_rsqrt14_ps(reach), _mm512_set1_ps(1 - 0x1p-12F));
    return _mm512_fmsub_ps(lead, root, _mm512_set1_ps(error->gap));
}

/* |x|^2 of each row. */
static inline void square_rows(const float *rows, int stride, const float *ahead, int d, __m512 square[VECTORS])
{
    for (ptrdiff_t v = 0; v < VECTORS; v++) square[v] = _mm512_setzero_ps();
    for (ptrdiff_t j = 0; j < d; j++) {
        _mm_prefetch((const char *)(ahead + j * ROWS + LANES), _MM_HINT_T0);
        for (ptrdiff_t v = 0; v < VECTORS; v++) {
            const __m512 value = _mm512_loadu_ps(rows + j * stride + v * LANES);
            square[v] = _mm512_fmadd_ps(value, value, square[v]);
        }
    }
}

/* The centroid of the best score. */
static inline __m512i label_of(const nearest_two *two, ptrdiff_t v)
{
    const __m512i place = _mm512_and_si512(_mm512_castps_si512(two->best[v]), _mm512_set1_epi32(GROUP - 1));
    return _mm512_add_epi32(_mm512_slli_epi32(two->at[v], GROUP_BITS), place);
}

#endif

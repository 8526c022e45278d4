/* Rows lie across the lanes: VECTORS x 16 of them meet a group of centroids in VECTORS x GROUP chains of fused
 * multiply-adds, all in registers (16 sums, 2 x 2 of best and second, 2 of values). Each value is loaded once a
 * group, each coordinate broadcast once for VECTORS products.
 *
 * Rows of a tile are read in strides that no prefetcher of a CPU foresees, so each ROWS rows ask, line by line between
 * their sums, for their share of the tile behind this one (`ahead`); after the last tile that asks for nothing of use.
 */
#include "assign.h"

#include <assert.h>
#include <float.h>
#include <immintrin.h>
#include <stddef.h>
#include <string.h>

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

static inline __m512 group(const float *rows, int stride, const float *ahead, int d, const float *packed,
                           const float *half_norm, int k, const shoal_assign_error *error, int32_t *label, float *gap)
{
    nearest_two two, next;
    for (ptrdiff_t v = 0; v < VECTORS; v++) two.at[v] = _mm512_setzero_si512();
    int number = 1;
    if (k < GROUP) meet_rest(rows, stride, ahead, d, packed, half_norm, k, &two);
    else meet(rows, stride, ahead, d, packed, half_norm, GROUP, &two);
    for (; (number + 1) * GROUP <= k; number++) {
        const ptrdiff_t first = (ptrdiff_t)number * GROUP;
        meet(rows, stride, ahead, d, packed + first * d, half_norm + first, GROUP, &next);
        join(&two, &next, number);
    }
    if (k > number * GROUP) {
        const ptrdiff_t first = (ptrdiff_t)number * GROUP;
        meet_rest(rows, stride, ahead, d, packed + first * d, half_norm + first, k - number * GROUP, &next);
        join(&two, &next, number);
    }
    __m512 square[VECTORS];
    for (ptrdiff_t v = 0; v < VECTORS; v++) square[v] = _mm512_setzero_ps();
    for (ptrdiff_t j = 0; j < d; j++) {
        _mm_prefetch((const char *)(ahead + j * ROWS + LANES), _MM_HINT_T0);
        for (ptrdiff_t v = 0; v < VECTORS; v++) {
            const __m512 value = _mm512_loadu_ps(rows + j * stride + v * LANES);
            square[v] = _mm512_fmadd_ps(value, value, square[v]);
        }
    }
    __m512 least = _mm512_set1_ps(FLT_MAX);
    for (ptrdiff_t v = 0; v < VECTORS; v++) {
        const __m512i place = _mm512_and_si512(_mm512_castps_si512(two.best[v]), _mm512_set1_epi32(GROUP - 1));
        _mm512_storeu_si512(label + v * LANES, _mm512_add_epi32(_mm512_slli_epi32(two.at[v], GROUP_BITS), place));
        const __m512 proved = prove(two.best[v], two.second[v], square[v], error);
        _mm512_storeu_ps(gap + v * LANES, proved);
        least = _mm512_min_ps(least, proved);
    }
    return least;
}

/* The features of a tile lie 1024 bytes apart, so that many of them fight for the same lines of the first-level cache:
 * with many features the rows are copied together first. */
enum { CROWDED = 32, MOST_COPIED = 128 };

static inline __m512 gather_group(const float *rows, const float *ahead, int d, const float *packed,
                                  const float *half_norm, int k, const shoal_assign_error *error, int32_t *label,
                                  float *gap)
{
    if (d <= CROWDED || d > MOST_COPIED)
        return group(rows, SHOAL_TILE_ROWS, ahead, d, packed, half_norm, k, error, label, gap);
    float copy[MOST_COPIED * ROWS];
    for (ptrdiff_t j = 0; j < d; j++) memcpy(copy + j * ROWS, rows + j * SHOAL_TILE_ROWS, ROWS * sizeof *copy);
    return group(copy, ROWS, ahead, d, packed, half_norm, k, error, label, gap);
}

float shoal_k_assign_f32_avx512(const float *tile, int rows, int d, const float *packed, const float *half_norm, int k,
                                const shoal_assign_error *error, int32_t *label, float *gap)
{
    assert(rows >= 1 && rows <= SHOAL_TILE_ROWS && d >= 1 && k >= 2);
    __m512 least = _mm512_set1_ps(FLT_MAX);
    int i = 0;
    for (; i + ROWS <= rows; i += ROWS)
        least = _mm512_min_ps(least, gather_group(tile + i, tile + (ptrdiff_t)(SHOAL_TILE_ROWS + i) * d, d, packed,
                                                  half_norm, k, error, label + i, gap + i));
    if (i < rows) {
        int32_t last_label[ROWS];
        float last_gap[ROWS];
        gather_group(tile + i, tile, d, packed, half_norm, k, error, last_label, last_gap);
        memcpy(label + i, last_label, (size_t)(rows - i) * sizeof *label);
        memcpy(gap + i, last_gap, (size_t)(rows - i) * sizeof *gap);
    }
    float all = _mm512_reduce_min_ps(least);
    for (; i < rows; i++) all = gap[i] < all ? gap[i] : all;
    return all;
}

#include "assign.h"

#include <assert.h>
#include <string.h>

#include "avx512/scores.h"

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
    square_rows(rows, stride, ahead, d, square);
    __m512 least = _mm512_set1_ps(FLT_MAX);
    for (ptrdiff_t v = 0; v < VECTORS; v++) {
        _mm512_storeu_si512(label + v * LANES, label_of(&two, v));
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

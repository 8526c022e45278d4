#include "some.h"

#include <string.h>

#include "avx512/scores.h"

_Static_assert((int)ROWS == (int)SHOAL_SOME_ROWS, "the rows of a call fill the vectors");

static inline void meet_group(const float *rows, int d, const float *packed, const float *half_norm, int begin, int end,
                              nearest_two *two)
{
    const float *group = packed + (ptrdiff_t)begin * d;
    for (ptrdiff_t v = 0; v < VECTORS; v++) two->at[v] = _mm512_set1_epi32(begin / GROUP);
    if (end - begin >= GROUP) meet(rows, SHOAL_TILE_ROWS, rows, d, group, half_norm + begin, GROUP, two);
    else meet_rest(rows, SHOAL_TILE_ROWS, rows, d, group, half_norm + begin, end - begin, two);
}

/* All groups of the centroids begin..end-1, begin being a multiple of GROUP. */
static inline void meet_set(const float *rows, int d, const float *packed, const float *half_norm, int begin, int end,
                            nearest_two *set)
{
    meet_group(rows, d, packed, half_norm, begin, end, set);
    for (int c = begin + GROUP; c < end; c += GROUP) {
        nearest_two next = *set; /* meet_rest could leave it as it is, for all the compiler knows */
        meet_group(rows, d, packed, half_norm, c, end, &next);
        join(set, &next, c / GROUP);
    }
}

/* `set` joins the others. */
static inline void join_set(nearest_two *all, const nearest_two *set)
{
    for (ptrdiff_t v = 0; v < VECTORS; v++) {
        const __mmask16 nearer = _mm512_cmp_ps_mask(set->best[v], all->best[v], _CMP_LT_OQ);
        all->second[v] =
            _mm512_min_ps(_mm512_min_ps(all->second[v], set->second[v]), _mm512_max_ps(all->best[v], set->best[v]));
        all->best[v] = _mm512_min_ps(all->best[v], set->best[v]);
        all->at[v] = _mm512_mask_mov_epi32(all->at[v], nearer, set->at[v]);
    }
}

/* How much farther the centroids of the set are than those of the labels, which are left out. */
static inline float gap_of_set(const nearest_two *set, const nearest_two *all, const __m512 square[VECTORS],
                               uint32_t valid, const shoal_assign_error *error)
{
    const __m512 none = _mm512_set1_ps(FLT_MAX);
    __m512 least = none;
    for (ptrdiff_t v = 0; v < VECTORS; v++) {
        const __mmask16 own = _mm512_cmp_ps_mask(set->best[v], all->best[v], _CMP_EQ_OQ);
        const __m512 other = _mm512_mask_mov_ps(set->best[v], own, set->second[v]);
        const __mmask16 some = _mm512_cmp_ps_mask(other, none, _CMP_LT_OQ) & (__mmask16)(valid >> (v * LANES));
        least = _mm512_mask_min_ps(least, some, least, prove(all->best[v], other, square[v], error));
    }
    return _mm512_reduce_min_ps(least);
}

float shoal_k_assign_some_f32_avx512(const float *rows, int n_rows, int d, const float *packed, const float *half_norm,
                                     int k, int width, const uint8_t *sets, int count, const shoal_assign_error *error,
                                     int32_t *label, float *gap, float *set_gap)
{
    assert(n_rows >= 1 && n_rows <= ROWS && d >= 1 && k >= 2 && count >= 1 && count <= SHOAL_SOME_SETS);
    const uint32_t valid = UINT32_MAX >> (ROWS - n_rows);
    nearest_two set[SHOAL_SOME_SETS], all;
    for (ptrdiff_t v = 0; v < VECTORS; v++) {
        all.best[v] = all.second[v] = _mm512_set1_ps(FLT_MAX);
        all.at[v] = _mm512_setzero_si512();
    }
    for (int s = 0; s < count; s++) {
        const int begin = sets[s] * width, end = begin + width < k ? begin + width : k;
        meet_set(rows, d, packed, half_norm, begin, end, &set[s]);
        join_set(&all, &set[s]);
    }
    __m512 square[VECTORS], least = _mm512_set1_ps(FLT_MAX);
    square_rows(rows, SHOAL_TILE_ROWS, rows, d, square);
    for (ptrdiff_t v = 0; v < VECTORS; v++) {
        const __mmask16 rows_left = (__mmask16)(valid >> (v * LANES));
        const __m512 proved = prove(all.best[v], all.second[v], square[v], error);
        _mm512_mask_storeu_epi32(label + v * LANES, rows_left, label_of(&all, v));
        _mm512_mask_storeu_ps(gap + v * LANES, rows_left, proved);
        least = _mm512_mask_min_ps(least, rows_left, least, proved);
    }
    for (int s = 0; s < count; s++) set_gap[s] = gap_of_set(&set[s], &all, square, valid, error);
    return _mm512_reduce_min_ps(least);
}

/* As avx512/label.c, with VECTORS x 8 rows against a group in 8 chains of fused multiply-adds, so that a group is met
 * in two halves: with the squares, the values and a coordinate these need 13 of the 16 registers. */
#include "label.h"

#include <assert.h>
#include <float.h>
#include <immintrin.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum { VECTORS = 2, LANES = 8, ROWS = VECTORS * LANES, HALF = 4, GROUP = SHOAL_ASSIGN_GROUP, AHEAD = 512 };
_Static_assert(SHOAL_LABEL_ROWS % ROWS == 0 && GROUP == 2 * HALF, "whole vectors and halves");

typedef struct nearest_three {
    __m256 best[VECTORS], second[VECTORS], third[VECTORS]; /* scores that carry their index */
    __m256 square[VECTORS];                                /* |x|^2 */
} nearest_three;

/* The score with its low bits replaced by the index. */
static inline __m256 carry(__m256 score, __m256i mask, __m256i index)
{
    return _mm256_castsi256_ps(_mm256_or_si256(_mm256_and_si256(_mm256_castps_si256(score), mask), index));
}

/* Half a group of centroids against the rows from i; `opening` and `three` are constants at every call.
 * opening: the first of all, which also fetches ahead and squares. */
static inline __attribute__((always_inline)) void meet(const float *const *columns, ptrdiff_t i, int d,
                                                       const float *packed, const float *half_norm, int first,
                                                       const bool opening, const bool three, __m256i mask,
                                                       nearest_three *kept)
{
    __m256 score[HALF][VECTORS];
    for (ptrdiff_t g = 0; g < HALF; g++)
        for (ptrdiff_t v = 0; v < VECTORS; v++) score[g][v] = _mm256_set1_ps(half_norm[g]);
    for (ptrdiff_t j = 0; j < d; j++) {
        const float *rows = columns[j] + i;
        __m256 value[VECTORS];
        if (opening) _mm_prefetch((const char *)(rows + AHEAD), _MM_HINT_T0);
        for (ptrdiff_t v = 0; v < VECTORS; v++) {
            value[v] = _mm256_loadu_ps(rows + v * LANES);
            if (opening) kept->square[v] = _mm256_fmadd_ps(value[v], value[v], kept->square[v]);
        }
        for (ptrdiff_t g = 0; g < HALF; g++) {
            const __m256 coordinate = _mm256_set1_ps(packed[j * GROUP + g]);
            for (ptrdiff_t v = 0; v < VECTORS; v++) score[g][v] = _mm256_fnmadd_ps(coordinate, value[v], score[g][v]);
        }
    }
    for (ptrdiff_t g = 0; g < HALF; g++)
        for (ptrdiff_t v = 0; v < VECTORS; v++) {
            const __m256 carried = carry(score[g][v], mask, _mm256_set1_epi32(first + (int)g));
            const __m256 behind = _mm256_max_ps(kept->best[v], carried);
            if (three) kept->third[v] = _mm256_min_ps(kept->third[v], _mm256_max_ps(kept->second[v], behind));
            kept->second[v] = _mm256_min_ps(kept->second[v], behind);
            kept->best[v] = _mm256_min_ps(kept->best[v], carried);
        }
}

static inline float least_lane(__m256 values)
{
    float lane[LANES], least = FLT_MAX;
    _mm256_storeu_ps(lane, values);
    for (ptrdiff_t l = 0; l < LANES; l++) least = lane[l] < least ? lane[l] : least;
    return least;
}

/* By their bits, which puts NaN above infinity. */
static inline float largest_lane(__m256i values)
{
    unsigned lane[LANES], most = 0;
    float largest;
    _mm256_storeu_si256((__m256i *)(void *)lane, values);
    for (ptrdiff_t l = 0; l < LANES; l++) most = lane[l] > most ? lane[l] : most;
    memcpy(&largest, &most, sizeof largest);
    return largest;
}

static inline void store(int32_t *to, __m256 carried, __m256i low)
{
    _mm256_storeu_si256((__m256i *)(void *)to, _mm256_and_si256(_mm256_castps_si256(carried), low));
}

static inline __attribute__((always_inline)) float label_rows(const float *const *columns, int rows, int d,
                                                              const float *packed, const float *half_norm, int k,
                                                              const bool three, int32_t *label, int32_t *second,
                                                              float *lead, float *square)
{
    const __m256i low = _mm256_set1_epi32((1 << shoal_label_bits(k)) - 1);
    const __m256i mask = _mm256_xor_si256(low, _mm256_set1_epi32(-1));
    __m256 least = _mm256_set1_ps(FLT_MAX);
    __m256i largest = _mm256_setzero_si256();
    for (ptrdiff_t i = 0; i < rows; i += ROWS) {
        nearest_three kept;
        for (ptrdiff_t v = 0; v < VECTORS; v++) {
            kept.best[v] = kept.second[v] = kept.third[v] = _mm256_set1_ps(FLT_MAX);
            kept.square[v] = _mm256_setzero_ps();
        }
        meet(columns, i, d, packed, half_norm, 0, true, three, mask, &kept);
        for (int c = HALF; c < k; c += HALF)
            meet(columns, i, d, packed + (ptrdiff_t)(c / GROUP) * d * GROUP + c % GROUP, half_norm + c, c, false, three,
                 mask, &kept);
        for (ptrdiff_t v = 0; v < VECTORS; v++) {
            const ptrdiff_t at = i + v * LANES;
            __m256 ahead = _mm256_sub_ps(kept.second[v], kept.best[v]);
            store(label + at, kept.best[v], low);
            if (three) {
                ahead = _mm256_min_ps(ahead, _mm256_sub_ps(kept.third[v], kept.second[v]));
                store(second + at, kept.second[v], low);
            }
            _mm256_storeu_ps(lead + at, ahead);
            least = _mm256_min_ps(least, ahead);
            largest = _mm256_max_epu32(largest, _mm256_castps_si256(kept.square[v]));
        }
    }
    *square = largest_lane(largest);
    return least_lane(least);
}

float shoal_k_label_f32_avx2(const float *const *columns, int rows, int d, const float *packed, const float *half_norm,
                             int k, int32_t *label, int32_t *second, float *lead, float *square)
{
    assert(rows >= 1 && rows % SHOAL_LABEL_ROWS == 0 && d >= 1 && k >= 2);
    return second == NULL ? label_rows(columns, rows, d, packed, half_norm, k, false, label, second, lead, square)
                          : label_rows(columns, rows, d, packed, half_norm, k, true, label, second, lead, square);
}

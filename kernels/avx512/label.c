/* Rows lie across the lanes: VECTORS x 16 of them meet a group of centroids in VECTORS x GROUP chains of fused
 * multiply-adds, all in registers (16 sums, up to 2 x 3 scores kept, 2 squares, 2 of values, a coordinate).
 *
 * Each column is a stream of its own, and memory is slower than the sums: while a group of rows is at work, the lines
 * AHEAD of it are asked for, one for each vector of values. Behind the last row that asks for nothing of use. */
#include "label.h"

#include <assert.h>
#include <float.h>
#include <immintrin.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum { VECTORS = 2, LANES = 16, ROWS = VECTORS * LANES, GROUP = SHOAL_ASSIGN_GROUP, AHEAD = 512 };
enum { OR_OF_AND = 0xF8 }; /* truth table of a | (b & c) */
_Static_assert(SHOAL_LABEL_ROWS % ROWS == 0, "whole vectors");

typedef struct nearest_three {
    __m512 best[VECTORS], second[VECTORS], third[VECTORS]; /* scores that carry their index */
    __m512 square[VECTORS];                                /* |x|^2 */
} nearest_three;

/* The score with its low bits replaced by the index. */
static inline __m512 carry(__m512 score, __m512i mask, __m512i index)
{
    return _mm512_castsi512_ps(_mm512_ternarylogic_epi32(index, _mm512_castps_si512(score), mask, OR_OF_AND));
}

/* A group of centroids against the rows from i; `opening` and `three` are constants at every call.
 * opening: the first group, which also fetches ahead and squares. */
static inline __attribute__((always_inline)) void meet(const float *const *columns, ptrdiff_t i, int d,
                                                       const float *packed, const float *half_norm, int first,
                                                       const bool opening, const bool three, __m512i mask,
                                                       nearest_three *kept)
{
    __m512 score[GROUP][VECTORS];
    for (ptrdiff_t g = 0; g < GROUP; g++)
        for (ptrdiff_t v = 0; v < VECTORS; v++) score[g][v] = _mm512_set1_ps(half_norm[g]);
    for (ptrdiff_t j = 0; j < d; j++) {
        const float *rows = columns[j] + i;
        __m512 value[VECTORS];
        for (ptrdiff_t v = 0; v < VECTORS; v++) {
            value[v] = _mm512_loadu_ps(rows + v * LANES);
            if (!opening) continue;
            _mm_prefetch((const char *)(rows + v * LANES + AHEAD), _MM_HINT_T0);
            kept->square[v] = _mm512_fmadd_ps(value[v], value[v], kept->square[v]);
        }
        for (ptrdiff_t g = 0; g < GROUP; g++) {
            const __m512 coordinate = _mm512_set1_ps(packed[j * GROUP + g]);
            for (ptrdiff_t v = 0; v < VECTORS; v++) score[g][v] = _mm512_fnmadd_ps(coordinate, value[v], score[g][v]);
        }
    }
    for (ptrdiff_t g = 0; g < GROUP; g++)
        for (ptrdiff_t v = 0; v < VECTORS; v++) {
            const __m512 carried = carry(score[g][v], mask, _mm512_set1_epi32(first + (int)g));
            const __m512 behind = _mm512_max_ps(kept->best[v], carried);
            if (three) kept->third[v] = _mm512_min_ps(kept->third[v], _mm512_max_ps(kept->second[v], behind));
            kept->second[v] = _mm512_min_ps(kept->second[v], behind);
            kept->best[v] = _mm512_min_ps(kept->best[v], carried);
        }
}

static inline __attribute__((always_inline)) float label_rows(const float *const *columns, int rows, int d,
                                                              const float *packed, const float *half_norm, int k,
                                                              const bool three, int32_t *label, int32_t *second,
                                                              float *lead, float *square)
{
    const __m512i low = _mm512_set1_epi32((1 << shoal_label_bits(k)) - 1);
    const __m512i mask = _mm512_xor_si512(low, _mm512_set1_epi32(-1));
    __m512 least = _mm512_set1_ps(FLT_MAX);
    __m512i largest = _mm512_setzero_si512();
    for (ptrdiff_t i = 0; i < rows; i += ROWS) {
        nearest_three kept;
        for (ptrdiff_t v = 0; v < VECTORS; v++) {
            kept.best[v] = kept.second[v] = kept.third[v] = _mm512_set1_ps(FLT_MAX);
            kept.square[v] = _mm512_setzero_ps();
        }
        meet(columns, i, d, packed, half_norm, 0, true, three, mask, &kept);
        for (int c = GROUP; c < k; c += GROUP)
            meet(columns, i, d, packed + (ptrdiff_t)c * d, half_norm + c, c, false, three, mask, &kept);
        for (ptrdiff_t v = 0; v < VECTORS; v++) {
            const ptrdiff_t at = i + v * LANES;
            __m512 ahead = _mm512_sub_ps(kept.second[v], kept.best[v]);
            _mm512_storeu_si512(label + at, _mm512_and_si512(_mm512_castps_si512(kept.best[v]), low));
            if (three) {
                ahead = _mm512_min_ps(ahead, _mm512_sub_ps(kept.third[v], kept.second[v]));
                _mm512_storeu_si512(second + at, _mm512_and_si512(_mm512_castps_si512(kept.second[v]), low));
            }
            _mm512_storeu_ps(lead + at, ahead);
            least = _mm512_min_ps(least, ahead);
            largest = _mm512_max_epu32(largest, _mm512_castps_si512(kept.square[v]));
        }
    }
    const unsigned bits = _mm512_reduce_max_epu32(largest);
    memcpy(square, &bits, sizeof *square);
    return _mm512_reduce_min_ps(least);
}

float shoal_k_label_f32_avx512(const float *const *columns, int rows, int d, const float *packed,
                               const float *half_norm, int k, int32_t *label, int32_t *second, float *lead,
                               float *square)
{
    assert(rows >= 1 && rows % SHOAL_LABEL_ROWS == 0 && d >= 1 && k >= 2);
    return second == NULL ? label_rows(columns, rows, d, packed, half_norm, k, false, label, second, lead, square)
                          : label_rows(columns, rows, d, packed, half_norm, k, true, label, second, lead, square);
}

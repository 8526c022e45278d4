/* As avx512/assign.c, with VECTORS x 8 rows against a group in 8 chains of fused multiply-adds: with the best, the
 * second, the values and a coordinate they need 15 of the 16 registers, so a group is met in two halves. */
#include "assign.h"

#include <assert.h>
#include <float.h>
#include <immintrin.h>
#include <stddef.h>
#include <string.h>

enum { VECTORS = 2, LANES = 8, ROWS = VECTORS * LANES, HALF = 4, STEP = SHOAL_ASSIGN_GROUP };

/* Scores whose low bits tell which of its half a centroid is; at: the half of the best. */
typedef struct nearest_two {
    __m256 best[VECTORS], second[VECTORS];
    __m256i at[VECTORS];
} nearest_two;

/* The score with its low bits replaced by the place in the half. */
static inline __m256 carry(__m256 score, int place)
{
    const __m256i kept = _mm256_and_si256(_mm256_castps_si256(score), _mm256_set1_epi32(~(HALF - 1)));
    return _mm256_castsi256_ps(_mm256_or_si256(kept, _mm256_set1_epi32(place)));
}

/* Where the coordinates of centroid c and the three behind it begin; c is a multiple of HALF. */
static inline const float *half_at(const float *packed, int d, int c)
{
    return packed + (ptrdiff_t)(c / STEP) * d * STEP + c % STEP;
}

/* `count` centroids of half `number` against ROWS rows; count is a constant at every call. */
static inline __attribute__((always_inline)) void meet(const float *rows, int stride, int d, const float *packed,
                                                       const float *half_norm, const int count, int number,
                                                       nearest_two *all)
{
    __m256 score[HALF][VECTORS];
    for (ptrdiff_t g = 0; g < count; g++)
        for (ptrdiff_t v = 0; v < VECTORS; v++) score[g][v] = _mm256_set1_ps(half_norm[g]);
    for (ptrdiff_t j = 0; j < d; j++) {
        __m256 value[VECTORS];
        for (ptrdiff_t v = 0; v < VECTORS; v++) value[v] = _mm256_loadu_ps(rows + j * stride + v * LANES);
        for (ptrdiff_t g = 0; g < count; g++) {
            const __m256 coordinate = _mm256_set1_ps(packed[j * STEP + g]);
            for (ptrdiff_t v = 0; v < VECTORS; v++) score[g][v] = _mm256_fnmadd_ps(coordinate, value[v], score[g][v]);
        }
    }
    for (ptrdiff_t v = 0; v < VECTORS; v++) {
        __m256 best = carry(score[0][v], 0), second = _mm256_set1_ps(FLT_MAX);
        for (ptrdiff_t g = 1; g < count; g++) {
            const __m256 next = carry(score[g][v], (int)g);
            second = _mm256_min_ps(second, _mm256_max_ps(best, next));
            best = _mm256_min_ps(best, next);
        }
        const __m256i nearer = _mm256_castps_si256(_mm256_cmp_ps(best, all->best[v], _CMP_LT_OQ));
        all->second[v] = _mm256_min_ps(_mm256_min_ps(all->second[v], second), _mm256_max_ps(all->best[v], best));
        all->best[v] = _mm256_min_ps(all->best[v], best);
        all->at[v] = _mm256_blendv_epi8(all->at[v], _mm256_set1_epi32(number), nearer);
    }
}

static inline __m256 prove(__m256 best, __m256 second, __m256 square, const shoal_assign_error *error)
{
    const __m256 reach =
        _mm256_add_ps(_mm256_max_ps(_mm256_fmadd_ps(_mm256_set1_ps(2), second, square), _mm256_setzero_ps()),
                      _mm256_set1_ps(error->square));
    const __m256 norm = _mm256_mul_ps(_mm256_sqrt_ps(square), _mm256_set1_ps(1 + 0x1p-20F));
    const __m256 wrong = _mm256_fmadd_ps(_mm256_set1_ps(error->score_norm), norm, _mm256_set1_ps(error->score));
    const __m256 lead = _mm256_fnmadd_ps(_mm256_set1_ps(2), wrong, _mm256_sub_ps(second, best));
    const __m256 root = _mm256_mul_ps(_mm256_sqrt_ps(reach), _mm256_set1_ps(1 + 0x1p-20F));
    return _mm256_sub_ps(_mm256_div_ps(lead, root), _mm256_set1_ps(error->gap));
}

static inline __m256 group(const float *rows, int stride, int d, const float *packed, const float *half_norm, int k,
                           const shoal_assign_error *error, int32_t *label, float *gap)
{
    nearest_two two;
    for (ptrdiff_t v = 0; v < VECTORS; v++) {
        two.best[v] = two.second[v] = _mm256_set1_ps(FLT_MAX);
        two.at[v] = _mm256_setzero_si256();
    }
    int c = 0;
    for (; c + HALF <= k; c += HALF) meet(rows, stride, d, half_at(packed, d, c), half_norm + c, HALF, c / HALF, &two);
    switch (k - c) {
    case 3: meet(rows, stride, d, half_at(packed, d, c), half_norm + c, 3, c / HALF, &two); break;
    case 2: meet(rows, stride, d, half_at(packed, d, c), half_norm + c, 2, c / HALF, &two); break;
    case 1: meet(rows, stride, d, half_at(packed, d, c), half_norm + c, 1, c / HALF, &two); break;
    default: break;
    }
    __m256 square[VECTORS];
    for (ptrdiff_t v = 0; v < VECTORS; v++) square[v] = _mm256_setzero_ps();
    for (ptrdiff_t j = 0; j < d; j++)
        for (ptrdiff_t v = 0; v < VECTORS; v++) {
            const __m256 value = _mm256_loadu_ps(rows + j * stride + v * LANES);
            square[v] = _mm256_fmadd_ps(value, value, square[v]);
        }
    __m256 least = _mm256_set1_ps(FLT_MAX);
    for (ptrdiff_t v = 0; v < VECTORS; v++) {
        const __m256i place = _mm256_and_si256(_mm256_castps_si256(two.best[v]), _mm256_set1_epi32(HALF - 1));
        const __m256i first = _mm256_mullo_epi32(two.at[v], _mm256_set1_epi32(HALF));
        _mm256_storeu_si256((__m256i *)(void *)(label + v * LANES), _mm256_add_epi32(first, place));
        const __m256 proved = prove(two.best[v], two.second[v], square[v], error);
        _mm256_storeu_ps(gap + v * LANES, proved);
        least = _mm256_min_ps(least, proved);
    }
    return least;
}

/* The features of a tile lie 1024 bytes apart, so that many of them fight for the same lines of the first-level cache:
 * with many features the rows are copied together first. */
enum { CROWDED = 32, MOST_COPIED = 128 };

static inline __m256 gather_group(const float *rows, int d, const float *packed, const float *half_norm, int k,
                                  const shoal_assign_error *error, int32_t *label, float *gap)
{
    if (d <= CROWDED || d > MOST_COPIED)
        return group(rows, SHOAL_TILE_ROWS, d, packed, half_norm, k, error, label, gap);
    float copy[MOST_COPIED * ROWS];
    for (ptrdiff_t j = 0; j < d; j++) memcpy(copy + j * ROWS, rows + j * SHOAL_TILE_ROWS, ROWS * sizeof *copy);
    return group(copy, ROWS, d, packed, half_norm, k, error, label, gap);
}

/* Rows i.. of a tile read a stride of lines that no prefetcher of a CPU foresees, so each group asks for its share of
 * the tile behind this one. Beyond the last tile that asks for nothing that is used. */
static inline void fetch_ahead(const float *tile, int i, int d)
{
    enum { LINE = 64 / sizeof(float) };
    const float *next = tile + (ptrdiff_t)(SHOAL_TILE_ROWS + i) * d;
    for (int line = 0; line < ROWS * d; line += LINE) _mm_prefetch((const char *)(next + line), _MM_HINT_T0);
}

static inline float least_lane(__m256 values)
{
    float lane[LANES], least = FLT_MAX;
    _mm256_storeu_ps(lane, values);
    for (ptrdiff_t l = 0; l < LANES; l++) least = lane[l] < least ? lane[l] : least;
    return least;
}

float shoal_k_assign_f32_avx2(const float *tile, int rows, int d, const float *packed, const float *half_norm, int k,
                              const shoal_assign_error *error, int32_t *label, float *gap)
{
    assert(rows >= 1 && rows <= SHOAL_TILE_ROWS && d >= 1 && k >= 2);
    __m256 least = _mm256_set1_ps(FLT_MAX);
    int i = 0;
    for (; i + ROWS <= rows; i += ROWS) {
        fetch_ahead(tile, i, d);
        least = _mm256_min_ps(least, gather_group(tile + i, d, packed, half_norm, k, error, label + i, gap + i));
    }
    if (i < rows) {
        int32_t last_label[ROWS];
        float last_gap[ROWS];
        gather_group(tile + i, d, packed, half_norm, k, error, last_label, last_gap);
        memcpy(label + i, last_label, (size_t)(rows - i) * sizeof *label);
        memcpy(gap + i, last_gap, (size_t)(rows - i) * sizeof *gap);
    }
    float all = least_lane(least);
    for (; i < rows; i++) all = gap[i] < all ? gap[i] : all;
    return all;
}

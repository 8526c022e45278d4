#include "closest.h"

#include <assert.h>
#include <immintrin.h>
#include <stdbool.h>
#include <stddef.h>

enum { GROUP = 8, VECTORS = 2, LANES = 16, LINE = 64 };

typedef struct closest_task {
    const float *tile;
    int d;
    const double *weight; /* NULL: ones */
    const float *positions;
    float *closest;
    double *sums;
} closest_task;

static inline __m512d add_rows(__m512d sum, __m512 values, const double *weight)
{
    const __m512d low = _mm512_cvtps_pd(_mm512_castps512_ps256(values));
    const __m512d high = _mm512_cvtps_pd(_mm512_extractf32x8_ps(values, 1));
    if (weight == NULL) return _mm512_add_pd(_mm512_add_pd(sum, low), high);
    return _mm512_fmadd_pd(_mm512_loadu_pd(weight + 8), high, _mm512_fmadd_pd(_mm512_loadu_pd(weight), low, sum));
}

static inline double total(__m512d sum)
{
    double lane[SHOAL_SUM_LANES], all = 0;
    _mm512_storeu_pd(lane, sum);
    for (ptrdiff_t l = 0; l < SHOAL_SUM_LANES; l++) all += lane[l];
    return all;
}

/* Fetches two lines behind the tile, the share of feature j and these rows. Always inlined: GCC 12 takes a function
 * that only fetches for one without effect and drops its calls. */
static inline __attribute__((always_inline)) void fetch_ahead(const closest_task *task, int i, ptrdiff_t j)
{
    const char *next = (const char *)(task->tile + (ptrdiff_t)task->d * SHOAL_TILE_ROWS);
    const char *line = next + ((ptrdiff_t)(i / LANES) * task->d + j * VECTORS) * LINE;
    _mm_prefetch(line, _MM_HINT_T1);
    _mm_prefetch(line + LINE, _MM_HINT_T1);
}

/* Squared distances of VECTORS x LANES rows from row i on to `count` positions. */
static inline __attribute__((always_inline)) void measure(const closest_task *task, int i, const int count,
                                                          const bool ahead, __m512 distance[GROUP][VECTORS])
{
    for (int t = 0; t < count; t++)
        for (ptrdiff_t v = 0; v < VECTORS; v++) distance[t][v] = _mm512_setzero_ps();
    for (ptrdiff_t j = 0; j < task->d; j++) {
        const float *values = task->tile + j * SHOAL_TILE_ROWS + i;
        __m512 value[VECTORS];
        if (ahead) fetch_ahead(task, i, j);
        for (ptrdiff_t v = 0; v < VECTORS; v++) value[v] = _mm512_loadu_ps(values + v * LANES);
        for (int t = 0; t < count; t++) {
            const __m512 coordinate = _mm512_set1_ps(task->positions[(ptrdiff_t)t * task->d + j]);
            for (ptrdiff_t v = 0; v < VECTORS; v++) {
                const __m512 difference = _mm512_sub_ps(coordinate, value[v]);
                distance[t][v] = _mm512_fmadd_ps(difference, difference, distance[t][v]);
            }
        }
    }
}

/* `count` positions against all rows; count, weighted and lower are constants at every call. */
static inline __attribute__((always_inline)) void meet(const closest_task *task, const int count, const bool weighted,
                                                       const bool lower)
{
    __m512d sum[GROUP];
    for (int t = 0; t < count; t++) sum[t] = _mm512_setzero_pd();
    for (int i = 0; i < SHOAL_TILE_ROWS; i += VECTORS * LANES) {
        __m512 distance[GROUP][VECTORS];
        measure(task, i, count, lower, distance);
        for (ptrdiff_t v = 0; v < VECTORS; v++) {
            float *closest = task->closest + i + v * LANES;
            const double *weight = weighted ? task->weight + i + v * LANES : NULL;
            __m512 least = _mm512_loadu_ps(closest);
            if (lower) {
                least = _mm512_min_ps(least, distance[0][v]);
                _mm512_storeu_ps(closest, least);
            }
            for (int t = 0; t < count; t++) sum[t] = add_rows(sum[t], _mm512_min_ps(least, distance[t][v]), weight);
        }
    }
    for (int t = 0; t < count; t++) task->sums[t] = total(sum[t]);
}

/* meet with count as a constant. */
static inline __attribute__((always_inline)) void meet_some(const closest_task *task, int count, const bool weighted,
                                                            const bool lower)
{
    switch (count) {
    case 1: meet(task, 1, weighted, lower); break;
    case 2: meet(task, 2, weighted, lower); break;
    case 3: meet(task, 3, weighted, lower); break;
    case 4: meet(task, 4, weighted, lower); break;
    case 5: meet(task, 5, weighted, lower); break;
    case 6: meet(task, 6, weighted, lower); break;
    case 7: meet(task, 7, weighted, lower); break;
    case 8: meet(task, 8, weighted, lower); break;
    default: break;
    }
}

void shoal_k_closest_f32_avx512(const float *tile, int d, const double *weight, const float *positions, int m,
                                int lower, float *closest, double *sums)
{
    assert(d >= 1 && m >= 1);
    const int groups = (m + GROUP - 1) / GROUP;
    closest_task task = {.tile = tile, .d = d, .weight = weight, .positions = positions};
    task.closest = closest;
    task.sums = sums;
    for (int g = 0, left = m; g < groups; g++) {
        const int count = (left + groups - g - 1) / (groups - g);
        const bool first = lower && g == 0;
        if (weight != NULL && first) meet_some(&task, count, true, true);
        else if (weight != NULL) meet_some(&task, count, true, false);
        else if (first) meet_some(&task, count, false, true);
        else meet_some(&task, count, false, false);
        task.positions += (ptrdiff_t)count * d;
        task.sums += count;
        left -= count;
    }
}

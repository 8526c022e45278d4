#include "closest.h"

#include <assert.h>
#include <immintrin.h>
#include <stdbool.h>
#include <stddef.h>

enum { GROUP = 4, VECTORS = 2, LANES = 8, LINE = 64 };

typedef struct closest_task {
    const float *tile;
    int d;
    const double *weight; /* NULL: ones */
    const float *positions;
    float *closest;
    double *sums;
} closest_task;

/* Partial sums: the first four and the last four. */
typedef struct lanes {
    __m256d low, high;
} lanes;

static inline lanes add_rows(lanes sum, __m256 values, const double *weight)
{
    const __m256d low = _mm256_cvtps_pd(_mm256_castps256_ps128(values));
    const __m256d high = _mm256_cvtps_pd(_mm256_extractf128_ps(values, 1));
    if (weight == NULL) return (lanes){_mm256_add_pd(sum.low, low), _mm256_add_pd(sum.high, high)};
    return (lanes){_mm256_fmadd_pd(_mm256_loadu_pd(weight), low, sum.low),
                   _mm256_fmadd_pd(_mm256_loadu_pd(weight + 4), high, sum.high)};
}

static inline double total(lanes sum)
{
    double lane[SHOAL_SUM_LANES], all = 0;
    _mm256_storeu_pd(lane, sum.low);
    _mm256_storeu_pd(lane + 4, sum.high);
    for (ptrdiff_t l = 0; l < SHOAL_SUM_LANES; l++) all += lane[l];
    return all;
}

/* Fetches a line behind the tile, the share of feature j and these rows. Always inlined: GCC 12 takes a function that
 * only fetches for one without effect and drops its calls. */
static inline __attribute__((always_inline)) void fetch_ahead(const closest_task *task, int i, ptrdiff_t j)
{
    const char *next = (const char *)(task->tile + (ptrdiff_t)task->d * SHOAL_TILE_ROWS);
    _mm_prefetch(next + ((ptrdiff_t)(i / (VECTORS * LANES)) * task->d + j) * LINE, _MM_HINT_T1);
}

/* Squared distances of VECTORS x LANES rows from row i on to `count` positions. */
static inline __attribute__((always_inline)) void measure(const closest_task *task, int i, const int count,
                                                          const bool ahead, __m256 distance[GROUP][VECTORS])
{
    for (int t = 0; t < count; t++)
        for (ptrdiff_t v = 0; v < VECTORS; v++) distance[t][v] = _mm256_setzero_ps();
    for (ptrdiff_t j = 0; j < task->d; j++) {
        const float *values = task->tile + j * SHOAL_TILE_ROWS + i;
        __m256 value[VECTORS];
        if (ahead) fetch_ahead(task, i, j);
        for (ptrdiff_t v = 0; v < VECTORS; v++) value[v] = _mm256_loadu_ps(values + v * LANES);
        for (int t = 0; t < count; t++) {
            const __m256 coordinate = _mm256_set1_ps(task->positions[(ptrdiff_t)t * task->d + j]);
            for (ptrdiff_t v = 0; v < VECTORS; v++) {
                const __m256 difference = _mm256_sub_ps(coordinate, value[v]);
                distance[t][v] = _mm256_fmadd_ps(difference, difference, distance[t][v]);
            }
        }
    }
}

/* `count` positions against all rows; count, weighted and lower are constants at every call. */
static inline __attribute__((always_inline)) void meet(const closest_task *task, const int count, const bool weighted,
                                                       const bool lower)
{
    lanes sum[GROUP];
    for (int t = 0; t < count; t++) sum[t] = (lanes){_mm256_setzero_pd(), _mm256_setzero_pd()};
    for (int i = 0; i < SHOAL_TILE_ROWS; i += VECTORS * LANES) {
        __m256 distance[GROUP][VECTORS];
        measure(task, i, count, lower, distance);
        for (ptrdiff_t v = 0; v < VECTORS; v++) {
            float *closest = task->closest + i + v * LANES;
            const double *weight = weighted ? task->weight + i + v * LANES : NULL;
            __m256 least = _mm256_loadu_ps(closest);
            if (lower) {
                least = _mm256_min_ps(least, distance[0][v]);
                _mm256_storeu_ps(closest, least);
            }
            for (int t = 0; t < count; t++) sum[t] = add_rows(sum[t], _mm256_min_ps(least, distance[t][v]), weight);
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
    default: break;
    }
}

void shoal_k_closest_f32_avx2(const float *tile, int d, const double *weight, const float *positions, int m, int lower,
                              float *closest, double *sums)
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

/* The versions of the `assign_some` kernel; the contract stands in kernels.h. One text serves the scalar and the AVX2
 * version: what differs is the instruction set that each is compiled for. */
#ifndef SHOAL_KERNELS_SOME_H
#define SHOAL_KERNELS_SOME_H

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stddef.h>

#include "kernels.h"

float shoal_k_assign_some_f32_scalar(const float *rows, int n_rows, int d, const float *packed, const float *half_norm,
                                     int k, int width, const uint8_t *sets, int count, const shoal_assign_error *error,
                                     int32_t *label, float *gap, float *set_gap);

#if defined(__x86_64__)
float shoal_k_assign_some_f32_avx2(const float *rows, int n_rows, int d, const float *packed, const float *half_norm,
                                   int k, int width, const uint8_t *sets, int count, const shoal_assign_error *error,
                                   int32_t *label, float *gap, float *set_gap);
float shoal_k_assign_some_f32_avx512(const float *rows, int n_rows, int d, const float *packed, const float *half_norm,
                                     int k, int width, const uint8_t *sets, int count, const shoal_assign_error *error,
                                     int32_t *label, float *gap, float *set_gap);
#endif

/* The two least scores of each row, and the centroid of the least. */
typedef struct shoal_some_two {
    float best[SHOAL_SOME_ROWS], second[SHOAL_SOME_ROWS];
    int32_t at[SHOAL_SOME_ROWS];
} shoal_some_two;

static inline void shoal_some_meet(const float *restrict rows, int d, const float *restrict centroid, float half_norm,
                                   int32_t number, shoal_some_two *restrict two)
{
    enum { N = SHOAL_SOME_ROWS, G = SHOAL_ASSIGN_GROUP };
    float score[N];
    for (int i = 0; i < N; i++) score[i] = half_norm;
    for (ptrdiff_t j = 0; j < d; j++) {
        const float coordinate = -centroid[j * G];
        for (int i = 0; i < N; i++) score[i] = fmaf(coordinate, rows[j * SHOAL_TILE_ROWS + i], score[i]);
    }
    for (int i = 0; i < N; i++) {
        const float larger = two->best[i] > score[i] ? two->best[i] : score[i];
        two->second[i] = two->second[i] < larger ? two->second[i] : larger;
        two->at[i] = score[i] < two->best[i] ? number : two->at[i];
        two->best[i] = score[i] < two->best[i] ? score[i] : two->best[i];
    }
}

static inline void shoal_some_join(const shoal_some_two *restrict set, shoal_some_two *restrict all)
{
    for (int i = 0; i < SHOAL_SOME_ROWS; i++) {
        const float larger = all->best[i] > set->best[i] ? all->best[i] : set->best[i];
        const float second = all->second[i] < set->second[i] ? all->second[i] : set->second[i];
        all->second[i] = second < larger ? second : larger;
        all->at[i] = set->best[i] < all->best[i] ? set->at[i] : all->at[i];
        all->best[i] = set->best[i] < all->best[i] ? set->best[i] : all->best[i];
    }
}

/* As `assign`: how much farther a centroid of score `second` is than one of score `best`. */
static inline float shoal_some_gap(float best, float second, float square, float wrong, const shoal_assign_error *error)
{
    const float twice = 2 * second + square, reach = (twice > 0 ? twice : 0) + error->square;
    return (second - best - 2 * wrong) / (sqrtf(reach) * (1 + 0x1p-19F)) - error->gap;
}

static inline float shoal_some_rows(const float *rows, int n_rows, int d, const float *packed, const float *half_norm,
                                    int k, int width, const uint8_t *sets, int count, const shoal_assign_error *error,
                                    int32_t *label, float *gap, float *set_gap)
{
    enum { N = SHOAL_SOME_ROWS, G = SHOAL_ASSIGN_GROUP };
    assert(n_rows >= 1 && n_rows <= N && d >= 1 && k >= 2 && count >= 1 && count <= SHOAL_SOME_SETS);
    shoal_some_two set[SHOAL_SOME_SETS], all;
    float square[N] = {0}, wrong[N], least = FLT_MAX;
    for (int i = 0; i < N; i++) all.best[i] = all.second[i] = FLT_MAX, all.at[i] = 0;
    for (int s = 0; s < count; s++) {
        const int begin = sets[s] * width, end = begin + width < k ? begin + width : k;
        for (int i = 0; i < N; i++) set[s].best[i] = set[s].second[i] = FLT_MAX, set[s].at[i] = begin;
        for (int c = begin; c < end; c++)
            shoal_some_meet(rows, d, packed + (ptrdiff_t)(c / G) * d * G + c % G, half_norm[c], c, &set[s]);
        shoal_some_join(&set[s], &all);
    }
    for (ptrdiff_t j = 0; j < d; j++)
        for (int i = 0; i < N; i++) {
            const float value = rows[j * SHOAL_TILE_ROWS + i];
            square[i] = fmaf(value, value, square[i]);
        }
    for (int i = 0; i < N; i++) wrong[i] = error->score_norm * (sqrtf(square[i]) * (1 + 0x1p-19F)) + error->score;
    for (int i = 0; i < n_rows; i++) {
        label[i] = all.at[i];
        gap[i] = shoal_some_gap(all.best[i], all.second[i], square[i], wrong[i], error);
        least = gap[i] < least ? gap[i] : least;
    }
    for (int s = 0; s < count; s++) {
        set_gap[s] = FLT_MAX;
        for (int i = 0; i < n_rows; i++) {
            const float other = set[s].at[i] == all.at[i] ? set[s].second[i] : set[s].best[i];
            const float farther =
                other == FLT_MAX ? FLT_MAX : shoal_some_gap(all.best[i], other, square[i], wrong[i], error);
            set_gap[s] = farther < set_gap[s] ? farther : set_gap[s];
        }
    }
    return least;
}

#endif

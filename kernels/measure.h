/* The versions of the `measure` kernel; the contract stands in kernels.h. One text serves all: what differs is the
 * instruction set that each is compiled for. */
#ifndef SHOAL_KERNELS_MEASURE_H
#define SHOAL_KERNELS_MEASURE_H

#include <math.h>
#include <stddef.h>

#include "kernels.h"

void shoal_k_measure_f32_scalar(const float *tile, int rows, int d, const double *centroids, const int32_t *label,
                                const float *next, double *own, double *distance, double *lead);

#if defined(__x86_64__)
void shoal_k_measure_f32_avx2(const float *tile, int rows, int d, const double *centroids, const int32_t *label,
                              const float *next, double *own, double *distance, double *lead);
void shoal_k_measure_f32_avx512(const float *tile, int rows, int d, const double *centroids, const int32_t *label,
                                const float *next, double *own, double *distance, double *lead);
#endif

static inline void shoal_measure_rows(const float *restrict tile, int rows, int d, const double *restrict centroids,
                                      const int32_t *restrict label, const float *restrict next, double *restrict own,
                                      double *restrict distance, double *restrict lead)
{
    for (int i = 0; i < rows; i++) own[i] = 0;
    for (int j = 0; j < d; j++)
        for (int i = 0; i < rows; i++) {
            const double difference =
                (double)tile[(ptrdiff_t)j * SHOAL_TILE_ROWS + i] - centroids[(ptrdiff_t)label[i] * d + j];
            own[i] += difference * difference;
        }
    for (int i = 0; i < rows; i++) {
        const double square = (double)next[i] > own[i] ? (double)next[i] : own[i];
        const double a = sqrt(own[i]), b = sqrt(square);
        distance[i] = a;
        lead[i] = b > 0 ? (b - a) / b : 0;
    }
}

#endif

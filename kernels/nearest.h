/* The versions of the `nearest` kernel; the contract stands in kernels.h. Each file is compiled for its own
 * instruction set, so only dispatch.c may name these. */
#ifndef SHOAL_KERNELS_NEAREST_H
#define SHOAL_KERNELS_NEAREST_H

#include "kernels.h"

void shoal_k_nearest_f32_scalar(const float *tile, int rows, int d, const float *centroids, int k, int32_t *label,
                                float *best, float *second);
void shoal_k_nearest_f64_scalar(const double *tile, int rows, int d, const double *centroids, int k, int32_t *label,
                                double *best, double *second);

#if defined(__x86_64__)
void shoal_k_nearest_f32_avx2(const float *tile, int rows, int d, const float *centroids, int k, int32_t *label,
                              float *best, float *second);
void shoal_k_nearest_f64_avx2(const double *tile, int rows, int d, const double *centroids, int k, int32_t *label,
                              double *best, double *second);
void shoal_k_nearest_f32_avx512(const float *tile, int rows, int d, const float *centroids, int k, int32_t *label,
                                float *best, float *second);
void shoal_k_nearest_f64_avx512(const double *tile, int rows, int d, const double *centroids, int k, int32_t *label,
                                double *best, double *second);
#endif

#endif

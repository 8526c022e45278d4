/* The versions of the `closest` kernel; the contract stands in kernels.h. */
#ifndef SHOAL_KERNELS_CLOSEST_H
#define SHOAL_KERNELS_CLOSEST_H

#include "kernels.h"

void shoal_k_closest_f32_scalar(const float *tile, int d, const double *weight, const float *positions, int m,
                                int lower, float *closest, double *sums);

#if defined(__x86_64__)
void shoal_k_closest_f32_avx2(const float *tile, int d, const double *weight, const float *positions, int m, int lower,
                              float *closest, double *sums);
void shoal_k_closest_f32_avx512(const float *tile, int d, const double *weight, const float *positions, int m,
                                int lower, float *closest, double *sums);
#endif

#endif

/* The versions of the `side` kernel; the contract stands in kernels.h. */
#ifndef SHOAL_KERNELS_SIDE_H
#define SHOAL_KERNELS_SIDE_H

#include "kernels.h"

float shoal_k_side_f32_scalar(const float *tile, int rows, int d, const float *across, float threshold,
                              const int32_t labels[2], int32_t *label);

#if defined(__x86_64__)
float shoal_k_side_f32_avx2(const float *tile, int rows, int d, const float *across, float threshold,
                            const int32_t labels[2], int32_t *label);
float shoal_k_side_f32_avx512(const float *tile, int rows, int d, const float *across, float threshold,
                              const int32_t labels[2], int32_t *label);
#endif

#endif

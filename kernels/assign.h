/* The versions of the `assign` kernel; the contract stands in kernels.h. */
#ifndef SHOAL_KERNELS_ASSIGN_H
#define SHOAL_KERNELS_ASSIGN_H

#include "kernels.h"

float shoal_k_assign_f32_scalar(const float *tile, int rows, int d, const float *packed, const float *half_norm, int k,
                                const shoal_assign_error *error, int32_t *label, float *gap);

#if defined(__x86_64__)
float shoal_k_assign_f32_avx2(const float *tile, int rows, int d, const float *packed, const float *half_norm, int k,
                              const shoal_assign_error *error, int32_t *label, float *gap);
float shoal_k_assign_f32_avx512(const float *tile, int rows, int d, const float *packed, const float *half_norm, int k,
                                const shoal_assign_error *error, int32_t *label, float *gap);
#endif

#endif

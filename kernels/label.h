/* The versions of the `label` kernel; the contract stands in kernels.h. */
#ifndef SHOAL_KERNELS_LABEL_H
#define SHOAL_KERNELS_LABEL_H

#include "kernels.h"

float shoal_k_label_f32_scalar(const float *const *columns, int rows, int d, const float *packed,
                               const float *half_norm, int k, int32_t *label, int32_t *second, float *lead,
                               float *square);

#if defined(__x86_64__)
float shoal_k_label_f32_avx2(const float *const *columns, int rows, int d, const float *packed, const float *half_norm,
                             int k, int32_t *label, int32_t *second, float *lead, float *square);
float shoal_k_label_f32_avx512(const float *const *columns, int rows, int d, const float *packed,
                               const float *half_norm, int k, int32_t *label, int32_t *second, float *lead,
                               float *square);
#endif

#endif

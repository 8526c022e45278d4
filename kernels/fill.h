/* The versions of the `fill` kernel; the contract stands in kernels.h. */
#ifndef SHOAL_KERNELS_FILL_H
#define SHOAL_KERNELS_FILL_H

#include "kernels.h"

void shoal_k_fill_f32_scalar(const float *values, int rows, float offset, float *tile, double *squares,
                             shoal_moments *moments);

#if defined(__x86_64__)
void shoal_k_fill_f32_avx2(const float *values, int rows, float offset, float *tile, double *squares,
                           shoal_moments *moments);
void shoal_k_fill_f32_avx512(const float *values, int rows, float offset, float *tile, double *squares,
                             shoal_moments *moments);
#endif

#endif

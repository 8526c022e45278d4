/* The versions of the `square` kernel; the contract stands in kernels.h. */
#ifndef SHOAL_KERNELS_SQUARE_H
#define SHOAL_KERNELS_SQUARE_H

#include "kernels.h"

void shoal_k_square_f32_scalar(const float *values, int rows, const double *coordinates, int k, const int32_t *label,
                               double *sums);
void shoal_k_square_f64_scalar(const double *values, int rows, const double *coordinates, int k, const int32_t *label,
                               double *sums);

#if defined(__x86_64__)
void shoal_k_square_f32_avx2(const float *values, int rows, const double *coordinates, int k, const int32_t *label,
                             double *sums);
void shoal_k_square_f64_avx2(const double *values, int rows, const double *coordinates, int k, const int32_t *label,
                             double *sums);
void shoal_k_square_f32_avx512(const float *values, int rows, const double *coordinates, int k, const int32_t *label,
                               double *sums);
void shoal_k_square_f64_avx512(const double *values, int rows, const double *coordinates, int k, const int32_t *label,
                               double *sums);
#endif

#endif

/* The versions of the `move` kernel; the contract stands in kernels.h. AVX2 has no conversion to 64-bit integers, so it
 * uses the scalar one. */
#ifndef SHOAL_KERNELS_MOVE_H
#define SHOAL_KERNELS_MOVE_H

#include "kernels.h"

void shoal_k_move_f32_scalar(const float *tile, int d, const double *grid, int count, const int32_t *row,
                             const int32_t *from, const int32_t *to, int64_t *sums);

#if defined(__x86_64__)
void shoal_k_move_f32_avx512(const float *tile, int d, const double *grid, int count, const int32_t *row,
                             const int32_t *from, const int32_t *to, int64_t *sums);
#endif

#endif

/* The versions of the `mark` kernel; the contract stands in kernels.h. */
#ifndef SHOAL_KERNELS_MARK_H
#define SHOAL_KERNELS_MARK_H

#include "kernels.h"

int64_t shoal_k_mark_u8_scalar(const char *bytes, int64_t n, const char marks[SHOAL_MARKS], uint32_t *at);

#if defined(__x86_64__)
int64_t shoal_k_mark_u8_avx2(const char *bytes, int64_t n, const char marks[SHOAL_MARKS], uint32_t *at);
int64_t shoal_k_mark_u8_avx512(const char *bytes, int64_t n, const char marks[SHOAL_MARKS], uint32_t *at);
#endif

#endif

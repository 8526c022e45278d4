/* The versions of the `lead` kernel; the contract stands in kernels.h. One text serves all: what differs is the
 * instruction set that each is compiled for. */
#ifndef SHOAL_KERNELS_LEAD_H
#define SHOAL_KERNELS_LEAD_H

#include <math.h>

#include "kernels.h"

void shoal_k_lead_f64_scalar(const double *own, const float *next, int rows, double *distance, double *lead);

#if defined(__x86_64__)
void shoal_k_lead_f64_avx2(const double *own, const float *next, int rows, double *distance, double *lead);
void shoal_k_lead_f64_avx512(const double *own, const float *next, int rows, double *distance, double *lead);
#endif

static inline void shoal_lead_rows(const double *restrict own, const float *restrict next, int rows,
                                   double *restrict distance, double *restrict lead)
{
    for (int i = 0; i < rows; i++) {
        const double square = (double)next[i] > own[i] ? (double)next[i] : own[i];
        const double a = sqrt(own[i]), b = sqrt(square);
        distance[i] = a;
        lead[i] = b > 0 ? (b - a) / b : 0;
    }
}

#endif

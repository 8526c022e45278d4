#include "lead.h"

void shoal_k_lead_f64_avx2(const double *own, const float *next, int rows, double *distance, double *lead)
{
    shoal_lead_rows(own, next, rows, distance, lead);
}

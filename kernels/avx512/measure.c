#include "measure.h"

void shoal_k_measure_f32_avx512(const float *tile, int rows, int d, const double *centroids, const int32_t *label,
                                const float *next, double *own, double *distance, double *lead)
{
    shoal_measure_rows(tile, rows, d, centroids, label, next, own, distance, lead);
}

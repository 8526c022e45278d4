#include "some.h"

float shoal_k_assign_some_f32_scalar(const float *rows, int n_rows, int d, const float *packed, const float *half_norm,
                                     int k, int width, const uint8_t *sets, int count, const shoal_assign_error *error,
                                     int32_t *label, float *gap, float *set_gap)
{
    return shoal_some_rows(rows, n_rows, d, packed, half_norm, k, width, sets, count, error, label, gap, set_gap);
}

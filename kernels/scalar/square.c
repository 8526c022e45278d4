#include "square.h"

#include <assert.h>

static double add_square(double sum, double value, double coordinate)
{
    const double difference = value - coordinate;
    return sum + difference * difference;
}

void shoal_k_square_f32_scalar(const float *values, int rows, const double *coordinates, int k, const int32_t *label,
                               double *sums)
{
    assert(rows >= 0 && k >= 1);
    (void)k;
    for (int i = 0; i < rows; i++) sums[i] = add_square(sums[i], (double)values[i], coordinates[label[i]]);
}

void shoal_k_square_f64_scalar(const double *values, int rows, const double *coordinates, int k, const int32_t *label,
                               double *sums)
{
    assert(rows >= 0 && k >= 1);
    (void)k;
    for (int i = 0; i < rows; i++) sums[i] = add_square(sums[i], values[i], coordinates[label[i]]);
}

#include "square.h"

#include <assert.h>

void shoal_k_square_f64_scalar(const double *values, int rows, const double *coordinates, int k, const int32_t *label,
                               double *sums)
{
    assert(rows >= 0 && k >= 1);
    (void)k;
    for (int i = 0; i < rows; i++) {
        const double difference = values[i] - coordinates[label[i]];
        sums[i] += difference * difference;
    }
}

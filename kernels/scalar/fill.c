#include "fill.h"

#include <math.h>
#include <string.h>

enum { T = SHOAL_TILE_ROWS, LANES = SHOAL_SUM_LANES };

static double add_lanes(const double lane[LANES])
{
    double sum = 0;
    for (int l = 0; l < LANES; l++) sum += lane[l];
    return sum;
}

void shoal_k_fill_f32_scalar(const float *values, int rows, float offset, float *tile, double *squares,
                             shoal_moments *moments)
{
    double sum[LANES] = {0}, deviations[LANES] = {0};
    float low = INFINITY, high = -INFINITY;
    for (int i = 0; i < rows; i++) {
        const float value = values[i] - offset;
        tile[i] = value;
        low = value < low ? value : low;
        high = value > high ? value : high;
        sum[i % LANES] += (double)value;
        squares[i] += (double)value * (double)value;
    }
    memset(tile + rows, 0, (size_t)(T - rows) * sizeof *tile);
    *moments = (shoal_moments){.sum = add_lanes(sum), .low = low + 0.0F, .high = high + 0.0F};
    const double mean = moments->sum / rows;
    for (int i = 0; i < rows; i++) {
        const double deviation = (double)tile[i] - mean;
        deviations[i % LANES] += deviation * deviation;
    }
    moments->squares = add_lanes(deviations);
}

/* Sums of a tile in a fixed order that vectorises. */
#ifndef SHOAL_MODEL_KMEANS_LANE_SUM_H
#define SHOAL_MODEL_KMEANS_LANE_SUM_H

#include <stddef.h>

#include "kernels.h"

/* The sum of SHOAL_TILE_ROWS values x weights (NULL: ones): SHOAL_SUM_LANES interleaved partial sums, these in order.
 */
static inline double shoal_lane_sum(const double *values, const double *weight)
{
    double lane[SHOAL_SUM_LANES] = {0};
    if (weight == NULL)
        for (int i = 0; i < SHOAL_TILE_ROWS; i += SHOAL_SUM_LANES)
            for (int l = 0; l < SHOAL_SUM_LANES; l++) lane[l] += values[i + l];
    else
        for (int i = 0; i < SHOAL_TILE_ROWS; i += SHOAL_SUM_LANES)
            for (int l = 0; l < SHOAL_SUM_LANES; l++) lane[l] += weight[i + l] * values[i + l];
    double sum = 0;
    for (int l = 0; l < SHOAL_SUM_LANES; l++) sum += lane[l];
    return sum;
}

#endif

/* Sums and extremes of a tile in a fixed order that vectorises: SHOAL_SUM_LANES interleaved parts, these in order. */
#ifndef SHOAL_MODEL_KMEANS_LANE_SUM_H
#define SHOAL_MODEL_KMEANS_LANE_SUM_H

#include <math.h>
#include <stddef.h>

#include "kernels.h"

/* The sum of rows values x weights (NULL: ones); rows at most SHOAL_TILE_ROWS. */
static inline double shoal_lane_sum(const double *values, const double *weight, int rows)
{
    enum { LANES = SHOAL_SUM_LANES };
    double lane[LANES] = {0}, sum = 0;
    int i = 0;
    if (weight == NULL)
        for (; i + LANES <= rows; i += LANES)
            for (int l = 0; l < LANES; l++) lane[l] += values[i + l];
    else
        for (; i + LANES <= rows; i += LANES)
            for (int l = 0; l < LANES; l++) lane[l] += weight[i + l] * values[i + l];
    for (int l = 0; i + l < rows; l++) lane[l] += weight == NULL ? values[i + l] : weight[i + l] * values[i + l];
    for (int l = 0; l < LANES; l++) sum += lane[l];
    return sum;
}

/* The largest of rows values that are numbers; -infinity of none. */
static inline double shoal_lane_max(const double *values, int rows)
{
    enum { LANES = SHOAL_SUM_LANES };
    double lane[LANES], most = -INFINITY;
    for (int l = 0; l < LANES; l++) lane[l] = -INFINITY;
    int i = 0;
    for (; i + LANES <= rows; i += LANES)
        for (int l = 0; l < LANES; l++) lane[l] = values[i + l] > lane[l] ? values[i + l] : lane[l];
    for (int l = 0; i + l < rows; l++) lane[l] = values[i + l] > lane[l] ? values[i + l] : lane[l];
    for (int l = 0; l < LANES; l++) most = lane[l] > most ? lane[l] : most;
    return most;
}

#endif

/* Distances between positions, in float64. */
#ifndef SHOAL_MODEL_KMEANS_DISTANCE_H
#define SHOAL_MODEL_KMEANS_DISTANCE_H

static inline double shoal_squared_distance(const double *a, const double *b, int d)
{
    double sum = 0;
    for (int j = 0; j < d; j++) sum += (a[j] - b[j]) * (a[j] - b[j]);
    return sum;
}

#endif

/* Plain float64 search for the nearest centroid: the judge between shoal and its peers. */
#ifndef BENCH_PEERS_NEAREST_H
#define BENCH_PEERS_NEAREST_H

#include <stdint.h>

#include <shoal/table.h>

/* labels: n or NULL. x: float32 columns. Gives the inertia. */
double bench_nearest(const shoal_table *x, int k, const double *centroids, int32_t *labels);

#endif

/* A k-means result against plain loops. */
#ifndef BENCH_KMEANS_CHECK_H
#define BENCH_KMEANS_CHECK_H

#include <shoal/kmeans.h>

#include "base/error.h"

/* Rows spread over the matrix must have their nearest centroid (all rows where that is little work), sizes must be
 * those of the labels, and the inertia that of all rows. weight: NULL for ones. Errors: INPUT, saying what differs;
 * MEMORY. */
SHOAL_MUST_USE shoal_status bench_kmeans_check(const shoal_matrix *x, const double *weight,
                                               const shoal_kmeans_result *result, shoal_error *err);

#endif

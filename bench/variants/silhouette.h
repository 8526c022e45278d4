/* How well clusters are separated. */
#ifndef BENCH_SILHOUETTE_H
#define BENCH_SILHOUETTE_H

#include <stdint.h>

#include <shoal/table.h>

#include "base/error.h"

/* Mean silhouette (Rousseeuw 1987, doi:10.1016/0377-0427(87)90125-7) of all rows by Euclidean distances between all
 * pairs; a row alone in its cluster counts 0. rows: n x d, row-major; labels in 0..k - 1. NAN where the rows are in
 * fewer than 2 or in n clusters. O(n^2 d). Errors: MEMORY. */
SHOAL_MUST_USE shoal_status bench_silhouette(int n, int d, const double *rows, const int32_t *labels, int k,
                                             double *mean, shoal_error *err);

/* Davies-Bouldin index (Davies & Bouldin 1979, doi:10.1109/TPAMI.1979.4766909) about the means of the clusters; rows
 * count by weight (NULL: one each). NAN where fewer than 2 clusters have rows. Errors: MEMORY. */
SHOAL_MUST_USE shoal_status bench_davies_bouldin(const shoal_matrix *x, const double *weight, const int32_t *labels,
                                                 int k, double *index, shoal_error *err);

/* Weighted sum of squared distances to the mean of all rows. */
double bench_total_scatter(const shoal_matrix *x, const double *weight);

#endif

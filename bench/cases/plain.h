/* k-means by plain float64 loops: the independent reference of the checks. */
#ifndef BENCH_PLAIN_H
#define BENCH_PLAIN_H

#include <stdint.h>

#include <shoal/kmeans.h>
#include <shoal/table.h>

shoal_matrix bench_matrix_of(const shoal_table *table);

/* Squared distance of a row to a centroid (d values). */
double bench_plain_squared(const shoal_matrix *x, int64_t row, const double *centroid);
/* Sum over all rows of the squared distance to the centroid of their label. */
double bench_plain_inertia(const shoal_matrix *x, const double *centroids, const int32_t *labels);
/* Mean over all rows of (b - a) / max(a, b), a and b being the distances to the own and the next centroid. */
double bench_plain_silhouette(const shoal_matrix *x, int k, const double *centroids, const int32_t *labels);
/* Sum over the centroids of their rows (sizes) times the squared distance to the mean of all rows. Errors: MEMORY. */
SHOAL_MUST_USE shoal_status bench_plain_between(const shoal_matrix *x, int k, const double *centroids,
                                                const int64_t *sizes, double *between, shoal_error *err);

/* Rows drawn evenly: no centroid is nearer than that of the label, and distance (or NULL) is the distance to it.
 * Errors: INPUT, naming the row. */
SHOAL_MUST_USE shoal_status bench_check_nearest(const shoal_matrix *x, int k, const double *centroids,
                                                const int32_t *labels, const double *distance, shoal_error *err);
/* The same rows: no centroid but that of the label is nearer than the second, and second_distance is the distance to
 * it. Needs k >= 2 and labels that are right. Errors: INPUT, naming the row. */
SHOAL_MUST_USE shoal_status bench_check_second(const shoal_matrix *x, int k, const double *centroids,
                                               const shoal_kmeans_assignment *out, shoal_error *err);
/* sizes[c] rows carry label c, and no other labels occur. Errors: INPUT. */
SHOAL_MUST_USE shoal_status bench_check_sizes(int64_t n, int k, const int32_t *labels, const int64_t *sizes,
                                              shoal_error *err);
/* No worse than 1.2 times plain Lloyd from the first k rows, both over the first rows (a few thousand).
 * Errors: INPUT, MEMORY. */
SHOAL_MUST_USE shoal_status bench_check_not_worse(const shoal_matrix *x, int k, const double *centroids, int iterations,
                                                  shoal_error *err);

#endif

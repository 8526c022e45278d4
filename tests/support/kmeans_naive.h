/* k-means as plainly as it can be written: what the engine is held against. Nothing of the library is used.
 *
 * Labels are those of float64 distances, columns in order, one rounding a term, ties to the lowest index; means and
 * inertia are sums in long double. An empty cluster takes the row with weight that is farthest from its own centroid
 * and from the rows taken before (lowest row on ties), clusters of equal rows left aside; what stays empty lies on the
 * first centroid in use. */
#ifndef SHOAL_TESTS_KMEANS_NAIVE_H
#define SHOAL_TESTS_KMEANS_NAIVE_H

#include <stdbool.h>
#include <stdint.h>

#include <shoal/table.h>

/* The values of a matrix, row after row. */
typedef struct naive_data {
    int64_t n;
    int d;
    double *rows;         /* n x d */
    const double *weight; /* n, the caller's, or NULL */
    double *range, *most; /* d: largest less smallest value, largest magnitude */
} naive_data;

naive_data naive_read(const shoal_matrix *x, const double *weight);
void naive_data_free(naive_data *data);

static inline double naive_weight(const naive_data *data, int64_t row)
{
    return data->weight == NULL ? 1 : data->weight[row];
}

double naive_distance(const naive_data *data, int64_t row, const double *centroid); /* squared */
int naive_nearest(const naive_data *data, int64_t row, const double *centroids, int k);
/* The same distance to 64 bits. */
long double naive_exact_distance(const naive_data *data, int64_t row, const double *centroid);
/* Weighted squared distances to the centroid of the label. */
long double naive_inertia(const naive_data *data, const double *centroids, const int32_t *labels);

typedef struct naive_run {
    const naive_data *data;
    int k, iterations, relocated; /* rows that empty clusters took, in all */
    double *centroids;            /* k x d */
    int32_t *labels;              /* n: before the last update of the centroids, -1 at first */
    bool converged;               /* no label changed, or no centroid moved */
} naive_run;

/* start: k x d. */
naive_run naive_start(const naive_data *data, int k, const double *start);
void naive_step(naive_run *run);
/* Steps until convergence or max_iter in all. */
void naive_iterate(naive_run *run, int max_iter);
/* labels: of the centroids as they are now. */
void naive_labels(const naive_run *run, int32_t *labels);
void naive_run_free(naive_run *run);

#endif

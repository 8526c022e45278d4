/* What every fit must fulfil, checked with Criterion, and the choices that every property is checked for. */
#ifndef SHOAL_TESTS_KMEANS_CHECK_H
#define SHOAL_TESTS_KMEANS_CHECK_H

#include <shoal/kmeans.h>

#include "kmeans_naive.h"

enum { N_ALGORITHMS = SHOAL_KMEANS_TREE + 1, N_INITS = SHOAL_INIT_GIVEN + 1 };
const char *algorithm_name(int algorithm);
const char *init_name(int init);

/* Options for one run to convergence, from `start` unless that is NULL. */
shoal_kmeans_opts options_to_the_end(int k, const double *start);

/* The fit, which must give a result; `what` names the case in messages. */
shoal_kmeans_result fit_of(const shoal_ctx *ctx, const shoal_matrix *x, const shoal_kmeans_opts *opts,
                           const char *what);

/* Labels are nearest, to the last bit by float64 distances and to (d + 4) 2^-52 of the exact one; sizes, weights,
 * inertia and silhouette are what labels and centroids amount to; all is finite. */
void check_result(const naive_data *data, const shoal_kmeans_result *result, const char *what);
/* Centroids are the means of their rows to 2^-40 of the column's range, or to what a float64 of that size can tell. */
void check_means(const naive_data *data, const shoal_kmeans_result *result, const char *what);
/* a and b agree to 2^-40 of the column's range, or to what a float64 of that size can tell. */
void check_centroids(const naive_data *data, const double *a, const double *b, int k, const char *what);
/* All of the result is equal to the last bit. */
void check_same(const shoal_kmeans_result *a, const shoal_kmeans_result *b, const char *what);
void check_labels(const int32_t *a, const int32_t *b, int64_t n, const char *what);

/* The first k different rows, k x d; freed by the caller. */
double *first_rows(const naive_data *data, int k);

#endif

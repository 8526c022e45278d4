/* The gap statistic (Tibshirani, Walther & Hastie 2001, doi:10.1111/1467-9868.00293). */
#ifndef SHOAL_MODEL_KMEANS_CHOOSE_K_GAP_H
#define SHOAL_MODEL_KMEANS_CHOOSE_K_GAP_H

#include "model/kmeans/tiles.h"

/* A reference as their variant (b): `draws` rows, uniform in the box along the principal axes of `from` that holds its
 * rows. O(draws d^2 + d^3). Errors: MEMORY. */
SHOAL_MUST_USE shoal_status shoal_gap_reference(const shoal_tiles *from, int64_t draws, uint64_t seed, uint64_t stream,
                                                shoal_tiles *reference, shoal_error *err);

/* log_references: n logarithms of inertias, log_inertia: that of the data. */
void shoal_gap_statistic(int n, const double *log_references, double log_inertia, double *gap, double *error);

/* The place in gap (n >= 1; of one cluster, then for rising k) of the k to recommend: the smallest whose gap is at
 * least the next one's less its error; the last where there is none. Among many groups far apart this rule may stop at
 * one cluster already, so that one stands only where no k exceeds its gap by 0.1 and its own error. NaN counts as the
 * worst. */
int shoal_gap_choice(int n, const double *gap, const double *error);

#endif

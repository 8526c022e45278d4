/* How far two clusterings of the same rows agree. */
#ifndef SHOAL_MODEL_KMEANS_ADJUSTED_RAND_H
#define SHOAL_MODEL_KMEANS_ADJUSTED_RAND_H

#include <stdint.h>

#include "base/error.h"

/* Adjusted Rand index (Hubert & Arabie 1985, doi:10.1007/BF01908075): 1 for the same groups whatever their numbers,
 * about 0 for groups drawn by chance. Labels lie in 0..k_a - 1 and 0..k_b - 1. weight: n counts of copies, or NULL for
 * ones. n >= 1. O(n + k_a k_b). Errors: MEMORY. */
SHOAL_MUST_USE shoal_status shoal_adjusted_rand(int64_t n, const int32_t *a, int k_a, const int32_t *b, int k_b,
                                                const double *weight, double *index, shoal_error *err);

#endif

/* Fewer rows in place of all. */
#ifndef SHOAL_MODEL_KMEANS_SAMPLE_H
#define SHOAL_MODEL_KMEANS_SAMPLE_H

#include "base/random.h"
#include "model/kmeans/tiles.h"

/* `size` rows, one from each of as many equal stretches of the rows, in their order, as tiles without weights. With
 * weights the stretches are equal in weight: a row comes as often as its weight asks, one without weight never.
 * Draws are keyed by (seed, stream). Needs 1 <= size <= n. O(n) with weights, else O(size d). Errors: MEMORY. */
SHOAL_MUST_USE shoal_status shoal_sample_make(const shoal_tiles *tiles, int64_t size, uint64_t seed, uint64_t stream,
                                              shoal_tiles *sample, shoal_error *err);
/* rows (m): one of each of m equal stretches of from[0..n-1], ascending like it; from NULL: the numbers 0..n-1. Needs
 * 1 <= m <= n. */
void shoal_sample_rows(const int64_t *from, int64_t n, int64_t m, shoal_rng rng, int64_t *rows);
/* Gives the rows of a sample other weights (n, >= 0 and not all 0; NULL: ones), with the figures that hang on them.
 * O(n d). Errors: MEMORY. */
SHOAL_MUST_USE shoal_status shoal_sample_weigh(const double *weight, shoal_tiles *sample, shoal_error *err);

#endif

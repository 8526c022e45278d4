/* Where a run begins. */
#ifndef SHOAL_MODEL_KMEANS_SEED_H
#define SHOAL_MODEL_KMEANS_SEED_H

#include "model/kmeans/tiles.h"

/* Greedy k-means++ (Arthur & Vassilvitskii 2007, section 5 remark): each next centroid is the best of 2 + floor(ln k)
 * rows drawn with probability proportional to weight x squared distance to the nearest centroid so far. Draws are
 * keyed by (seed, stream) alone; cumulative sums run over fixed chunks. Where fewer rows differ than k, the surplus
 * centroids repeat the first. O(n k log(k) d). Errors: MEMORY, INTERRUPTED. */
SHOAL_MUST_USE shoal_status shoal_seed_plusplus(const shoal_ctx *ctx, const shoal_tiles *tiles, uint64_t seed,
                                                uint64_t stream, shoal_centroids *centroids, shoal_error *err);
/* k rows drawn with probability proportional to weight, all different where there are as many (after a bounded number
 * of draws). O(n + k^2 d). Errors: MEMORY. */
SHOAL_MUST_USE shoal_status shoal_seed_random(const shoal_tiles *tiles, uint64_t seed, uint64_t stream,
                                              shoal_centroids *centroids, shoal_error *err);
/* given: k x d in the units of the matrix, finite. */
void shoal_seed_given(const shoal_tiles *tiles, const double *given, shoal_centroids *centroids);

/* The number of different rows, counted up to `limit`. O(n limit d) at worst. Errors: MEMORY. */
SHOAL_MUST_USE shoal_status shoal_tiles_distinct(const shoal_tiles *tiles, int limit, int *distinct, shoal_error *err);

#endif

/* Where a run begins.
 *
 * Draws are keyed by (seed, stream) alone, sums run over fixed chunks: the same bits for any number of threads and any
 * instruction set. A weight counts as that many copies; rows without weight are never drawn. Streams of restarts lie
 * below 2^60, those that seeding derives from them above. */
#ifndef SHOAL_MODEL_KMEANS_SEED_H
#define SHOAL_MODEL_KMEANS_SEED_H

#include "model/kmeans/tiles.h"

/* Greedy k-means++ (Arthur & Vassilvitskii 2007, section 5 remark): each next centroid is the best of 2 + floor(ln k)
 * rows drawn with probability proportional to weight x squared distance to the nearest centroid so far. Where fewer
 * rows differ than k, the surplus centroids repeat the first. One pass over the rows a centroid, O(n k log(k) d);
 * 4 bytes a row (8 for float64 tiles). Errors: MEMORY, INTERRUPTED. */
SHOAL_MUST_USE shoal_status shoal_seed_plusplus(const shoal_ctx *ctx, const shoal_tiles *tiles, uint64_t seed,
                                                uint64_t stream, shoal_centroids *centroids, shoal_error *err);
/* k-means|| (Bahmani et al. 2012, doi:10.14778/2180912.2180915): in each of 5 rounds a row becomes a candidate with
 * probability 2 k x its share of the summed weight x squared distance to the nearest candidate, by a random number of
 * its own; where fewer than k candidates differ, rounds go on while rows lie apart from all of them. Candidates, each
 * with the weight of the rows nearest to it (by distances rounded to the precision of the tiles), are then clustered:
 * k-means++ and up to 20 Lloyd iterations, whose means are the centroids. Where fewer rows differ than k, the surplus
 * centroids repeat others. Two passes a round, O(n k d) in all; 12 bytes a row. Errors: MEMORY, INTERRUPTED. */
SHOAL_MUST_USE shoal_status shoal_seed_parallel(const shoal_ctx *ctx, const shoal_tiles *tiles, uint64_t seed,
                                                uint64_t stream, shoal_centroids *centroids, shoal_error *err);

/* How Lloyd iterations on a sample end, see shoal_lloyd_opts. */
typedef struct shoal_seed_limit {
    int max_iter;
    double tol;
} shoal_seed_limit;

/* The centroids of a fit, k-means++ and Lloyd iterations, to max(100000, 64 k) rows drawn as shoal_sample_make does.
 * With no more rows than that it is k-means++ on all of them, for iterations on them come anyway.
 * Errors: MEMORY, INTERRUPTED. */
SHOAL_MUST_USE shoal_status shoal_seed_sample(const shoal_ctx *ctx, const shoal_tiles *tiles,
                                              const shoal_seed_limit *limit, uint64_t seed, uint64_t stream,
                                              shoal_centroids *centroids, shoal_error *err);
/* k rows drawn with probability proportional to weight, all different where there are as many: a row equal to one
 * before is drawn again, and after 64 times the next row that is unlike them is taken. O(k d), and O(n) with weights;
 * O(n d) more where few rows differ. Errors: MEMORY. */
SHOAL_MUST_USE shoal_status shoal_seed_random(const shoal_tiles *tiles, uint64_t seed, uint64_t stream,
                                              shoal_centroids *centroids, shoal_error *err);
/* given: k x d in the units of the matrix, finite. */
void shoal_seed_given(const shoal_tiles *tiles, const double *given, shoal_centroids *centroids);

/* The number of different rows with weight, counted up to `limit`. O(n d) at worst. Errors: MEMORY. */
SHOAL_MUST_USE shoal_status shoal_tiles_distinct(const shoal_tiles *tiles, int limit, int *distinct, shoal_error *err);

#endif

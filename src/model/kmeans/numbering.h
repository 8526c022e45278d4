/* The numbers of clusters.
 *
 * By size, rows at the same distance from several centroids belong to whichever gets the lowest number, so they take
 * part in the sizes that decide on it. Clusters are numbered from 0 on, each time the one with the largest weight of
 * rows that are nearest to it, tied ones counted, and not taken by a number before. So sizes never rise with the
 * number, and the order depends on the centroids alone, not on how the start had them. */
#ifndef SHOAL_MODEL_KMEANS_NUMBERING_H
#define SHOAL_MODEL_KMEANS_NUMBERING_H

#include <shoal/kmeans.h>

#include "model/kmeans/lloyd.h"

/* Puts the centroids into the order that opts->numbering asks for; shoal_lloyd_measure gives the labels that belong to
 * it. Labels and sums of `lloyd` are void afterwards. O(k^2 d); by size also O((n + t) k d), with t rows at exact ties
 * and 16 bytes for each of these. Errors: MEMORY, INTERRUPTED. */
SHOAL_MUST_USE shoal_status shoal_kmeans_number(const shoal_ctx *ctx, const shoal_kmeans_opts *opts, shoal_lloyd *lloyd,
                                                shoal_error *err);
/* Puts centroid order[i] at place i. Errors: MEMORY. */
SHOAL_MUST_USE shoal_status shoal_centroids_permute(int d, const int *order, shoal_centroids *centroids,
                                                    shoal_error *err);

#endif

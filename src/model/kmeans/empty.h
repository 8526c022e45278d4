/* What happens to clusters that lose all their rows. */
#ifndef SHOAL_MODEL_KMEANS_EMPTY_H
#define SHOAL_MODEL_KMEANS_EMPTY_H

#include "model/kmeans/lloyd.h"

/* Gives every empty cluster the row farthest from its centroid, the lowest on ties, while there is one that is not on a
 * centroid. Clusters of equal rows are left aside, their centroids put on the row: the mean may lie beside it by a
 * rounding. taken: k, receives the clusters served; gives their number. Rows must be in their own order. */
int shoal_lloyd_relocate(const shoal_ctx *ctx, shoal_lloyd *lloyd, int *taken);
/* Clusters that stay empty, all after the last one served, lie on the first centroid in use. */
void shoal_lloyd_park(shoal_lloyd *lloyd, const int *taken, int n_taken);

#endif

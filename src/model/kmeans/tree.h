/* The `tree` algorithm: a k-d tree over the rows with sums in its nodes, for few columns.
 *
 * A pass goes down the tree with the centroids that may be the nearest somewhere in the box of a node. Where one is
 * left the whole node goes to it, by its sum; the rows of a leaf where several are left are decided as everywhere (the
 * filtering algorithm: Kanungo et al. 2002, doi:10.1109/TPAMI.2002.1017616; Pelleg & Moore 1999,
 * doi:10.1145/312129.312248). A centroid leaves the list only where float64 distances, with their rounding, put another
 * one strictly nearer for every point of the box, and sums are exact integers: so labels, sums, iterations and
 * centroids are those of plain iterations to the last bit. Every node keeps by how much centroids may move before its
 * rows can change (bounds.h), and is left out until then.
 *
 * Order. The rows of the tiles lie in the order of the tree while a run goes on and are put back at its end, so results
 * and row numbers are those of the input.
 * Memory: the order 4 bytes a row, scratch to reorder 4, nodes about 4. */
#ifndef SHOAL_MODEL_KMEANS_TREE_H
#define SHOAL_MODEL_KMEANS_TREE_H

#include "model/kmeans/lloyd.h"

/* Of one set of tiles; shared by all runs over them, one at a time. Built by the first run. */
typedef struct shoal_tree shoal_tree;
/* What the nodes know of one run. */
typedef struct shoal_tree_walk shoal_tree_walk;

/* Frees the tree of the tiles; does not put their rows back. */
void shoal_tree_free(shoal_tiles *tiles);
void shoal_tree_walk_free(shoal_lloyd *lloyd);

/* Forgets what nodes knew: no row has a label. */
void shoal_tree_start(shoal_lloyd *lloyd);
/* Gives every row its label as far as sums go: leaves in the workers what is to be added to lloyd->sum and ->weight,
 * and how many rows changed. Brings the rows into the order of the tree first, after building it where there is none.
 * Expects packed centroids. Errors: MEMORY; INTERRUPTED, after which rows may lie in no known order. */
SHOAL_MUST_USE shoal_status shoal_tree_assign(const shoal_ctx *ctx, shoal_lloyd *lloyd, shoal_error *err);
/* Puts the rows back into the order of the input. labels: also lloyd->labels, which are undefined afterwards
 * otherwise. */
void shoal_tree_leave(shoal_lloyd *lloyd, bool labels);

#endif

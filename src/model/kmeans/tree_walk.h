/* A run's way through the tree: tree_walk.c keeps its state, tree_visit.c goes from node to node. */
#ifndef SHOAL_MODEL_KMEANS_TREE_WALK_H
#define SHOAL_MODEL_KMEANS_TREE_WALK_H

#include <math.h>

#include "model/kmeans/tree_parts.h"

/* Owners of nodes that are not a cluster: no row has a label; the rows have different ones, or may have. */
enum { SHOAL_TREE_NONE = -1, SHOAL_TREE_MIXED = -2 };

/* What a thread needs. */
typedef struct shoal_tree_walker {
    int32_t *list; /* candidates, those of a node behind those of the node above */
    shoal_tree_filter_scratch filter;
    shoal_tree_pair pair; /* once two candidates are left */
    shoal_tiles rows;     /* a tile for the rows of a leaf */
    float norm;           /* theirs */
    shoal_centroids some; /* candidates of a leaf */
    int64_t work;         /* of this pass, in multiply-adds or so */
    int64_t looked;       /* rows that were looked at */
    shoal_nearest *nearest;
    shoal_lloyd_worker *sums;
} shoal_tree_walker;

struct shoal_tree_walk {
    int32_t *owner;        /* nodes; undefined below a node that is not MIXED, as are the labels of its rows */
    double *until;         /* nodes: see shoal_bounds; likewise */
    shoal_tree_node *task; /* the nodes where threads begin */
    int tasks, threads, pass_threads;
    bool outside;               /* the labels are in the order of the input, and valid */
    shoal_tree_walker *walkers; /* threads */
};

static inline void shoal_tree_own(shoal_tree_walk *walk, int64_t node, int owner)
{
    walk->owner[node] = owner;
    walk->until[node] = -INFINITY;
}

/* Gives the rows of the node their labels. */
void shoal_tree_visit(shoal_lloyd *lloyd, const shoal_tree_node *node, shoal_tree_walker *walker);
/* The nodes below, or the rows of a leaf, get to know what the node knew of them. */
void shoal_tree_pass_down(const shoal_lloyd *lloyd, const shoal_tree_node *node);

#endif

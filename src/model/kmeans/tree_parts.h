/* The parts of the tree that its files share. */
#ifndef SHOAL_MODEL_KMEANS_TREE_PARTS_H
#define SHOAL_MODEL_KMEANS_TREE_PARTS_H

#include "model/kmeans/tree.h"

/* Rows lie in cells, buckets and nodes. Cells come from a k-d tree over a sample; a bucket is a cell, or a part of one
 * that has more than SHOAL_BUCKET_ROWS rows, and holds a full binary tree whose leaves have their rows halved to at
 * most leaf_rows. Above the buckets stands a binary tree over their sequence. */
enum { SHOAL_BUCKET_ROWS = 65536, SHOAL_CELL_BITS = 12 };

struct shoal_tree {
    int64_t n;
    int d, leaf_rows;
    bool entered; /* the tiles are in the order of the tree */
    /* Order: `places` are numbers of rows in the order of the tree. */
    int cells, chunks;  /* chunks of chunk_rows rows of the input */
    int64_t chunk_rows; /* a multiple of SHOAL_TILE_ROWS */
    uint16_t *rank; /* n: of each row of the input, in its chunk when that is ordered by cells, then as in the input */
    uint16_t *within; /* n: at each place, the row's rank within its bucket in the order of the input */
    int64_t *start; /* chunks x cells: the place, by cell and input order, of the first row of the chunk in the cell */
    int32_t *count; /* chunks x cells: rows */
    int threads;    /* at most, of what follows */
    uint32_t *word; /* threads x chunk_rows, scratch */
    uint32_t *column; /* n, scratch */
    /* Nodes: those of the buckets, then those above. */
    int buckets;
    int64_t *begin; /* buckets + 1: places */
    int64_t *first; /* buckets + 1: nodes; the last is the number of nodes in buckets */
    float *box;     /* (first[buckets] + buckets - 1) x 2 x d: least values, greatest values */
    int64_t *sum;   /* first[buckets] x d: of values on the grids of the tiles */
};

/* A node as a walk meets it. */
typedef struct shoal_tree_node {
    int64_t id, begin, rows; /* places */
    int low, high;           /* its buckets */
    int64_t heap;            /* its number in the bucket's tree, where high == low + 1 */
    int levels;              /* to the leaves, likewise */
} shoal_tree_node;

/* Levels below the root of a bucket. */
static inline int shoal_tree_levels(const shoal_tree *tree, int64_t rows)
{
    int levels = 0;
    while ((rows + (1 << levels) - 1) >> levels > tree->leaf_rows) levels++;
    return levels;
}

static inline bool shoal_tree_is_leaf(const shoal_tree_node *node)
{
    return node->high == node->low + 1 && node->levels == 0;
}

static inline bool shoal_tree_is_above(const shoal_tree_node *node)
{
    return node->high > node->low + 1;
}

static inline const float *shoal_tree_box(const shoal_tree *tree, const shoal_tree_node *node)
{
    return tree->box + node->id * 2 * tree->d;
}

/* The node over buckets low..high-1, `id` being its number where it is more than one. */
static inline shoal_tree_node shoal_tree_over(const shoal_tree *tree, int low, int high, int64_t id)
{
    shoal_tree_node node = {
        .id = id, .low = low, .high = high, .begin = tree->begin[low], .rows = tree->begin[high] - tree->begin[low]};
    if (high > low + 1) return node;
    node.id = tree->first[low];
    node.levels = shoal_tree_levels(tree, node.rows);
    return node;
}

static inline shoal_tree_node shoal_tree_root(const shoal_tree *tree)
{
    return shoal_tree_over(tree, 0, tree->buckets, tree->first[tree->buckets]);
}

static inline shoal_tree_node shoal_tree_child(const shoal_tree *tree, const shoal_tree_node *node, int side)
{
    if (node->high > node->low + 1) {
        const int middle = node->low + (node->high - node->low) / 2;
        if (side == 0) return shoal_tree_over(tree, node->low, middle, node->id + 1);
        return shoal_tree_over(tree, middle, node->high, node->id + (middle - node->low));
    }
    const int64_t left = node->rows / 2, heap = 2 * node->heap + 1 + side;
    return (shoal_tree_node){.id = tree->first[node->low] + heap,
                             .begin = node->begin + (side == 0 ? 0 : left),
                             .rows = side == 0 ? left : node->rows - left,
                             .low = node->low,
                             .high = node->high,
                             .heap = heap,
                             .levels = node->levels - 1};
}

/* Places rows by k-d splits: each range of rows is halved by the median of the column in which its part of space is
 * longest. */
typedef struct shoal_tree_sorter {
    int d, capacity;     /* rows at most */
    float *key;          /* d x capacity: values of the rows to be sorted */
    uint16_t *row;       /* capacity: receives the rows in their new order */
    uint16_t *spare_row; /* capacity, scratch */
    float *chosen;       /* capacity, scratch */
    int32_t *bin;        /* the same */
    float *low, *high;   /* d, scratch */
    int32_t *cut_column; /* where not NULL, receives the column and the greatest value of the lower half of */
    float *cut;          /* each split, in heap order from 1 */
} shoal_tree_sorter;

SHOAL_MUST_USE shoal_status shoal_tree_sorter_make(int d, int capacity, shoal_tree_sorter *sorter, shoal_error *err);
void shoal_tree_sorter_free(shoal_tree_sorter *sorter);
/* O(rows (d + levels)) expected. */
void shoal_tree_sort(shoal_tree_sorter *sorter, int rows, int levels);

/* The cell of each row, and the what follows from it: cells, chunks, chunk_rows, rank, count, start, buckets, begin.
 * Errors: MEMORY, INTERRUPTED. */
SHOAL_MUST_USE shoal_status shoal_tree_cut(const shoal_ctx *ctx, const shoal_tiles *tiles, shoal_tree *tree,
                                           shoal_error *err);

/* The first steps, while `within` is being made: rows by cells, as in the input otherwise; the rows of a bucket as
 * `within` says. */
void shoal_tree_order_cells(shoal_tree *tree, shoal_tiles *tiles);
void shoal_tree_order_bucket(shoal_tree *tree, shoal_tiles *tiles, int bucket);
/* Brings the rows of the tiles into the order of the tree. */
void shoal_tree_reorder(shoal_tree *tree, shoal_tiles *tiles);
/* Puts them back. */
void shoal_tree_restore(shoal_tree *tree, shoal_tiles *tiles);
/* The same with one number a row, beside the tiles. */
void shoal_tree_reorder_labels(shoal_tree *tree, int32_t *labels);
void shoal_tree_restore_labels(shoal_tree *tree, int32_t *labels);

/* Builds tiles->tree; the tiles are in its order afterwards. Errors: as shoal_tree_assign. */
SHOAL_MUST_USE shoal_status shoal_tree_build(const shoal_ctx *ctx, shoal_tiles *tiles, shoal_error *err);

/* Scratch of shoal_tree_filter. */
typedef struct shoal_tree_filter_scratch {
    double *square;        /* k */
    double *middle, *half; /* d */
} shoal_tree_filter_scratch;

/* Of `count` centroids (ascending numbers in `from`), those that may be the nearest to a point of the box (least, then
 * greatest values of d columns), in the same order; gives their number, at least 1. The others are strictly farther in
 * float64 distances than one of those, everywhere in the box, by *margin at least, which is lowered accordingly: as a
 * Euclidean distance that holds until centroids have moved by as much in all. `to` may be `from`. */
int shoal_tree_filter(const float *box, int d, const double *centroids, const int32_t *from, int count, int32_t *to,
                      double *margin, const shoal_tree_filter_scratch *scratch);

/* Two centroids, and side(x) = x.(b - a) - (|b|^2 - |a|^2) / 2, above 0 where the second one is nearer. */
typedef struct shoal_tree_pair {
    int32_t label[2];             /* their numbers, ascending */
    const double *first, *second; /* a, b */
    double *across;               /* d: b - a; belongs to the caller, as does the next */
    float *narrow_across;
    double threshold, slack; /* with a |side| above it the label is proved */
    float narrow_threshold;
} shoal_tree_pair;

/* For all boxes within this one. list: both numbers, ascending. */
void shoal_tree_pair_make(const float *box, int d, const double *centroids, const int32_t list[2],
                          shoal_tree_pair *pair);
/* Which of the two is strictly nearer to every point of the box: 0 or 1, then with the least |side| in *lead; else -1.
 */
int shoal_tree_pair_side(const shoal_tree_pair *pair, const float *box, int d, double *lead);
/* What a |side| of at least `lead` is as a gap of Euclidean distances in the box. */
double shoal_tree_pair_gap(const shoal_tree_pair *pair, const float *box, int d, double lead);
/* By how much a side in float32 may be off for the rows in the box; infinite where that is not known. */
double shoal_tree_pair_error(const shoal_tree_pair *pair, const float *box, int d);

#endif

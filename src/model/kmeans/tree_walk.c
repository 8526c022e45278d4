#include <math.h>
#include <omp.h>
#include <string.h>

#include "base/memory.h"
#include "base/threads.h"
#include "model/kmeans/tree_walk.h"

enum { T = SHOAL_TILE_ROWS, TASK_DEPTH = 6 };

static int64_t node_count(const shoal_tree *tree)
{
    return tree->first[tree->buckets] + tree->buckets - 1;
}

static int depth_of(const shoal_tree *tree)
{
    int depth = 2, buckets = 0;
    for (int b = 0; b < tree->buckets; b++) {
        const int levels = shoal_tree_levels(tree, tree->begin[b + 1] - tree->begin[b]);
        depth = levels + 2 > depth ? levels + 2 : depth;
    }
    while (1 << buckets < tree->buckets) buckets++;
    return depth + buckets;
}

static shoal_status make_some(const shoal_tiles *tiles, int k, shoal_tree_walker *walker, shoal_error *err)
{
    SHOAL_TRY(shoal_centroids_make(tiles, k, &walker->some, err));
    walker->rows = (shoal_tiles){.count = 1, .d = tiles->d, .wide = tiles->wide, .norm = &walker->norm};
    if (tiles->wide)
        return shoal_alloc_zero(tiles->d, T * sizeof *walker->rows.wide_data, &walker->rows.wide_data, err);
    return shoal_alloc_zero(tiles->d, T * sizeof *walker->rows.narrow_data, &walker->rows.narrow_data, err);
}

static shoal_status make_walker(const shoal_lloyd *lloyd, shoal_tree_walker *walker, shoal_error *err)
{
    const shoal_tiles *tiles = lloyd->tiles;
    const int k = lloyd->centroids.k;
    SHOAL_TRY(shoal_alloc((int64_t)depth_of(tiles->tree) * k, sizeof *walker->list, &walker->list, err));
    SHOAL_TRY(shoal_alloc(k, sizeof *walker->filter.square, &walker->filter.square, err));
    SHOAL_TRY(shoal_alloc(tiles->d, sizeof *walker->filter.middle, &walker->filter.middle, err));
    SHOAL_TRY(shoal_alloc(tiles->d, sizeof *walker->filter.half, &walker->filter.half, err));
    SHOAL_TRY(shoal_alloc(tiles->d, sizeof *walker->pair.across, &walker->pair.across, err));
    SHOAL_TRY(shoal_alloc(tiles->d, sizeof *walker->pair.narrow_across, &walker->pair.narrow_across, err));
    return make_some(tiles, k, walker, err);
}

static void free_walker(shoal_tree_walker *walker)
{
    free(walker->list);
    free(walker->filter.square);
    free(walker->filter.middle);
    free(walker->filter.half);
    free(walker->pair.across);
    free(walker->pair.narrow_across);
    free(walker->rows.narrow_data);
    free(walker->rows.wide_data);
    shoal_centroids_free(&walker->some);
}

void shoal_tree_walk_free(shoal_lloyd *lloyd)
{
    shoal_tree_walk *walk = lloyd->walk;
    if (walk == NULL) return;
    for (int t = 0; t < walk->threads && walk->walkers != NULL; t++) free_walker(&walk->walkers[t]);
    free(walk->walkers);
    free(walk->owner);
    free(walk->until);
    free(walk->task);
    free(walk);
    lloyd->walk = NULL;
}

static void list_tasks(const shoal_tree *tree, const shoal_tree_node *node, int depth, shoal_tree_walk *walk)
{
    if (depth == TASK_DEPTH || shoal_tree_is_leaf(node)) {
        walk->task[walk->tasks++] = *node;
        return;
    }
    for (int side = 0; side < 2; side++) {
        const shoal_tree_node child = shoal_tree_child(tree, node, side);
        list_tasks(tree, &child, depth + 1, walk);
    }
}

static shoal_status make_walk(shoal_lloyd *lloyd, shoal_error *err)
{
    const shoal_tree *tree = lloyd->tiles->tree;
    shoal_tree_walk *walk;
    SHOAL_TRY(shoal_alloc_zero(1, sizeof *walk, &walk, err));
    lloyd->walk = walk;
    walk->threads = lloyd->threads;
    shoal_status status;
    SHOAL_TRY_OUT(shoal_alloc(node_count(tree), sizeof *walk->owner, &walk->owner, err));
    SHOAL_TRY_OUT(shoal_alloc(node_count(tree), sizeof *walk->until, &walk->until, err));
    SHOAL_TRY_OUT(shoal_alloc(1 << TASK_DEPTH, sizeof *walk->task, &walk->task, err));
    SHOAL_TRY_OUT(shoal_alloc_zero(walk->threads, sizeof *walk->walkers, &walk->walkers, err));
    for (int t = 0; t < walk->threads; t++) {
        walk->walkers[t].nearest = &lloyd->nearest[t];
        walk->walkers[t].sums = &lloyd->workers[t];
        SHOAL_TRY_OUT(make_walker(lloyd, &walk->walkers[t], err));
    }
    const shoal_tree_node root = shoal_tree_root(tree);
    list_tasks(tree, &root, 0, walk);
    shoal_tree_start(lloyd);
out:
    if (status < 0) shoal_tree_walk_free(lloyd);
    return status;
}

void shoal_tree_start(shoal_lloyd *lloyd)
{
    shoal_tree_walk *walk = lloyd->walk;
    if (walk == NULL) return;
    for (int task = 0; task < walk->tasks; task++) shoal_tree_own(walk, walk->task[task].id, SHOAL_TREE_NONE);
    walk->pass_threads = walk->threads;
    walk->outside = false;
}

/* Labels of the rows of the node, where only the node knew them. */
static void write_labels(shoal_lloyd *lloyd, const shoal_tree_node *node)
{
    shoal_tree_pass_down(lloyd, node);
    if (shoal_tree_is_leaf(node)) return;
    for (int side = 0; side < 2; side++) {
        const shoal_tree_node child = shoal_tree_child(lloyd->tiles->tree, node, side);
        write_labels(lloyd, &child);
    }
}

void shoal_tree_leave(shoal_lloyd *lloyd, bool labels)
{
    shoal_tree *tree = lloyd->tiles->tree;
    shoal_tree_walk *walk = lloyd->walk;
    if (tree == NULL || !tree->entered) return;
    shoal_tree_restore(tree, lloyd->tiles);
    if (!labels || walk == NULL) return;
#pragma omp parallel for num_threads(walk->threads) schedule(dynamic, 1) if (walk->threads > 1)
    for (int task = 0; task < walk->tasks; task++) write_labels(lloyd, &walk->task[task]);
    shoal_tree_restore_labels(tree, lloyd->labels);
    walk->outside = true;
}

/* Rows, and labels that are valid, into the order of the tree. */
static shoal_status enter(const shoal_ctx *ctx, shoal_lloyd *lloyd, shoal_error *err)
{
    shoal_tree *tree = lloyd->tiles->tree;
    if (tree == NULL) SHOAL_TRY(shoal_tree_build(ctx, lloyd->tiles, err));
    else if (!tree->entered) shoal_tree_reorder(tree, lloyd->tiles);
    shoal_tree_walk *walk = lloyd->walk;
    if (walk == NULL) return make_walk(lloyd, err);
    if (!walk->outside) return SHOAL_OK;
    shoal_tree_reorder_labels(tree, lloyd->labels);
    for (int64_t node = 0; node < node_count(tree); node++) shoal_tree_own(walk, node, SHOAL_TREE_MIXED);
    walk->outside = false;
    return SHOAL_OK;
}

shoal_status shoal_tree_assign(const shoal_ctx *ctx, shoal_lloyd *lloyd, shoal_error *err)
{
    SHOAL_TRY(enter(ctx, lloyd, err));
    shoal_tree_walk *walk = lloyd->walk;
    const int threads = walk->pass_threads;
#pragma omp parallel for num_threads(threads) schedule(dynamic, 1) if (threads > 1)
    for (int task = 0; task < walk->tasks; task++)
        if (!shoal_cancelled(ctx)) shoal_tree_visit(lloyd, &walk->task[task], &walk->walkers[omp_get_thread_num()]);
    int64_t work = 0, looked = 0;
    for (int t = 0; t < walk->threads; t++) {
        work += walk->walkers[t].work;
        looked += walk->walkers[t].looked;
        walk->walkers[t].work = walk->walkers[t].looked = 0;
    }
    lloyd->workers[0].looked += (looked + T - 1) / T;
    const int useful = shoal_threads_for(ctx, (double)work);
    walk->pass_threads = useful < walk->threads ? useful : walk->threads;
    if (shoal_cancelled(ctx)) return shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted");
    return SHOAL_OK;
}

#include <math.h>
#include <string.h>

#include "model/kmeans/moves.h"
#include "model/kmeans/tree_walk.h"

enum { T = SHOAL_TILE_ROWS, G = SHOAL_ASSIGN_GROUP, NONE = SHOAL_TREE_NONE, MIXED = SHOAL_TREE_MIXED };

/* Moves all rows of the node to cluster c. */
static void give(const shoal_lloyd *lloyd, const shoal_tree_node *node, int c, shoal_lloyd_worker *worker)
{
    const shoal_tree *tree = lloyd->tiles->tree;
    const int owner = lloyd->walk->owner[node->id];
    if (owner == c) return;
    lloyd->walk->owner[node->id] = c;
    if (owner != MIXED) {
        shoal_lloyd_move_sum(lloyd, tree->sum + node->id * tree->d, node->rows, owner, c, worker);
    } else if (shoal_tree_is_leaf(node)) {
        int32_t label[T];
        for (int i = 0; i < node->rows; i++) label[i] = c;
        shoal_lloyd_move_rows(lloyd, node->begin, (int)node->rows, label, worker);
    } else {
        for (int side = 0; side < 2; side++) {
            const shoal_tree_node child = shoal_tree_child(tree, node, side);
            give(lloyd, &child, c, worker);
        }
    }
}

/* The nodes below, or the rows of a leaf, get to know what the node knew of them. */
void shoal_tree_pass_down(const shoal_lloyd *lloyd, const shoal_tree_node *node)
{
    const int owner = lloyd->walk->owner[node->id];
    if (owner == MIXED) return;
    lloyd->walk->owner[node->id] = MIXED;
    if (shoal_tree_is_leaf(node)) {
        for (int64_t row = node->begin; row < node->begin + node->rows; row++) lloyd->labels[row] = owner;
        return;
    }
    for (int side = 0; side < 2; side++)
        shoal_tree_own(lloyd->walk, shoal_tree_child(lloyd->tiles->tree, node, side).id, owner);
}

/* walker->rows becomes a copy of the rows of a leaf. */
static void copy_rows(const shoal_tiles *tiles, const shoal_tree_node *node, shoal_tree_walker *walker)
{
    const int d = tiles->d, rows = (int)node->rows, from = (int)(node->begin % T);
    const int first = T - from < rows ? T - from : rows; /* in the first of at most two tiles */
    const int64_t tile = node->begin / T * d * T;
    walker->rows.n = rows;
    for (int j = 0; j < d; j++) {
        const int64_t at = tile + (int64_t)j * T + from, next = tile + (int64_t)(d + j) * T;
        if (tiles->wide) {
            memcpy(walker->rows.wide_data + (ptrdiff_t)j * T, tiles->wide_data + at, (size_t)first * sizeof(double));
            if (first < rows)
                memcpy(walker->rows.wide_data + (ptrdiff_t)j * T + first, tiles->wide_data + next,
                       (size_t)(rows - first) * sizeof(double));
        } else {
            memcpy(walker->rows.narrow_data + (ptrdiff_t)j * T, tiles->narrow_data + at, (size_t)first * sizeof(float));
            if (first < rows)
                memcpy(walker->rows.narrow_data + (ptrdiff_t)j * T + first, tiles->narrow_data + next,
                       (size_t)(rows - first) * sizeof(float));
        }
    }
}

/* A bound on the norm of the rows in the box. */
static float norm_of(const float *box, int d)
{
    double square = 0;
    for (int j = 0; j < d; j++) {
        const double most = fmax(fabs((double)box[j]), fabs((double)box[d + j]));
        square += most * most;
    }
    return nextafterf((float)(sqrt(square) * (1 + 1e-12)), INFINITY);
}

/* some: the listed ones of `all`. */
static void pick(const shoal_centroids *all, int d, const int32_t *list, int count, shoal_centroids *some)
{
    some->k = count;
    some->norm = all->norm;
    for (int i = 0; i < count; i++) {
        const double *wide = all->wide + (int64_t)list[i] * d;
        for (int j = 0; j < d; j++) some->wide[(ptrdiff_t)i * d + j] = wide[j];
        if (all->narrow == NULL) continue;
        const float *narrow = all->narrow + (int64_t)list[i] * d;
        for (int j = 0; j < d; j++) some->narrow[(ptrdiff_t)i * d + j] = narrow[j];
        if (all->packed == NULL) continue;
        for (int j = 0; j < d; j++) some->packed[((ptrdiff_t)(i / G) * d + j) * G + i % G] = narrow[j];
        some->half_norm[i] = all->half_norm[list[i]];
    }
}

/* The rows of a leaf by their distances to the candidates; gives the least gap. */
static double decide(const shoal_lloyd *lloyd, const shoal_tree_node *node, const int32_t *list, int count,
                     shoal_tree_walker *walker)
{
    const shoal_tiles *tiles = lloyd->tiles;
    shoal_nearest *nearest = walker->nearest;
    copy_rows(tiles, node, walker);
    walker->norm = norm_of(shoal_tree_box(tiles->tree, node), tiles->d);
    pick(&lloyd->centroids, tiles->d, list, count, &walker->some);
    const float least = shoal_nearest_label(shoal_kernels_get(), &walker->rows, &walker->some, 0, nearest);
    for (int i = 0; i < node->rows; i++) nearest->label[i] = list[nearest->label[i]];
    return (double)least;
}

/* The same between the two centroids of walker->pair. */
static double decide_pair(const shoal_lloyd *lloyd, const shoal_tree_node *node, shoal_tree_walker *walker)
{
    const shoal_tiles *tiles = lloyd->tiles;
    const shoal_tree_pair *pair = &walker->pair;
    const float *box = shoal_tree_box(tiles->tree, node);
    const int d = tiles->d, rows = (int)node->rows;
    const double error = tiles->wide ? INFINITY : shoal_tree_pair_error(pair, box, d);
    if (!(error < INFINITY)) return decide(lloyd, node, pair->label, 2, walker);
    float least = INFINITY;
    for (int done = 0; done < rows;) {
        const int64_t row = node->begin + done;
        const int left = (int)(T - row % T), part = rows - done < left ? rows - done : left;
        const float found =
            shoal_kernels_get()->side_f32(tiles->narrow_data + row / T * d * T + row % T, part, d, pair->narrow_across,
                                          pair->narrow_threshold, pair->label, walker->nearest->label + done);
        least = found < least ? found : least;
        done += part;
    }
    const double lead = (double)least - error;
    if (!(lead > pair->slack)) return decide(lloyd, node, pair->label, 2, walker);
    return shoal_tree_pair_gap(pair, box, d, lead);
}

/* margin: by which candidates that are left out are farther. list: those left; NULL: walker->pair. Gives the margin
 * that holds for the rows. */
static double visit_leaf(shoal_lloyd *lloyd, const shoal_tree_node *node, const int32_t *list, int count, double margin,
                         shoal_tree_walker *walker)
{
    shoal_tree_pass_down(lloyd, node);
    const double gap = list == NULL ? decide_pair(lloyd, node, walker) : decide(lloyd, node, list, count, walker);
    shoal_lloyd_move_rows(lloyd, node->begin, (int)node->rows, walker->nearest->label, walker->sums);
    walker->looked += node->rows;
    walker->work += node->rows * count * lloyd->tiles->d + 500;
    return gap < margin ? gap : margin;
}

/* Gives walk->until of the node. */
static double visit_pair(shoal_lloyd *lloyd, const shoal_tree_node *node, double margin, shoal_tree_walker *walker);
static double visit(shoal_lloyd *lloyd, const shoal_tree_node *node, int32_t *from, int count, double margin,
                    shoal_tree_walker *walker);

/* The nodes below, where bounds do not hold; gives walk->until. list as for visit_leaf. */
static double visit_below(shoal_lloyd *lloyd, const shoal_tree_node *node, int32_t *list, int count, double margin,
                          shoal_tree_walker *walker)
{
    double least = INFINITY;
    shoal_tree_pass_down(lloyd, node);
    for (int side = 0; side < 2; side++) {
        const shoal_tree_node child = shoal_tree_child(lloyd->tiles->tree, node, side);
        double until = lloyd->walk->until[child.id];
        if (!(lloyd->bounds.moved < until))
            until = list == NULL ? visit_pair(lloyd, &child, margin, walker)
                                 : visit(lloyd, &child, list, count, margin, walker);
        least = until < least ? until : least;
    }
    return least;
}

static double visit_pair(shoal_lloyd *lloyd, const shoal_tree_node *node, double margin, shoal_tree_walker *walker)
{
    const int d = lloyd->tiles->d;
    const float *box = shoal_tree_box(lloyd->tiles->tree, node);
    double *until = &lloyd->walk->until[node->id], lead;
    const int side = shoal_tree_pair_side(&walker->pair, box, d, &lead);
    walker->work += 6 * d + 50;
    if (side >= 0 && !shoal_tree_is_above(node)) {
        give(lloyd, node, walker->pair.label[side], walker->sums);
        const double gap = shoal_tree_pair_gap(&walker->pair, box, d, lead);
        margin = gap < margin ? gap : margin;
    } else if (shoal_tree_is_leaf(node)) margin = visit_leaf(lloyd, node, NULL, 2, margin, walker);
    else return *until = visit_below(lloyd, node, NULL, 2, margin, walker);
    return *until = lloyd->bounds.moved + margin;
}

/* from: candidates that the nodes above left. */
static double visit(shoal_lloyd *lloyd, const shoal_tree_node *node, int32_t *from, int count, double margin,
                    shoal_tree_walker *walker)
{
    const int d = lloyd->tiles->d;
    const float *box = shoal_tree_box(lloyd->tiles->tree, node);
    double *until = &lloyd->walk->until[node->id];
    int32_t *list = from + count;
    const int left = shoal_tree_filter(box, d, lloyd->centroids.wide, from, count, list, &margin, &walker->filter);
    walker->work += 4 * count * d + 100;
    if (left == 2) {
        shoal_tree_pair_make(box, d, lloyd->centroids.wide, list, &walker->pair);
        list = NULL;
    }
    if (left == 1 && !shoal_tree_is_above(node)) give(lloyd, node, list[0], walker->sums);
    else if (shoal_tree_is_leaf(node)) margin = visit_leaf(lloyd, node, list, left, margin, walker);
    else return *until = visit_below(lloyd, node, list, left, margin, walker);
    return *until = lloyd->bounds.moved + margin;
}

void shoal_tree_visit(shoal_lloyd *lloyd, const shoal_tree_node *node, shoal_tree_walker *walker)
{
    const int k = lloyd->centroids.k;
    if (lloyd->bounds.moved < lloyd->walk->until[node->id]) return;
    for (int c = 0; c < k; c++) walker->list[c] = c;
    visit(lloyd, node, walker->list, k, INFINITY, walker);
}

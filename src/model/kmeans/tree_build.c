#include <math.h>
#include <omp.h>
#include <string.h>

#include "base/memory.h"
#include "base/threads.h"
#include "model/kmeans/tree_parts.h"

enum { T = SHOAL_TILE_ROWS, LANES = 8, LEAF_ROWS = 64, LEAF_ROWS_LONG = 128, LONG = 4 };

/* A column of consecutive rows in one tile. */
typedef struct stretch {
    const float *narrow; /* NULL: wide */
    const double *wide;
    int64_t begin; /* place of the first */
    int rows, column;
} stretch;

static stretch stretch_of(const shoal_tiles *tiles, int64_t begin, int64_t end, int column)
{
    const int64_t next = (begin / T + 1) * T, at = (begin / T * tiles->d + column) * T + begin % T;
    return (stretch){.narrow = tiles->wide ? NULL : tiles->narrow_data + at,
                     .wide = tiles->wide ? tiles->wide_data + at : NULL,
                     .begin = begin,
                     .rows = (int)((next < end ? next : end) - begin),
                     .column = column};
}

static inline float lesser(float a, float b)
{
    return a < b ? a : b;
}

static inline float greater(float a, float b)
{
    return a > b ? a : b;
}

/* Lowers low and raises high to what is in the stretch. */
static void widen_narrow(const stretch *part, float *low, float *high)
{
    float least[LANES], greatest[LANES];
    for (int l = 0; l < LANES; l++) {
        least[l] = *low;
        greatest[l] = *high;
    }
    int i = 0;
    for (; i + LANES <= part->rows; i += LANES)
        for (int l = 0; l < LANES; l++) {
            least[l] = lesser(part->narrow[i + l], least[l]);
            greatest[l] = greater(part->narrow[i + l], greatest[l]);
        }
    for (; i < part->rows; i++) {
        least[0] = lesser(part->narrow[i], least[0]);
        greatest[0] = greater(part->narrow[i], greatest[0]);
    }
    for (int l = 0; l < LANES; l++) {
        *low = lesser(least[l], *low);
        *high = greater(greatest[l], *high);
    }
}

/* The same; the box is in float32, so it is rounded outwards. */
static void widen_wide(const stretch *part, float *low, float *high)
{
    for (int i = 0; i < part->rows; i++) {
        const float value = (float)part->wide[i];
        if ((double)*low > part->wide[i]) *low = (double)value > part->wide[i] ? nextafterf(value, -INFINITY) : value;
        if ((double)*high < part->wide[i]) *high = (double)value < part->wide[i] ? nextafterf(value, INFINITY) : value;
    }
}

/* The sum of llrint(value x grid), all of which are below 2^51: such a number added to 1.5 x 2^52 is rounded to an
 * integer that can be read from the bits. */
static int64_t sum_rounded(const float *value, int rows, double grid)
{
    const double shift = 0x1.8p52;
    uint64_t sum = 0, zero;
    memcpy(&zero, &shift, sizeof zero);
    for (int i = 0; i < rows; i++) {
        const double shifted = (double)value[i] * grid + shift;
        uint64_t bits;
        memcpy(&bits, &shifted, sizeof bits);
        sum += bits - zero;
    }
    return (int64_t)sum;
}

static int64_t sum_stretch(const shoal_tiles *tiles, const stretch *part)
{
    const double grid = tiles->grid[part->column];
    if (part->narrow != NULL) return sum_rounded(part->narrow, part->rows, grid);
    int64_t sum = 0;
    for (int i = 0; i < part->rows; i++) {
        sum += llrint(part->wide[i] * grid);
    }
    return sum;
}

static void fill_leaf(shoal_tree *tree, const shoal_tiles *tiles, const shoal_tree_node *node)
{
    const int d = tree->d;
    float *low = tree->box + node->id * 2 * d, *high = low + d;
    int64_t *sum = tree->sum + node->id * d;
    const int64_t end = node->begin + node->rows;
    for (int j = 0; j < d; j++) {
        low[j] = INFINITY;
        high[j] = -INFINITY;
        sum[j] = 0;
        for (int64_t row = node->begin; row < end;) {
            const stretch part = stretch_of(tiles, row, end, j);
            if (part.narrow != NULL) widen_narrow(&part, &low[j], &high[j]);
            else widen_wide(&part, &low[j], &high[j]);
            sum[j] += sum_stretch(tiles, &part);
            row += part.rows;
        }
    }
}

static void join_boxes(shoal_tree *tree, int64_t node, int64_t left, int64_t right)
{
    const int d = tree->d;
    float *box = tree->box + node * 2 * d;
    const float *a = tree->box + left * 2 * d, *b = tree->box + right * 2 * d;
    for (int j = 0; j < d; j++) {
        box[j] = lesser(a[j], b[j]);
        box[d + j] = greater(a[d + j], b[d + j]);
    }
}

/* Boxes and sums of the nodes of a bucket. */
static void fill_bucket(shoal_tree *tree, const shoal_tiles *tiles, const shoal_tree_node *node)
{
    if (shoal_tree_is_leaf(node)) {
        fill_leaf(tree, tiles, node);
        return;
    }
    const int width = tree->d;
    const shoal_tree_node left = shoal_tree_child(tree, node, 0), right = shoal_tree_child(tree, node, 1);
    fill_bucket(tree, tiles, &left);
    fill_bucket(tree, tiles, &right);
    join_boxes(tree, node->id, left.id, right.id);
    for (int j = 0; j < width; j++)
        tree->sum[node->id * width + j] = tree->sum[left.id * width + j] + tree->sum[right.id * width + j];
}

/* Boxes of the nodes above the buckets. */
static void fill_above(shoal_tree *tree, const shoal_tree_node *node)
{
    if (node->high == node->low + 1) return;
    const shoal_tree_node left = shoal_tree_child(tree, node, 0), right = shoal_tree_child(tree, node, 1);
    fill_above(tree, &left);
    fill_above(tree, &right);
    join_boxes(tree, node->id, left.id, right.id);
}

/* The rows begin.. of column j as sorting keys. */
static void read_keys(const shoal_tiles *tiles, int64_t begin, int64_t end, int j, float *key)
{
    for (int64_t row = begin; row < end;) {
        const stretch part = stretch_of(tiles, row, end, j);
        if (part.narrow != NULL) memcpy(key, part.narrow, (size_t)part.rows * sizeof *key);
        else
            for (int i = 0; i < part.rows; i++) key[i] = (float)part.wide[i];
        row += part.rows;
        key += part.rows;
    }
}

/* Finds the order of the rows of a bucket, which lie in that of the input. */
static void sort_bucket(shoal_tree *tree, const shoal_tiles *tiles, int bucket, shoal_tree_sorter *sorter)
{
    const int64_t begin = tree->begin[bucket], end = tree->begin[bucket + 1];
    const int rows = (int)(end - begin);
    for (int j = 0; j < tree->d; j++) read_keys(tiles, begin, end, j, sorter->key + (int64_t)j * sorter->capacity);
    shoal_tree_sort(sorter, rows, shoal_tree_levels(tree, rows));
    memcpy(tree->within + begin, sorter->row, (size_t)rows * sizeof *tree->within);
}

static void sort_buckets(const shoal_ctx *ctx, shoal_tree *tree, shoal_tiles *tiles, shoal_tree_sorter *sorters)
{
#pragma omp parallel for num_threads(tree->threads) schedule(dynamic, 1) if (tree->threads > 1)
    for (int bucket = 0; bucket < tree->buckets; bucket++) {
        if (shoal_cancelled(ctx)) continue;
        const shoal_tree_node root = shoal_tree_over(tree, bucket, bucket + 1, 0);
        sort_bucket(tree, tiles, bucket, &sorters[omp_get_thread_num()]);
        shoal_tree_order_bucket(tree, tiles, bucket);
        fill_bucket(tree, tiles, &root);
    }
}

/* Numbers the nodes and makes room for them. */
static shoal_status number_nodes(shoal_tree *tree, shoal_error *err)
{
    SHOAL_TRY(shoal_alloc(tree->buckets + 1, sizeof *tree->first, &tree->first, err));
    tree->first[0] = 0;
    for (int b = 0; b < tree->buckets; b++) {
        const int levels = shoal_tree_levels(tree, tree->begin[b + 1] - tree->begin[b]);
        tree->first[b + 1] = tree->first[b] + (2 << levels) - 1;
    }
    const int64_t nodes = tree->first[tree->buckets], above = tree->buckets - 1;
    SHOAL_TRY(shoal_alloc((nodes + above) * 2 * tree->d, sizeof *tree->box, &tree->box, err));
    SHOAL_TRY(shoal_alloc(nodes * tree->d, sizeof *tree->sum, &tree->sum, err));
    SHOAL_TRY(shoal_alloc(tree->n, sizeof *tree->column, &tree->column, err));
    SHOAL_TRY(shoal_alloc(tree->threads * tree->chunk_rows, sizeof *tree->word, &tree->word, err));
    return shoal_alloc(tree->n, sizeof *tree->within, &tree->within, err);
}

static int largest_bucket(const shoal_tree *tree)
{
    int64_t largest = 0;
    for (int b = 0; b < tree->buckets; b++)
        if (tree->begin[b + 1] - tree->begin[b] > largest) largest = tree->begin[b + 1] - tree->begin[b];
    return (int)largest;
}

shoal_status shoal_tree_build(const shoal_ctx *ctx, shoal_tiles *tiles, shoal_error *err)
{
    const int threads = shoal_ctx_threads(ctx);
    shoal_tree *tree;
    SHOAL_TRY(shoal_alloc(1, sizeof *tree, &tree, err));
    *tree = (shoal_tree){
        .n = tiles->n, .d = tiles->d, .threads = threads, .leaf_rows = tiles->d > LONG ? LEAF_ROWS_LONG : LEAF_ROWS};
    tiles->tree = tree;
    shoal_tree_sorter *sorters = NULL;
    shoal_status status;
    SHOAL_TRY_OUT(shoal_tree_cut(ctx, tiles, tree, err));
    SHOAL_TRY_OUT(number_nodes(tree, err));
    SHOAL_TRY_OUT(shoal_alloc_zero(threads, sizeof *sorters, &sorters, err));
    for (int t = 0; t < threads; t++)
        SHOAL_TRY_OUT(shoal_tree_sorter_make(tiles->d, largest_bucket(tree), &sorters[t], err));
    shoal_tree_order_cells(tree, tiles);
    sort_buckets(ctx, tree, tiles, sorters);
    if (shoal_cancelled(ctx)) status = shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted");
    const shoal_tree_node root = shoal_tree_root(tree);
    if (status < 0) goto out;
    fill_above(tree, &root);
    tree->entered = true;
out:
    for (int t = 0; t < threads && sorters != NULL; t++) shoal_tree_sorter_free(&sorters[t]);
    free(sorters);
    if (status < 0) shoal_tree_free(tiles);
    return status;
}

void shoal_tree_free(shoal_tiles *tiles)
{
    shoal_tree *tree = tiles->tree;
    if (tree == NULL) return;
    free(tree->rank);
    free(tree->within);
    free(tree->start);
    free(tree->count);
    free(tree->word);
    free(tree->column);
    free(tree->begin);
    free(tree->first);
    free(tree->box);
    free(tree->sum);
    free(tree);
    tiles->tree = NULL;
}

#include "model/kmeans/algorithm.h"

#include <math.h>
#include <stdio.h>

enum { BOUNDS_LEAST_ROWS = 2048 };

/* Nanoseconds a row on two cores (AVX-512), fitted to whole runs over 200,000 to 5,000,000 rows of 2 to 8 columns and
 * 16 to 256 clusters: the tree is built and undone for 14 + 16 d and looks, in each of some 25 iterations, at the share
 * of leaves that lie across a border between clusters, each for d (1.5 + 0.035 k); bounds look at rows at 0.14 a
 * cluster.
 */
static bool tree_pays(const shoal_tiles *tiles, int k)
{
    enum { LEAST_CLUSTERS = 16, ITERATIONS = 25 };
    const double leaves = (double)tiles->n / 44, d = tiles->d;
    const double across = fmin(1, d * pow(k / leaves, 1 / d));
    return tiles->weight == NULL && k >= LEAST_CLUSTERS &&
           ITERATIONS * fmax(3, 0.14 * k) > 14 + 16 * d + ITERATIONS * across * d * (1.5 + 0.035 * k);
}

shoal_kmeans_algorithm shoal_algorithm_for(const shoal_tiles *tiles, int k, shoal_kmeans_algorithm asked)
{
    if (asked == SHOAL_KMEANS_TREE && tiles->weight != NULL) return SHOAL_KMEANS_BOUNDED;
    if (asked != SHOAL_KMEANS_AUTO) return asked;
    if (tree_pays(tiles, k)) return SHOAL_KMEANS_TREE;
    return tiles->n < BOUNDS_LEAST_ROWS || k == 1 ? SHOAL_KMEANS_LLOYD : SHOAL_KMEANS_BOUNDED;
}

static const char *why(const shoal_tiles *tiles, int k, shoal_kmeans_algorithm asked)
{
    const shoal_kmeans_algorithm ran = shoal_algorithm_for(tiles, k, asked);
    if (ran == asked) return "asked for";
    if (asked == SHOAL_KMEANS_TREE) return "trees hold no weights, so rows that bounds prove unchanged are left out";
    if (ran == SHOAL_KMEANS_TREE) return "with so few columns whole nodes of a k-d tree are assigned at once";
    if (ran == SHOAL_KMEANS_LLOYD) return "so little work that bounds would not pay";
    return "rows that bounds prove unchanged are left out";
}

void shoal_algorithm_note(const shoal_tiles *tiles, shoal_kmeans_algorithm asked, shoal_kmeans_result *result)
{
    result->algorithm = shoal_algorithm_for(tiles, result->k, asked);
    snprintf(result->reason, sizeof result->reason, "%lld rows, %d columns, %d clusters: %s", (long long)tiles->n,
             tiles->d, result->k, why(tiles, result->k, asked));
}

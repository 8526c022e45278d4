#include "model/kmeans/algorithm.h"

#include <stdio.h>

/* Measured from 200,000 to 2,000,000 rows on two cores (AVX-512): whole runs to convergence, building included. The
 * tree wins where leaves are small against the clusters' distances, which is where columns are few. */
enum { TREE_MOST_COLUMNS = 3, TREE_LEAST_ROWS = 500000, BOUNDS_LEAST_ROWS = 2048 };

static bool tree_pays(const shoal_tiles *tiles, int k)
{
    return tiles->weight == NULL && k > 1 && tiles->d <= TREE_MOST_COLUMNS && tiles->n >= TREE_LEAST_ROWS;
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

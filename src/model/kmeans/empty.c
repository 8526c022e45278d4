#include <omp.h>
#include <string.h>

#include "base/threads.h"
#include "model/kmeans/empty.h"

enum { T = SHOAL_TILE_ROWS };

typedef struct farthest_row {
    double distance;
    int64_t row;
} farthest_row;

/* The row with weight that is farthest from both its own centroid and the centroids `taken`; the lowest on ties. */
static farthest_row farthest_in_tile(const shoal_lloyd *lloyd, int64_t tile, const int *taken, int n_taken,
                                     shoal_nearest *nearest)
{
    const shoal_tiles *tiles = lloyd->tiles;
    const int rows = shoal_tiles_rows(tiles, tile);
    double own[T], other[T];
    memcpy(nearest->label, lloyd->labels + tile * T, (size_t)rows * sizeof *nearest->label);
    shoal_nearest_measure(tiles, &lloyd->centroids, tile, nearest, own);
    for (int t = 0; t < n_taken; t++) {
        for (int i = 0; i < rows; i++) nearest->label[i] = taken[t];
        shoal_nearest_measure(tiles, &lloyd->centroids, tile, nearest, other);
        for (int i = 0; i < rows; i++) own[i] = other[i] < own[i] ? other[i] : own[i];
    }
    farthest_row farthest = {.distance = 0, .row = -1};
    for (int i = 0; i < rows; i++)
        if (own[i] > farthest.distance && shoal_tiles_weight(tiles, tile * T + i) > 0)
            farthest = (farthest_row){own[i], tile * T + i};
    return farthest;
}

static farthest_row find_farthest(shoal_lloyd *lloyd, const int *taken, int n_taken)
{
    farthest_row farthest = {.distance = 0, .row = -1};
#pragma omp parallel num_threads(lloyd->threads) if (lloyd->threads > 1)
    {
        farthest_row mine = {.distance = 0, .row = -1};
#pragma omp for schedule(static)
        for (int64_t tile = 0; tile < lloyd->tiles->count; tile++) {
            const farthest_row found =
                farthest_in_tile(lloyd, tile, taken, n_taken, &lloyd->nearest[omp_get_thread_num()]);
            if (found.distance > mine.distance) mine = found;
        }
#pragma omp critical
        if (mine.distance > farthest.distance || (mine.distance == farthest.distance && mine.row < farthest.row))
            farthest = mine;
    }
    return farthest;
}

static bool same_rows(const shoal_tiles *tiles, int64_t a, int64_t b)
{
    for (int j = 0; j < tiles->d; j++)
        if (shoal_tiles_value(tiles, a, j) != shoal_tiles_value(tiles, b, j)) return false;
    return true;
}

/* Whether the rows with weight of the row's cluster are all equal: its mean is the row, but for rounding. */
static bool among_equals(const shoal_lloyd *lloyd, int64_t row)
{
    const shoal_tiles *tiles = lloyd->tiles;
    for (int64_t i = 0; i < tiles->n; i++)
        if (lloyd->labels[i] == lloyd->labels[row] && shoal_tiles_weight(tiles, i) > 0 && !same_rows(tiles, i, row))
            return false;
    return true;
}

/* The next row for an empty cluster. Clusters of equal rows found on the way are put on their row. */
static farthest_row next_farthest(const shoal_ctx *ctx, shoal_lloyd *lloyd, const int *taken, int n_taken)
{
    farthest_row farthest = find_farthest(lloyd, taken, n_taken);
    while (farthest.distance > 0 && !shoal_cancelled(ctx) && among_equals(lloyd, farthest.row)) {
        shoal_centroids_set_row(lloyd->tiles, &lloyd->centroids, lloyd->labels[farthest.row], farthest.row);
        farthest = find_farthest(lloyd, taken, n_taken);
    }
    return farthest;
}

int shoal_lloyd_relocate(const shoal_ctx *ctx, shoal_lloyd *lloyd, int *taken)
{
    int n_taken = 0;
    for (int c = 0; c < lloyd->centroids.k && !shoal_cancelled(ctx); c++) {
        if (lloyd->weight[c] != 0) continue;
        const farthest_row farthest = next_farthest(ctx, lloyd, taken, n_taken);
        if (farthest.distance == 0) break;
        shoal_centroids_set_row(lloyd->tiles, &lloyd->centroids, c, farthest.row);
        taken[n_taken++] = c;
    }
    return n_taken;
}

void shoal_lloyd_park(shoal_lloyd *lloyd, const int *taken, int n_taken)
{
    const int last = n_taken == 0 ? -1 : taken[n_taken - 1];
    int used = 0;
    while (lloyd->weight[used] == 0) used++;
    for (int c = last + 1; c < lloyd->centroids.k; c++)
        if (lloyd->weight[c] == 0)
            shoal_centroids_set(lloyd->tiles, &lloyd->centroids, c,
                                lloyd->centroids.wide + (int64_t)used * lloyd->tiles->d);
}

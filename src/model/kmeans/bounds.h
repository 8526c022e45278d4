/* Bounds on tiles: how far centroids may move before a row can change its label.
 *
 * A row whose other centroids are farther than its own by a gap keeps its label while its own centroid and the fastest
 * other one together move by less (triangle inequality; Hamerly 2010, doi:10.1137/1.9781611972801.12, for rows). Kept
 * per tile: the least gap of its rows, against the sum of the two largest movements of each iteration. */
#ifndef SHOAL_MODEL_KMEANS_BOUNDS_H
#define SHOAL_MODEL_KMEANS_BOUNDS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

typedef struct shoal_bounds {
    double *until; /* a tile need not be looked at while moved < until[tile] */
    double moved;  /* by how much gaps have shrunk at most since the start */
    double last;   /* the part of the last iteration; infinite at first */
} shoal_bounds;

SHOAL_MUST_USE shoal_status shoal_bounds_make(int64_t tiles, shoal_bounds *bounds, shoal_error *err);
void shoal_bounds_free(shoal_bounds *bounds);
/* Every tile must be looked at again. */
void shoal_bounds_reset(int64_t tiles, shoal_bounds *bounds);
/* An iteration whose two largest movements were these. */
void shoal_bounds_move(double largest, double second, shoal_bounds *bounds);

static inline bool shoal_bounds_hold(const shoal_bounds *bounds, int64_t tile)
{
    return bounds->moved < bounds->until[tile];
}

/* The rows of the tile were looked at, and the least gap is `gap`. */
static inline void shoal_bounds_set(shoal_bounds *bounds, int64_t tile, float gap)
{
    bounds->until[tile] = bounds->moved + (double)gap;
}

#endif

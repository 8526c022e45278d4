/* Bounds for strips of rows and sets of centroids: which centroids need not be looked at.
 *
 * Centroids that lie together share a set. Kept for each strip of rows and each set: how much farther its centroids are
 * at least than the row's own. That shrinks by the movement of the own centroid and the largest of the set; as long as
 * it is above 0 no row of the strip can go there, and only the other sets are looked at (Ding et al. 2015, "Yinyang
 * K-means", ICML, for strips that share a register in place of rows). Strips of which no set is in doubt are passed
 * over by the sum of the two largest movements alone, as in bounds.h. */
#ifndef SHOAL_MODEL_KMEANS_SETS_H
#define SHOAL_MODEL_KMEANS_SETS_H

#include <stdbool.h>
#include <stdint.h>

#include "model/kmeans/bounds.h"
#include "model/kmeans/tiles.h"

enum { SHOAL_STRIP_ROWS = SHOAL_SOME_ROWS, SHOAL_TILE_STRIPS = SHOAL_TILE_ROWS / SHOAL_STRIP_ROWS };

/* Start it as {0}. */
typedef struct shoal_sets {
    int count, width;  /* count 0: not in use; the last set may be smaller */
    int32_t *centroid; /* k: the centroid at each place, set after set */
    int32_t *place;    /* k: of each centroid */
    uint8_t *set;      /* k: of each centroid */
    float *packed;     /* as shoal_centroids has them, by place */
    float *half_norm;  /* k */
    float *moved;      /* k: by how much each centroid moved in the last iteration, at most */
    float *most;       /* count: the largest of each set */
    float *gap;        /* strips x count, against `seen` */
    double *until;     /* strips: passed over while bounds->moved < until */
    double *seen;      /* strips: bounds->moved when gap was brought up to date */
    int64_t strips;
} shoal_sets;

/* Whether sets can pay for so many clusters. */
bool shoal_sets_useful(const shoal_tiles *tiles, int k);
/* Sets by where the centroids lie now. All strips must be looked at. O(k^2 d). Errors: MEMORY. */
SHOAL_MUST_USE shoal_status shoal_sets_make(const shoal_tiles *tiles, const shoal_centroids *centroids,
                                            shoal_sets *sets, shoal_error *err);
void shoal_sets_free(shoal_sets *sets);
/* All strips must be looked at. */
void shoal_sets_reset(shoal_sets *sets);
/* Takes over the centroids as they were packed, and how far they moved (k, Euclidean). */
void shoal_sets_pack(const shoal_tiles *tiles, const shoal_centroids *centroids, const double *moved, shoal_sets *sets);

/* The labels of a strip whose rows had these; rows begin at `row` of all. nearest->label, ->gap: of the rows, from
 * their place in the tile, as shoal_nearest_label gives them. Gives the number of sets that were looked at; 0: all
 * labels stay, and nearest->label is left as it was. */
int shoal_sets_label(const shoal_tiles *tiles, const shoal_centroids *centroids, const shoal_bounds *bounds,
                     int64_t row, const int32_t *labels, shoal_sets *sets, shoal_nearest *nearest);
/* Another order of the rows: gap (rows) bounds how much farther every other centroid is than that of the label. */
void shoal_sets_sorted(const shoal_bounds *bounds, int64_t row, int rows, const float *gap, shoal_sets *sets);

#endif

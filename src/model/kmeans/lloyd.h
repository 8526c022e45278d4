/* Lloyd iterations over tiles.
 *
 * Sums are exact: weight x value is rounded once to a grid of 2^-46 of the column's largest, as an integer, and
 * integers add up the same in any order. So a row is added to its cluster when it comes and subtracted when it goes,
 * rows that stay cost nothing, and any number of threads gives the same bits. */
#ifndef SHOAL_MODEL_KMEANS_LLOYD_H
#define SHOAL_MODEL_KMEANS_LLOYD_H

#include <shoal/kmeans.h>

#include "model/kmeans/bounds.h"
#include "model/kmeans/order.h"
#include "model/kmeans/sets.h"
#include "model/kmeans/tiles.h"

/* Where a run stands, for the progress text. */
typedef struct shoal_lloyd_report {
    const char *phase;  /* NULL: silent */
    double begin, span; /* of the fraction */
    int restart, n_init;
} shoal_lloyd_report;

typedef struct shoal_lloyd_opts {
    int max_iter;
    double tol; /* of the summed squared movement, absolute; 0: only when no label changes */
    shoal_kmeans_algorithm algorithm;
    shoal_lloyd_report report;
} shoal_lloyd_opts;

/* Rows of a tile that change their cluster. */
typedef struct shoal_lloyd_moves {
    int32_t row[SHOAL_TILE_ROWS], from[SHOAL_TILE_ROWS], to[SHOAL_TILE_ROWS];
} shoal_lloyd_moves;

/* What a thread gathers while rows move between clusters. */
typedef struct shoal_lloyd_worker {
    int64_t *sum, *weight;                /* k x d, k: what `pending` moves amount to */
    shoal_wide_int *total, *total_weight; /* of those before */
    int64_t pending;
    int64_t changed, looked, near; /* of this pass, see shoal_lloyd_pass */
    int64_t looked_sets;           /* of strips, in place of looked tiles */
    shoal_wide_int moved;
    shoal_lloyd_moves moves;
    shoal_sorting_scratch *scratch; /* NULL until rows are sorted */
} shoal_lloyd_worker;

/* What a pass over the rows found. */
typedef struct shoal_lloyd_pass {
    int64_t changed;      /* rows with a new label */
    int64_t looked;       /* tiles that were looked at */
    int64_t looked_sets;  /* of strips, which `looked` counts as the tiles that they amount to */
    int64_t near;         /* rows in them whose gap is below near_gap */
    shoal_wide_int moved; /* weight of the rows with a new label, in steps of the grid */
} shoal_lloyd_pass;

/* The state of one run; start it as {0}. */
typedef struct shoal_lloyd {
    shoal_tiles *tiles;        /* rows change places during a run and are back at its end */
    int threads, pass_threads; /* at most, and of the next pass, by what the last one had to do */
    int64_t cells;             /* k x d */
    shoal_centroids centroids;
    int32_t *labels;              /* n */
    shoal_wide_int *sum, *weight; /* k x d, k: of the rows that carry the label */
    double *position, *before;    /* d, scratch */
    double *movement;             /* k: of each centroid in the last iteration */
    shoal_lloyd_worker *workers;  /* threads */
    shoal_nearest *nearest;       /* threads */
    shoal_bounds bounds;
    shoal_sets sets;
    shoal_sorting order;
    int64_t stale;  /* rows that changed their label since rows were sorted by it */
    bool sorting;   /* in this pass */
    float near_gap; /* a few iterations' movement: rows with such a gap may change soon */
    int64_t looked; /* tiles that were looked at in all passes; plain iterations look at all of them in each */
    shoal_kmeans_algorithm algorithm; /* of this run; never SHOAL_KMEANS_AUTO */
    struct shoal_tree_walk *walk;     /* NULL until such a run */
    int iterations;
    bool converged;
    double moved;          /* share of the weight that changed its label in the last iteration */
    double inertia_before; /* of the centroids that the last iteration began with */
} shoal_lloyd;

SHOAL_MUST_USE shoal_status shoal_lloyd_make(const shoal_ctx *ctx, shoal_tiles *tiles, int k, shoal_lloyd *lloyd,
                                             shoal_error *err);
void shoal_lloyd_free(shoal_lloyd *lloyd);

/* Iterates from lloyd->centroids. Afterwards centroids are the means of their rows (to the tolerance);
 * shoal_lloyd_measure gives the labels that belong to them. Errors: INTERRUPTED, MEMORY. */
SHOAL_MUST_USE shoal_status shoal_lloyd_run(const shoal_ctx *ctx, const shoal_lloyd_opts *opts, shoal_lloyd *lloyd,
                                            shoal_error *err);

/* A partition and how good it is. */
typedef struct shoal_measure {
    double inertia, silhouette;
    int64_t *sizes;  /* k */
    double *weights; /* k */
    double *spread;  /* k: weighted sum of distances to the own centroid; NULL where it was not asked for */
} shoal_measure;

/* Labels of all rows for lloyd->centroids and, in float64, what they amount to. */
SHOAL_MUST_USE shoal_status shoal_lloyd_measure(const shoal_ctx *ctx, shoal_lloyd *lloyd, bool spread,
                                                shoal_measure *measure, shoal_error *err);
/* The inertia alone. */
SHOAL_MUST_USE shoal_status shoal_lloyd_inertia(const shoal_ctx *ctx, shoal_lloyd *lloyd, double *inertia,
                                                shoal_error *err);
void shoal_measure_free(shoal_measure *measure);

#endif

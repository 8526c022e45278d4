/* The matrix as k-means works on it: tiles of SHOAL_TILE_ROWS rows, feature-major, columns centred exactly.
 *
 * Numbers. A column whose mean is more than 4 times its range away from 0 is shifted by a number inside its range; x
 * and the shift then lie within a factor of two of each other, so the subtraction is exact (Sterbenz 1974, lemma).
 * Every other column stays as it is. So tile values are the input values to the last bit, in float32 where all columns
 * are float32, int8 or int16 and of sane magnitude, else in float64; a difference of a tile value and a shifted
 * centroid is the difference of the originals, rounded once.
 * Labels are those of float64 distances, summed over columns in order with one rounding a term. In float32 a row is
 * decided by the float32 kernel only where second - best exceeds the bound on the rounding of both; the other rows
 * ("close calls") are done again in float64. Hence the same labels on every instruction set. */
#ifndef SHOAL_MODEL_KMEANS_TILES_H
#define SHOAL_MODEL_KMEANS_TILES_H

#include <stdbool.h>
#include <stdint.h>

#include <shoal/context.h>
#include <shoal/table.h>

#include "kernels.h"

/* With weights up to this, and values up to 1e100, weighted sums of squares stay finite in float64. */
#define SHOAL_WEIGHT_MAX 1e90

typedef struct shoal_tiles {
    int64_t n, count; /* rows, tiles */
    int d;
    bool wide;            /* float64 */
    float *narrow_data;   /* count x d x SHOAL_TILE_ROWS, where not wide */
    double *wide_data;    /* the same, where wide */
    float *norm;          /* count: upper bound of the Euclidean norm of the rows of a tile, where not wide */
    double *weight;       /* count x SHOAL_TILE_ROWS, 0 behind the last row; NULL: ones */
    bool copies;          /* weights are whole numbers: so many equal rows does each stand for */
    double *offset;       /* d: what was subtracted */
    double *mean;         /* d: weighted means of the shifted columns */
    double *grid;         /* d: power of two; |value| x grid < 2^46, with weights |weight x value| x grid < 2^90 */
    double weight_grid;   /* power of two; weight x weight_grid < 2^90; 1 without weights and with copies */
    double total_weight;  /* n without weights */
    double total_squares; /* weighted squared distances to the mean, all columns */

    struct shoal_tree *tree; /* NULL until a run asks for it, see tree.h */
} shoal_tiles;

/* Builds the tiles of x; weight: n or NULL. Errors: USAGE (weights), INPUT (no column or row; a missing, infinite or
 * absurdly large value), MEMORY, INTERRUPTED. */
SHOAL_MUST_USE shoal_status shoal_tiles_build(const shoal_ctx *ctx, const shoal_matrix *x, const double *weight,
                                              shoal_tiles *tiles, shoal_error *err);
/* The same for rows that stand for copies[i] >= 1 equal rows each: what is summed over rows is to the bit what tiles of
 * all these rows give, but for `mean` and `total_squares`, which agree to rounding. */
SHOAL_MUST_USE shoal_status shoal_tiles_build_copies(const shoal_ctx *ctx, const shoal_matrix *x, const double *copies,
                                                     shoal_tiles *tiles, shoal_error *err);
/* The INPUT errors of shoal_tiles_build alone: those of the shape, at once, and those of the values, by reading all. */
SHOAL_MUST_USE shoal_status shoal_tiles_check_shape(const shoal_matrix *x, shoal_error *err);
SHOAL_MUST_USE shoal_status shoal_tiles_check_values(const shoal_ctx *ctx, const shoal_matrix *x, shoal_error *err);
/* The given rows of `from`, in that order, with its offsets and grids. Errors: MEMORY. */
SHOAL_MUST_USE shoal_status shoal_tiles_sample(const shoal_tiles *from, const int64_t *rows, int64_t n,
                                               shoal_tiles *tiles, shoal_error *err);
void shoal_tiles_free(shoal_tiles *tiles);

/* The power of two for sums of terms up to `magnitude`: magnitude x grid in [2^45, 2^46), or in [2^89, 2^90) for terms
 * with weights; 1 for 0. */
double shoal_tiles_grid(double magnitude, bool weighted);
/* The bound that belongs into norm[tile]. */
float shoal_tiles_norm(const shoal_tiles *tiles, int64_t tile);

static inline double shoal_tiles_value(const shoal_tiles *tiles, int64_t row, int column)
{
    const int64_t at = (row / SHOAL_TILE_ROWS * tiles->d + column) * SHOAL_TILE_ROWS + row % SHOAL_TILE_ROWS;
    return tiles->wide ? tiles->wide_data[at] : (double)tiles->narrow_data[at];
}

/* Room for exact sums over all rows. */
__extension__ typedef __int128 shoal_wide_int;

static inline int shoal_tiles_rows(const shoal_tiles *tiles, int64_t tile)
{
    const int64_t left = tiles->n - tile * SHOAL_TILE_ROWS;
    return left < SHOAL_TILE_ROWS ? (int)left : SHOAL_TILE_ROWS;
}

static inline double shoal_tiles_weight(const shoal_tiles *tiles, int64_t row)
{
    return tiles->weight == NULL ? 1 : tiles->weight[row];
}

/* The weight of a row in steps of the grid. */
static inline shoal_wide_int shoal_tiles_steps(const shoal_tiles *tiles, int64_t row)
{
    return tiles->weight == NULL ? 1 : (shoal_wide_int)(tiles->weight[row] * tiles->weight_grid);
}

/* Centroids as the kernels want them. */
typedef struct shoal_centroids {
    int k;
    double *wide;  /* k x d, row-major, in shifted coordinates */
    float *narrow; /* the same rounded, where the tiles are float32 */
    /* For shoal_nearest_label, where k >= 2 and tiles are float32; else NULL. Made by shoal_centroids_pack. */
    float *packed, *half_norm;
    double *by_column; /* d x k: `wide` as of the last shoal_centroids_pack */
    double norm;       /* the largest Euclidean norm */
} shoal_centroids;

SHOAL_MUST_USE shoal_status shoal_centroids_make(const shoal_tiles *tiles, int k, shoal_centroids *centroids,
                                                 shoal_error *err);
void shoal_centroids_free(shoal_centroids *centroids);
/* Sets centroid c to `position` (d, shifted coordinates), rounded so that it survives the way to the caller's units
 * and back: what the caller gets is what the labels were computed from. */
void shoal_centroids_set(const shoal_tiles *tiles, shoal_centroids *centroids, int c, const double *position);
/* All of them, from k x d positions. */
void shoal_centroids_set_all(const shoal_tiles *tiles, shoal_centroids *centroids, const double *positions);
/* Sets centroid c to the row. */
void shoal_centroids_set_row(const shoal_tiles *tiles, shoal_centroids *centroids, int c, int64_t row);

/* Brings `packed`, `half_norm`, `by_column` and `norm` up to date with the positions. O(k d). */
void shoal_centroids_pack(const shoal_tiles *tiles, shoal_centroids *centroids);

/* What a thread needs to assign the rows of a tile. */
typedef struct shoal_nearest {
    int32_t label[SHOAL_TILE_ROWS];
    double best[SHOAL_TILE_ROWS], second[SHOAL_TILE_ROWS]; /* squared; `second` is infinite for k = 1 */
    float narrow_best[SHOAL_TILE_ROWS], narrow_second[SHOAL_TILE_ROWS];
    float gap[SHOAL_TILE_ROWS]; /* see shoal_nearest_label */
    float *narrow_rows;         /* d x SHOAL_TILE_ROWS: rows that need a closer look */
    double *close_rows;         /* the same in float64 */
} shoal_nearest;

SHOAL_MUST_USE shoal_status shoal_nearest_make(const shoal_tiles *tiles, int threads, shoal_nearest **nearest,
                                               shoal_error *err);
void shoal_nearest_free(int threads, shoal_nearest *nearest);

/* label: exact nearest, ties to the lowest index, of the rows of the tile. best and second stay in the precision of
 * the tile; shoal_nearest_widen makes them double. */
void shoal_nearest_find(const shoal_kernels *kernels, const shoal_tiles *tiles, const shoal_centroids *centroids,
                        int64_t tile, shoal_nearest *nearest);
/* The same for rows of float32 values laid out as a tile, norm being a bound on theirs; fills narrow_best, _second. */
void shoal_nearest_narrow(const shoal_kernels *kernels, const float *values, int rows, int d, float norm,
                          const shoal_centroids *centroids, shoal_nearest *nearest);
float shoal_least_gap(const float *gap, int rows); /* rows >= 1 */
/* By how much scores of the tile may be off. Needs packed centroids of float32. */
shoal_assign_error shoal_nearest_error(const shoal_tiles *tiles, const shoal_centroids *centroids, int64_t tile);
/* label and gap of those rows begin..begin+rows-1 of a float32 tile whose gap is not above 0, by distances. */
void shoal_nearest_look_closer(const shoal_tiles *tiles, const shoal_centroids *centroids, int64_t tile, int begin,
                               int rows, shoal_nearest *nearest);
/* label as above, from packed centroids, and gap: a lower bound, not below 0, of the Euclidean distance by which every
 * other centroid is farther than the label's; with a gap above 0 the label is also that of float64 distances as long as
 * the centroids move by less than the gap in all. Gives the least gap. Leaves best and second undefined. Needs k >= 2.
 */
float shoal_nearest_label(const shoal_kernels *kernels, const shoal_tiles *tiles, const shoal_centroids *centroids,
                          int64_t tile, shoal_nearest *nearest);
void shoal_nearest_widen(const shoal_tiles *tiles, int rows, shoal_nearest *nearest);
/* own: squared distance of each row of the tile to the centroid nearest->label, in float64. */
void shoal_nearest_measure(const shoal_tiles *tiles, const shoal_centroids *centroids, int64_t tile,
                           const shoal_nearest *nearest, double own[SHOAL_TILE_ROWS]);
/* out: squared distances of the rows of the tile to one position (d, shifted coordinates). */
void shoal_nearest_distance(const shoal_kernels *kernels, const shoal_tiles *tiles, const double *wide,
                            const float *narrow, int64_t tile, shoal_nearest *nearest, double out[SHOAL_TILE_ROWS]);

#endif

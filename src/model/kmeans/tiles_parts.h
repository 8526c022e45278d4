/* What building tiles is made of. */
#ifndef SHOAL_MODEL_KMEANS_TILES_PARTS_H
#define SHOAL_MODEL_KMEANS_TILES_PARTS_H

#include "base/sum.h"
#include "model/kmeans/tiles.h"

typedef struct shoal_range {
    double low, high;
} shoal_range;

/* Of a column as it was given. */
typedef struct shoal_column_stats {
    shoal_sum sum; /* weight x value */
    shoal_range range;
} shoal_column_stats;

/* Room for tiles->count tiles of tiles->d columns, float64 where tiles->wide, and for what goes with a tile and with a
 * column; undefined values, but zeros for `weight`, where weighted, and for the columns. Errors: MEMORY. */
SHOAL_MUST_USE shoal_status shoal_tiles_allocate(bool weighted, shoal_tiles *tiles, shoal_error *err);

/* How many threads to read x with: a value costs about as much as ten multiply-adds. */
int shoal_tiles_threads(const shoal_ctx *ctx, const shoal_matrix *x);
/* What belongs into `norm`, from the squared norms of the rows of a tile. */
float shoal_tiles_norm_of(const double *squares, int rows);

/* What to subtract from a column: 0 unless it is far from 0, see tiles.h. */
double shoal_tiles_offset(shoal_range range, bool wide);
/* The largest magnitude once the offset is subtracted. */
double shoal_tiles_reach(shoal_range range, double offset);
/* Whether float32 tiles can hold values up to that magnitude: squared distances stay far from overflow and underflow.
 */
bool shoal_tiles_narrow_enough(double largest);

/* The stats of all columns. Errors: INPUT (the first bad row of the first bad column), MEMORY, INTERRUPTED. */
SHOAL_MUST_USE shoal_status shoal_tiles_scan(const shoal_ctx *ctx, const shoal_matrix *x, const double *weight,
                                             shoal_column_stats *columns, shoal_error *err);
/* Fills tiles whose offsets and means are known from x, of usable values; sets the norms, grids and total_squares.
 * Errors: MEMORY, INTERRUPTED. */
SHOAL_MUST_USE shoal_status shoal_tiles_fill(const shoal_ctx *ctx, const shoal_matrix *x, shoal_tiles *tiles,
                                             shoal_error *err);

/* Whether x can go the short way: float32 columns, nothing missing, no weights. */
bool shoal_tiles_plain(const shoal_matrix *x, const double *weight);
/* Builds float32 tiles of such an x: reads it once where no column is far from 0, else twice. narrow: whether they can
 * be that; else they hold nothing of use. Errors: as shoal_tiles_scan. */
SHOAL_MUST_USE shoal_status shoal_tiles_fill_plain(const shoal_ctx *ctx, const shoal_matrix *x, shoal_tiles *tiles,
                                                   bool *narrow, shoal_error *err);

#endif

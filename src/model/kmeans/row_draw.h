/* Rows drawn with probability proportional to weight. */
#ifndef SHOAL_MODEL_KMEANS_ROW_DRAW_H
#define SHOAL_MODEL_KMEANS_ROW_DRAW_H

#include "base/random.h"
#include "model/kmeans/tiles.h"

typedef struct shoal_row_draw {
    const shoal_tiles *tiles;
    double *before; /* weight of the rows before each tile; NULL without weights */
} shoal_row_draw;

/* O(n) with weights, else O(1). Errors: MEMORY. */
SHOAL_MUST_USE shoal_status shoal_row_draw_make(const shoal_tiles *tiles, shoal_row_draw *draw, shoal_error *err);
void shoal_row_draw_free(shoal_row_draw *draw);
/* One draw; rows without weight never come. O(log n) with weights, else O(1). */
int64_t shoal_row_draw_next(const shoal_row_draw *draw, shoal_rng *rng);
/* The row at which the running sum of weights passes `target`, 0 <= target; the last with weight where none does. */
int64_t shoal_row_draw_at(const shoal_row_draw *draw, double target);

#endif

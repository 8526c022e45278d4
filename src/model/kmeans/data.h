/* The rows that a fit works on: those of the matrix, or one for each set of equal ones. */
#ifndef SHOAL_MODEL_KMEANS_DATA_H
#define SHOAL_MODEL_KMEANS_DATA_H

#include <shoal/kmeans.h>

#include "model/kmeans/tiles.h"

typedef struct shoal_kmeans_data {
    shoal_tiles tiles;
    int64_t n;       /* rows of the matrix */
    int32_t *place;  /* n: the row of the tiles that stands for each; NULL where rows were not merged */
    int64_t *copies; /* tiles.n: how many rows each stands for; NULL likewise */
} shoal_kmeans_data;

/* Builds the tiles of x, with equal rows merged where that pays (see merge.h) and `merge` allows it. A fit from the
 * same centroids then has the same labels and, without weights, the same centroids to the bit.
 * Errors as shoal_tiles_build. */
SHOAL_MUST_USE shoal_status shoal_kmeans_data_build(const shoal_ctx *ctx, const shoal_matrix *x, const double *weight,
                                                    bool merge, shoal_kmeans_data *data, shoal_error *err);
/* Turns labels and sizes of a result over the tiles into those of all rows, and says how many rows the tiles have. Uses
 * `place` up; so it can be done once. O(n). */
void shoal_kmeans_data_finish(const shoal_ctx *ctx, shoal_kmeans_data *data, shoal_kmeans_result *result);
void shoal_kmeans_data_free(shoal_kmeans_data *data);

#endif

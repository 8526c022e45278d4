/* Equal rows as one row with a weight. */
#ifndef SHOAL_MODEL_KMEANS_MERGE_H
#define SHOAL_MODEL_KMEANS_MERGE_H

#include <shoal/context.h>
#include <shoal/table.h>

#include "base/error.h"

/* The different rows of a matrix, by the first row that each equals. */
typedef struct shoal_merged {
    int64_t n;       /* 0: nothing was merged, and all else is NULL */
    int32_t *place;  /* rows of the matrix: the number of the different row that each equals */
    int64_t *first;  /* n: that first row, ascending */
    int64_t *copies; /* n: how many do */
    double *weight;  /* n: what these weigh in all; their number without weights */
} shoal_merged;

/* Merges the rows of x (0 and -0 are equal) where it pays: a look at up to 1024 rows, one from each of as many equal
 * stretches, must let at most 1 in 16 rows (and 65536) be different, and no more may turn up. Nothing is merged where
 * a row has no weight (such rows must not tell in anything, not even here), or where the matrix or a weight is one that
 * shoal_tiles_build refuses, which says why. All of this depends on the data alone.
 * weight: n or NULL. O(n d); 4 bytes a row, besides the different rows. Errors: MEMORY, INTERRUPTED. */
SHOAL_MUST_USE shoal_status shoal_rows_merge(const shoal_ctx *ctx, const shoal_matrix *x, const double *weight,
                                             shoal_merged *merged, shoal_error *err);
void shoal_merged_free(shoal_merged *merged);

#endif

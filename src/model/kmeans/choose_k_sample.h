/* The rows that gap statistic and stability are computed from. */
#ifndef SHOAL_MODEL_KMEANS_CHOOSE_K_SAMPLE_H
#define SHOAL_MODEL_KMEANS_CHOOSE_K_SAMPLE_H

#include "model/kmeans/tiles.h"

/* So many rows as shoal_sample_make draws them. Where `from` has no more, its rows: all of them, or with weights those
 * that are drawn, each with the number of its draws as weight. Errors: MEMORY. */
SHOAL_MUST_USE shoal_status shoal_sample_draw(const shoal_tiles *from, int64_t draws, uint64_t seed, uint64_t stream,
                                              shoal_tiles *sample, shoal_error *err);

/* A bootstrap sample of the rows of `from`, as many as it has rows, or draws where they are counted: rows beside their
 * copies, or with counts as weights where `from` has weights. Errors: MEMORY. */
SHOAL_MUST_USE shoal_status shoal_sample_bootstrap(const shoal_tiles *from, uint64_t seed, uint64_t stream,
                                                   shoal_tiles *bootstrap, shoal_error *err);

#endif

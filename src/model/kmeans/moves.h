/* The sums of clusters as rows move between them. */
#ifndef SHOAL_MODEL_KMEANS_MOVES_H
#define SHOAL_MODEL_KMEANS_MOVES_H

#include "model/kmeans/lloyd.h"

/* Books that the rows begin..begin+rows-1 get these labels; writes them. */
void shoal_lloyd_move_rows(const shoal_lloyd *lloyd, int64_t begin, int rows, const int32_t *label,
                           shoal_lloyd_worker *worker);
/* Books that `rows` rows move from cluster `from` (negative: none) to cluster `to`. sum: of their values, then of their
 * weights, on the grids. Needs at most 65536 rows. */
void shoal_lloyd_move_sum(const shoal_lloyd *lloyd, const int64_t *sum, int64_t rows, int from, int to,
                          shoal_lloyd_worker *worker);
/* Adds what the worker booked to the sums of all; the worker starts again from nothing. */
void shoal_lloyd_take_moves(shoal_lloyd *lloyd, shoal_lloyd_worker *worker);

#endif

/* Fits to growing samples, for those in a hurry. */
#ifndef SHOAL_MODEL_KMEANS_MINI_BATCH_H
#define SHOAL_MODEL_KMEANS_MINI_BATCH_H

#include "model/kmeans/fit.h"

/* As shoal_kmeans_restarts, by nested samples (each holds the one before; after Newling & Fleuret 2016,
 * arXiv:1602.02934): 4 opts->n_init restarts of 10 iterations on a sample of n / 64 rows; the best goes on there, then
 * with n / 16 and n / 4 rows for at most 30 iterations each, and ends with at most 2 over all. A sample has one row
 * from each of as many equal stretches, and at least 10,000 and 64 opts->n_clusters rows; smaller ones are left out.
 * Where not even n / 4 rows are as many, it is a full fit. sampled: whether samples were used. Memory: a quarter of the
 * tiles, and 3 bytes a row. Errors: MEMORY, INTERRUPTED. */
SHOAL_MUST_USE shoal_status shoal_kmeans_mini_batch(const shoal_ctx *ctx, shoal_tiles *tiles,
                                                    const shoal_kmeans_opts *opts, const shoal_lloyd_report *report,
                                                    shoal_lloyd *best, bool *sampled, shoal_kmeans_time *time,
                                                    shoal_error *err);
/* Says in words what a mini-batch fit was, and how good. */
void shoal_kmeans_mini_batch_notice(const shoal_ctx *ctx, const shoal_kmeans_result *result);

#endif

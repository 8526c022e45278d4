/* A fit over tiles that are built already; shared by shoal_kmeans_fit and shoal_choose_k. */
#ifndef SHOAL_MODEL_KMEANS_FIT_H
#define SHOAL_MODEL_KMEANS_FIT_H

#include <shoal/kmeans.h>

#include "model/kmeans/lloyd.h"

SHOAL_MUST_USE shoal_status shoal_kmeans_check_opts(const shoal_kmeans_opts *opts, shoal_error *err);
SHOAL_MUST_USE shoal_status shoal_kmeans_check_k(const shoal_matrix *x, int k, shoal_error *err);
SHOAL_MUST_USE shoal_status shoal_kmeans_check_centroids(const shoal_matrix *x, int k, const double *centroids,
                                                         shoal_error *err);
SHOAL_MUST_USE shoal_status shoal_kmeans_check_numbering(const shoal_matrix *x, const shoal_kmeans_opts *opts,
                                                         shoal_error *err);
/* opts->tol as an absolute bound for these tiles. */
double shoal_kmeans_tolerance(const shoal_tiles *tiles, double tol);

/* Above these rows every run uses all threads; below it, one a run. */
enum { SHOAL_ONE_THREAD_ROWS = 200000 };

/* Draws centroids->k centroids by opts->init and opts->seed. */
SHOAL_MUST_USE shoal_status shoal_kmeans_seed(const shoal_ctx *ctx, const shoal_tiles *tiles,
                                              const shoal_kmeans_opts *opts, uint64_t stream,
                                              shoal_centroids *centroids, shoal_error *err);

/* The best of opts->n_init runs: its centroids, and in result->time how long seeding and iterating took.
 * report: phase, begin and span of the progress over all restarts. */
SHOAL_MUST_USE shoal_status shoal_kmeans_restarts(const shoal_ctx *ctx, shoal_tiles *tiles,
                                                  const shoal_kmeans_opts *opts, const shoal_lloyd_report *report,
                                                  shoal_lloyd *best, shoal_kmeans_time *time, shoal_error *err);
/* Labels, sizes and figures for the centroids of `lloyd`, which gives up its labels. result->time stays. */
SHOAL_MUST_USE shoal_status shoal_kmeans_finish(const shoal_ctx *ctx, shoal_lloyd *lloyd, shoal_kmeans_result *result,
                                                shoal_error *err);

#endif

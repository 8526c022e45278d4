/* Whether a clustering is found again. */
#ifndef BENCH_STABILITY_H
#define BENCH_STABILITY_H

#include <shoal/kmeans.h>

#include "base/error.h"

/* Fits `refits` random halves of the rows with other seeds, assigns all rows to the centroids of each, and gives the
 * mean adjusted Rand index between these labels and those of the fit to all rows. x: float32 columns. NAN where half
 * the rows are fewer than the clusters or have no weight. Errors: MEMORY, INTERRUPTED. */
SHOAL_MUST_USE shoal_status bench_stability(const shoal_ctx *ctx, const shoal_matrix *x, const shoal_kmeans_opts *opts,
                                            const shoal_kmeans_result *fit, int refits, double *mean, shoal_error *err);

#endif

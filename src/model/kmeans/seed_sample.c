#include "base/error.h"
#include "model/kmeans/lloyd.h"
#include "model/kmeans/sample.h"
#include "model/kmeans/seed.h"

enum { SAMPLE_ROWS = 100000, ROWS_PER_CLUSTER = 64 };

static const uint64_t SAMPLE_STREAM = UINT64_C(1) << 60; /* see seed.h */

/* k-means++ and Lloyd iterations on the sample. */
static shoal_status fit_sample(const shoal_ctx *ctx, shoal_tiles *sample, const shoal_seed_limit *limit, uint64_t seed,
                               uint64_t stream, shoal_centroids *centroids, shoal_error *err)
{
    shoal_lloyd lloyd;
    SHOAL_TRY(shoal_lloyd_make(ctx, sample, centroids->k, &lloyd, err));
    const shoal_lloyd_opts opts = {.max_iter = limit->max_iter, .tol = limit->tol};
    shoal_status status;
    SHOAL_TRY_OUT(shoal_seed_plusplus(ctx, sample, seed, stream, &lloyd.centroids, err));
    SHOAL_TRY_OUT(shoal_lloyd_run(ctx, &opts, &lloyd, err));
    for (int c = 0; c < centroids->k; c++)
        shoal_centroids_set(sample, centroids, c, lloyd.centroids.wide + (int64_t)c * sample->d);
out:
    shoal_lloyd_free(&lloyd);
    return status;
}

shoal_status shoal_seed_sample(const shoal_ctx *ctx, const shoal_tiles *tiles, const shoal_seed_limit *limit,
                               uint64_t seed, uint64_t stream, shoal_centroids *centroids, shoal_error *err)
{
    const int64_t by_k = (int64_t)centroids->k * ROWS_PER_CLUSTER, size = by_k > SAMPLE_ROWS ? by_k : SAMPLE_ROWS;
    if (tiles->n <= size) return shoal_seed_plusplus(ctx, tiles, seed, stream, centroids, err);
    shoal_tiles sample;
    SHOAL_TRY(shoal_sample_make(tiles, size, seed, SAMPLE_STREAM | stream, &sample, err));
    const shoal_status status = fit_sample(ctx, &sample, limit, seed, stream, centroids, err);
    shoal_tiles_free(&sample);
    return status;
}

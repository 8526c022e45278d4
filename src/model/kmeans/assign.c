#include <shoal/kmeans.h>

#include <string.h>

#include "base/memory.h"
#include "model/kmeans/fit.h"
#include "model/kmeans/seed.h"

shoal_status shoal_kmeans_assign(const shoal_ctx *ctx, const shoal_matrix *x, int k, const double *centroids,
                                 int32_t *labels, double *distance, shoal_error *err)
{
    if (k < 1) return shoal_fail(err, SHOAL_ERR_USAGE, "%d clusters: at least 1 is needed", k);
    SHOAL_TRY(shoal_kmeans_check_centroids(x, k, centroids, err));
    shoal_tiles tiles;
    shoal_lloyd lloyd = {0};
    shoal_measure measure = {0};
    SHOAL_TRY(shoal_tiles_build(ctx, x, NULL, &tiles, err));
    shoal_status status;
    SHOAL_TRY_OUT(shoal_lloyd_make(ctx, &tiles, k, &lloyd, err));
    shoal_seed_given(&tiles, centroids, &lloyd.centroids);
    SHOAL_TRY_OUT(shoal_lloyd_measure(ctx, &lloyd, &measure, distance, err));
    memcpy(labels, lloyd.labels, (size_t)x->n * sizeof *labels);
out:
    shoal_measure_free(&measure);
    shoal_lloyd_free(&lloyd);
    shoal_tiles_free(&tiles);
    return status;
}

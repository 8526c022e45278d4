#include "variants/kmeans_check.h"

#include <math.h>

#include "base/memory.h"
#include "cases/plain.h"

static shoal_status check_inertia(const shoal_matrix *x, const double *weight, const shoal_kmeans_result *result,
                                  shoal_error *err)
{
    double inertia = 0, size = 0, *origin;
    SHOAL_TRY(shoal_alloc_zero(x->d, sizeof *origin, &origin, err));
    for (int64_t i = 0; i < x->n; i++) {
        const double w = weight == NULL ? 1 : weight[i];
        inertia += w * bench_plain_squared(x, i, result->centroids + (int64_t)result->labels[i] * x->d);
        size += w * bench_plain_squared(x, i, origin);
    }
    free(origin);
    /* where rows lie on their centroids, what remains is rounding */
    if (fabs(inertia - result->inertia) <= 1e-9 * inertia + 1e-24 * size) return SHOAL_OK;
    return shoal_fail(err, SHOAL_ERR_INPUT, "the check failed: the inertia is %.17g, not %.17g", inertia,
                      result->inertia);
}

shoal_status bench_kmeans_check(const shoal_matrix *x, const double *weight, const shoal_kmeans_result *result,
                                shoal_error *err)
{
    shoal_status status = bench_check_sizes(x->n, result->k, result->labels, result->sizes, err);
    if (status >= 0) status = bench_check_nearest(x, result->k, result->centroids, result->labels, NULL, err);
    if (status == SHOAL_ERR_INPUT) shoal_error_prefix(err, "the check failed");
    SHOAL_TRY(status);
    return check_inertia(x, weight, result, err);
}

#include "variants/kmeans_check.h"

#include <math.h>

#include "base/memory.h"
#include "cases/plain.h"

/* Multiply-adds that the search for nearest centroids may cost, and the rows that are looked at in any case. */
static const double most_work = 5e7;
enum { LEAST_ROWS = 200 };

static shoal_status check_nearest(const shoal_matrix *x, const shoal_kmeans_result *result, shoal_error *err)
{
    const double work = (double)result->k * x->d;
    int64_t rows = (int64_t)(most_work / work);
    if (rows < LEAST_ROWS) rows = LEAST_ROWS;
    if (rows > x->n) rows = x->n;
    for (int64_t at = 0; at < rows; at++) {
        const int64_t i = (int64_t)((double)at / (double)rows * (double)x->n);
        const double own = bench_plain_squared(x, i, result->centroids + (int64_t)result->labels[i] * x->d);
        for (int c = 0; c < result->k; c++) {
            const double other = bench_plain_squared(x, i, result->centroids + (int64_t)c * x->d);
            if (own > other * (1 + 1e-9))
                return shoal_fail(err, SHOAL_ERR_INPUT,
                                  "the check failed: row %lld has label %d at squared distance %.17g, but cluster %d "
                                  "is at %.17g",
                                  (long long)i, result->labels[i], own, c, other);
        }
    }
    return SHOAL_OK;
}

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
    const shoal_status status = bench_check_sizes(x->n, result->k, result->labels, result->sizes, err);
    if (status == SHOAL_ERR_INPUT) shoal_error_prefix(err, "the check failed");
    SHOAL_TRY(status);
    SHOAL_TRY(check_nearest(x, result, err));
    return check_inertia(x, weight, result, err);
}

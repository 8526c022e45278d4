#include "variants/kmeans_check.h"

#include <math.h>

#include "base/memory.h"

/* Multiply-adds that the search for nearest centroids may cost, and the rows that are looked at in any case. */
static const double most_work = 5e7;
enum { LEAST_ROWS = 200 };

static double squared_distance(const double *row, const double *centroid, int d)
{
    double sum = 0;
    for (int j = 0; j < d; j++) sum += (row[j] - centroid[j]) * (row[j] - centroid[j]);
    return sum;
}

static void read_row(const shoal_matrix *x, int64_t i, double *row)
{
    for (int j = 0; j < x->d; j++) row[j] = shoal_column_f64(&x->columns[j], i);
}

static shoal_status check_nearest(const shoal_matrix *x, const shoal_kmeans_result *result, double *row,
                                  shoal_error *err)
{
    const double work = (double)result->k * x->d;
    int64_t rows = (int64_t)(most_work / work);
    if (rows < LEAST_ROWS) rows = LEAST_ROWS;
    if (rows > x->n) rows = x->n;
    for (int64_t at = 0; at < rows; at++) {
        const int64_t i = (int64_t)((double)at / (double)rows * (double)x->n);
        read_row(x, i, row);
        const double own = squared_distance(row, result->centroids + (int64_t)result->labels[i] * x->d, x->d);
        for (int c = 0; c < result->k; c++) {
            const double other = squared_distance(row, result->centroids + (int64_t)c * x->d, x->d);
            if (own > other * (1 + 1e-9))
                return shoal_fail(err, SHOAL_ERR_INPUT,
                                  "the check failed: row %lld has label %d at squared distance %.17g, but cluster %d "
                                  "is at %.17g",
                                  (long long)i, result->labels[i], own, c, other);
        }
    }
    return SHOAL_OK;
}

static shoal_status check_labels(const shoal_kmeans_result *result, shoal_error *err)
{
    int64_t *sizes;
    SHOAL_TRY(shoal_alloc_zero(result->k, sizeof *sizes, &sizes, err));
    shoal_status status = SHOAL_OK;
    for (int64_t i = 0; status >= 0 && i < result->n; i++) {
        if (result->labels[i] < 0 || result->labels[i] >= result->k)
            status = shoal_fail(err, SHOAL_ERR_INPUT, "the check failed: row %lld has label %d of %d clusters",
                                (long long)i, result->labels[i], result->k);
        else sizes[result->labels[i]]++;
    }
    for (int c = 0; status >= 0 && c < result->k; c++)
        if (sizes[c] != result->sizes[c])
            status = shoal_fail(err, SHOAL_ERR_INPUT, "the check failed: cluster %d has %lld rows and claims %lld", c,
                                (long long)sizes[c], (long long)result->sizes[c]);
    free(sizes);
    return status;
}

static shoal_status check_inertia(const shoal_matrix *x, const double *weight, const shoal_kmeans_result *result,
                                  double *row, shoal_error *err)
{
    double inertia = 0, size = 0;
    for (int64_t i = 0; i < x->n; i++) {
        read_row(x, i, row);
        const double w = weight == NULL ? 1 : weight[i];
        inertia += w * squared_distance(row, result->centroids + (int64_t)result->labels[i] * x->d, x->d);
        for (int j = 0; j < x->d; j++) size += w * row[j] * row[j];
    }
    /* where rows lie on their centroids, what remains is rounding */
    if (fabs(inertia - result->inertia) <= 1e-9 * inertia + 1e-24 * size) return SHOAL_OK;
    return shoal_fail(err, SHOAL_ERR_INPUT, "the check failed: the inertia is %.17g, not %.17g", inertia,
                      result->inertia);
}

shoal_status bench_kmeans_check(const shoal_matrix *x, const double *weight, const shoal_kmeans_result *result,
                                shoal_error *err)
{
    double *row;
    SHOAL_TRY(shoal_alloc(x->d, sizeof *row, &row, err));
    shoal_status status = check_labels(result, err);
    if (status >= 0) status = check_nearest(x, result, row, err);
    if (status >= 0) status = check_inertia(x, weight, result, row, err);
    free(row);
    return status;
}

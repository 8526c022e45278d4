#include <math.h>

#include "model/kmeans/fit.h"
#include "model/kmeans/values.h"

shoal_kmeans_opts shoal_kmeans_opts_default(void)
{
    return (shoal_kmeans_opts){
        .n_clusters = 8, .init = SHOAL_INIT_KMEANSPP, .n_init = 10, .max_iter = 300, .tol = 1e-4};
}

shoal_status shoal_kmeans_check_opts(const shoal_kmeans_opts *opts, shoal_error *err)
{
    if (opts->n_init < 1)
        return shoal_fail(err, SHOAL_ERR_USAGE, "n_init is %d; at least 1 start is needed", opts->n_init);
    if (opts->max_iter < 1)
        return shoal_fail(err, SHOAL_ERR_USAGE, "max_iter is %d; at least 1 iteration is needed", opts->max_iter);
    if (!(opts->tol >= 0)) return shoal_fail(err, SHOAL_ERR_USAGE, "tol is %g; it must not be negative", opts->tol);
    if (opts->init == SHOAL_INIT_GIVEN && opts->centroids == NULL)
        return shoal_fail(err, SHOAL_ERR_USAGE, "init asks for given centroids, but none were given");
    return SHOAL_OK;
}

shoal_status shoal_kmeans_check_k(const shoal_matrix *x, int k, shoal_error *err)
{
    if (k < 1) return shoal_fail(err, SHOAL_ERR_USAGE, "%d clusters: at least 1 is needed", k);
    if (k > x->n && x->n > 0)
        return shoal_fail(err, SHOAL_ERR_USAGE, "%d clusters for %lld rows: at most as many clusters as rows", k,
                          (long long)x->n);
    return SHOAL_OK;
}

shoal_status shoal_kmeans_check_centroids(const shoal_matrix *x, int k, const double *centroids, shoal_error *err)
{
    for (int c = 0; c < k; c++)
        for (int j = 0; j < x->d; j++) {
            const double value = centroids[(int64_t)c * x->d + j];
            if (!(fabs(value) <= SHOAL_VALUE_MAX))
                return shoal_fail(err, SHOAL_ERR_USAGE, "centroid %d has %g in column '%s'; a finite number is needed",
                                  c, value, x->columns[j].name);
        }
    return SHOAL_OK;
}

shoal_status shoal_kmeans_check_numbering(const shoal_matrix *x, const shoal_kmeans_opts *opts, shoal_error *err)
{
    if (opts->numbering != SHOAL_NUMBERING_COLUMN) return SHOAL_OK;
    if (opts->number_column >= 0 && opts->number_column < x->d) return SHOAL_OK;
    return shoal_fail(err, SHOAL_ERR_USAGE, "clusters cannot be numbered by column %d: the matrix has columns 0 to %d",
                      opts->number_column, x->d - 1);
}

const char *shoal_kmeans_algorithm_name(shoal_kmeans_algorithm algorithm)
{
    static const char *const names[] = {"auto", "lloyd", "bounded", "tree"};
    return names[algorithm];
}

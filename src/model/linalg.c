#include "model/linalg.h"

#include <lapacke.h>
#include <math.h>

#include "model/blas.h"

shoal_status shoal_symmetric_eigen(int n, double *a, double *values, shoal_error *err)
{
    for (int i = 0; i < n * n; i++)
        if (!isfinite(a[i])) return shoal_fail(err, SHOAL_ERR_INPUT, "the matrix of second derivatives is not finite");
    /* the form with a workspace of ours neither allocates nor prints; column-major: the vectors become columns, that
     * is rows of a C array */
    double work[3 * SHOAL_EIGEN_MAX];
    const int threads = shoal_blas_set_threads(1);
    const lapack_int info = LAPACKE_dsyev_work(LAPACK_COL_MAJOR, 'V', 'U', n, a, n, values, work, 3 * SHOAL_EIGEN_MAX);
    shoal_blas_set_threads(threads);
    if (info != 0) return shoal_fail(err, SHOAL_ERR_INPUT, "the matrix of second derivatives has no eigenvalues");
    return SHOAL_OK;
}

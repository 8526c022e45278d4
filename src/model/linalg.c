#include "model/linalg.h"

#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <omp.h>

/* OpenBLAS in the OpenMP flavour follows the calling thread's OpenMP setting; the pthread flavour has one of its own
 * for the process. Both are put back as they were. */
static int single_thread_begin(void)
{
    switch (openblas_get_parallel()) {
    case OPENBLAS_OPENMP: {
        const int threads = omp_get_max_threads();
        omp_set_num_threads(1);
        return threads;
    }
    case OPENBLAS_THREAD: {
        const int threads = openblas_get_num_threads();
        if (threads != 1) openblas_set_num_threads(1);
        return threads;
    }
    default: return 1;
    }
}

static void single_thread_end(int threads)
{
    switch (openblas_get_parallel()) {
    case OPENBLAS_OPENMP: omp_set_num_threads(threads); break;
    case OPENBLAS_THREAD:
        if (threads != 1) openblas_set_num_threads(threads);
        break;
    default: break;
    }
}

shoal_status shoal_symmetric_eigen(int n, double *a, double *values, shoal_error *err)
{
    for (int i = 0; i < n * n; i++)
        if (!isfinite(a[i])) return shoal_fail(err, SHOAL_ERR_INPUT, "the matrix of second derivatives is not finite");
    /* the form with a workspace of ours neither allocates nor prints; column-major: the vectors become columns, that
     * is rows of a C array */
    double work[3 * SHOAL_EIGEN_MAX];
    const int threads = single_thread_begin();
    const lapack_int info = LAPACKE_dsyev_work(LAPACK_COL_MAJOR, 'V', 'U', n, a, n, values, work, 3 * SHOAL_EIGEN_MAX);
    single_thread_end(threads);
    if (info != 0) return shoal_fail(err, SHOAL_ERR_INPUT, "the matrix of second derivatives has no eigenvalues");
    return SHOAL_OK;
}

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
    const int threads = single_thread_begin();
    /* column-major: the vectors become columns, that is rows of a C array */
    const lapack_int info = LAPACKE_dsyev(LAPACK_COL_MAJOR, 'V', 'U', n, a, n, values);
    single_thread_end(threads);
    if (info == LAPACK_WORK_MEMORY_ERROR) return shoal_fail_memory(err);
    if (info != 0) /* not finite, or the QR steps did not settle */
        return shoal_fail(err, SHOAL_ERR_INPUT, "the matrix of second derivatives has no eigenvalues");
    return SHOAL_OK;
}

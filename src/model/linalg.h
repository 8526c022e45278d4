/* Small dense linear algebra by LAPACK, always on one thread: the same bits every time. */
#ifndef SHOAL_MODEL_LINALG_H
#define SHOAL_MODEL_LINALG_H

#include "base/error.h"

enum { SHOAL_EIGEN_MAX = 8 };

/* Eigenvalues (ascending) and eigenvectors of a symmetric n x n matrix, n <= SHOAL_EIGEN_MAX: a is replaced by the
 * vectors, one a row. Errors: INPUT where an element is not finite. */
SHOAL_MUST_USE shoal_status shoal_symmetric_eigen(int n, double *a, double *values, shoal_error *err);

#endif

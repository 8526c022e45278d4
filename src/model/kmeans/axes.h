/* The principal axes of a symmetric matrix. */
#ifndef SHOAL_MODEL_KMEANS_AXES_H
#define SHOAL_MODEL_KMEANS_AXES_H

/* Turns the symmetric d x d matrix `a` diagonal by cyclic Jacobi rotations (Jacobi 1846; Golub & Van Loan, Matrix
 * Computations, 8.5), axes (d x d) getting the unit eigenvectors, one a row, in no order. In plain arithmetic rather
 * than by LAPACK: rows drawn along the axes are then the same bits with every BLAS. O(d^3) a sweep, about 8 of them. */
void shoal_principal_axes(int d, double *a, double *axes);

#endif

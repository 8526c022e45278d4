/* OpenBLAS in this process: how many threads it uses. */
#ifndef SHOAL_MODEL_BLAS_H
#define SHOAL_MODEL_BLAS_H

/* Sets the threads of calls from this thread (OpenMP flavour) or from the whole process (pthread flavour); returns how
 * many they were. */
int shoal_blas_set_threads(int threads);

#endif

#include "model/blas.h"

#include <cblas.h>
#include <omp.h>
#include <stdio.h>
#include <string.h>

#include <shoal/context.h>

#include "base/text.h"
#include "kernels.h"

/* OpenBLAS in the OpenMP flavour follows the calling thread's OpenMP setting; the pthread flavour has one of its own
 * for the process. */
int shoal_blas_set_threads(int threads)
{
    int before = 1;
    switch (openblas_get_parallel()) {
    case OPENBLAS_OPENMP:
        before = omp_get_max_threads();
        omp_set_num_threads(threads);
        break;
    case OPENBLAS_THREAD:
        before = openblas_get_num_threads();
        if (before != threads) openblas_set_num_threads(threads);
        break;
    default: break;
    }
    return before;
}

static const char *threading(void)
{
    switch (openblas_get_parallel()) {
    case OPENBLAS_SEQUENTIAL: return "sequential";
    case OPENBLAS_THREAD: return "pthreads";
    case OPENBLAS_OPENMP: return "openmp";
    default: return "-";
    }
}

/* Kernels without AVX2, on a CPU that has it. */
static const char *better_core(const char *core)
{
    static const char *const old[] = {"Prescott", "Core2", "Nehalem", "Sandybridge", "Barcelona"};
    bool is_old = false;
    for (size_t i = 0; i < sizeof old / sizeof old[0]; i++) is_old |= strcmp(core, old[i]) == 0;
    if (!is_old) return NULL;
    if (shoal_kernels_for("avx512") != NULL) return "SkylakeX";
    return shoal_kernels_for("avx2") != NULL ? "Haswell" : NULL;
}

shoal_blas_info shoal_blas_get(void)
{
    shoal_blas_info info = {.version = "-", .core = "-", .threading = threading()};
    const char *config = openblas_get_config(), *core = openblas_get_corename();
    if (config != NULL) sscanf(config, "OpenBLAS %31s", info.version); /* "OpenBLAS 0.3.21 NO_AFFINITY …" */
    if (core != NULL && core[0] != '\0') shoal_text_copy(info.core, sizeof info.core, core);
    info.better_core = better_core(info.core);
    return info;
}

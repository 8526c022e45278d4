#include "measure/loops.h"

#include <stddef.h>

#include "kernels.h"

const bench_loops *bench_loops_get(void)
{
#if defined(__x86_64__)
    if (shoal_kernels_for("avx512") != NULL) return &bench_loops_avx512;
    if (shoal_kernels_for("avx2") != NULL) return &bench_loops_avx2;
#endif
    return &bench_loops_scalar;
}

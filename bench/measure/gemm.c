#include <cblas.h>
#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "measure/probe.h"
#include "model/blas.h"

enum { SMALLEST = 256, ALWAYS = 512, LARGEST = 4096, PRODUCTS = 3 };

static double time_once(bool wide, int n, const void *a, const void *b, void *c)
{
    const double begin = shoal_clock_ms();
    if (wide) cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1, a, n, b, n, 0, c, n);
    else cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1, a, n, b, n, 0, c, n);
    return shoal_clock_ms() - begin;
}

static void fill(bool wide, int64_t count, void *matrix)
{
    for (int64_t i = 0; i < count; i++) {
        const double value = (double)(i % 17) / 16;
        if (wide) ((double *)matrix)[i] = value;
        else ((float *)matrix)[i] = (float)value;
    }
}

/* The fastest of some products of n x n matrices. */
static shoal_status time_size(bool wide, int n, double *ms, shoal_error *err)
{
    const int64_t count = (int64_t)n * n;
    const size_t size = wide ? sizeof(double) : sizeof(float);
    char *matrices = NULL;
    SHOAL_TRY(shoal_alloc(3 * count, size, &matrices, err));
    void *a = matrices, *b = matrices + (size_t)count * size, *c = matrices + 2 * (size_t)count * size;
    fill(wide, 3 * count, a);
    *ms = INFINITY;
    for (int i = 0; i < PRODUCTS; i++) *ms = fmin(*ms, time_once(wide, n, a, b, c));
    free(matrices);
    return SHOAL_OK;
}

/* Sizes double while the next one, at eight times the work, fits into what is left of the budget. */
shoal_status bench_probe_gemm(int threads, bool wide, double budget_ms, double *gflops, shoal_error *err)
{
    const double until = shoal_clock_ms() + budget_ms;
    const int before = shoal_blas_set_threads(threads);
    shoal_status status = SHOAL_OK;
    double ms = 0, best = NAN;
    for (int n = SMALLEST; n <= LARGEST && status == SHOAL_OK; n *= 2) {
        if (n > ALWAYS && shoal_clock_ms() + 8 * PRODUCTS * ms > until) break;
        status = time_size(wide, n, &ms, err);
        if (status == SHOAL_OK) best = fmax(best, 2.0 * n * n * n / (ms * 1e6));
    }
    shoal_blas_set_threads(before);
    *gflops = best;
    return status;
}

#include "record/statistics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double bench_quantile(const double *values, int n, double q)
{
    enum { LARGEST = 1024 };
    if (n <= 0 || n > LARGEST) return NAN;
    double sorted[LARGEST];
    memcpy(sorted, values, (size_t)n * sizeof *sorted);
    qsort(sorted, (size_t)n, sizeof *sorted, ascending);
    const double at = q * (n - 1);
    const int below = (int)at;
    if (below >= n - 1) return sorted[n - 1];
    return sorted[below] + (at - below) * (sorted[below + 1] - sorted[below]);
}

double bench_median(const double *values, int n)
{
    return bench_quantile(values, n, 0.5);
}

/* What Lloyd iterations must do at the least. */
#ifndef BENCH_LLOYD_COST_H
#define BENCH_LLOYD_COST_H

#include <stdint.h>

#include "measure/limits.h"

/* Each iteration reads every value once and makes, for each row, centroid and column, the fused multiply-add of a score
 * |c|^2 / 2 - x c in float32. A program that leaves out rows by bounds may pass that. */
static inline bench_cost bench_lloyd_cost(int64_t n, int d, int k, int iterations)
{
    const double values = (double)n * d, bytes = values * (double)sizeof(float);
    return (bench_cost){.bytes = bytes * iterations, .working_set = bytes, .flops = 2 * values * k * iterations};
}

#endif

/* The machine's own limits, measured: how fast it can read, and how fast it can multiply and add. A row's time is
 * judged against the larger of bytes / bandwidth and flops / peak (the roofline model, Williams, Waterman & Patterson
 * 2009, doi:10.1145/1498765.1498785). */
#ifndef BENCH_LIMITS_H
#define BENCH_LIMITS_H

#include <stdbool.h>

#include <shoal/context.h>

#include "base/error.h"
#include "measure/machine.h"

typedef enum bench_level { BENCH_L2, BENCH_L3, BENCH_MEMORY, BENCH_N_LEVELS } bench_level;

enum { BENCH_MAX_LIMITS = 32 };

/* Limits of `threads` pinned threads; NAN where not measured. */
typedef struct bench_limit {
    int threads;
    double read_gbs[BENCH_N_LEVELS];   /* 1e9 bytes a second, sums of 64-byte loads over a working set of that level */
    double fma32_gflops, fma64_gflops; /* independent fused multiply-adds in registers, the widest vectors there are */
    double sgemm_gflops, dgemm_gflops; /* OpenBLAS, square; rotten where its kernels do not know the CPU */
} bench_limit;

typedef struct bench_limits {
    int n;
    bench_limit limit[BENCH_MAX_LIMITS]; /* by ascending threads */
} bench_limits;

/* Measures every count of threads; each figure is the best of several short runs. Threads beyond the usable cores get
 * the limits of all cores. quick: about 1 s a count, else about 4. Progress is told. Errors: MEMORY, INTERRUPTED. */
SHOAL_MUST_USE shoal_status bench_limits_measure(const shoal_ctx *ctx, const bench_machine *machine, int n_counts,
                                                 const int *counts, bool quick, bench_limits *limits, shoal_error *err);
/* NULL where that count was not measured. */
const bench_limit *bench_limit_of(const bench_limits *limits, int threads);

/* What a task must do at the least. Zero: nothing of that kind. */
typedef struct bench_cost {
    double bytes;       /* read or written once, at the least */
    double working_set; /* bytes touched again and again: which level they come from; 0: as bytes */
    double flops;       /* floating-point operations, a fused multiply-add is two */
    bool wide;          /* flops are float64 */
} bench_cost;

typedef struct bench_roof {
    double floor_ms;  /* no task of that cost can be faster; NAN where nothing is known */
    char name[32];    /* "memory read", "L3 read", "L2 read", "FMA float32", "FMA float64" */
    double intensity; /* flops / byte; NAN without bytes */
} bench_roof;

bench_roof bench_roof_of(const bench_limits *limits, const bench_machine *machine, int threads, const bench_cost *cost);

#endif

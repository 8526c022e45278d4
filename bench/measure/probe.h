/* Probes of the machine: each runs on all threads at once and says how much it did in how long. */
#ifndef BENCH_PROBE_H
#define BENCH_PROBE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* What one thread does: `rounds` rounds of it. */
typedef void (*bench_part_fn)(const void *state, int thread, int64_t rounds);

typedef struct bench_together {
    double wall_ms; /* from before all threads begin to after all have ended; never less than the work took */
    double busy_ms; /* processor time that the first thread's part took */
} bench_together;

bench_together bench_run_together(int threads, bench_part_fn part, const void *state, int64_t rounds);
/* The most rounds a millisecond of any run within budget_ms, of three at the least. Runs are made long enough for the
 * clock and the barriers not to matter. */
double bench_best_rate(int threads, bench_part_fn part, const void *state, double budget_ms);

/* 1e9 floating-point operations a second of sgemm or dgemm (wide) on that many OpenBLAS threads: the best of growing
 * sizes within the budget. OpenBLAS gets its own number of threads back. Errors: MEMORY. */
SHOAL_MUST_USE shoal_status bench_probe_gemm(int threads, bool wide, double budget_ms, double *gflops,
                                             shoal_error *err);

#endif

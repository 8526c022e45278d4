/* Taking samples of one task: warm-up, time budget, at least five samples, counters around each. */
#ifndef BENCH_SAMPLE_H
#define BENCH_SAMPLE_H

#include <stdbool.h>
#include <stdint.h>

#include <shoal/context.h>

#include "base/error.h"
#include "measure/energy.h"

enum { BENCH_MIN_SAMPLES = 5, BENCH_MAX_SAMPLES = 200, BENCH_MAX_PHASES = 12 };

/* What the kernel's counters gave around the samples, summed over threads: medians per sample, NAN where the machine
 * refuses (perf_event_open; RAPL through /sys/class/powercap). */
typedef struct bench_counters {
    double cycles, instructions, llc_misses, memory_reads, joules;
} bench_counters;

typedef struct bench_samples {
    int n, n_phases;
    double total_ms[BENCH_MAX_SAMPLES];
    double phase_ms[BENCH_MAX_PHASES][BENCH_MAX_SAMPLES];
    bench_counters counters;
    double peak_bytes; /* growth of the resident set over what was in use before, without an older result, largest of
                          all samples; NAN where unknown */
} bench_samples;

/* One run of the task. phase_ms: n_phases zeros to be filled. */
typedef shoal_status (*bench_run_fn)(void *state, const shoal_ctx *ctx, double *phase_ms, shoal_error *err);

/* Lets go of the last result. */
typedef void (*bench_before_fn)(void *state);

/* Runs once without counting (or more, until a tenth of the budget is gone), then until budget_ms is used up and there
 * are BENCH_MIN_SAMPLES. Threads are pinned to the first ctx->threads usable cores, one each; more threads than cores
 * are not pinned. before (or NULL) is called ahead of each run, outside its time, and before memory is first looked at.
 * Errors: those of the task, INTERRUPTED. Positive states of the task are fine. */
SHOAL_MUST_USE shoal_status bench_sample(const shoal_ctx *ctx, bench_before_fn before, bench_run_fn run, void *state,
                                         int n_phases, double budget_ms, bench_samples *samples, shoal_error *err);

/* Pins the OpenMP threads of a team of that size to one usable core each, this thread to those cores (threads that
 * start later inherit that), and lets them go again. Counts that exceed the usable cores are not pinned. Pin from one
 * thread only; what shoal_threads_available says changes until the end. */
void bench_pin(int threads);
void bench_unpin(void);

/* Counters for one stretch of work of this process. Start with {0}; opening again is harmless. Threads count that were
 * started after the opening, and the one that opened. */
enum { BENCH_N_EVENTS = 4 };
typedef struct bench_count {
    bool valid;
    double count, enabled_ns, running_ns;
} bench_count;
typedef struct bench_meter {
    bool open;
    int fd[BENCH_N_EVENTS]; /* negative: refused */
    bench_count before[BENCH_N_EVENTS];
    bench_energy energy;
} bench_meter;
void bench_meter_open(bench_meter *meter);
void bench_meter_start(bench_meter *meter);
bench_counters bench_meter_stop(bench_meter *meter);
void bench_meter_close(bench_meter *meter);

/* Resident set now, and its peak since the last reset; NAN where /proc does not tell. */
double bench_resident_bytes(void);
double bench_peak_bytes(void);
void bench_peak_reset(void);
/* Memory of the machine that programs could still have; NAN where /proc does not tell. */
double bench_available_bytes(void);

#endif

/* The stretch that callgrind counts. */
#ifndef BENCH_INSTRUCTIONS_REGION_H
#define BENCH_INSTRUCTIONS_REGION_H

#include "instructions/case.h"

#define BENCH_REGION_NAME "bench_instructions_region"

/* Calls the case once. Stands in a file of its own, so that it is called by this name. */
__attribute__((noinline)) void bench_instructions_region(const bench_counted *counted, void *state,
                                                         shoal_status *status, shoal_error *err);

/* Valgrind's name for the counts of a process is this, a dot and its number; those of the i-th name of
 * bench_run_counted, from 0, are then called this, a hyphen and i. */
#define BENCH_COUNTS_NAME "callgrind.out"

/* What the child under callgrind does: one case after the other, each in a process of its own that begins as the others
 * do, which prepares it, runs it once to warm up, then once within the region, in the working folder.
 * names: with commas between them. Errors: USAGE (no such case), IO (a process cannot be made, or crashed), and those
 * of the case, with its name before. */
SHOAL_MUST_USE shoal_status bench_run_counted(const char *names, shoal_error *err);

#endif

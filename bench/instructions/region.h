/* The stretch that callgrind counts. */
#ifndef BENCH_INSTRUCTIONS_REGION_H
#define BENCH_INSTRUCTIONS_REGION_H

#include "instructions/case.h"

#define BENCH_REGION_NAME "bench_instructions_region"

/* Calls the case once. Stands in a file of its own, so that it is called by this name. */
__attribute__((noinline)) void bench_instructions_region(const bench_counted *counted, void *state,
                                                         shoal_status *status, shoal_error *err);

/* What the child under callgrind does: prepares the case, runs it once to warm up, then once within the region, in the
 * working folder. Errors: USAGE (no such case) and those of the case. */
SHOAL_MUST_USE shoal_status bench_run_counted(const char *name, shoal_error *err);

#endif

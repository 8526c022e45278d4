/* Counting by several children at a time, which share the cases, each in a temporary folder of its own. */
#ifndef BENCH_INSTRUCTIONS_COUNTER_H
#define BENCH_INSTRUCTIONS_COUNTER_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "cli/progress.h"
#include "instructions/case.h"

/* Paths of the children's folders are that long wherever the temporary folder lies: paths are copied, copies are
 * allocated, and later allocations take the ways that earlier ones left. */
enum { BENCH_FOLDER_LENGTH = 200 };

typedef struct bench_counter {
    const volatile sig_atomic_t *cancel;
    shoal_cli_progress progress;
    char folder[BENCH_FOLDER_LENGTH - 8]; /* temporary; "" before and after */
    char program[4096];                   /* the path of this one */
} bench_counter;

/* Catches signals and makes the folder. Errors: IO. bench_counter_end also after an error. */
SHOAL_MUST_USE shoal_status bench_counter_start(bool quiet, bench_counter *counter, shoal_error *err);
/* instructions: n <= BENCH_MAX_COUNTS, one a case; `children` run at a time. Errors: those of
 * bench_callgrind_count. */
SHOAL_MUST_USE shoal_status bench_counter_run(bench_counter *counter, int children, int n,
                                              const bench_counted *const *cases, int64_t *instructions,
                                              shoal_error *err);
void bench_counter_end(bench_counter *counter);

#endif

/* The counts of now against the committed ones. */
#ifndef BENCH_INSTRUCTIONS_VERDICT_H
#define BENCH_INSTRUCTIONS_VERDICT_H

#include "instructions/baseline.h"
#include "options.h"

typedef enum bench_growth { BENCH_SAME, BENCH_GREW, BENCH_SHRANK, BENCH_NEW, BENCH_GONE, BENCH_N_GROWTHS } bench_growth;

/* committed, now: instructions, 0 where there are none. Growth of exactly the threshold is none yet. */
bench_growth bench_judge(int64_t committed, int64_t now, double threshold);

/* Prints a row for every count of `now`, and for every committed one that --filter lets through and that no case has
 * any more. verdicts: how many of each. Errors: MEMORY. */
SHOAL_MUST_USE shoal_status bench_print_verdicts(const bench_opts *opts, const bench_baseline *committed,
                                                 const bench_baseline *now, int verdicts[BENCH_N_GROWTHS],
                                                 shoal_error *err);

#endif

/* A machine and records for the tests of shoal-bench's files. */
#ifndef SHOAL_TESTS_BENCH_SAMPLE_H
#define SHOAL_TESTS_BENCH_SAMPLE_H

#include "record/record.h"

bench_machine bench_sample_machine(void);
bench_limits bench_sample_limits(void);
bench_record bench_sample_record(const char *name, int n_samples); /* every field in use */

#endif

/* The committed counts and what they were counted with. JSON, schema "shoal.bench.instructions/1". */
#ifndef BENCH_INSTRUCTIONS_BASELINE_H
#define BENCH_INSTRUCTIONS_BASELINE_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum { BENCH_MAX_COUNTS = 256, BENCH_COUNT_NAME_SIZE = 64 };

typedef struct bench_case_count {
    char name[BENCH_COUNT_NAME_SIZE];
    int64_t instructions; /* 0: not counted */
} bench_case_count;

typedef struct bench_baseline {
    char compiler[64], libc[32], build_type[32], flags[256], valgrind[32];
    int n;
    bench_case_count count[BENCH_MAX_COUNTS];
} bench_baseline;

/* What this program was built with: everything but valgrind and counts. */
void bench_baseline_describe(bench_baseline *baseline);

/* NULL where no case has that name. */
const bench_case_count *bench_baseline_find(const bench_baseline *baseline, const char *name);

/* "the counts are of gcc 12.2.0, this is gcc 13.1.0" in buffer, or "" where both were counted with the same. */
const char *bench_baseline_differ(const bench_baseline *committed, const bench_baseline *now, char *buffer,
                                  size_t size);

/* path is for messages. Errors: INPUT (what is wrong and where). */
SHOAL_MUST_USE shoal_status bench_baseline_parse(const char *text, size_t length, const char *path,
                                                 bench_baseline *baseline, shoal_error *err);
/* Errors: IO, INPUT, MEMORY. */
SHOAL_MUST_USE shoal_status bench_baseline_read(const char *path, bench_baseline *baseline, shoal_error *err);
/* Counts in their order. Errors: IO, MEMORY. */
SHOAL_MUST_USE shoal_status bench_baseline_write(const char *path, const bench_baseline *baseline, shoal_error *err);

#endif

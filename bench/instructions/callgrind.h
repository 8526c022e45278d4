/* Valgrind's callgrind around cases of this program.
 *
 * Valgrind 3.19 shows programs a CPU with AVX2 and without AVX-512 on every machine that has AVX2, with caches of fixed
 * sizes, so the C library and OpenBLAS choose the same variants of their functions everywhere; a machine without AVX2
 * would choose others. */
#ifndef BENCH_INSTRUCTIONS_CALLGRIND_H
#define BENCH_INSTRUCTIONS_CALLGRIND_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>

#include "instructions/case.h"

/* "3.19.0". folder: for its log. Errors: IO (not installed), INPUT (the answer is none). */
SHOAL_MUST_USE shoal_status bench_valgrind_version(const char *folder, char *version, size_t size, shoal_error *err);

/* Instructions of one call of each of n >= 1 cases. folder: empty, for its files. program: path of this program.
 * instructions: n. Errors, naming the case: IO (with what the child said), INPUT (output that cannot be read); MEMORY,
 * INTERRUPTED. */
SHOAL_MUST_USE shoal_status bench_callgrind_count(const char *folder, const char *program, int n,
                                                  const bench_counted *const *cases,
                                                  const volatile sig_atomic_t *cancel, int64_t *instructions,
                                                  shoal_error *err);

/* The sum of the "totals" (or, without any, of the "summary") of all parts of an output file. Errors: INPUT where the
 * first event is not Ir, a number is none, or nothing was counted. */
SHOAL_MUST_USE shoal_status bench_callgrind_parse(const char *text, size_t length, int64_t *instructions,
                                                  shoal_error *err);

#endif

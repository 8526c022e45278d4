/* Whether a result has been judged: the first is compared with an independent one, every later one must have the same
 * bits, for any number of threads. */
#ifndef BENCH_VERDICT_H
#define BENCH_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* A number that depends on every byte; start with 0 and go on with what the last call gave. */
uint64_t bench_digest(uint64_t digest, const void *data, size_t bytes);

typedef struct bench_verdict {
    bool judged;
    uint64_t digest;
} bench_verdict;

/* INPUT where a judged result was another one. */
SHOAL_MUST_USE shoal_status bench_verdict_compare(const bench_verdict *verdict, uint64_t digest, const char *what,
                                                  shoal_error *err);
void bench_verdict_right(bench_verdict *verdict, uint64_t digest);

/* |a - b| <= relative x the larger; equal infinities and two NaN are close. */
bool bench_close(double a, double b, double relative);
/* Whether a sum of money is that many cents, to far below one. */
bool bench_is_money(double money, int64_t cents);

#endif

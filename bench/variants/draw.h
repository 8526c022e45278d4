/* Drawing rows. */
#ifndef BENCH_DRAW_H
#define BENCH_DRAW_H

#include <stdint.h>

/* m of the rows 0..n - 1 without replacement, every set equally likely, ascending (Knuth's algorithm S); the same for
 * the same n, m, seed and stream. 0 <= m <= n. */
void bench_draw_rows(int64_t n, int64_t m, uint64_t seed, uint64_t stream, int64_t *rows);

#endif

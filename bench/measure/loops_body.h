/* The loops for vectors of LOOPS_BYTES, as the table LOOPS_TABLE. Each file that includes this is compiled for its own
 * instruction set. Accumulators: twelve, which hides the latency of two units of up to six cycles and still fits
 * sixteen registers with both constants. */
#ifndef BENCH_LOOPS_BODY_H
#define BENCH_LOOPS_BODY_H

#include "measure/loops.h"

#ifndef LOOPS_BYTES
#define LOOPS_BYTES 16
#define LOOPS_TABLE bench_loops_smallest
#endif

typedef uint64_t words __attribute__((vector_size(LOOPS_BYTES), may_alias));
typedef float floats __attribute__((vector_size(LOOPS_BYTES)));
typedef double doubles __attribute__((vector_size(LOOPS_BYTES)));

enum {
    SUMS = 8,
    ROUNDS = BENCH_READ_STEP / (SUMS * LOOPS_BYTES), /* a step of reading */
    ACCUMULATORS = 12,
    LANES32 = LOOPS_BYTES / 4,
    LANES64 = LOOPS_BYTES / 8
};

static uint64_t read_words(const void *data, int64_t bytes)
{
    const words *at = data;
    const words *const end = at + bytes / LOOPS_BYTES;
    words s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0}, s4 = {0}, s5 = {0}, s6 = {0}, s7 = {0};
    while (at < end) {
        for (int round = 0; round < ROUNDS; round++, at += SUMS) {
            s0 += at[0], s1 += at[1], s2 += at[2], s3 += at[3];
            s4 += at[4], s5 += at[5], s6 += at[6], s7 += at[7];
        }
    }
    const words all = ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
    uint64_t sum = 0;
    for (int i = 0; i < LANES64; i++) sum += all[i];
    return sum;
}

/* a = a x m + c goes to c / (1 - m): no overflow and no subnormal numbers, however long it runs. Accumulators that
 * began alike would be one to the compiler. */
#define DEFINE_FMA(name, vector, scalar, lanes)                                                                        \
    static double name(int64_t steps)                                                                                  \
    {                                                                                                                  \
        const vector m = (vector){0} + (scalar)0.5, c = (vector){0} + (scalar)1.25;                                    \
        vector a0 = c, a1 = c + 1, a2 = c + 2, a3 = c + 3, a4 = c + 4, a5 = c + 5, a6 = c + 6, a7 = c + 7, a8 = c + 8, \
               a9 = c + 9, a10 = c + 10, a11 = c + 11;                                                                 \
        for (int64_t i = 0; i < steps; i++) {                                                                          \
            a0 = a0 * m + c, a1 = a1 * m + c, a2 = a2 * m + c, a3 = a3 * m + c;                                        \
            a4 = a4 * m + c, a5 = a5 * m + c, a6 = a6 * m + c, a7 = a7 * m + c;                                        \
            a8 = a8 * m + c, a9 = a9 * m + c, a10 = a10 * m + c, a11 = a11 * m + c;                                    \
        }                                                                                                              \
        const vector all = ((a0 + a1) + (a2 + a3)) + ((a4 + a5) + (a6 + a7)) + ((a8 + a9) + (a10 + a11));              \
        double sum = 0;                                                                                                \
        for (int i = 0; i < (lanes); i++) sum += (double)all[i];                                                       \
        return sum;                                                                                                    \
    }

DEFINE_FMA(fma_floats, floats, float, LANES32)
DEFINE_FMA(fma_doubles, doubles, double, LANES64)

const bench_loops LOOPS_TABLE = {
    .read = read_words,
    .fma32 = fma_floats,
    .fma64 = fma_doubles,
    .flops32 = 2.0 * ACCUMULATORS * LANES32,
    .flops64 = 2.0 * ACCUMULATORS * LANES64,
};

#endif

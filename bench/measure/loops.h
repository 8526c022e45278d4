/* Loops that do nothing but read, or multiply and add, as fast as an instruction set allows. */
#ifndef BENCH_LOOPS_H
#define BENCH_LOOPS_H

#include <stdint.h>

enum { BENCH_READ_STEP = 512 };

typedef struct bench_loops {
    /* Sums all words; bytes is a multiple of BENCH_READ_STEP, words are aligned to 64 bytes. */
    uint64_t (*read)(const void *words, int64_t bytes);
    /* `steps` rounds of independent fused multiply-adds; where the instruction set has none, products and sums. */
    double (*fma32)(int64_t steps), (*fma64)(int64_t steps);
    double flops32, flops64; /* a step */
} bench_loops;

/* The widest that this CPU can run, whatever SHOAL_CPU says. */
const bench_loops *bench_loops_get(void);

extern const bench_loops bench_loops_scalar;
#if defined(__x86_64__)
extern const bench_loops bench_loops_avx2, bench_loops_avx512;
#endif

#endif

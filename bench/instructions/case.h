/* What is counted: fixed small inputs for the hot code, made here so that no change elsewhere changes them. */
#ifndef BENCH_INSTRUCTIONS_CASE_H
#define BENCH_INSTRUCTIONS_CASE_H

#include "base/error.h"

/* A name says what runs on how much; a case whose work changes on purpose gets a new name or a new count. */
typedef struct bench_counted {
    const char *name; /* "nearest_f32/avx2 d=8 k=8" */
    const char *isa;  /* of the kernels: "scalar", "avx2" */
    int d, k;
    /* Files may be left in the working folder. */
    shoal_status (*prepare)(const struct bench_counted *counted, void **state, shoal_error *err);
    shoal_status (*run)(void *state, shoal_error *err); /* any number of times, the same each time */
    void (*release)(void *state);                       /* also of a state half prepared; NULL is fine */
} bench_counted;

extern const bench_counted bench_kernel_cases[], bench_kmeans_cases[], bench_rfm_cases[], bench_clv_cases[],
    bench_data_cases[];
extern const int bench_n_kernel_cases, bench_n_kmeans_cases, bench_n_rfm_cases, bench_n_clv_cases, bench_n_data_cases;

/* All of them in one order; NULL past the last. */
const bench_counted *bench_counted_at(int index);
int bench_n_counted(void);
const bench_counted *bench_counted_find(const char *name);

#endif

/* What the cases that choose k share; their state is bench_choose_k_state. */
#ifndef BENCH_CHOOSE_K_H
#define BENCH_CHOOSE_K_H

#include "cases/states.h"

/* Chooses k of 2..k_max with n_init starts each. */
SHOAL_MUST_USE shoal_status bench_choose_k_run(bench_choose_k_state *state, const shoal_ctx *ctx, int n_init,
                                               shoal_error *err);
/* The figures of the recommended k against plain loops over the rows. name: of the case. Errors: INPUT, MEMORY. */
SHOAL_MUST_USE shoal_status bench_choose_k_check(bench_choose_k_state *state, const char *name, shoal_error *err);
void bench_choose_k_before(void *state);
void bench_choose_k_release(void *state);

#endif

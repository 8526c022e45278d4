/* A case: something shoal does, that can be prepared, run, checked and priced at any size. */
#ifndef BENCH_CASE_H
#define BENCH_CASE_H

#include "record/record.h"

enum { BENCH_MAX_SIZES = 4 };

typedef struct bench_case {
    const char *name;                         /* "kmeans" */
    const char *what;                         /* one line for --list */
    const char *params;                       /* "n=1000000 d=8 k=8" */
    const char *quick;                        /* the same with --quick: done in some ten milliseconds a run */
    const char *sizes[BENCH_MAX_SIZES + 1];   /* parameters for size scaling, NULL at the end */
    const char *weak;                         /* the parameter that grows with the threads in weak scaling */
    const char *phases[BENCH_MAX_PHASES + 1]; /* names of the phases that a run fills, NULL at the end */

    size_t state_size;
    /* Makes the input. state: state_size zeros. folder: an existing temporary folder for files. What it makes is the
     * same for the same parameters. Errors: IO, MEMORY. */
    shoal_status (*fill)(void *state, const bench_params *params, const char *folder, shoal_error *err);
    /* Lets go of the last result, which is neither timed nor counted as memory that was there before; or NULL. */
    void (*before)(void *state);
    bench_run_fn run;
    /* Judges the result of the last run against an independent one (known truth, plain reference); called after the
     * warm-up and after the last sample. Errors: INPUT, saying what differs. */
    shoal_status (*check)(void *state, shoal_error *err);
    /* phase: -1 the whole run, else an index into phases. Called after a run; may use what the run said (iterations).
     * All zero where nothing is known. */
    bench_cost (*cost)(const void *state, int phase);
    void (*release)(void *state); /* the state too; also after an error of fill */
} bench_case;

extern const bench_case *const bench_cases[];
extern const int bench_n_cases;

/* A filled state, to be released; nothing after an error. Errors: those of fill. */
SHOAL_MUST_USE shoal_status bench_case_prepare(const bench_case *c, const bench_params *params, const char *folder,
                                               void **state, shoal_error *err);

/* "n=1000 d=8" to params; the texts are ours. */
bench_params bench_params_read(const char *text);

#endif

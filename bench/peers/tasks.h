/* The tasks: work that shoal and its peers both do on the same data. */
#ifndef BENCH_PEERS_TASKS_H
#define BENCH_PEERS_TASKS_H

#include <stdbool.h>

#include "peers/files.h"
#include "record/record.h"

enum { BENCH_MAX_TASK_PEERS = 4, BENCH_MAX_TASK_SIZES = 8, BENCH_DIFFERS_SIZE = 160 };

typedef struct bench_task {
    const char *name;                            /* of the row: "kmeans/iteration" */
    const char *what;                            /* one line for --list */
    const char *sizes[BENCH_MAX_TASK_SIZES + 1]; /* parameters, "n=1000000 d=8 k=8"; NULL at the end */
    const char *quick[BENCH_MAX_TASK_SIZES + 1]; /* the same with --quick */
    const char *peers[BENCH_MAX_TASK_PEERS + 1]; /* names; NULL at the end */
    const char *per;                             /* a parameter that times are divided by, or NULL */
    const char *part; /* a parameter that says what part of the work peers do, whose times are divided by it; or NULL */

    /* Makes the data, for shoal in memory and for the peers as files. *state is NULL at first and is released also
     * after an error. Errors: IO, MEMORY, INTERRUPTED. */
    shoal_status (*prepare)(const shoal_ctx *ctx, const bench_params *params, bench_files *files, void **state,
                            shoal_error *err);
    /* Lets go of the last result, which is not timed; or NULL. */
    void (*before)(void *state);
    shoal_status (*run)(void *state, const shoal_ctx *ctx, shoal_error *err);
    /* Compares a peer's result with that of the last run: "" or what differs (BENCH_DIFFERS_SIZE bytes). What the
     * values are is said beside each task. Errors: MEMORY, INTERRUPTED. */
    shoal_status (*judge)(void *state, const bench_values *theirs, char *differs, shoal_error *err);
    /* The least work of a run, after one; or NULL. */
    bench_cost (*cost)(const void *state);
    void (*release)(void *state);
} bench_task;

extern const bench_task *const bench_tasks[];
extern const int bench_n_tasks;

/* iterations, k x d centroids, n labels (or none, where the peer's labels belong to older centroids) */
extern const bench_task bench_task_iteration, bench_task_converge;
/* n labels */
extern const bench_task bench_task_assign;
/* draws x k x d centroids; for each k, the inertia */
extern const bench_task bench_task_seed, bench_task_choose_k;
/* of each customer in the order of the keys: recency in days, then frequencies, then money */
extern const bench_task bench_task_rfm_csv, bench_task_rfm_memory;
/* three columns of scores 1.. */
extern const bench_task bench_task_scores;
/* r, alpha, a, b; p, q, gamma; P(alive), then purchases expected, of each customer */
extern const bench_task bench_task_bgnbd, bench_task_gamma_gamma, bench_task_predict;
/* the columns, or the bytes of the file alone */
extern const bench_task bench_task_load;

/* "differs" for a result of the wrong size; true where it is right. */
bool bench_right_size(const bench_values *theirs, int64_t n, char *differs);

#endif

/* The parts of `shoal-bench scaling`: what to measure, measuring it, showing it. */
#ifndef BENCH_SCALING_H
#define BENCH_SCALING_H

#include "cases/case.h"
#include "session.h"

/* --- what to measure: plan.c --- */

typedef struct bench_task {
    const char *kind;    /* "strong", "weak", "size" */
    const char *size_of; /* "size": the parameter that is varied; else "" */
    bench_params params;
    int threads;
    bool done;
} bench_task;

/* A case's tasks: strong and weak for every count of threads, size for every parameter. The same parameters and threads
 * may stand there under several kinds; they are measured once. */
typedef struct bench_plan {
    const bench_case *c;
    int n;
    bench_task *task;
} bench_plan;

/* Errors: MEMORY. */
SHOAL_MUST_USE shoal_status bench_plan_make(const bench_session *session, const bench_case *c, bench_plan *plan,
                                            shoal_error *err);
void bench_plan_free(bench_plan *plan);
/* All cores, or what of --threads is nearest to it. */
int bench_most_threads(const bench_session *session);

/* "kmeans/iterate", or "kmeans" for phase -1. buffer is returned. */
const char *bench_row_name(const bench_case *c, int phase, char buffer[BENCH_NAME_SIZE]);
int bench_n_phases(const bench_case *c);
/* Whether the filter lets the case or one of its phases through. */
bool bench_case_wanted(const bench_opts *opts, const bench_case *c);

/* --- measuring: measure.c, noise.c --- */

/* Records of one case, in the order measured. */
typedef struct bench_results {
    int n;
    int64_t capacity;
    bench_record *record;
} bench_results;

/* How far the whole run is. */
typedef struct bench_course {
    bench_session *session;
    int done, total;
} bench_course;

/* Measures what the journal has not, and writes it there. Errors: INPUT (a result was wrong), those of the case,
 * INTERRUPTED. */
SHOAL_MUST_USE shoal_status bench_plan_run(bench_course *course, bench_plan *plan, bench_results *results,
                                           shoal_error *err);
/* The case's task against itself, in turn, with all cores: two records. */
SHOAL_MUST_USE shoal_status bench_noise_run(bench_course *course, const bench_case *c, bench_results *results,
                                            shoal_error *err);
SHOAL_MUST_USE shoal_status bench_results_add(bench_results *results, const bench_record *record, shoal_error *err);

/* A context for the runs: so many threads, the session's cancel flag, nothing told. */
shoal_ctx bench_quiet_context(const bench_session *session, int threads);
/* Runs once and checks, which is what makes the state fit to be timed. Errors: as above, with the row named. */
SHOAL_MUST_USE shoal_status bench_run_checked(const bench_session *session, const bench_case *c,
                                              const bench_params *params, int threads, void *state, shoal_error *err);
SHOAL_MUST_USE shoal_status bench_check_named(const bench_case *c, const bench_params *params, int threads, void *state,
                                              shoal_error *err);
/* A record with cost and limit, without samples. phase -1: the whole run. */
bench_record bench_priced_record(const bench_session *session, const bench_case *c, const char *kind,
                                 const bench_params *params, int threads, int phase, const void *state);

/* --- showing: machine.c, table.c --- */

/* The machine and its measured limits. */
SHOAL_MUST_USE shoal_status bench_machine_show(const bench_session *session, shoal_error *err);
SHOAL_MUST_USE shoal_status bench_scaling_show(const bench_session *session, const bench_case *c,
                                               const bench_results *results, shoal_error *err);
void bench_noise_show(const bench_results *results);
SHOAL_MUST_USE shoal_status bench_cases_show(const bench_session *session, shoal_error *err);

#endif

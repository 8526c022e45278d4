/* The command line of shoal-bench. */
#ifndef BENCH_OPTIONS_H
#define BENCH_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"

typedef enum bench_command {
    BENCH_SCALING,
    BENCH_VARIANTS,
    BENCH_PEERS,
    BENCH_REPORT,
    BENCH_COMPARE,
    BENCH_INSTRUCTIONS,
    BENCH_N_COMMANDS
} bench_command;

enum { BENCH_MAX_THREAD_COUNTS = 32, BENCH_MAX_INPUTS = 16 };

/* Texts point into argv. */
typedef struct bench_opts {
    bench_command command;
    bool help, version, quick, quiet, list;
    const char *filter; /* rows whose name begins with one of these comma-separated texts; NULL: all */
    int n_thread_counts;
    int thread_counts[BENCH_MAX_THREAD_COUNTS]; /* ascending; 1, 2, 4 … all cores where not given */
    const char *output;                         /* JSON lines (HTML for report), or NULL */
    const char *markdown;                       /* report: tables for a README, "-" standard output, or NULL */
    const char *machine;                        /* tag in place of the one found, or NULL */
    double budget_s;                            /* time for the samples of one row; at least 5 are taken all the same */
    double threshold;                           /* compare, instructions: relative growth that is a regression */
    bool example_grid, update;                  /* variants; instructions */
    const char *grid;                           /* variants: JSON file */
    const char *baseline;                       /* instructions: the committed counts, or NULL: found in the source */
    const char *run_case;                       /* instructions: run these for callgrind and say nothing */
    int n_inputs;                               /* variants: STORE; report: FILES; compare: OLD NEW */
    const char *inputs[BENCH_MAX_INPUTS];
} bench_opts;

/* Errors: USAGE, naming the word and what is allowed. */
SHOAL_MUST_USE shoal_status bench_opts_parse(int argc, char **argv, bench_opts *opts, shoal_error *err);
void bench_help(FILE *out);
void bench_help_command(FILE *out, bench_command command);
const char *bench_command_name(bench_command command);

/* Whether standard output is a terminal that shows bold, and NO_COLOR does not forbid it. */
bool bench_wants_bold(void);

/* Whether --filter lets a row of that name through. */
bool bench_wanted(const bench_opts *opts, const char *name);
/* USAGE where none of the names begins with a text of --filter; lists them. */
SHOAL_MUST_USE shoal_status bench_check_filter(const bench_opts *opts, const char *const *names, int n,
                                               shoal_error *err);

#endif

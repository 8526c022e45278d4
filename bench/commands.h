/* The subcommands. Each prints its tables to standard output and returns a status; compare and instructions return
 * SHOAL_NOT_CONVERGED where they found a regression, which ends the program with exit status 1. */
#ifndef BENCH_COMMANDS_H
#define BENCH_COMMANDS_H

#include "session.h"

SHOAL_MUST_USE shoal_status bench_scaling(bench_session *session, shoal_error *err);
SHOAL_MUST_USE shoal_status bench_variants(bench_session *session, shoal_error *err);
SHOAL_MUST_USE shoal_status bench_peers(bench_session *session, shoal_error *err);
SHOAL_MUST_USE shoal_status bench_report(const bench_opts *opts, shoal_error *err);
SHOAL_MUST_USE shoal_status bench_compare(const bench_opts *opts, shoal_error *err);
SHOAL_MUST_USE shoal_status bench_instructions(const bench_opts *opts, shoal_error *err);

#endif

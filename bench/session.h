/* What the subcommands share while they run: options, the machine and its limits, the file of records, the screen. */
#ifndef BENCH_SESSION_H
#define BENCH_SESSION_H

#include "cli/progress.h"
#include "measure/limits.h"
#include "measure/machine.h"
#include "options.h"
#include "record/journal.h"

typedef struct bench_session {
    const bench_opts *opts;
    shoal_ctx ctx; /* cancel flag and progress; a row sets the threads */
    shoal_cli_progress progress;
    bench_machine machine;
    bench_limits limits;
    bench_journal journal;
    char folder[256]; /* temporary (TMPDIR or /tmp), for generated files; removed at the end, also after Ctrl-C */
    bool bold;
} bench_session;

/* The session must stay where it is until it ends. measure_limits: the machine's limits are measured first (some
 * seconds; with --quick under five); without, nothing will be measured, and the output file is left alone. Errors: IO,
 * MEMORY, INTERRUPTED, INPUT (the output file is no file of ours). */
SHOAL_MUST_USE shoal_status bench_session_start(bench_session *session, const bench_opts *opts, bool measure_limits,
                                                shoal_error *err);
void bench_session_end(bench_session *session);

/* A note on standard error, unless --quiet. */
void bench_note(bench_session *session, const char *format, ...) SHOAL_PRINTF(2, 3);
/* done of total rows, and the row at work. */
void bench_show_progress(bench_session *session, int done, int total, const char *row);

#endif

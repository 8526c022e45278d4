/* One run of a verb: its context, what it tells on the way, its result on standard output. */
#ifndef SHOAL_CLI_SESSION_H
#define SHOAL_CLI_SESSION_H

#include "cli/notices.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "cli/table.h"

typedef struct shoal_cli_session {
    const shoal_cli_args *args;
    shoal_ctx ctx;
    shoal_error err;
    shoal_cli_progress progress;
    shoal_cli_notices notices;
    bool bold; /* headings */
} shoal_cli_session;

/* The session must stay where it is until it ends: its context points to it. */
void shoal_cli_session_start(shoal_cli_session *session, const shoal_cli_args *args,
                             const volatile sig_atomic_t *cancel);
void shoal_cli_session_end(shoal_cli_session *session);

/* What a step returned, after its progress bar is gone: a positive status becomes a note, a failure after a signal an
 * interruption. */
SHOAL_MUST_USE shoal_status shoal_cli_step_done(shoal_cli_session *session, shoal_status status);

/* Prints a document of <shoal/report.h> and frees it. Errors: MEMORY where it is NULL. */
SHOAL_MUST_USE shoal_status shoal_cli_document(shoal_cli_session *session, char *json);

/* A heading above a table, bold on a terminal; an empty line before it unless it is the first. */
void shoal_cli_heading(const shoal_cli_session *session, bool first, const char *format, ...) SHOAL_PRINTF(3, 4);
/* Ends a table as shoal_cli_table_end does. */
SHOAL_MUST_USE shoal_status shoal_cli_show(shoal_cli_session *session, shoal_cli_table *table);
/* "Time: 3.2 s (read 1.1 s, …)" */
void shoal_cli_show_times(const shoal_times *times);

#endif

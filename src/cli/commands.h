/* The verbs: options to a step, its result to standard output. */
#ifndef SHOAL_CLI_COMMANDS_H
#define SHOAL_CLI_COMMANDS_H

#include "cli/session.h"

typedef shoal_status (*shoal_cli_command)(shoal_cli_session *session);

/* Each returns the status of its step, or of printing; on an error session->err holds the message and nothing was
 * printed to standard output. */
SHOAL_MUST_USE shoal_status shoal_cli_segment(shoal_cli_session *session);
SHOAL_MUST_USE shoal_status shoal_cli_import(shoal_cli_session *session);
SHOAL_MUST_USE shoal_status shoal_cli_info(shoal_cli_session *session);
SHOAL_MUST_USE shoal_status shoal_cli_rfm(shoal_cli_session *session);
SHOAL_MUST_USE shoal_status shoal_cli_clv(shoal_cli_session *session);
SHOAL_MUST_USE shoal_status shoal_cli_kmeans(shoal_cli_session *session);
SHOAL_MUST_USE shoal_status shoal_cli_assign(shoal_cli_session *session);
SHOAL_MUST_USE shoal_status shoal_cli_report(shoal_cli_session *session);
SHOAL_MUST_USE shoal_status shoal_cli_export(shoal_cli_session *session);

/* --- options shared by several verbs ------------------------------------------------------------------------------ */

/* The period: --as-of ends it, or --calibration-end and --observation-end split it. */
shoal_summary_opts shoal_cli_summary_opts(const shoal_cli_args *args);
shoal_kmeans_step_opts shoal_cli_kmeans_opts(const shoal_cli_args *args);

/* --- parts of results shared by several verbs --------------------------------------------------------------------- */

/* Rows read, kept and rejected, columns, period, revenue. */
SHOAL_MUST_USE shoal_status shoal_cli_show_import(shoal_cli_session *session, const shoal_import_report *report);
/* "chosen from 2 to 10: …", or nothing where k was given. */
SHOAL_MUST_USE shoal_status shoal_cli_show_choice(shoal_cli_session *session, const shoal_kmeans_run *run);
/* How the clusters match those of an older model, or nothing where they were not aligned. */
SHOAL_MUST_USE shoal_status shoal_cli_show_alignment(shoal_cli_session *session, const shoal_kmeans_run *run);

#endif

/* shoal report: one HTML file. */
#include <stdio.h>

#include "cli/commands.h"
#include "cli/number.h"
#include "cli/text.h"
#include <shoal/report.h>

shoal_status shoal_cli_report(shoal_cli_session *session)
{
    const shoal_cli_args *args = session->args;
    shoal_report_run run = {0};
    const shoal_status status = shoal_cli_step_done(
        session, shoal_step_report(&session->ctx, args->input, args->output, &args->report, &run, &session->err));
    if (status < 0) return status;
    if (args->json)
        return shoal_cli_document(session, shoal_report_json(&run, session->notices.n, session->notices.messages));
    char path[4200], bytes[SHOAL_CLI_NUMBER_SIZE], section[256];
    shoal_cli_heading(session, true, "Report written to %s, %s", shoal_cli_escape(run.path, path, sizeof path),
                      shoal_cli_bytes(run.bytes, bytes));
    for (int i = 0; i < run.n_sections; i++)
        printf("  %s\n", shoal_cli_escape(run.sections[i], section, sizeof section));
    shoal_cli_show_times(&run.times);
    return SHOAL_OK;
}

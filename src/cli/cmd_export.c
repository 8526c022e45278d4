/* shoal export: a table as CSV or JSON. */
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/number.h"
#include "cli/text.h"
#include <shoal/report.h>

shoal_status shoal_cli_export(shoal_cli_session *session)
{
    const shoal_cli_args *args = session->args;
    const char *output = args->output == NULL ? "-" : args->output;
    const bool to_stdout = strcmp(output, "-") == 0;
    shoal_export_opts opts = args->export;
    if (args->export_format >= 0) opts.format = (shoal_export_format)args->export_format;
    else if (args->json && to_stdout) opts.format = SHOAL_EXPORT_JSON; /* the table is the document */
    shoal_export_run run = {0};
    const shoal_status status =
        shoal_cli_step_done(session, shoal_step_export(&session->ctx, args->input, output, &opts, &run, &session->err));
    if (status < 0) return status;
    if (to_stdout) return SHOAL_OK;
    if (args->json)
        return shoal_cli_document(session, shoal_export_json(&run, session->notices.n, session->notices.messages));
    char table[1024], path[4200], rows[SHOAL_CLI_NUMBER_SIZE];
    shoal_cli_heading(session, true, "%s: %s rows, %d columns written to %s",
                      shoal_cli_escape(run.table, table, sizeof table), shoal_cli_count(run.rows, rows), run.columns,
                      shoal_cli_escape(output, path, sizeof path));
    shoal_cli_show_times(&run.times);
    return SHOAL_OK;
}

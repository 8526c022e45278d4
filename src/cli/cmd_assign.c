/* shoal assign: customers by segment of a stored model. */
#include <math.h>
#include <stdio.h>

#include "cli/commands.h"
#include "cli/number.h"
#include "cli/text.h"
#include <shoal/report.h>

static shoal_status show(shoal_cli_session *session, const shoal_assign_run *run)
{
    static const char *const headings[] = {"Segment", "Name", "Customers", "Share", "Mean distance", "On the border"};
    if (session->args->json)
        return shoal_cli_document(session, shoal_assign_json(run, session->notices.n, session->notices.messages));
    char n[SHOAL_CLI_NUMBER_SIZE], model[512], name[512];
    shoal_cli_heading(session, true, "%s customers assigned by %s (%s), saved as %s", shoal_cli_count(run->n, n),
                      shoal_cli_escape(run->model, model, sizeof model), run->kind,
                      shoal_cli_escape(run->name, name, sizeof name));
    if (run->n_missing > 0)
        printf("  %s customers with a missing feature are left out\n", shoal_cli_count(run->n_missing, n));
    if (!isnan(run->mean_distance)) printf("  mean distance to the own centroid %.4f\n", run->mean_distance);
    putchar('\n');
    const bool measured = run->border != NULL;
    shoal_cli_table table = shoal_cli_table_start(measured ? "rlrrrr" : "rlrr", headings);
    for (int i = 0; i < run->k; i++) {
        shoal_cli_cell_count(&table, i);
        shoal_cli_cell(&table, run->names[i]);
        shoal_cli_cell_count(&table, run->sizes[i]);
        shoal_cli_cell_share(&table, (double)run->sizes[i], (double)run->n);
        if (!measured) continue;
        shoal_cli_cell_fixed(&table, run->mean_distances[i], 4);
        shoal_cli_cell_share(&table, (double)run->border[i], (double)run->sizes[i]);
    }
    const shoal_status status = shoal_cli_show(session, &table);
    if (status == SHOAL_OK && measured)
        printf("\nOn the border: at least %d%% as near to another segment.\n", SHOAL_ASSIGN_BORDER_PERCENT);
    if (status == SHOAL_OK) shoal_cli_show_times(&run->times);
    return status;
}

shoal_status shoal_cli_assign(shoal_cli_session *session)
{
    const shoal_cli_args *args = session->args;
    shoal_assign_opts opts = args->assign;
    opts.name = args->name;
    shoal_assign_run run = {0};
    shoal_status status =
        shoal_cli_step_done(session, shoal_step_assign(&session->ctx, args->input, &opts, &run, &session->err));
    if (status >= 0) status = show(session, &run);
    shoal_assign_run_free(&run);
    return status;
}

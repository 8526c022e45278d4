/* shoal import: a CSV file to a new store. */
#include <stdio.h>

#include "cli/commands.h"
#include "cli/number.h"
#include "cli/text.h"
#include <shoal/report.h>

static void show_source(const shoal_cli_session *session, const shoal_import_report *report)
{
    char name[1024];
    shoal_cli_heading(session, true, "Read %s%s: delimiter '%s', %s",
                      shoal_cli_escape(report->source, name, sizeof name), report->gzip ? " (gzip)" : "",
                      report->delimiter, report->header ? "with a header" : "no header");
}

static shoal_status show_rows(shoal_cli_session *session, const shoal_import_report *report)
{
    shoal_cli_table table = shoal_cli_table_start("lrr", NULL);
    const struct {
        const char *what;
        int64_t rows;
    } line[] = {{"rows read", report->rows_read}, {"kept", report->rows_kept}, {"rejected", report->rows_rejected}};
    for (size_t i = 0; i < sizeof line / sizeof line[0]; i++) {
        shoal_cli_cell(&table, line[i].what);
        shoal_cli_cell_count(&table, line[i].rows);
        shoal_cli_cell_share(&table, (double)line[i].rows, (double)report->rows_read);
    }
    for (int i = 0; i < report->n_reasons; i++) {
        shoal_cli_cellf(&table, "  %s", report->rejected[i].reason);
        shoal_cli_cell_count(&table, report->rejected[i].rows);
        shoal_cli_cell_share(&table, (double)report->rejected[i].rows, (double)report->rows_read);
    }
    if (report->rows_returned > 0) {
        shoal_cli_cell(&table, "returns among the kept");
        shoal_cli_cell_count(&table, report->rows_returned);
        shoal_cli_cell_share(&table, (double)report->rows_returned, (double)report->rows_read);
    }
    return shoal_cli_show(session, &table);
}

static void say_policy(const shoal_import_report *report)
{
    static const char *const policy[] = {"net, a return lowers its customer's money",
                                         "drop, a returned or cancelled row is left out",
                                         "error, a returned or cancelled row ends the import"};
    if (report->column[SHOAL_ROLE_DATE][0] != '\0') printf("  returns: %s\n", policy[report->returns]);
}

static shoal_status show_columns(shoal_cli_session *session, const shoal_import_report *report)
{
    bool any = false;
    for (int role = 0; role < SHOAL_N_ROLES; role++) any = any || report->column[role][0] != '\0';
    if (!any) return SHOAL_OK;
    shoal_cli_heading(session, false, "Columns");
    shoal_cli_table table = shoal_cli_table_start("ll", NULL);
    for (int role = 0; role < SHOAL_N_ROLES; role++) {
        if (report->column[role][0] == '\0') continue;
        shoal_cli_cell(&table, shoal_role_name((shoal_role)role));
        shoal_cli_cell(&table, report->column[role]);
    }
    return shoal_cli_show(session, &table);
}

static shoal_status show_totals(shoal_cli_session *session, const shoal_import_report *report)
{
    char first[SHOAL_CLI_DATE_SIZE], last[SHOAL_CLI_DATE_SIZE];
    shoal_cli_heading(session, false, "Customers");
    shoal_cli_table table = shoal_cli_table_start("lr", NULL);
    shoal_cli_cell(&table, "customers");
    shoal_cli_cell_count(&table, report->customers);
    if (report->transactions > 0) {
        shoal_cli_cell(&table, "transactions");
        shoal_cli_cell_count(&table, report->transactions);
        shoal_cli_cell(&table, "from");
        shoal_cli_cell(&table, shoal_cli_date(report->start, first));
        shoal_cli_cell(&table, "to");
        shoal_cli_cell(&table, shoal_cli_date(report->end, last));
    }
    if (report->has_amount) {
        shoal_cli_cell(&table, "revenue");
        shoal_cli_cell_money(&table, report->revenue);
    }
    return shoal_cli_show(session, &table);
}

shoal_status shoal_cli_show_import(shoal_cli_session *session, const shoal_import_report *report)
{
    show_source(session, report);
    shoal_status status = show_rows(session, report);
    say_policy(report);
    if (status == SHOAL_OK) status = show_columns(session, report);
    if (status == SHOAL_OK) status = show_totals(session, report);
    return status;
}

shoal_status shoal_cli_import(shoal_cli_session *session)
{
    const shoal_cli_args *args = session->args;
    shoal_import_run run = {0};
    shoal_status status = shoal_cli_step_done(
        session, shoal_step_import(&session->ctx, args->input, &args->import, args->output, &run, &session->err));
    if (status < 0) return status;
    if (args->json)
        return shoal_cli_document(session, shoal_import_json(&run, session->notices.n, session->notices.messages));
    char path[4200];
    status = shoal_cli_show_import(session, &run.report);
    if (status < 0) return status;
    printf("\nWritten to %s\n", shoal_cli_escape(args->output, path, sizeof path));
    shoal_cli_show_times(&run.times);
    return SHOAL_OK;
}

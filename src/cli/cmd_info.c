/* shoal info: what is in a store. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/number.h"
#include "cli/text.h"
#include <shoal/report.h>

static shoal_status show_overview(shoal_cli_session *session, const shoal_info_run *run)
{
    char buffer[SHOAL_CLI_NUMBER_SIZE], path[4200];
    shoal_cli_heading(session, true, "%s", shoal_cli_escape(session->args->input, path, sizeof path));
    shoal_cli_table table = shoal_cli_table_start("ll", NULL);
    shoal_cli_cell(&table, "customers");
    shoal_cli_cell_count(&table, run->customers);
    shoal_cli_cell(&table, "transactions");
    shoal_cli_cell_count(&table, run->transactions);
    if (run->start != SHOAL_NO_DATE) {
        char first[SHOAL_CLI_DATE_SIZE], last[SHOAL_CLI_DATE_SIZE];
        shoal_cli_cell(&table, "period");
        shoal_cli_cellf(&table, "%s to %s", shoal_cli_date(run->start, first), shoal_cli_date(run->end, last));
    }
    if (run->has_amount) {
        shoal_cli_cell(&table, "revenue");
        shoal_cli_cell_money(&table, run->revenue);
    }
    shoal_cli_cell(&table, "size");
    shoal_cli_cell(&table, shoal_cli_bytes(run->file_bytes, buffer));
    shoal_cli_cell(&table, "format");
    shoal_cli_cellf(&table, "%d, by %s, %s", run->format_version, run->creator, run->created);
    shoal_cli_cell(&table, "uuid");
    shoal_cli_cell(&table, run->uuid);
    return shoal_cli_show(session, &table);
}

static void value_cell(shoal_cli_table *table, double value, bool is_time)
{
    char date[SHOAL_CLI_DATE_SIZE];
    if (is_time && fabs(value) < 1e12) shoal_cli_cell(table, shoal_cli_date((int64_t)floor(value), date));
    else shoal_cli_cell_general(table, value, 6);
}

static void column_cells(shoal_cli_table *table, const shoal_info_column *column)
{
    shoal_cli_cellf(table, "%s/%s", column->group, column->name);
    shoal_cli_cell(table, shoal_type_name(column->type));
    shoal_cli_cell_count(table, column->length);
    shoal_cli_cell_count(table, column->missing);
    const bool is_time = strncmp(column->units, "seconds since 1970-01-01", 24) == 0;
    value_cell(table, column->min, is_time);
    value_cell(table, column->mean, is_time);
    value_cell(table, column->max, is_time);
    shoal_cli_cell(table, column->units);
}

static shoal_status show_columns(shoal_cli_session *session, const shoal_info_run *run)
{
    static const char *const headings[] = {"Column", "Type", "Rows", "Missing", "Min", "Mean", "Max", "Units"};
    if (run->n_columns == 0) return SHOAL_OK;
    putchar('\n');
    shoal_cli_table table = shoal_cli_table_start("llrrrrrl", headings);
    for (int i = 0; i < run->n_columns; i++) column_cells(&table, &run->columns[i]);
    return shoal_cli_show(session, &table);
}

static shoal_status show_models(shoal_cli_session *session, const shoal_info_run *run)
{
    static const char *const headings[] = {"Model", "Kind", "Created"};
    if (run->n_models == 0) return SHOAL_OK;
    putchar('\n');
    shoal_cli_table table = shoal_cli_table_start("lll", headings);
    for (int i = 0; i < run->n_models; i++) {
        shoal_cli_cell(&table, run->models[i].name);
        shoal_cli_cell(&table, run->models[i].kind);
        shoal_cli_cell(&table, run->models[i].created);
    }
    return shoal_cli_show(session, &table);
}

static shoal_status show(shoal_cli_session *session, const shoal_info_run *run)
{
    if (session->args->json)
        return shoal_cli_document(session, shoal_info_json(run, session->notices.n, session->notices.messages));
    shoal_status status = show_overview(session, run);
    if (status == SHOAL_OK) status = show_columns(session, run);
    if (status == SHOAL_OK) status = show_models(session, run);
    return status;
}

shoal_status shoal_cli_info(shoal_cli_session *session)
{
    shoal_info_run run = {0};
    shoal_status status =
        shoal_cli_step_done(session, shoal_step_info(&session->ctx, session->args->input, &run, &session->err));
    if (status >= 0) status = show(session, &run);
    shoal_info_run_free(&run);
    return status;
}

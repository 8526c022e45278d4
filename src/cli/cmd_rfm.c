/* shoal rfm: scores and named segments. */
#include <stdio.h>

#include "cli/commands.h"
#include "cli/number.h"
#include "cli/text.h"
#include <shoal/report.h>

shoal_summary_opts shoal_cli_summary_opts(const shoal_cli_args *args)
{
    shoal_summary_opts opts = args->summary;
    if (args->as_of != SHOAL_NO_DATE) opts.calibration_end = opts.observation_end = args->as_of;
    return opts;
}

/* The edges of every score; ties share a score, so some scores may hold nobody. */
static void variable_cells(shoal_cli_table *table, const char *name, const shoal_rfm_cuts *cuts, const int64_t *bins,
                           bool low_is_best)
{
    for (int score = cuts->n_scores; score >= 1; score--) {
        const int bin = low_is_best ? cuts->n_scores + 1 - score : score;
        shoal_cli_cell(table, score == cuts->n_scores ? name : "");
        shoal_cli_cellf(table, "%d", score);
        if (bin == 1) shoal_cli_cell(table, "");
        else shoal_cli_cell_fixed(table, cuts->cut[bin - 2], 2);
        if (bin == cuts->n_scores) shoal_cli_cell(table, "");
        else shoal_cli_cell_fixed(table, cuts->cut[bin - 1], 2);
        shoal_cli_cell_count(table, bins[score - 1]);
    }
}

/* Nested cuts are many: customers alone. */
static void nested_cells(shoal_cli_table *table, const char *name, int n_scores, const int64_t *bins)
{
    for (int score = n_scores; score >= 1; score--) {
        shoal_cli_cell(table, score == n_scores ? name : "");
        shoal_cli_cellf(table, "%d", score);
        shoal_cli_cell(table, "");
        shoal_cli_cell(table, "");
        shoal_cli_cell_count(table, bins[score - 1]);
    }
}

static shoal_status show_thresholds(shoal_cli_session *session, const shoal_rfm_run *run)
{
    static const char *const headings[] = {"Variable", "Score", "Above", "Up to", "Customers"};
    shoal_cli_table table = shoal_cli_table_start("lrrrr", headings);
    variable_cells(&table, "recency (days)", &run->recency, run->bins[0], true);
    if (run->binning == SHOAL_RFM_NESTED) {
        nested_cells(&table, "frequency within recency", run->n_scores, run->bins[1]);
        if (run->has_amount) nested_cells(&table, "monetary within both", run->n_scores, run->bins[2]);
    } else {
        variable_cells(&table, "frequency", &run->frequency, run->bins[1], false);
        if (run->has_amount) variable_cells(&table, "monetary", &run->monetary, run->bins[2], false);
    }
    return shoal_cli_show(session, &table);
}

static shoal_status show_segments(shoal_cli_session *session, const shoal_rfm_run *run)
{
    static const char *const headings[] = {"Segment", "Customers", "Share", "Revenue", "Share"};
    if (run->n_segments == 0) return SHOAL_OK;
    double revenue = 0;
    for (int i = 0; i < run->n_segments; i++) revenue += run->segments[i].revenue;
    putchar('\n');
    shoal_cli_table table = shoal_cli_table_start(run->has_amount ? "lrrrr" : "lrr", headings);
    for (int i = 0; i < run->n_segments; i++) {
        char name[4 * SHOAL_RFM_NAME_SIZE];
        shoal_cli_cell(&table, shoal_cli_escape(shoal_rfm_map_name(&run->map, i), name, sizeof name));
        shoal_cli_cell_count(&table, run->segments[i].customers);
        shoal_cli_cell_share(&table, (double)run->segments[i].customers, (double)run->customers);
        if (!run->has_amount) continue;
        shoal_cli_cell_money(&table, run->segments[i].revenue);
        shoal_cli_cell_share(&table, run->segments[i].revenue, revenue);
    }
    return shoal_cli_show(session, &table);
}

static shoal_status show(shoal_cli_session *session, const shoal_rfm_run *run)
{
    char count[SHOAL_CLI_NUMBER_SIZE], date[SHOAL_CLI_DATE_SIZE], name[512];
    shoal_cli_heading(session, true, "RFM of %s customers as of %s, saved as %s",
                      shoal_cli_count(run->customers, count), shoal_cli_date(run->as_of, date),
                      shoal_cli_escape(run->name, name, sizeof name));
    if (run->model[0] != '\0') printf("  by the thresholds of %s\n", shoal_cli_escape(run->model, name, sizeof name));
    putchar('\n');
    shoal_status status = show_thresholds(session, run);
    if (status == SHOAL_OK) status = show_segments(session, run);
    if (status == SHOAL_OK) shoal_cli_show_times(&run->times);
    return status;
}

shoal_status shoal_cli_rfm(shoal_cli_session *session)
{
    const shoal_cli_args *args = session->args;
    shoal_rfm_opts opts = args->rfm;
    if (args->name != NULL) opts.name = args->name;
    opts.summary = shoal_cli_summary_opts(args);
    opts.binning = (shoal_rfm_binning)args->binning;
    shoal_rfm_run run = {0};
    shoal_status status =
        shoal_cli_step_done(session, shoal_step_rfm(&session->ctx, args->input, &opts, &run, &session->err));
    if (status < 0) return status;
    if (args->json)
        status = shoal_cli_document(session, shoal_rfm_json(&run, session->notices.n, session->notices.messages));
    else status = show(session, &run);
    shoal_rfm_run_free(&run);
    return status;
}

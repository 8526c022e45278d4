/* shoal clv: parameters, forecast, totals. */
#include <math.h>
#include <stdio.h>

#include "cli/commands.h"
#include "cli/number.h"
#include "cli/text.h"
#include <shoal/report.h>

static void parameter_cells(shoal_cli_table *table, const char *model, const char *name, double value, double se)
{
    shoal_cli_cell(table, model);
    shoal_cli_cell(table, name);
    shoal_cli_cell_general(table, value, 6);
    shoal_cli_cell_general(table, se, 3);
}

static shoal_status show_parameters(shoal_cli_session *session, const shoal_clv_run *run)
{
    static const char *const headings[] = {"Model", "Parameter", "Estimate", "Standard error"};
    const shoal_bgnbd *b = &run->purchase.params, *b_se = &run->purchase.se;
    putchar('\n');
    shoal_cli_table table = shoal_cli_table_start("llrr", headings);
    parameter_cells(&table, "BG/NBD", "r", b->r, b_se->r);
    parameter_cells(&table, "", "alpha", b->alpha, b_se->alpha);
    parameter_cells(&table, "", "a", b->a, b_se->a);
    parameter_cells(&table, "", "b", b->b, b_se->b);
    if (run->has_spend) {
        const shoal_gamma_gamma *g = &run->spend.params, *g_se = &run->spend.se;
        parameter_cells(&table, "Gamma-Gamma", "p", g->p, g_se->p);
        parameter_cells(&table, "", "q", g->q, g_se->q);
        parameter_cells(&table, "", "gamma", g->gamma, g_se->gamma);
    }
    return shoal_cli_show(session, &table);
}

static void show_fit(const char *model, const shoal_fit_info *info)
{
    char n[SHOAL_CLI_NUMBER_SIZE], log_likelihood[SHOAL_CLI_NUMBER_SIZE], boundary[1024];
    printf("%s: %s customers, log-likelihood %s, %s\n", model, shoal_cli_count(info->n, n),
           shoal_cli_fixed(info->log_likelihood, 4, log_likelihood), info->converged ? "converged" : "NOT converged");
    if (info->boundary[0] != '\0')
        printf("  on a boundary: %s\n", shoal_cli_escape(info->boundary, boundary, sizeof boundary));
}

static void show_fits(const shoal_clv_run *run)
{
    putchar('\n');
    show_fit("BG/NBD", &run->purchase.info);
    if (!run->has_spend) return;
    show_fit("Gamma-Gamma", &run->spend.info);
    char correlation[SHOAL_CLI_NUMBER_SIZE];
    printf("  correlation of purchases and mean spend: %s (the model assumes none)\n",
           shoal_cli_fixed(run->spend.correlation, 3, correlation));
}

static shoal_status show_holdout(shoal_cli_session *session, const shoal_clv_run *run)
{
    if (!run->has_holdout) return SHOAL_OK;
    char from[SHOAL_CLI_DATE_SIZE], to[SHOAL_CLI_DATE_SIZE];
    shoal_cli_heading(session, false, "Forecast checked after %s up to %s (%g %ss)",
                      shoal_cli_date(run->calibration_end, from), shoal_cli_date(run->observation_end, to),
                      run->holdout.periods, shoal_unit_name(run->unit));
    shoal_cli_table table = shoal_cli_table_start("lr", NULL);
    shoal_cli_cell(&table, "repeat purchases predicted");
    shoal_cli_cell_fixed(&table, run->holdout.predicted, 1);
    shoal_cli_cell(&table, "repeat purchases seen");
    shoal_cli_cell_fixed(&table, run->holdout.actual, 1);
    shoal_cli_cell(&table, "mean absolute error a customer");
    shoal_cli_cell_fixed(&table, run->holdout.mae, 4);
    shoal_cli_cell(&table, "root mean squared error a customer");
    shoal_cli_cell_fixed(&table, run->holdout.rmse, 4);
    return shoal_cli_show(session, &table);
}

static shoal_status show_totals(shoal_cli_session *session, const shoal_clv_run *run)
{
    shoal_cli_heading(session, false, "All customers, the next %g days", run->horizon_days);
    shoal_cli_table table = shoal_cli_table_start("lr", NULL);
    shoal_cli_cell(&table, "expected alive");
    shoal_cli_cell_fixed(&table, run->totals.p_alive, 1);
    shoal_cli_cell(&table, "expected purchases");
    shoal_cli_cell_fixed(&table, run->totals.expected_purchases, 1);
    if (run->has_spend) {
        shoal_cli_cellf(&table, "customer lifetime value, %g%% a year", 100 * run->discount_rate);
        shoal_cli_cell_money(&table, run->totals.clv);
    }
    return shoal_cli_show(session, &table);
}

static shoal_status show(shoal_cli_session *session, const shoal_clv_run *run)
{
    char count[SHOAL_CLI_NUMBER_SIZE], date[SHOAL_CLI_DATE_SIZE], name[512];
    shoal_cli_heading(session, true, "Lifetime value of %s customers as of %s, unit %s, saved as %s",
                      shoal_cli_count(run->customers, count), shoal_cli_date(run->calibration_end, date),
                      shoal_unit_name(run->unit), shoal_cli_escape(run->name, name, sizeof name));
    shoal_status status = show_parameters(session, run);
    if (status == SHOAL_OK) {
        show_fits(run);
        status = show_holdout(session, run);
    }
    if (status == SHOAL_OK) status = show_totals(session, run);
    if (status == SHOAL_OK) shoal_cli_show_times(&run->times);
    return status;
}

shoal_status shoal_cli_clv(shoal_cli_session *session)
{
    const shoal_cli_args *args = session->args;
    shoal_clv_step_opts opts = args->clv;
    if (args->name != NULL) opts.name = args->name;
    opts.summary = shoal_cli_summary_opts(args);
    shoal_clv_run run = {0};
    const shoal_status status =
        shoal_cli_step_done(session, shoal_step_clv(&session->ctx, args->input, &opts, &run, &session->err));
    if (status < 0) return status;
    if (args->json)
        return shoal_cli_document(session, shoal_clv_json(&run, session->notices.n, session->notices.messages));
    return show(session, &run);
}

/* shoal segment: the main job, told as a story. */
#include <stdio.h>

#include "cli/commands.h"
#include "cli/number.h"
#include "cli/text.h"
#include <shoal/report.h>

static void show_value(shoal_cli_session *session, const shoal_segment_run *run)
{
    char days[SHOAL_CLI_NUMBER_SIZE], alive[SHOAL_CLI_NUMBER_SIZE], purchases[SHOAL_CLI_NUMBER_SIZE],
        value[SHOAL_CLI_NUMBER_SIZE];
    if (!run->has_clv) return;
    shoal_cli_heading(session, false, "Forecast for the next %s days",
                      shoal_cli_general(run->clv.horizon_days, 6, days));
    printf("  %s customers expected alive, %s purchases", shoal_cli_fixed(run->clv.totals.p_alive, 0, alive),
           shoal_cli_fixed(run->clv.totals.expected_purchases, 0, purchases));
    if (run->clv.has_spend) printf(", lifetime value %s", shoal_cli_fixed(run->clv.totals.clv, 2, value));
    putchar('\n');
    const char *boundary = run->clv.purchase.info.boundary;
    char sentence[1024];
    if (boundary[0] != '\0') printf("  %s\n", shoal_cli_escape(boundary, sentence, sizeof sentence));
}

static shoal_status show_segments(shoal_cli_session *session, const shoal_segment_run *run)
{
    static const char *const headings[] = {"", "Segment", "Customers", "Share", "Revenue", "Share", "CLV", "Share"};
    const shoal_profile *profile = &run->profile;
    const bool has_revenue = run->import.report.has_amount, has_value = run->has_clv && run->clv.has_spend;
    shoal_cli_heading(session, false, "Segments");
    shoal_cli_table table = shoal_cli_table_start(has_value ? "rlrrrrrr" : has_revenue ? "rlrrrr" : "rlrr", headings);
    for (int i = 0; i < profile->n_segments; i++) {
        const shoal_profile_segment *segment = &profile->segments[i];
        shoal_cli_cell_count(&table, i);
        shoal_cli_cell(&table, segment->name);
        shoal_cli_cell_count(&table, segment->customers);
        shoal_cli_cell_share(&table, (double)segment->customers, (double)profile->customers);
        if (has_revenue) {
            shoal_cli_cell_money(&table, segment->revenue);
            shoal_cli_cell_share(&table, segment->revenue, profile->revenue);
        }
        if (has_value) {
            shoal_cli_cell_money(&table, segment->clv);
            shoal_cli_cell_share(&table, segment->clv, profile->clv);
        }
    }
    return shoal_cli_show(session, &table);
}

static void show_files(const shoal_segment_run *run)
{
    static const char *const files[] = {"report.html", "segments.csv", "summary.json", "store.h5"};
    char directory[4200];
    shoal_cli_escape(run->output, directory, sizeof directory);
    puts("\nWritten:");
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) printf("  %s/%s\n", directory, files[i]);
}

static shoal_status show(shoal_cli_session *session, const shoal_segment_run *run)
{
    if (session->args->json) return shoal_cli_document(session, shoal_segment_json(run));
    shoal_status status = shoal_cli_show_import(session, &run->import.report);
    if (status < 0) return status;
    show_value(session, run);
    status = shoal_cli_show_choice(session, &run->kmeans);
    if (status == SHOAL_OK) status = show_segments(session, run);
    if (status == SHOAL_OK) status = shoal_cli_show_alignment(session, &run->kmeans);
    if (status < 0) return status;
    show_files(run);
    shoal_cli_show_times(&run->times);
    return SHOAL_OK;
}

static shoal_segment_opts options_of(const shoal_cli_args *args)
{
    shoal_segment_opts opts = shoal_segment_opts_default();
    opts.import = args->import;
    opts.rfm = args->rfm;
    opts.rfm.summary = shoal_cli_summary_opts(args);
    opts.clv = args->clv;
    opts.clv.summary = opts.rfm.summary;
    opts.kmeans = shoal_cli_kmeans_opts(args);
    opts.title = args->report.title;
    return opts;
}

shoal_status shoal_cli_segment(shoal_cli_session *session)
{
    const shoal_cli_args *args = session->args;
    const shoal_segment_opts opts = options_of(args);
    shoal_segment_run run = {0};
    shoal_status status = shoal_cli_step_done(
        session, shoal_step_segment(&session->ctx, args->input, &opts, args->output, &run, &session->err));
    for (int i = 0; status >= 0 && i < run.n_warnings; i++) shoal_cli_notices_add(&session->notices, run.warnings[i]);
    if (status >= 0) status = show(session, &run);
    shoal_segment_run_free(&run);
    return status;
}

#include "peers/contest.h"

#include <string.h>

#include "cli/number.h"
#include "cli/text.h"
#include "record/statistics.h"

shoal_cli_table bench_contest_table(void)
{
    static const char *const headings[] = {"Task", "Parameters", "Threads",      "shoal ms",
                                           "Peer", "Peer ms",    "Peer / shoal", "95% interval"};
    return shoal_cli_table_start("llrrlrrl", headings);
}

static void cell_ms(shoal_cli_table *table, double ms)
{
    shoal_cli_cell_fixed(table, ms, ms < 10 ? 3 : ms < 100 ? 2 : 1);
}

void bench_contest_show(bench_contest *contest, const bench_record *shoal, const bench_record *peer,
                        const char *differs)
{
    shoal_cli_table *table = &contest->table;
    char params[BENCH_TEXT_SIZE];
    shoal_cli_cell(table, shoal->name);
    shoal_cli_cell(table, bench_params_show(&shoal->params, params, sizeof params));
    shoal_cli_cellf(table, "%d%s", shoal->threads, shoal->oversubscribed ? " oversubscribed" : "");
    cell_ms(table, bench_record_median(shoal));
    shoal_cli_cell(table, peer->tool);
    cell_ms(table, bench_record_median(peer));
    if (!peer->checked) {
        shoal_cli_cell(table, "-");
        shoal_cli_cellf(table, "differs%s%s", differs[0] != '\0' ? ": " : "", differs);
        return;
    }
    const bench_ratio ratio = bench_ratio_of(shoal->samples_ms, shoal->n_samples, peer->samples_ms, peer->n_samples);
    shoal_cli_cell_general(table, ratio.ratio, 3);
    shoal_cli_cellf(table, "%.3g to %.3g", ratio.low, ratio.high);
}

void bench_contest_remark(bench_contest *contest, const char *who, const char *what)
{
    char line[3 * BENCH_WHY_SIZE], shown[2 * BENCH_WHY_SIZE];
    snprintf(line, sizeof line, "  %s: %s\n", who, shoal_cli_escape(what, shown, sizeof shown));
    if (contest->remarks.data == NULL || strstr(contest->remarks.data, line) == NULL)
        shoal_text_add(&contest->remarks, line);
}

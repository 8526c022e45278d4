#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "charts.h"
#include "figure.h"
#include "sections.h"

static bool is_shoal(const bench_record *row)
{
    return strcmp(row->tool, "shoal") == 0;
}

/* The same work in other tools. */
static bool same_task(const bench_record *a, const bench_record *b)
{
    return strcmp(a->name, b->name) == 0 && a->threads == b->threads && a->quick == b->quick &&
           bench_params_match(&a->params, &b->params, NULL);
}

/* shoal first, then the fastest. */
static double by_time(const bench_record *row)
{
    const double ms = bench_record_median(row);
    return is_shoal(row) ? -1 : isnan(ms) ? INFINITY : ms;
}

/* The time of the row over shoal's of the same turn; NAN where there is none, or where a result was not equal. */
static bench_ratio ratio_of(const bench_groups *groups, int group, const bench_record *row)
{
    const bench_record *shoal = bench_group_row(groups, group, 0);
    if (!is_shoal(shoal) || !row->checked || !shoal->checked || shoal->n_samples == 0 || row->n_samples == 0 ||
        strcmp(row->pair, shoal->pair) != 0 || strcmp(row->commit, shoal->commit) != 0)
        return (bench_ratio){NAN, NAN, NAN};
    return bench_ratio_of(shoal->samples_ms, shoal->n_samples, row->samples_ms, row->n_samples);
}

static const char *reason(const bench_record *row)
{
    if (row->n_samples == 0) return "it failed";
    return row->checked ? "not run in turn with shoal" : "its result differs: no time counts";
}

static shoal_status draw(bench_document *document, const bench_groups *groups, shoal_error *err)
{
    bench_ratio_bar *bars;
    int n = 0;
    const int rows = groups->start[groups->n];
    SHOAL_TRY(shoal_alloc_zero((int64_t)rows + groups->n, sizeof *bars, &bars, err));
    for (int g = 0; g < groups->n; g++) {
        const bench_record *first = bench_group_row(groups, g, 0);
        char params[512], heading[640];
        snprintf(heading, sizeof heading, "%s, %d thread%s, %s%s", first->name, first->threads,
                 first->threads == 1 ? "" : "s", bench_params_show(&first->params, params, sizeof params),
                 first->quick ? " (quick)" : "");
        bars[n].heading = true;
        shoal_text_copy(bars[n].label, sizeof bars[n].label, heading);
        n++;
        for (int i = 0; i < bench_group_size(groups, g); i++) {
            const bench_record *row = bench_group_row(groups, g, i);
            if (is_shoal(row)) continue;
            shoal_text_copy(bars[n].label, sizeof bars[n].label, row->tool);
            bars[n].ratio = ratio_of(groups, g, row);
            bars[n++].note = reason(row);
        }
    }
    if (n > groups->n) bench_chart_ratios(&document->html, "Time of peers, shoal = 1", bars, n);
    free(bars);
    return SHOAL_OK;
}

static shoal_status show_table(bench_document *document, const bench_groups *groups, shoal_error *err)
{
    static const char *const heads[] = {"task",      "parameters",  "threads", "tool", "version",
                                        "median ms", "middle half", "ratio",   "95%",  "checked"};
    shoal_cli_table table = shoal_cli_table_start("llrllrrrrl", heads);
    for (int g = 0; g < groups->n; g++)
        for (int i = 0; i < bench_group_size(groups, g); i++) {
            const bench_record *row = bench_group_row(groups, g, i);
            const bench_ratio ratio = ratio_of(groups, g, row);
            char text[512];
            shoal_cli_cell(&table, row->name);
            shoal_cli_cellf(&table, "%s%s", bench_params_show(&row->params, text, sizeof text),
                            row->quick ? " (quick)" : "");
            shoal_cli_cell(&table, bench_threads_of(row).text);
            shoal_cli_cell(&table, row->tool);
            shoal_cli_cell(&table, row->tool_version[0] == '\0' ? "-" : row->tool_version);
            shoal_cli_cell(&table, bench_significant(bench_record_median(row), 4).text);
            shoal_cli_cell(&table, bench_spread(row).text);
            shoal_cli_cell(&table, bench_significant(is_shoal(row) ? 1 : ratio.ratio, 3).text);
            shoal_cli_cell(&table, is_shoal(row) ? "" : bench_interval(ratio.low, ratio.high).text);
            shoal_cli_cell(&table, row->n_samples == 0 ? "failed" : row->checked ? "equal" : "differs");
        }
    return bench_table_end(document, NULL, &table, err);
}

static shoal_status show(bench_document *document, const bench_groups *groups, shoal_error *err)
{
    bench_section_begin(document, "peers", "Peers");
    bench_paragraph(document, "The same work with the same threads and the same start in other tools, run in turn, "
                              "A B A B. A ratio of 2 means that the peer takes twice shoal's time, below 1 it is "
                              "faster. Times count only where the results are equal.");
    SHOAL_TRY(draw(document, groups, err));
    SHOAL_TRY(show_table(document, groups, err));
    bench_section_end(document);
    return SHOAL_OK;
}

shoal_status bench_section_peers(bench_document *document, const bench_rows *rows, shoal_error *err)
{
    bench_groups groups;
    SHOAL_TRY(bench_groups_make(rows, "peer", same_task, by_time, &groups, err));
    const shoal_status status = groups.n == 0 ? SHOAL_OK : show(document, &groups, err);
    bench_groups_free(&groups);
    return status;
}

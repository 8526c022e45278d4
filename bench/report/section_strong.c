#include <string.h>

#include "figure.h"
#include "scaling.h"
#include "sections.h"

/* The same work with other counts of threads. */
static bool same_work(const bench_record *a, const bench_record *b)
{
    return strcmp(a->name, b->name) == 0 && strcmp(a->tool, b->tool) == 0 && a->quick == b->quick &&
           bench_params_match(&a->params, &b->params, NULL);
}

static void add_row(shoal_cli_table *table, const bench_groups *groups, int group, int i)
{
    const bench_record *row = bench_group_row(groups, group, i);
    const double speed_up = bench_speed_up(groups, group, i);
    const bool last = i == bench_group_size(groups, group) - 1;
    char text[512];
    shoal_cli_cell(table, row->name);
    shoal_cli_cell(table, bench_params_of(row, text, sizeof text));
    shoal_cli_cell(table, bench_threads_of(row).text);
    shoal_cli_cell(table, bench_significant(bench_record_median(row), 4).text);
    shoal_cli_cell(table, bench_spread(row).text);
    shoal_cli_cell(table, bench_significant(speed_up, 3).text);
    shoal_cli_cell(table, bench_percent_of(speed_up / row->threads).text);
    shoal_cli_cell(table, last ? bench_percent_of(bench_record_serial_fraction(groups->row + groups->start[group],
                                                                               bench_group_size(groups, group)))
                                     .text
                               : "");
    shoal_cli_cell(table, bench_limit_share(row, text, sizeof text));
    shoal_cli_cell(table, bench_counters_of(row, text, sizeof text));
}

static shoal_status show_table(bench_document *document, const bench_groups *groups, shoal_error *err)
{
    static const char *const heads[] = {"case",     "parameters", "threads", "median ms", "middle half",
                                        "speed-up", "efficiency", "serial",  "of limit",  "counters"};
    shoal_cli_table table = shoal_cli_table_start("llrrrrrrll", heads);
    for (int g = 0; g < groups->n; g++)
        for (int i = 0; i < bench_group_size(groups, g); i++) add_row(&table, groups, g, i);
    return bench_table_end(document, NULL, &table, err);
}

static bool starts_at_one(const bench_groups *groups)
{
    for (int g = 0; g < groups->n; g++)
        if (bench_group_row(groups, g, 0)->threads != 1) return false;
    return true;
}

static shoal_status show(bench_document *document, const bench_groups *groups, shoal_error *err)
{
    static const bench_line_chart chart = {
        .desc = "Speed-up against threads; the dashed line is the ideal of twice the speed for twice the threads.",
        .x_title = "threads",
        .y_title = "speed-up",
        .y_log = true,
        .x_counts = true,
        .ideal = BENCH_IDEAL_DIAGONAL,
    };
    bench_section_begin(document, "strong", "Strong scaling");
    bench_paragraph(document,
                    "The same work with more threads, each pinned to a core. The serial fraction is Amdahl's, "
                    "fitted to all counts of threads that have a core for every thread; hollow points have "
                    "more threads than cores.");
    if (!starts_at_one(groups))
        bench_paragraph(document, "Where one thread was not measured, the fewest threads count as ideal.");
    SHOAL_TRY(bench_draw_cases(&document->html, groups, "Speed-up of every case", chart, bench_threads_at,
                               bench_speed_up, err));
    SHOAL_TRY(show_table(document, groups, err));
    bench_section_end(document);
    return SHOAL_OK;
}

shoal_status bench_section_strong(bench_document *document, const bench_rows *rows, shoal_error *err)
{
    bench_groups groups;
    SHOAL_TRY(bench_groups_make(rows, "strong", same_work, bench_order_threads, &groups, err));
    const shoal_status status = groups.n == 0 ? SHOAL_OK : show(document, &groups, err);
    bench_groups_free(&groups);
    return status;
}

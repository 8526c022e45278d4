#include <math.h>
#include <string.h>

#include "figure.h"
#include "scaling.h"
#include "sections.h"

/* Equal, or equal per thread. */
static bool grows_alike(const bench_param *param, const bench_record *a, const bench_record *b)
{
    if (param->is_text) {
        const char *other = bench_params_text(&b->params, param->name);
        return other != NULL && strcmp(other, param->text) == 0;
    }
    const double other = bench_params_get(&b->params, param->name);
    if (fabs(other - param->value) <= 1e-9 * fabs(param->value)) return true;
    return fabs(other / b->threads - param->value / a->threads) <= 0.01 * fabs(param->value / a->threads);
}

static bool same_work_per_thread(const bench_record *a, const bench_record *b)
{
    if (strcmp(a->name, b->name) != 0 || strcmp(a->tool, b->tool) != 0 || a->quick != b->quick ||
        a->params.n != b->params.n)
        return false;
    for (int i = 0; i < a->params.n; i++)
        if (!grows_alike(&a->params.param[i], a, b)) return false;
    return true;
}

/* Time with the fewest threads over the time of this row, which has as much work for each thread. */
static double efficiency(const bench_groups *groups, int group, int i)
{
    return bench_record_median(bench_group_row(groups, group, 0)) /
           bench_record_median(bench_group_row(groups, group, i));
}

static shoal_status show_table(bench_document *document, const bench_groups *groups, shoal_error *err)
{
    static const char *const heads[] = {"case",        "parameters", "threads", "median ms",
                                        "middle half", "efficiency", "of limit"};
    shoal_cli_table table = shoal_cli_table_start("llrrrrl", heads);
    for (int g = 0; g < groups->n; g++)
        for (int i = 0; i < bench_group_size(groups, g); i++) {
            const bench_record *row = bench_group_row(groups, g, i);
            char text[512];
            shoal_cli_cell(&table, row->name);
            shoal_cli_cell(&table, bench_params_of(row, text, sizeof text));
            shoal_cli_cell(&table, bench_threads_of(row).text);
            shoal_cli_cell(&table, bench_significant(bench_record_median(row), 4).text);
            shoal_cli_cell(&table, bench_spread(row).text);
            shoal_cli_cell(&table, bench_percent_of(efficiency(groups, g, i)).text);
            shoal_cli_cell(&table, bench_limit_share(row, text, sizeof text));
        }
    return bench_table_end(document, NULL, &table, err);
}

static shoal_status show(bench_document *document, const bench_groups *groups, shoal_error *err)
{
    static const bench_line_chart chart = {
        .desc = "Efficiency against threads with as much work for each thread; the dashed line is the ideal of equal "
                "time.",
        .x_title = "threads",
        .y_title = "efficiency",
        .x_counts = true,
        .y_percent = true,
        .ideal = BENCH_IDEAL_ONE,
    };
    bench_section_begin(document, "weak", "Weak scaling");
    bench_paragraph(document, "As much work for each thread: with ideal hardware the time stays what it is with one "
                              "thread, an efficiency of 100%.");
    SHOAL_TRY(bench_draw_cases(&document->html, groups, "Efficiency of every case", chart, bench_threads_at, efficiency,
                               err));
    SHOAL_TRY(show_table(document, groups, err));
    bench_section_end(document);
    return SHOAL_OK;
}

shoal_status bench_section_weak(bench_document *document, const bench_rows *rows, shoal_error *err)
{
    bench_groups groups;
    SHOAL_TRY(bench_groups_make(rows, "weak", same_work_per_thread, bench_order_threads, &groups, err));
    const shoal_status status = groups.n == 0 ? SHOAL_OK : show(document, &groups, err);
    bench_groups_free(&groups);
    return status;
}

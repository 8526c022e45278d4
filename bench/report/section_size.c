#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "figure.h"
#include "scaling.h"
#include "sections.h"

static bool same_but_size(const bench_record *a, const bench_record *b)
{
    return strcmp(a->name, b->name) == 0 && strcmp(a->tool, b->tool) == 0 && a->quick == b->quick &&
           a->threads == b->threads && strcmp(a->size_of, b->size_of) == 0 &&
           bench_params_match(&a->params, &b->params, a->size_of);
}

static double size_of(const bench_record *row)
{
    return bench_params_get(&row->params, row->size_of);
}

static double size_at(const bench_groups *groups, int group, int i)
{
    return size_of(bench_group_row(groups, group, i));
}

static double ms_at(const bench_groups *groups, int group, int i)
{
    return bench_record_median(bench_group_row(groups, group, i));
}

static double exponent_of(const bench_groups *groups, int group)
{
    double size[BENCH_LINE_POINTS], ms[BENCH_LINE_POINTS];
    int n = 0;
    for (int i = 0; i < bench_group_size(groups, group) && n < BENCH_LINE_POINTS; i++) {
        size[n] = size_at(groups, group, i);
        ms[n] = ms_at(groups, group, i);
        if (size[n] > 0 && ms[n] > 0) n++;
    }
    return bench_exponent(size, ms, n);
}

/* One chart for every parameter that was varied. */
static shoal_status draw(bench_document *document, const bench_groups *groups, bool *chosen, shoal_error *err)
{
    for (int g = 0; g < groups->n; g++) {
        const char *varied = bench_group_row(groups, g, 0)->size_of;
        bool seen = varied[0] == '\0';
        for (int i = 0; i < groups->n; i++) {
            const bench_record *row = bench_group_row(groups, i, 0);
            const bool alike = strcmp(row->size_of, varied) == 0;
            seen = seen || (alike && i < g && bench_phase_of(row) == NULL);
            chosen[i] = alike && bench_phase_of(row) == NULL;
        }
        if (seen || !chosen[g]) continue;
        char title[80];
        snprintf(title, sizeof title, "Time against %s", varied);
        const bench_line_chart chart = {.title = title,
                                        .desc = "Time against size, both logarithmic: the slope is the exponent.",
                                        .x_title = varied,
                                        .y_title = "ms",
                                        .y_log = true};
        SHOAL_TRY(bench_draw_series(&document->html, groups, chosen, true, chart, size_at, ms_at, err));
    }
    return SHOAL_OK;
}

static shoal_status show_table(bench_document *document, const bench_groups *groups, shoal_error *err)
{
    static const char *const heads[] = {"case",      "varied",      "parameters", "threads",
                                        "median ms", "middle half", "of limit",   "exponent"};
    shoal_cli_table table = shoal_cli_table_start("lllrrrlr", heads);
    for (int g = 0; g < groups->n; g++) {
        const int n = bench_group_size(groups, g);
        for (int i = 0; i < n; i++) {
            const bench_record *row = bench_group_row(groups, g, i);
            char text[512];
            shoal_cli_cell(&table, row->name);
            shoal_cli_cell(&table, row->size_of[0] == '\0' ? "-" : row->size_of);
            shoal_cli_cell(&table, bench_params_of(row, text, sizeof text));
            shoal_cli_cell(&table, bench_threads_of(row).text);
            shoal_cli_cell(&table, bench_significant(bench_record_median(row), 4).text);
            shoal_cli_cell(&table, bench_spread(row).text);
            shoal_cli_cell(&table, bench_limit_share(row, text, sizeof text));
            shoal_cli_cell(&table, i < n - 1 ? "" : bench_fixed(exponent_of(groups, g), 2).text);
        }
    }
    return bench_table_end(document, NULL, &table, err);
}

static shoal_status show(bench_document *document, const bench_groups *groups, shoal_error *err)
{
    bool *chosen;
    SHOAL_TRY(shoal_alloc_zero(groups->n, sizeof *chosen, &chosen, err));
    bench_section_begin(document, "size", "Size scaling");
    bench_paragraph(document, "Time against the size of the input. An exponent of 1 is linear: twice the rows, twice "
                              "the time. Below 1 fixed costs still count; above 1 a cache was outgrown or the method "
                              "costs more.");
    shoal_text_add(&document->html, "<div class=\"pair\">\n");
    shoal_status status = draw(document, groups, chosen, err);
    shoal_text_add(&document->html, "</div>\n");
    if (status >= 0) status = show_table(document, groups, err);
    bench_section_end(document);
    free(chosen);
    return status;
}

shoal_status bench_section_size(bench_document *document, const bench_rows *rows, shoal_error *err)
{
    bench_groups groups;
    SHOAL_TRY(bench_groups_make(rows, "size", same_but_size, size_of, &groups, err));
    const shoal_status status = groups.n == 0 ? SHOAL_OK : show(document, &groups, err);
    bench_groups_free(&groups);
    return status;
}

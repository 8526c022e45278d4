#include "scaling.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "figure.h"

double bench_threads_at(const bench_groups *groups, int group, int i)
{
    return bench_group_row(groups, group, i)->threads;
}

double bench_speed_up(const bench_groups *groups, int group, int i)
{
    return bench_record_speed_up(bench_group_row(groups, group, 0), bench_group_row(groups, group, i));
}

static void fill_line(bench_line *line, const bench_groups *groups, int group, bench_value_of x, bench_value_of y)
{
    const int n = bench_group_size(groups, group);
    line->n = n < BENCH_LINE_POINTS ? n : BENCH_LINE_POINTS;
    for (int i = 0; i < line->n; i++) {
        line->x[i] = x(groups, group, i);
        line->y[i] = y(groups, group, i);
        line->hollow[i] = bench_group_row(groups, group, i)->oversubscribed;
    }
}

shoal_status bench_draw_series(shoal_text *html, const bench_groups *groups, const bool *chosen, bool whole,
                               bench_line_chart chart, bench_value_of x, bench_value_of y, shoal_error *err)
{
    const bench_record **firsts = NULL;
    bench_line *lines = NULL;
    shoal_status status = SHOAL_OK;
    SHOAL_TRY_OUT(shoal_alloc(groups->n, sizeof *firsts, &firsts, err));
    SHOAL_TRY_OUT(shoal_alloc_zero(groups->n, sizeof *lines, &lines, err));
    for (int g = 0; g < groups->n; g++)
        if (chosen[g]) firsts[chart.n++] = bench_group_row(groups, g, 0);
    for (int g = 0, at = 0; g < groups->n; g++) {
        if (!chosen[g]) continue;
        bench_label_of(firsts[at], firsts, chart.n, whole, firsts[at]->size_of, lines[at].label,
                       sizeof lines[at].label);
        fill_line(&lines[at++], groups, g, x, y);
    }
    chart.lines = lines;
    bench_chart_lines(html, &chart);
out:
    free(firsts);
    free(lines);
    return status;
}

/* Same case, parameters and pace: their phases belong into one chart. */
static bool is_case_of(const bench_record *a, const bench_record *b)
{
    char name_a[BENCH_NAME_SIZE], name_b[BENCH_NAME_SIZE];
    return strcmp(bench_case_of(a, name_a), bench_case_of(b, name_b)) == 0 && a->quick == b->quick &&
           strcmp(a->size_of, b->size_of) == 0 && strcmp(a->tool, b->tool) == 0 &&
           bench_params_match(&a->params, &b->params, a->size_of);
}

static shoal_status draw_overview(shoal_text *html, const bench_groups *groups, bool *chosen, bench_line_chart chart,
                                  bench_value_of x, bench_value_of y, shoal_error *err)
{
    int n = 0;
    for (int g = 0; g < groups->n; g++) {
        chosen[g] = bench_phase_of(bench_group_row(groups, g, 0)) == NULL;
        n += chosen[g];
    }
    if (n > 0) SHOAL_TRY(bench_draw_series(html, groups, chosen, true, chart, x, y, err));
    return SHOAL_OK;
}

/* The chart of the case that series `first` is the first of, where it has phases. */
static shoal_status draw_phases(shoal_text *html, const bench_groups *groups, int first, bool *chosen, bool *drawn,
                                bench_line_chart chart, bench_value_of x, bench_value_of y, shoal_error *err)
{
    char params[512], name[BENCH_NAME_SIZE], title[640];
    const bench_record *row = bench_group_row(groups, first, 0);
    bool phases = false;
    for (int g = 0; g < groups->n; g++) {
        const bench_record *other = bench_group_row(groups, g, 0);
        chosen[g] = is_case_of(row, other);
        drawn[g] = drawn[g] || chosen[g];
        phases = phases || (chosen[g] && bench_phase_of(other) != NULL);
    }
    if (!phases) return SHOAL_OK;
    snprintf(title, sizeof title, "%s: %s", bench_case_of(row, name), bench_params_of(row, params, sizeof params));
    chart.title = title;
    return bench_draw_series(html, groups, chosen, false, chart, x, y, err);
}

shoal_status bench_draw_cases(shoal_text *html, const bench_groups *groups, const char *overview,
                              bench_line_chart chart, bench_value_of x, bench_value_of y, shoal_error *err)
{
    bool *chosen = NULL, *drawn = NULL;
    shoal_status status = SHOAL_OK;
    shoal_text_add(html, "<div class=\"pair\">\n");
    SHOAL_TRY_OUT(shoal_alloc_zero(groups->n, sizeof *chosen, &chosen, err));
    SHOAL_TRY_OUT(shoal_alloc_zero(groups->n, sizeof *drawn, &drawn, err));
    chart.title = overview;
    SHOAL_TRY_OUT(draw_overview(html, groups, chosen, chart, x, y, err));
    for (int g = 0; g < groups->n; g++)
        if (!drawn[g]) SHOAL_TRY_OUT(draw_phases(html, groups, g, chosen, drawn, chart, x, y, err));
    shoal_text_add(html, "</div>\n");
out:
    free(chosen);
    free(drawn);
    return status;
}

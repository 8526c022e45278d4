#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "charts.h"
#include "figure.h"
#include "sections.h"

enum { MOST_QUALITIES = 16 };

static bool same_text(const bench_record *a, const bench_record *b, const char *param)
{
    const char *text = bench_params_text(&a->params, param), *other = bench_params_text(&b->params, param);
    return text == NULL || other == NULL ? text == other : strcmp(text, other) == 0;
}

static bool same_features(const bench_record *a, const bench_record *b)
{
    return same_text(a, b, "features") && same_text(a, b, "weight");
}

/* Variants of one model of the same data; another holdout is another task. "data" is the fingerprint of the columns in
 * use: other features have another one. */
static bool same_model(const bench_record *a, const bench_record *b)
{
    return strcmp(a->name, b->name) == 0 && a->threads == b->threads && a->quick == b->quick &&
           same_text(a, b, "store") && same_text(a, b, "calibration_end") &&
           (same_text(a, b, "data") || !same_features(a, b));
}

/* Inertia is in the units of the scaled features: with another scaling or other features it says nothing. */
static bool is_comparable(const bench_groups *groups, int group, const bench_quality *quality)
{
    const bench_record *first = bench_group_row(groups, group, 0);
    if (strcmp(quality->name, "inertia") != 0) return true;
    for (int i = 1; i < bench_group_size(groups, group); i++) {
        const bench_record *row = bench_group_row(groups, group, i);
        if (!same_features(first, row) || !same_text(first, row, "scale")) return false;
    }
    return true;
}

static const bench_quality *find_quality(const bench_record *row, const char *name)
{
    for (int i = 0; i < row->n_qualities; i++)
        if (strcmp(row->quality[i].name, name) == 0) return &row->quality[i];
    return NULL;
}

/* The qualities of the rows, each once. */
static int collect(const bench_groups *groups, int first, int end, const bench_quality *qualities[MOST_QUALITIES])
{
    int n = 0;
    for (int r = groups->start[first]; r < groups->start[end]; r++)
        for (int q = 0; q < groups->row[r]->n_qualities; q++) {
            const bench_quality *quality = &groups->row[r]->quality[q];
            int at = 0;
            while (at < n && strcmp(qualities[at]->name, quality->name) != 0) at++;
            if (at == n && n < MOST_QUALITIES) qualities[n++] = quality;
        }
    return n;
}

static double value_of(const bench_record *row, const char *quality)
{
    const bench_quality *found = find_quality(row, quality);
    return found == NULL ? NAN : found->value;
}

/* No other row is as fast and as good, and better in one of both. */
static bool is_on_front(const bench_groups *groups, int group, int i, const bench_quality *quality)
{
    const double sign = quality->low_is_best ? -1 : 1;
    const bench_record *row = bench_group_row(groups, group, i);
    const double own_ms = bench_record_median(row), own = sign * value_of(row, quality->name);
    if (!isfinite(own) || !isfinite(own_ms)) return false;
    for (int j = 0; j < bench_group_size(groups, group); j++) {
        const bench_record *other = bench_group_row(groups, group, j);
        const double ms = bench_record_median(other), value = sign * value_of(other, quality->name);
        if (ms <= own_ms && value >= own && (ms < own_ms || value > own)) return false;
    }
    return true;
}

static shoal_status draw(bench_document *document, const bench_groups *groups, int group, const bench_quality *quality,
                         shoal_error *err)
{
    const int size = bench_group_size(groups, group);
    const bench_record *const *rows = groups->row + groups->start[group];
    bench_variant_point *points;
    int n = 0;
    SHOAL_TRY(shoal_alloc_zero(size, sizeof *points, &points, err));
    for (int i = 0; i < size; i++) {
        const double ms = bench_record_median(rows[i]), value = value_of(rows[i], quality->name);
        if (!(ms > 0) || !isfinite(value)) continue;
        points[n] = (bench_variant_point){"", ms, value, is_on_front(groups, group, i, quality)};
        bench_telling_params(rows[i], rows, size, points[n].label, sizeof points[n].label);
        n++;
    }
    bench_chart_variants(&document->html, quality->name, quality->low_is_best, points, n);
    free(points);
    return SHOAL_OK;
}

static void add_front(shoal_cli_table *table, const bench_groups *groups, int group, int i, int n,
                      const bench_quality *const *qualities)
{
    char text[512] = "";
    for (int q = 0; q < n; q++) {
        const size_t used = strlen(text);
        if (is_comparable(groups, group, qualities[q]) && is_on_front(groups, group, i, qualities[q]))
            snprintf(text + used, sizeof text - used, "%s%s", used == 0 ? "" : ", ", qualities[q]->name);
    }
    shoal_cli_cell(table, text);
}

static shoal_status show_table(bench_document *document, const bench_groups *groups, int group, shoal_error *err)
{
    enum { BEFORE = 5 };
    static const char *const fixed[BEFORE] = {"variant", "threads", "median ms", "middle half", "memory"};
    const bench_quality *qualities[MOST_QUALITIES];
    const char *heads[BEFORE + MOST_QUALITIES + 1];
    char align[BEFORE + MOST_QUALITIES + 2] = "lrrrr";
    const int n = collect(groups, group, group + 1, qualities);
    memcpy(heads, fixed, sizeof fixed);
    for (int q = 0; q < n; q++) {
        heads[BEFORE + q] = qualities[q]->name;
        align[BEFORE + q] = 'r';
    }
    heads[BEFORE + n] = "front of";
    align[BEFORE + n] = 'l';
    align[BEFORE + n + 1] = '\0';
    shoal_cli_table table = shoal_cli_table_start(align, heads);
    const bench_record *const *rows = groups->row + groups->start[group];
    const int size = bench_group_size(groups, group);
    for (int i = 0; i < size; i++) {
        const bench_record *row = rows[i];
        char text[1024];
        bench_differing_params(row, rows, size, true, text, sizeof text);
        bench_add_marks(row, text, sizeof text);
        shoal_cli_cell(&table, text);
        shoal_cli_cell(&table, bench_threads_of(row).text);
        shoal_cli_cell(&table, bench_significant(bench_record_median(row), 4).text);
        shoal_cli_cell(&table, bench_spread(row).text);
        shoal_cli_cell(&table, bench_size(row->peak_bytes).text);
        for (int q = 0; q < n; q++)
            shoal_cli_cell(&table, bench_significant(value_of(row, qualities[q]->name), 5).text);
        add_front(&table, groups, group, i, n, qualities);
    }
    return bench_table_end(document, NULL, &table, err);
}

/* The model's name, and what all its variants share. */
static void introduce(bench_document *document, const bench_groups *groups, int group)
{
    const bench_record *first = bench_group_row(groups, group, 0);
    char shared[1024];
    bench_heading(document, first->name);
    bench_differing_params(first, groups->row + groups->start[group], bench_group_size(groups, group), false, shared,
                           sizeof shared);
    if (shared[0] != '\0') bench_paragraphf(document, "All variants: %s.", shared);
}

static shoal_status show(bench_document *document, const bench_groups *groups, shoal_error *err)
{
    bench_section_begin(document, "variants", "Variants");
    bench_paragraph(document, "Time against quality. The variants on the orange line are those that no other beats in "
                              "both: every other choice is slower, worse, or both.");
    for (int g = 0; g < groups->n; g++) {
        const bench_quality *qualities[MOST_QUALITIES];
        const int n = collect(groups, g, g + 1, qualities);
        introduce(document, groups, g);
        shoal_text_add(&document->html, "<div class=\"pair\">\n");
        bool all = true;
        for (int q = 0; q < n; q++) {
            if (is_comparable(groups, g, qualities[q])) SHOAL_TRY(draw(document, groups, g, qualities[q], err));
            else all = false;
        }
        shoal_text_add(&document->html, "</div>\n");
        if (!all)
            bench_paragraph(document, "Inertia compares only within one scaling and set of features, so it has no "
                                      "front here.");
        SHOAL_TRY(show_table(document, groups, g, err));
    }
    bench_section_end(document);
    return SHOAL_OK;
}

shoal_status bench_section_variants(bench_document *document, const bench_rows *rows, shoal_error *err)
{
    bench_groups groups;
    SHOAL_TRY(bench_groups_make(rows, "variant", same_model, bench_record_median, &groups, err));
    const shoal_status status = groups.n == 0 ? SHOAL_OK : show(document, &groups, err);
    bench_groups_free(&groups);
    return status;
}

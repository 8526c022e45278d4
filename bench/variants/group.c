#include "variants/group.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "variants/pareto.h"

static const bench_record *record_of(const bench_record *records, const bench_variant_row *row)
{
    return row->state == BENCH_ROW_DONE || row->state == BENCH_ROW_KNOWN ? &records[row->record] : NULL;
}

const bench_record *bench_group_record(const bench_group *group, int at)
{
    return record_of(group->records, group->rows[at]);
}

double bench_quality_of(const bench_record *record, const char *name)
{
    for (int i = 0; i < record->n_qualities; i++)
        if (strcmp(record->quality[i].name, name) == 0) return record->quality[i].value;
    return NAN;
}

static bool same_group(const bench_variant *a, const bench_variant *b)
{
    if (strcmp(a->name, b->name) != 0) return false;
    const char *end = bench_params_text(&a->params, "calibration_end");
    const char *other = bench_params_text(&b->params, "calibration_end");
    return end == NULL || other == NULL ? end == other : strcmp(end, other) == 0;
}

bool bench_group_was_seen(const bench_variant_row *rows, int at)
{
    for (int i = 0; i < at; i++)
        if (same_group(rows[i].variant, rows[at].variant)) return true;
    return false;
}

/* What sorts the rows: the first that any of them has. */
static const char *main_quality(const bench_group *group)
{
    static const char *const names[] = {"silhouette", "holdout_gini", "log_likelihood"};
    for (int q = 0; q < 3; q++)
        for (int i = 0; i < group->n_measured; i++)
            if (!isnan(bench_quality_of(bench_group_record(group, i), names[q]))) return names[q];
    return names[0];
}

/* For sorting: a row with where it stands. */
typedef struct place {
    const bench_variant_row *row;
    double quality, ms;
    bool front;
    int index;
} place;

static int best_first(const void *a, const void *b)
{
    const place *left = a, *right = b;
    if (isnan(left->quality) != isnan(right->quality)) return isnan(left->quality) ? 1 : -1;
    if (left->quality > right->quality) return -1;
    if (left->quality < right->quality) return 1;
    if (left->ms != right->ms) return left->ms < right->ms ? -1 : 1;
    return (left->index > right->index) - (left->index < right->index);
}

static shoal_status sort(bench_group *group, shoal_error *err)
{
    const int n = group->n_measured;
    place *places = NULL;
    bench_point *points = NULL;
    shoal_status status;
    SHOAL_TRY_OUT(shoal_alloc(n, sizeof *places, &places, err));
    SHOAL_TRY_OUT(shoal_alloc(n, sizeof *points, &points, err));
    for (int i = 0; i < n; i++) {
        const bench_record *record = bench_group_record(group, i);
        places[i] = (place){.row = group->rows[i],
                            .quality = bench_quality_of(record, group->quality),
                            .ms = bench_record_median(record),
                            .index = i};
        points[i] = (bench_point){.ms = places[i].ms, .quality = places[i].quality, .index = i};
    }
    bench_pareto(n, points);
    for (int i = 0; i < n; i++) places[points[i].index].front = points[i].front;
    if (n > 0) qsort(places, (size_t)n, sizeof *places, best_first);
    for (int i = 0; i < n; i++) {
        group->rows[i] = places[i].row;
        group->front[i] = places[i].front;
    }
out:
    free(places);
    free(points);
    return status;
}

shoal_status bench_group_make(const bench_record *records, int n, const bench_variant_row *rows, int first,
                              bench_group *group, shoal_error *err)
{
    *group = (bench_group){.records = records};
    shoal_status status;
    SHOAL_TRY_OUT(shoal_alloc(n, sizeof(const bench_variant_row *), &group->rows, err));
    SHOAL_TRY_OUT(shoal_alloc_zero(n, sizeof *group->front, &group->front, err));
    for (int i = first; i < n; i++)
        if (same_group(rows[i].variant, rows[first].variant) && record_of(records, &rows[i]) != NULL)
            group->rows[group->n_measured++] = &rows[i];
    group->n = group->n_measured;
    for (int i = first; i < n; i++)
        if (same_group(rows[i].variant, rows[first].variant) && rows[i].state == BENCH_ROW_FAILED)
            group->rows[group->n++] = &rows[i];
    group->quality = main_quality(group);
    SHOAL_TRY_OUT(sort(group, err));
out:
    if (status < 0) bench_group_free(group);
    return status;
}

void bench_group_free(bench_group *group)
{
    free(group->rows);
    free(group->front);
    *group = (bench_group){0};
}

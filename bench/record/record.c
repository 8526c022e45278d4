#include "record/record.h"

#include <math.h>
#include <string.h>

#include <shoal/version.h>

#include "base/date.h"
#include "base/text.h"
#include "record/statistics.h"

bench_record bench_record_start(const char *kind, const char *name, const bench_machine *machine, int threads,
                                bool quick)
{
    bench_record record = {
        .threads = threads,
        .oversubscribed = threads > machine->usable,
        .quick = quick,
        .bytes = NAN,
        .flops = NAN,
        .floor_ms = NAN,
        .counters = {NAN, NAN, NAN, NAN, NAN},
        .peak_bytes = NAN,
    };
    char now[SHOAL_DATE_SIZE];
    shoal_text_copy(record.kind, sizeof record.kind, kind);
    shoal_text_copy(record.name, sizeof record.name, name);
    shoal_text_copy(record.tool, sizeof record.tool, "shoal");
    shoal_text_copy(record.tool_version, sizeof record.tool_version, shoal_version());
    shoal_text_copy(record.machine, sizeof record.machine, machine->tag);
    shoal_text_copy(record.commit, sizeof record.commit, machine->commit);
    shoal_text_copy(record.date, sizeof record.date, shoal_date_now(now));
    return record;
}

double bench_record_median(const bench_record *record)
{
    return bench_median(record->samples_ms, record->n_samples);
}

double bench_record_percent(const bench_record *record)
{
    const double median = bench_record_median(record);
    return median > 0 ? 100 * record->floor_ms / median : NAN;
}

static bool same_param(const bench_param *a, const bench_param *b)
{
    if (strcmp(a->name, b->name) != 0 || a->is_text != b->is_text) return false;
    if (a->is_text) return strcmp(a->text, b->text) == 0;
    return a->value == b->value || (isnan(a->value) && isnan(b->value));
}

/* In any order. */
static bool same_params(const bench_params *a, const bench_params *b)
{
    if (a->n != b->n) return false;
    for (int i = 0; i < a->n; i++) {
        int at = 0;
        while (at < b->n && !same_param(&a->param[i], &b->param[at])) at++;
        if (at == b->n) return false;
    }
    return true;
}

bool bench_record_same(const bench_record *a, const bench_record *b)
{
    return strcmp(a->kind, b->kind) == 0 && strcmp(a->name, b->name) == 0 && strcmp(a->tool, b->tool) == 0 &&
           strcmp(a->machine, b->machine) == 0 && strcmp(a->size_of, b->size_of) == 0 && a->threads == b->threads &&
           a->quick == b->quick && same_params(&a->params, &b->params);
}

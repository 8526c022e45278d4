#include "record/record.h"

#include <math.h>
#include <string.h>

#include <shoal/version.h>

#include "base/date.h"
#include "base/text.h"
#include "record/statistics.h"

enum { MAX_FITTED = 64 };

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

void bench_record_price(bench_record *record, const bench_limits *limits, const bench_machine *machine,
                        const bench_cost *cost)
{
    if (cost->bytes > 0) record->bytes = cost->bytes;
    if (cost->flops > 0) record->flops = cost->flops;
    if (!(cost->bytes > 0 || cost->flops > 0)) return;
    const bench_roof roof = bench_roof_of(limits, machine, record->threads, cost);
    record->floor_ms = roof.floor_ms;
    if (isfinite(roof.floor_ms)) shoal_text_copy(record->limit, sizeof record->limit, roof.name);
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

bool bench_record_same(const bench_record *a, const bench_record *b)
{
    return strcmp(a->kind, b->kind) == 0 && strcmp(a->name, b->name) == 0 && strcmp(a->tool, b->tool) == 0 &&
           strcmp(a->machine, b->machine) == 0 && strcmp(a->size_of, b->size_of) == 0 && a->threads == b->threads &&
           a->quick == b->quick && bench_params_match(&a->params, &b->params, NULL);
}

double bench_record_speed_up(const bench_record *first, const bench_record *row)
{
    return bench_record_median(first) * first->threads / bench_record_median(row);
}

double bench_record_serial_fraction(const bench_record *const *rows, int n)
{
    double threads[MAX_FITTED], ms[MAX_FITTED];
    int kept = 0;
    for (int i = 0; i < n && kept < MAX_FITTED; i++) {
        const double median = bench_record_median(rows[i]);
        if (rows[i]->oversubscribed || !(median > 0)) continue;
        threads[kept] = rows[i]->threads;
        ms[kept++] = median;
    }
    return bench_serial_fraction(threads, ms, kept);
}

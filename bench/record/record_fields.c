#include "record/record_fields.h"

#include "record/record.h"

#define TEXT(member, required)                                                                                         \
#member, offsetof(bench_record, member), sizeof(((bench_record *)0)->member), BENCH_FIELD_TEXT, required
#define PLAIN(member, type, required) #member, offsetof(bench_record, member), 0, type, required

const bench_field bench_record_fields[BENCH_N_RECORD_FIELDS] = {
    {TEXT(kind, true)},
    {TEXT(name, true)},
    {TEXT(tool, true)},
    {TEXT(tool_version, false)},
    {PLAIN(threads, BENCH_FIELD_INT, true)},
    {PLAIN(oversubscribed, BENCH_FIELD_BOOL, false)},
    {PLAIN(quick, BENCH_FIELD_BOOL, false)},
    {TEXT(pair, false)},
    {TEXT(size_of, false)},
    {PLAIN(bytes, BENCH_FIELD_REAL, false)},
    {PLAIN(flops, BENCH_FIELD_REAL, false)},
    {PLAIN(floor_ms, BENCH_FIELD_REAL, false)},
    {TEXT(limit, false)},
    {PLAIN(checked, BENCH_FIELD_BOOL, false)},
    {PLAIN(peak_bytes, BENCH_FIELD_REAL, false)},
    {TEXT(machine, true)},
    {TEXT(commit, false)},
    {TEXT(date, false)},
};

#define COUNTER(member) #member, offsetof(bench_counters, member), 0, BENCH_FIELD_REAL, false

const bench_field bench_counter_fields[BENCH_N_COUNTER_FIELDS] = {
    {COUNTER(cycles)}, {COUNTER(instructions)}, {COUNTER(llc_misses)}, {COUNTER(memory_reads)}, {COUNTER(joules)},
};

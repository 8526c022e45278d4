/* One row of a benchmark: a line of JSON, schema "shoal.bench/1". */
#ifndef BENCH_RECORD_H
#define BENCH_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "measure/limits.h"
#include "measure/machine.h"
#include "measure/sample.h"

enum { BENCH_NAME_SIZE = 64, BENCH_MAX_PARAMS = 16, BENCH_MAX_QUALITIES = 12, BENCH_TEXT_SIZE = 256 };

/* A parameter is a number or a text. */
typedef struct bench_param {
    char name[32];
    bool is_text;
    double value;
    char text[BENCH_TEXT_SIZE];
} bench_param;

typedef struct bench_params {
    int n;
    bench_param param[BENCH_MAX_PARAMS]; /* in the order given */
} bench_params;

void bench_params_set(bench_params *params, const char *name, double value); /* replaces or appends */
void bench_params_set_text(bench_params *params, const char *name, const char *text);
double bench_params_get(const bench_params *params, const char *name);       /* NAN where absent or a text */
const char *bench_params_text(const bench_params *params, const char *name); /* NULL where absent or a number */
/* Equal in every parameter, whatever the order, except the one called `but` (NULL or "": none is excepted), which both
 * must have. */
bool bench_params_match(const bench_params *a, const bench_params *b, const char *but);
/* "n=1000000 d=8 k=8"; buffer is returned. */
const char *bench_params_show(const bench_params *params, char *buffer, size_t size);

/* A figure that says how good a result is. */
typedef struct bench_quality {
    char name[32];
    double value;
    bool low_is_best;
} bench_quality;

/* JSON: schema, kind, name, tool, tool_version, threads, oversubscribed, quick, pair, size_of, bytes, flops, floor_ms,
 * limit, checked, peak_bytes, machine, commit, date, params{}, counters{}, quality{name: {value, best: "low"|"high"}},
 * median_ms, q25_ms, q75_ms, percent_of_limit, samples_ms[]. Absent figures and texts are null; times are rounded to
 * the nanosecond. */
typedef struct bench_record {
    char kind[16];              /* "strong", "weak", "size", "noise", "variant", "peer" */
    char name[BENCH_NAME_SIZE]; /* "kmeans/iterate": case, then phase */
    bench_params params;
    char tool[32], tool_version[64]; /* "shoal" or the peer */
    int threads;
    bool oversubscribed, quick;
    int n_samples;
    double samples_ms[BENCH_MAX_SAMPLES];
    double bytes, flops; /* NAN: unknown */
    double floor_ms;     /* NAN: unknown */
    char limit[32];      /* what the floor is made of, or "" */
    bool checked;        /* the result was compared with an independent one before the time counted */
    bench_counters counters;
    double peak_bytes;
    int n_qualities;
    bench_quality quality[BENCH_MAX_QUALITIES];
    char pair[BENCH_NAME_SIZE];                         /* rows run in turn with each other share it; "" alone */
    char size_of[32];                                   /* size scaling: the parameter that is varied, or "" */
    char machine[BENCH_TAG_SIZE], commit[64], date[32]; /* ISO 8601, UTC */
} bench_record;

bench_record bench_record_start(const char *kind, const char *name, const bench_machine *machine, int threads,
                                bool quick); /* figures NAN, texts empty, date now, tool shoal and its version */
/* Sets bytes, flops, floor_ms and limit of a row that does that much work. */
void bench_record_price(bench_record *record, const bench_limits *limits, const bench_machine *machine,
                        const bench_cost *cost);
double bench_record_median(const bench_record *record);
double bench_record_percent(const bench_record *record); /* 100 x floor / median; NAN where unknown */

/* Of rows of the same work: the time of the first, which has the fewest threads, over that of the row, times these
 * threads: the fewest count as ideal. */
double bench_record_speed_up(const bench_record *first, const bench_record *row);
/* bench_serial_fraction of them. Rows with more threads than cores say nothing about the law and are left out. */
double bench_record_serial_fraction(const bench_record *const *rows, int n);

/* Same measurement: kind, name, params, tool, threads, quick, machine, size_of (commit and date may differ). */
bool bench_record_same(const bench_record *a, const bench_record *b);

/* One line with its newline, malloc'ed; NULL where memory ran out. */
char *bench_record_print(const bench_record *record);
/* Errors: INPUT, naming what is wrong. */
SHOAL_MUST_USE shoal_status bench_record_parse(const char *line, size_t length, bench_record *record, shoal_error *err);

/* The machine and its limits as a line: schema "shoal.bench.machine/1", machine (the tag), cpu, … limits[]. */
char *bench_machine_print(const bench_machine *machine, const bench_limits *limits);
SHOAL_MUST_USE shoal_status bench_machine_parse(const char *line, size_t length, bench_machine *machine,
                                                bench_limits *limits, shoal_error *err);

#endif

/* The plain fields of a record, and those of its counters. */
#ifndef BENCH_RECORD_FIELDS_H
#define BENCH_RECORD_FIELDS_H

#include "record/fields.h"

enum { BENCH_N_RECORD_FIELDS = 18, BENCH_N_COUNTER_FIELDS = 5 };
extern const bench_field bench_record_fields[BENCH_N_RECORD_FIELDS];
extern const bench_field bench_counter_fields[BENCH_N_COUNTER_FIELDS];

#endif

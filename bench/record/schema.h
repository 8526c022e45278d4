/* Lines of the file: which kind each is. */
#ifndef BENCH_SCHEMA_H
#define BENCH_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "base/error.h"
#include "record/record.h"

#define BENCH_RECORD_SCHEMA "shoal.bench"
#define BENCH_MACHINE_SCHEMA "shoal.bench.machine"

/* The object on a line, to be released with json_decref. Errors: INPUT. */
SHOAL_MUST_USE shoal_status bench_line_read(const char *line, size_t length, json_t **object, shoal_error *err);
/* Whether the object has that schema, in whatever version. */
bool bench_line_is(const json_t *object, const char *schema);
/* Errors: INPUT (another schema, none, a newer version than 1). */
SHOAL_MUST_USE shoal_status bench_line_check(const json_t *object, const char *schema, shoal_error *err);

/* bench_record_parse and bench_machine_parse of what bench_line_read gave. */
SHOAL_MUST_USE shoal_status bench_record_take(const json_t *object, bench_record *record, shoal_error *err);
SHOAL_MUST_USE shoal_status bench_machine_take(const json_t *object, bench_machine *machine, bench_limits *limits,
                                               shoal_error *err);

#endif

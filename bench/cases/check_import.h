/* A store against the rows that its CSV was written from. */
#ifndef BENCH_CHECK_IMPORT_H
#define BENCH_CHECK_IMPORT_H

#include "cases/states.h"

/* The report's counts and sums, and every value of every column. Errors: INPUT, naming the first that differs; those
 * of the store. */
SHOAL_MUST_USE shoal_status bench_check_import(const bench_import_state *s, shoal_error *err);

#endif

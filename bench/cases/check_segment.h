/* What must hold of a whole job. */
#ifndef BENCH_CHECK_SEGMENT_H
#define BENCH_CHECK_SEGMENT_H

#include "cases/states.h"

int64_t bench_cents_of(double money);

/* Rows and customers as generated, four files, segments that add up to all customers and all money, a row a customer
 * in segments.csv with the sizes that were told and the same bytes in every run. Errors: INPUT, IO. */
SHOAL_MUST_USE shoal_status bench_check_segment(bench_segment_state *s, shoal_error *err);

#endif

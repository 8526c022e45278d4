/* RFM again, in the plainest way: one customer after the other, money in whole cents, cuts out of sorted copies. */
#ifndef BENCH_CHECK_RFM_H
#define BENCH_CHECK_RFM_H

#include "cases/states.h"

/* Recency, frequency and monetary (0, 1, 2) as a column of the summary. */
shoal_column bench_rfm_column(const bench_rfm_state *s, int part);

/* Errors: INPUT, naming the customer; MEMORY. */
SHOAL_MUST_USE shoal_status bench_check_summary(const bench_rfm_state *s, shoal_error *err);
SHOAL_MUST_USE shoal_status bench_check_scores(const bench_rfm_state *s, shoal_error *err);

#endif

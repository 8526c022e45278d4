/* Whether fits and predictions of BG/NBD and Gamma-Gamma are what the formulas of the papers say. */
#ifndef BENCH_CLV_CHECK_H
#define BENCH_CLV_CHECK_H

#include <shoal/clv.h>
#include <shoal/rfm.h>

#include "base/error.h"

/* The log-likelihood that the fits claim, P(alive) of every customer, and predictions that are numbers and not
 * negative. spend: NULL without one. Errors: INPUT, saying what differs; MEMORY. */
SHOAL_MUST_USE shoal_status bench_clv_check(const shoal_summary *s, const shoal_bgnbd_fit *purchase,
                                            const shoal_gamma_gamma_fit *spend, const double *p_alive,
                                            const double *expected_purchases, shoal_error *err);

#endif

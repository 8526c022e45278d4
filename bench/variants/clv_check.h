/* BG/NBD and Gamma-Gamma row by row, by the formulas of the papers and nothing else. */
#ifndef BENCH_CLV_CHECK_H
#define BENCH_CLV_CHECK_H

#include <shoal/clv.h>
#include <shoal/rfm.h>

#include "base/error.h"

/* Log-likelihoods summed over the rows that a fit uses. */
double bench_bgnbd_log_likelihood(const shoal_bgnbd *p, const shoal_summary *s);
double bench_gamma_gamma_log_likelihood(const shoal_gamma_gamma *p, const shoal_summary *s);

/* The log-likelihood that the fits claim, P(alive) of every customer, and predictions that are numbers and not
 * negative. spend: NULL without one. Errors: INPUT, saying what differs. */
SHOAL_MUST_USE shoal_status bench_clv_check(const shoal_summary *s, const shoal_bgnbd_fit *purchase,
                                            const shoal_gamma_gamma_fit *spend, const double *p_alive,
                                            const double *expected_purchases, shoal_error *err);

#endif

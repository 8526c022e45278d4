/* The formulas of BG/NBD (Fader, Hardie & Lee 2005, doi:10.1287/mksc.1040.0098, and their note 004) and Gamma-Gamma
 * (Fader & Hardie, note 025) as they are printed, row by row: the independent reference of the checks. */
#ifndef BENCH_PLAIN_CLV_H
#define BENCH_PLAIN_CLV_H

#include "cases/histories.h"

/* Log-likelihood of the rows that a fit uses: those with a T, and those with x and mean_spend above 0. Errors: MEMORY.
 */
SHOAL_MUST_USE shoal_status bench_plain_purchase_likelihood(const shoal_bgnbd *p, const bench_histories *h,
                                                            double *log_likelihood, shoal_error *err);
SHOAL_MUST_USE shoal_status bench_plain_spend_likelihood(const shoal_gamma_gamma *p, const bench_histories *h,
                                                         double *log_likelihood, shoal_error *err);

double bench_plain_p_alive(const shoal_bgnbd *p, double x, double t_x, double T);
/* Purchases expected in (T, T + t]. */
double bench_plain_purchases(const shoal_bgnbd *p, double t, double x, double t_x, double T);
double bench_plain_spend(const shoal_gamma_gamma *p, double x, double mean_spend);

#endif

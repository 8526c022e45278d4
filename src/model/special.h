/* Special functions of a positive argument. */
#ifndef SHOAL_MODEL_SPECIAL_H
#define SHOAL_MODEL_SPECIAL_H

/* ln Γ(x), x > 0, by lgamma_r: safe in threads. */
double shoal_log_gamma(double x);
/* ψ(x) = (ln Γ)'(x), x > 0. Error below 4 ulp of max(1, |ψ|). */
double shoal_digamma(double x);
/* ψ'(x), x > 0. Relative error below 4 ulp. */
double shoal_trigamma(double x);
/* The regularised incomplete beta function I_x(a, b) for a, b > 0 and x and y = 1 - x in [0, 1]: both are given, so
 * that neither end cancels. Relative error about 1e-14 (a + b up to 1e6). */
double shoal_beta_regularised(double a, double b, double x, double y);

#endif

/* Customer lifetime value: BG/NBD purchases and Gamma-Gamma spend.
 *
 * Methods: Fader, Hardie & Lee 2005 ("Counting Your Customers" the easy way, doi:10.1287/mksc.1040.0098) with the
 * notes 004, 027 and 039 by Fader & Hardie; Gamma-Gamma after Fader & Hardie's note 025.
 * Everything is computed in logarithms, so that no input overflows. Times are in one unit of the caller's choice. */
#ifndef SHOAL_CLV_H
#define SHOAL_CLV_H

#include <stdbool.h>
#include <stdint.h>

#include <shoal/context.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How a fit went. Arrays of standard errors are NaN where a parameter lies on a boundary. */
typedef struct shoal_fit_info {
    int64_t n;             /* customers used */
    int64_t n_distinct;    /* distinct rows after compression */
    double log_likelihood; /* summed over customers */
    bool converged;
    char boundary[200]; /* "" or a sentence such as "a → 0: the data show no dropout" */
    int starts;
    int evaluations;
} shoal_fit_info;

typedef struct shoal_bgnbd {
    double r, alpha, a, b;
} shoal_bgnbd;

typedef struct shoal_bgnbd_fit {
    shoal_bgnbd params;
    shoal_bgnbd se;
    shoal_fit_info info;
} shoal_bgnbd_fit;

/* Maximum likelihood over n customers. x: repeat purchases >= 0; t_x: time of the last one, 0 where x = 0; T >= t_x.
 * Rows with NaN in T are left out. weight: n counts > 0, or NULL. Equal rows are merged into counts.
 * L-BFGS from four starts in the logarithms of the parameters, then Newton's method with the analytic Hessian; standard
 * errors from its inverse. The result does not depend on the order of the rows or the number of threads.
 * Returns SHOAL_OK, SHOAL_BOUNDARY (info.boundary says which and what it means) or SHOAL_NOT_CONVERGED. Boundaries:
 * a → 0 where a / (a + b) < 0.001, or < 0.05 with a log-likelihood less than 1.353 above that of the model without
 * dropout (5% level); too few data to tell where the mean dropout is larger than that but the gain no better; b → 0
 * where b / (a + b) < 0.001; a, b → ∞ and r, α → ∞ where the coefficient of variation of dropout or of rates is below
 * 3%; r, α → 0 at the edge of the range searched. Errors: INPUT (negative or infinite value, t_x > T, t_x > 0 where x =
 * 0, weight <= 0: names the row; nobody bought twice; no customer), MEMORY, INTERRUPTED. O(n) to compress, O(distinct
 * rows) an evaluation; about 80 of them, most on a sample of the rows where there are many. */
SHOAL_API SHOAL_MUST_USE shoal_status shoal_bgnbd_estimate(const shoal_ctx *ctx, int64_t n, const int32_t *x,
                                                           const double *t_x, const double *T, const double *weight,
                                                           shoal_bgnbd_fit *fit, shoal_error *err);

SHOAL_API double shoal_bgnbd_log_likelihood(const shoal_bgnbd *p, double x, double t_x, double T);
SHOAL_API double shoal_bgnbd_p_alive(const shoal_bgnbd *p, double x, double t_x, double T);
/* Purchases expected in (T, T + t] of a customer with that history. Relative error about 1e-11, 1e-9 at extremes; NaN
 * where r is large and tens of millions of purchases are expected in t. */
SHOAL_API double shoal_bgnbd_expected_purchases(const shoal_bgnbd *p, double t, double x, double t_x, double T);
/* Purchases expected in (0, t] of a customer just won. */
SHOAL_API double shoal_bgnbd_expected_new(const shoal_bgnbd *p, double t);
/* P(X(t) = x) of a customer just won. */
SHOAL_API double shoal_bgnbd_pmf(const shoal_bgnbd *p, double t, int64_t x);

typedef struct shoal_gamma_gamma {
    double p, q, gamma;
} shoal_gamma_gamma;

typedef struct shoal_gamma_gamma_fit {
    shoal_gamma_gamma params;
    shoal_gamma_gamma se;
    shoal_fit_info info;
    double correlation; /* of x and mean spend over the customers used; the model assumes none */
    int64_t n_dropped;  /* repeat buyers left out because their mean spend was not positive */
} shoal_gamma_gamma_fit;

/* Maximum likelihood over the customers with x > 0 and mean spend > 0. Method, status and errors as
 * shoal_bgnbd_estimate. Boundaries: p → ∞ or q → ∞ where 1 / p or 1 / q < 0.001; q <= 1, where the population has no
 * finite mean (standard errors are given all the same). */
SHOAL_API SHOAL_MUST_USE shoal_status shoal_gamma_gamma_estimate(const shoal_ctx *ctx, int64_t n, const int32_t *x,
                                                                 const double *mean_spend, const double *weight,
                                                                 shoal_gamma_gamma_fit *fit, shoal_error *err);
SHOAL_API double shoal_gamma_gamma_log_likelihood(const shoal_gamma_gamma *p, double x, double mean_spend);
/* Expected mean spend; the population mean p γ / (q - 1) where x = 0. NaN where p x + q <= 1 (no finite mean) or the
 * mean spend of a repeat buyer is NaN. A negative mean spend (returns) counts as 0. */
SHOAL_API double shoal_gamma_gamma_expected_spend(const shoal_gamma_gamma *p, double x, double mean_spend);

typedef struct shoal_clv_opts {
    double horizon;       /* length of the forecast, in units; > 0 */
    double period;        /* length of a discounting period, in units; purchases fall to its end */
    double discount_rate; /* per period, >= 0 */
} shoal_clv_opts;

/* Predictions for n customers, each output of length n or NULL.
 * p_alive: P(alive) at T. expected_purchases: in (T, T + horizon]. expected_spend: mean money a purchase (spend may be
 * NULL: NaN). clv: sum over periods k = 1, 2 … of expected purchases in the period x expected spend / (1 + rate)^k, the
 * last period being cut off by the horizon. Rows with NaN in T get NaN. Equal histories are scored once.
 * Errors: USAGE (options; more than 10,000 periods), INPUT (negative x; not 0 <= t_x <= T: names the row), MEMORY,
 * INTERRUPTED. */
SHOAL_API SHOAL_MUST_USE shoal_status shoal_clv_predict(const shoal_ctx *ctx, const shoal_bgnbd *purchase,
                                                        const shoal_gamma_gamma *spend, const shoal_clv_opts *opts,
                                                        int64_t n, const int32_t *x, const double *t_x, const double *T,
                                                        const double *mean_spend, double *p_alive,
                                                        double *expected_purchases, double *expected_spend, double *clv,
                                                        shoal_error *err);

#ifdef __cplusplus
}
#endif
#endif

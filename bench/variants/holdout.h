/* Predictions against what customers did afterwards. */
#ifndef BENCH_HOLDOUT_H
#define BENCH_HOLDOUT_H

#include <shoal/rfm.h>

#include "base/error.h"

/* Figures are NAN where the holdout period does not tell. */
typedef struct bench_holdout {
    double mae, rmse;             /* purchases of a customer */
    double abs_bias;              /* |predicted - actual| / actual, of all purchases together */
    double gini_purchases;        /* ranking by expected purchases, of purchases */
    double gini, gini_normalised; /* ranking by expected money, of money; without money of purchases */
} bench_holdout;

/* Over the customers with a purchase in the calibration period. s: with a holdout. purchases: expected in the holdout
 * period; spend: expected mean money a purchase, or NULL. Errors: MEMORY. */
SHOAL_MUST_USE shoal_status bench_holdout_judge(const shoal_summary *s, const double *purchases, const double *spend,
                                                bench_holdout *holdout, shoal_error *err);

#endif

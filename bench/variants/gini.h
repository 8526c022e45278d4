/* How well a prediction ranks customers by what they did. */
#ifndef BENCH_GINI_H
#define BENCH_GINI_H

#include <stdint.h>

#include "base/error.h"

/* Gini coefficient of `actual` with the rows ranked by `predicted`: twice the area between the diagonal and the curve
 * of the share of the total that the best predicted rows bring. Rows predicted equal share their mean rank, so that
 * the order of rows does not matter. *raw is between -1 and 1 (without negative actual values); *normalised is raw /
 * the Gini of a perfect ranking: 1 for perfect, 0 for chance; for 0/1 outcomes it is 2 AUC - 1. Both are NAN where the
 * total is not positive or n < 1, *normalised also where all actual values are equal. Errors: MEMORY. */
SHOAL_MUST_USE shoal_status bench_gini(int64_t n, const double *predicted, const double *actual, double *raw,
                                       double *normalised, shoal_error *err);

#endif

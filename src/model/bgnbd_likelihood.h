/* The BG/NBD log-likelihood of many customers with its derivatives. */
#ifndef SHOAL_MODEL_BGNBD_LIKELIHOOD_H
#define SHOAL_MODEL_BGNBD_LIKELIHOOD_H

#include <stdbool.h>
#include <stdint.h>

#include <shoal/clv.h>

#include "model/compress.h"

enum { SHOAL_BGNBD_PARAMS = 4 };

/* Distinct histories laid out for the sums. Owned arrays. */
typedef struct shoal_bgnbd_data {
    int64_t n;
    double *x, *weight;     /* length n, ascending in x */
    int64_t *t_x_at, *T_at; /* length n: places in the tables of times */
    int64_t n_times;
    double *time, *log_time, *inverse_time; /* distinct times; ln(α + time) and 1 / (α + time) of an evaluation */
    int64_t n_groups;
    double *group_x, *group_weight; /* distinct x and the weight of their rows */
    double total_weight, total_purchases;
} shoal_bgnbd_data;

/* From distinct rows with u = T and v = t_x, times divided by time_scale. Errors: MEMORY, INTERRUPTED. */
SHOAL_MUST_USE shoal_status shoal_bgnbd_data_make(const shoal_ctx *ctx, const shoal_distinct *distinct,
                                                  double time_scale, shoal_bgnbd_data *data, shoal_error *err);
void shoal_bgnbd_data_free(shoal_bgnbd_data *data);

/* Log-likelihood summed over the customers at theta = ln (r, α, a, b), its gradient (4) and Hessian (4 x 4) by theta,
 * each NULL where not wanted (the Hessian comes with the gradient only). Parallel over fixed blocks, summed in their
 * order. Overwrites the tables in data. */
void shoal_bgnbd_evaluate(const shoal_ctx *ctx, shoal_bgnbd_data *data, const double *theta, double *value,
                          double *gradient, double *hessian);

#endif

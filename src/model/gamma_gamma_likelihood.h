/* The Gamma-Gamma log-likelihood of many customers with its derivatives. */
#ifndef SHOAL_MODEL_GAMMA_GAMMA_LIKELIHOOD_H
#define SHOAL_MODEL_GAMMA_GAMMA_LIKELIHOOD_H

#include <stdint.h>

#include <shoal/context.h>

#include "model/compress.h"

enum { SHOAL_GAMMA_GAMMA_PARAMS = 3 };

/* Distinct (x, mean spend) laid out for the sums. Owned arrays. */
typedef struct shoal_gamma_gamma_data {
    int64_t n;
    double *x, *total, *weight; /* length n; total = x times the scaled mean spend */
    int64_t n_groups;
    double *group_x, *group_weight;
    double total_weight;
    double log_sum, x_log_sum; /* sums of ln mean and x ln mean */
} shoal_gamma_gamma_data;

/* From distinct rows with u = mean spend > 0 and x > 0; spend is divided by scale. Errors: MEMORY. */
SHOAL_MUST_USE shoal_status shoal_gamma_gamma_data_make(const shoal_distinct *distinct, double scale,
                                                        shoal_gamma_gamma_data *data, shoal_error *err);
void shoal_gamma_gamma_data_free(shoal_gamma_gamma_data *data);

/* As shoal_bgnbd_evaluate, at theta = ln (p, q, γ): gradient 3, Hessian 3 x 3. */
void shoal_gamma_gamma_evaluate(const shoal_ctx *ctx, const shoal_gamma_gamma_data *data, const double *theta,
                                double *value, double *gradient, double *hessian);

#endif

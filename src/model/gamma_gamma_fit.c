#include <shoal/clv.h>

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "model/gamma_gamma_likelihood.h"
#include "model/optimise.h"

enum { P, Q, GAMMA, N };
enum { SAMPLE_ROWS = 16384 }; /* distinct rows that choose among the starts */

/* Squared coefficient of variation (1 / p within a customer, about 1 / q between customers) that counts as none. */
static const double no_variation = 1e-3;

/* Mean spend of the customers to use, NaN for the others; counts what was dropped. */
static shoal_status choose_rows(int64_t n, const int32_t *x, const double *mean_spend, const double *weight,
                                double *used, double *dropped, shoal_error *err)
{
    bool any = false;
    *dropped = 0;
    for (int64_t i = 0; i < n; i++) {
        const double w = weight != NULL ? weight[i] : 1;
        used[i] = NAN;
        if (x[i] == 0) continue;
        if (x[i] < 0 || !isfinite(mean_spend[i]) || !(w > 0 && isfinite(w)))
            return shoal_fail(err, SHOAL_ERR_INPUT,
                              "Gamma-Gamma: row %" PRId64 " (counted from 0): x is negative, the mean spend missing or "
                              "infinite, or the weight not a positive number; x = %" PRId32 ", mean spend = %g",
                              i, x[i], mean_spend[i]);
        if (mean_spend[i] > 0) {
            used[i] = mean_spend[i];
            any = true;
        } else {
            *dropped += w;
        }
    }
    if (!any)
        return shoal_fail(err, SHOAL_ERR_INPUT,
                          "Gamma-Gamma: nobody bought twice with a positive mean spend, so nothing can be learnt about "
                          "spend; take a longer period");
    return SHOAL_OK;
}

/* Correlation of x and mean spend over the customers; NaN where one of them is constant. */
static double correlation_of(const shoal_distinct *d)
{
    double mean_x = 0, mean_u = 0, xx = 0, uu = 0, xu = 0;
    for (int64_t i = 0; i < d->n; i++) {
        mean_x += d->weight[i] / d->total_weight * d->x[i];
        mean_u += d->weight[i] / d->total_weight * d->u[i];
    }
    for (int64_t i = 0; i < d->n; i++) {
        const double dx = d->x[i] - mean_x, du = d->u[i] - mean_u;
        xx += d->weight[i] * dx * dx;
        uu += d->weight[i] * du * du;
        xu += d->weight[i] * dx * du;
    }
    const bool constant = d->x[0] == d->x[d->n - 1] || !(uu > 0);
    return constant ? NAN : xu / sqrt(xx) / sqrt(uu);
}

typedef struct objective {
    const shoal_ctx *ctx;
    shoal_gamma_gamma_data data;
} objective;

/* Minus the mean log-likelihood. */
static void evaluate(void *user, const double *theta, double *value, double *gradient, double *hessian)
{
    objective *o = user;
    shoal_gamma_gamma_evaluate(o->ctx, &o->data, theta, value, gradient, hessian);
    const double scale = -1 / o->data.total_weight;
    *value *= scale;
    for (int i = 0; gradient != NULL && i < N; i++) gradient[i] *= scale;
    for (int i = 0; hessian != NULL && i < N * N; i++) hessian[i] *= scale;
}

/* Bounds in units where the mean spend is 1. */
static shoal_problem problem_of(objective *o, objective *sample)
{
    return (shoal_problem){
        .n = N,
        .phase = "Gamma-Gamma",
        .evaluate = evaluate,
        .user = o,
        .user_search = sample->data.n > 0 ? sample : NULL,
        .weight = o->data.total_weight,
        .lower = {log(1e-4), log(1e-3), log(1e-9)},
        .upper = {log(1e5), log(1e5), log(1e9)},
    };
}

static void diagnose(const shoal_gamma_gamma *at, bool *inside, shoal_fit_info *info)
{
    const bool same_purchases = 1 / at->p < no_variation, same_customers = 1 / at->q < no_variation;
    const char *sentence = "";
    if (same_purchases && same_customers) {
        inside[P] = inside[Q] = inside[GAMMA] = false;
        sentence = "p, q → ∞: all customers spend the same";
    } else if (same_purchases) {
        inside[P] = inside[GAMMA] = false;
        sentence = "p → ∞: a customer's purchases are all alike";
    } else if (same_customers) {
        inside[Q] = inside[GAMMA] = false;
        sentence = "q, γ → ∞: customers do not differ in what they spend on average";
    } else if (at->q <= 1) {
        sentence = "q ≤ 1: the mean spend over customers is infinite, so a new customer has no expected spend";
    }
    shoal_text_copy(info->boundary, sizeof info->boundary, sentence);
}

static shoal_status fit_data(const shoal_ctx *ctx, objective *o, objective *sample, double scale,
                             shoal_gamma_gamma_fit *fit, shoal_error *err)
{
    /* p, q, γ with mean pγ / (q - 1) = 1, but for the last, whose mean is infinite */
    enum { STARTS = 4 };
    static const double shape[STARTS][N] = {{1, 2, 1}, {6, 4, 0.5}, {3, 20, 19.0 / 3}, {10, 0.9, 0.05}};
    double starts[STARTS * N], se[N];
    for (int i = 0; i < STARTS; i++)
        for (int j = 0; j < N; j++) starts[i * N + j] = log(shape[i][j]);
    const shoal_problem problem = problem_of(o, sample);
    shoal_optimum best;
    SHOAL_TRY(shoal_minimise(ctx, &problem, STARTS, starts, &best, err));

    shoal_fit_info *info = &fit->info;
    info->n = llround(o->data.total_weight);
    info->n_distinct = o->data.n;
    info->log_likelihood = -(best.value + log(scale)) * o->data.total_weight; /* densities: back to money */
    info->converged = best.converged;
    info->starts = STARTS;
    info->evaluations = best.evaluations;
    fit->params = (shoal_gamma_gamma){exp(best.theta[P]), exp(best.theta[Q]), exp(best.theta[GAMMA]) * scale};
    bool inside[N] = {true, true, true};
    diagnose(&fit->params, inside, info);
    SHOAL_TRY(shoal_standard_errors(&problem, &best, inside, se, err));
    fit->se = (shoal_gamma_gamma){fit->params.p * se[P], fit->params.q * se[Q], fit->params.gamma * se[GAMMA]};
    if (info->boundary[0] != '\0') return SHOAL_BOUNDARY;
    return info->converged ? SHOAL_OK : SHOAL_NOT_CONVERGED;
}

static double mean_of(const shoal_distinct *d)
{
    double mean = 0;
    for (int64_t i = 0; i < d->n; i++) mean += d->weight[i] / d->total_weight * d->u[i];
    return mean;
}

shoal_status shoal_gamma_gamma_estimate(const shoal_ctx *ctx, int64_t n, const int32_t *x, const double *mean_spend,
                                        const double *weight, shoal_gamma_gamma_fit *fit, shoal_error *err)
{
    shoal_status status;
    double *used = NULL, dropped;
    shoal_distinct distinct = {0};
    shoal_distinct few = {0};
    objective o = {.ctx = ctx}, sample = {.ctx = ctx};
    shoal_gamma_gamma_fit made = {0};
    SHOAL_TRY_OUT(shoal_alloc(n, sizeof *used, &used, err));
    SHOAL_TRY_OUT(choose_rows(n, x, mean_spend, weight, used, &dropped, err));
    const shoal_rows rows = {.n = n, .x = x, .u = used, .weight = weight};
    SHOAL_TRY_OUT(shoal_compress(ctx, &rows, &distinct, err));
    const double scale = mean_of(&distinct);
    SHOAL_TRY_OUT(shoal_distinct_sample(&distinct, SAMPLE_ROWS, &few, err));
    SHOAL_TRY_OUT(shoal_gamma_gamma_data_make(&distinct, scale, &o.data, err));
    if (few.n > 0) SHOAL_TRY_OUT(shoal_gamma_gamma_data_make(&few, scale, &sample.data, err));
    SHOAL_TRY_OUT(fit_data(ctx, &o, &sample, scale, &made, err));
    made.correlation = correlation_of(&distinct);
    made.n_dropped = llround(dropped);
    *fit = made;
out:
    free(used);
    shoal_distinct_free(&distinct);
    shoal_distinct_free(&few);
    shoal_gamma_gamma_data_free(&o.data);
    shoal_gamma_gamma_data_free(&sample.data);
    return status;
}

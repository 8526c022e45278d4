#include <shoal/clv.h>

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "model/bgnbd_likelihood.h"
#include "model/optimise.h"

enum { R, ALPHA, A, B, N };
enum { SAMPLE_ROWS = 16384 }; /* distinct rows that choose among the starts */

/* Gain in log-likelihood below which the fit is no better than the model without dropout (a → 0): half the 5% point
 * of the mixture of chi-square with 0 and 1 degrees of freedom that twice the gain follows at that boundary
 * (Self & Liang 1987, doi:10.1080/01621459.1987.10478472). */
static const double dropout_gain = 2.7055 / 2;
/* Dropout after fewer than one purchase in a thousand says the same, however many customers make it significant. */
static const double rare_dropout = 1e-3;
/* Mean probability up to which a dropout that the data do not show is as good as none. */
static const double little_dropout = 0.05;
/* Squared coefficient of variation (of rates, of dropout probabilities) below which customers count as alike. */
static const double no_variation = 1e-3;

static shoal_status check_row(int64_t i, const int32_t *x, const double *t_x, const double *T, const double *weight,
                              shoal_error *err)
{
    const char *wrong = NULL;
    if (x[i] < 0) wrong = "x is negative";
    else if (!isfinite(T[i]) || T[i] < 0) wrong = "T is negative or infinite";
    else if (!isfinite(t_x[i]) || t_x[i] < 0) wrong = "t_x is negative, infinite or missing";
    else if (t_x[i] > T[i]) wrong = "t_x is later than T";
    else if (x[i] == 0 && t_x[i] > 0) wrong = "t_x is not 0 although there is no repeat purchase";
    else if (weight != NULL && !(weight[i] > 0 && isfinite(weight[i]))) wrong = "the weight is not a positive number";
    if (wrong == NULL) return SHOAL_OK;
    return shoal_fail(err, SHOAL_ERR_INPUT,
                      "BG/NBD: row %" PRId64 " (counted from 0): %s; x = %" PRId32 ", t_x = %g, T = %g", i, wrong, x[i],
                      t_x[i], T[i]);
}

static shoal_status check(int64_t n, const int32_t *x, const double *t_x, const double *T, const double *weight,
                          double *longest, shoal_error *err)
{
    bool any = false, repeats = false;
    *longest = 0;
    for (int64_t i = 0; i < n; i++) {
        if (isnan(T[i])) continue;
        SHOAL_TRY(check_row(i, x, t_x, T, weight, err));
        any = true;
        if (x[i] > 0) repeats = true;
        if (T[i] > *longest) *longest = T[i];
    }
    if (!any) return shoal_fail(err, SHOAL_ERR_INPUT, "BG/NBD: there is no customer with a purchase in the period");
    if (!repeats)
        return shoal_fail(err, SHOAL_ERR_INPUT,
                          "BG/NBD: nobody bought twice, so nothing can be learnt about repeat purchases; take a longer "
                          "period");
    return SHOAL_OK;
}

typedef struct objective {
    const shoal_ctx *ctx;
    shoal_bgnbd_data data;
} objective;

/* Minus the mean log-likelihood. */
static void evaluate(void *user, const double *theta, double *value, double *gradient, double *hessian)
{
    objective *o = user;
    shoal_bgnbd_evaluate(o->ctx, &o->data, theta, value, gradient, hessian);
    const double scale = -1 / o->data.total_weight;
    *value *= scale;
    for (int i = 0; gradient != NULL && i < N; i++) gradient[i] *= scale;
    for (int i = 0; hessian != NULL && i < N * N; i++) hessian[i] *= scale;
}

/* Bounds in units where the longest T is 1: wide enough that only boundary cases meet them. */
static shoal_problem problem_of(objective *o, objective *sample)
{
    return (shoal_problem){
        .n = N,
        .phase = "BG/NBD",
        .evaluate = evaluate,
        .user = o,
        .user_search = sample->data.n > 0 ? sample : NULL,
        .weight = o->data.total_weight,
        .lower = {log(1e-6), log(1e-9), log(1e-10), log(1e-6)},
        .upper = {log(1e5), log(1e9), log(1e5), log(1e7)},
    };
}

enum { STARTS = 4 };

/* Low to high heterogeneity and dropout, at the mean rate of the data. */
static void choose_starts(const objective *o, double *starts)
{
    static const double shape[STARTS][3] = {{0.3, 0.8, 2.5}, {1, 0.3, 3}, {3, 1, 1}, {0.6, 0.02, 2}}; /* r, a, b */
    double exposure = 0;
    for (int64_t i = 0; i < o->data.n; i++) exposure += o->data.weight[i] * o->data.time[o->data.T_at[i]];
    const double rate = o->data.total_purchases / fmax(exposure, 1e-9);
    for (int i = 0; i < STARTS; i++) {
        starts[i * N + R] = log(shape[i][0]);
        starts[i * N + ALPHA] = log(shape[i][0] / rate);
        starts[i * N + A] = log(shape[i][1]);
        starts[i * N + B] = log(shape[i][2]);
    }
}

/* The best log-likelihood without dropout: a below anything that the data could notice. */
static shoal_status fit_without_dropout(const shoal_ctx *ctx, const shoal_problem *problem, const shoal_optimum *from,
                                        shoal_optimum *optimum, shoal_error *err)
{
    shoal_problem nested = *problem;
    nested.phase = "BG/NBD without dropout";
    nested.lower[A] = nested.upper[A] = -690; /* e^-690 is still a normal number */
    nested.lower[B] = nested.upper[B] = 0;
    return shoal_minimise(ctx, &nested, 1, from->theta, optimum, err);
}

static void add_sentence(shoal_fit_info *info, const char *sentence)
{
    size_t used = strlen(info->boundary);
    if (used > 0) {
        shoal_text_copy(info->boundary + used, sizeof info->boundary - used, "; ");
        used = strlen(info->boundary);
    }
    shoal_text_copy(info->boundary + used, sizeof info->boundary - used, sentence);
}

static bool on_bound(const shoal_problem *problem, const shoal_optimum *optimum, int i)
{
    return optimum->theta[i] <= problem->lower[i] || optimum->theta[i] >= problem->upper[i];
}

/* Which parameters cannot be told from their limits: says so, and clears inside[]. gain: over no dropout. */
static void diagnose(const shoal_problem *problem, const shoal_optimum *optimum, double gain, bool *inside,
                     shoal_fit_info *info)
{
    const double r = exp(optimum->theta[R]), a = exp(optimum->theta[A]), b = exp(optimum->theta[B]);
    const double dropout = a / (a + b);
    if (1 - dropout < rare_dropout) {
        inside[A] = inside[B] = false;
        add_sentence(info, "b → 0: everyone drops out after the first repeat purchase");
    } else if (dropout < rare_dropout || (gain < dropout_gain && dropout < little_dropout)) {
        inside[A] = inside[B] = false;
        add_sentence(info, "a → 0: the data show no dropout, every customer counts as alive");
    } else if (gain < dropout_gain) {
        inside[A] = inside[B] = false;
        add_sentence(info, "a, b: too few data to tell dropout from none, P(alive) is little more than a guess");
    } else if (b / (a * (a + b + 1)) < no_variation) {
        inside[A] = inside[B] = false;
        add_sentence(info, "a, b → ∞: every customer drops out with the same probability");
    }
    if (1 / r < no_variation) {
        inside[R] = inside[ALPHA] = false;
        add_sentence(info, "r, α → ∞: all customers buy at the same rate");
    } else if (on_bound(problem, optimum, R) || on_bound(problem, optimum, ALPHA)) {
        inside[R] = inside[ALPHA] = false;
        add_sentence(info, "r, α → 0: a few customers buy at any rate, the others never again");
    }
}

static shoal_status fit_data(const shoal_ctx *ctx, objective *o, objective *sample, double time_scale,
                             shoal_bgnbd_fit *fit, shoal_error *err)
{
    const shoal_problem problem = problem_of(o, sample);
    double starts[STARTS * N], se[N];
    shoal_optimum best, nested;
    choose_starts(o, starts);
    SHOAL_TRY(shoal_minimise(ctx, &problem, STARTS, starts, &best, err));
    SHOAL_TRY(fit_without_dropout(ctx, &problem, &best, &nested, err));

    shoal_fit_info *info = &fit->info;
    info->n = llround(o->data.total_weight);
    info->n_distinct = o->data.n;
    /* densities of purchase times: back to the caller's unit */
    info->log_likelihood = -best.value * o->data.total_weight - o->data.total_purchases * log(time_scale);
    info->converged = best.converged;
    info->starts = STARTS;
    info->evaluations = best.evaluations + nested.evaluations;
    bool inside[N] = {true, true, true, true};
    diagnose(&problem, &best, (nested.value - best.value) * o->data.total_weight, inside, info);
    SHOAL_TRY(shoal_standard_errors(&problem, &best, inside, se, err));
    fit->params =
        (shoal_bgnbd){exp(best.theta[R]), exp(best.theta[ALPHA]) * time_scale, exp(best.theta[A]), exp(best.theta[B])};
    fit->se = (shoal_bgnbd){fit->params.r * se[R], fit->params.alpha * se[ALPHA], fit->params.a * se[A],
                            fit->params.b * se[B]};
    if (info->boundary[0] != '\0') return SHOAL_BOUNDARY;
    return info->converged ? SHOAL_OK : SHOAL_NOT_CONVERGED;
}

shoal_status shoal_bgnbd_estimate(const shoal_ctx *ctx, int64_t n, const int32_t *x, const double *t_x, const double *T,
                                  const double *weight, shoal_bgnbd_fit *fit, shoal_error *err)
{
    shoal_status status;
    shoal_distinct distinct = {0};
    shoal_distinct few = {0};
    objective o = {.ctx = ctx}, sample = {.ctx = ctx};
    shoal_bgnbd_fit made = {0};
    double longest;
    SHOAL_TRY(check(n, x, t_x, T, weight, &longest, err));
    const double time_scale = longest > 0 ? longest : 1;
    const shoal_rows rows = {.n = n, .x = x, .u = T, .v = t_x, .weight = weight};
    SHOAL_TRY_OUT(shoal_compress(ctx, &rows, &distinct, err));
    SHOAL_TRY_OUT(shoal_distinct_sample(&distinct, SAMPLE_ROWS, &few, err));
    SHOAL_TRY_OUT(shoal_bgnbd_data_make(ctx, &distinct, time_scale, &o.data, err));
    if (few.n > 0) SHOAL_TRY_OUT(shoal_bgnbd_data_make(ctx, &few, time_scale, &sample.data, err));
    shoal_distinct_free(&distinct);
    SHOAL_TRY_OUT(fit_data(ctx, &o, &sample, time_scale, &made, err));
    *fit = made;
out:
    shoal_distinct_free(&distinct);
    shoal_distinct_free(&few);
    shoal_bgnbd_data_free(&o.data);
    shoal_bgnbd_data_free(&sample.data);
    return status;
}

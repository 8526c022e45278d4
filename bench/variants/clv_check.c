#include "variants/clv_check.h"

#include <math.h>

#include "base/sum.h"

/* Fader, Hardie & Lee 2005, doi:10.1287/mksc.1040.0098, and their note 004. */
static double bgnbd_row(const shoal_bgnbd *p, double x, double t_x, double T)
{
    const double a1 = lgamma(p->r + x) - lgamma(p->r) + p->r * log(p->alpha);
    const double a2 = lgamma(p->a + p->b) + lgamma(p->b + x) - lgamma(p->b) - lgamma(p->a + p->b + x);
    const double alive = -(p->r + x) * log(p->alpha + T);
    if (x == 0) return a1 + a2 + alive;
    const double dead = log(p->a) - log(p->b + x - 1) - (p->r + x) * log(p->alpha + t_x);
    const double larger = fmax(alive, dead);
    return a1 + a2 + larger + log(exp(alive - larger) + exp(dead - larger));
}

double bench_bgnbd_log_likelihood(const shoal_bgnbd *p, const shoal_summary *s)
{
    shoal_sum sum = {0};
    for (int64_t i = 0; i < s->n; i++)
        if (!isnan(s->T[i])) shoal_sum_add(&sum, bgnbd_row(p, s->x[i], s->t_x[i], s->T[i]));
    return shoal_sum_value(sum);
}

/* Fader & Hardie, note 025. */
static double gamma_gamma_row(const shoal_gamma_gamma *p, double x, double spend)
{
    const double shape = p->p * x;
    return lgamma(shape + p->q) - lgamma(shape) - lgamma(p->q) + p->q * log(p->gamma) + (shape - 1) * log(spend) +
           shape * log(x) - (shape + p->q) * log(p->gamma + x * spend);
}

double bench_gamma_gamma_log_likelihood(const shoal_gamma_gamma *p, const shoal_summary *s)
{
    shoal_sum sum = {0};
    for (int64_t i = 0; i < s->n; i++)
        if (s->x[i] > 0 && s->mean_repeat_spend[i] > 0)
            shoal_sum_add(&sum, gamma_gamma_row(p, s->x[i], s->mean_repeat_spend[i]));
    return shoal_sum_value(sum);
}

static shoal_status check_likelihood(const char *model, const shoal_fit_info *info, double recomputed, shoal_error *err)
{
    /* on a boundary parameters are huge, and differences of lgamma lose digits */
    const double tolerance = info->boundary[0] == '\0' ? 1e-7 : 1e-4;
    if (fabs(recomputed - info->log_likelihood) <= tolerance * (1 + fabs(recomputed))) return SHOAL_OK;
    return shoal_fail(err, SHOAL_ERR_INPUT, "the check failed: the log-likelihood of %s is %.12g, not %.12g", model,
                      recomputed, info->log_likelihood);
}

static shoal_status check_row(const shoal_bgnbd *p, const shoal_summary *s, int64_t i, double p_alive,
                              double expected_purchases, shoal_error *err)
{
    const double x = s->x[i];
    double alive = 1;
    if (x > 0)
        alive =
            1 / (1 + p->a / (p->b + x - 1) * exp((p->r + x) * (log(p->alpha + s->T[i]) - log(p->alpha + s->t_x[i]))));
    if (!(fabs(alive - p_alive) <= 1e-6))
        return shoal_fail(err, SHOAL_ERR_INPUT, "the check failed: P(alive) of customer %lld is %.12g, not %.12g",
                          (long long)i, alive, p_alive);
    if (!(expected_purchases >= 0) || isinf(expected_purchases))
        return shoal_fail(err, SHOAL_ERR_INPUT, "the check failed: %g purchases are expected of customer %lld",
                          expected_purchases, (long long)i);
    return SHOAL_OK;
}

shoal_status bench_clv_check(const shoal_summary *s, const shoal_bgnbd_fit *purchase,
                             const shoal_gamma_gamma_fit *spend, const double *p_alive,
                             const double *expected_purchases, shoal_error *err)
{
    const double likelihood = bench_bgnbd_log_likelihood(&purchase->params, s);
    SHOAL_TRY(check_likelihood("BG/NBD", &purchase->info, likelihood, err));
    if (spend != NULL)
        SHOAL_TRY(
            check_likelihood("Gamma-Gamma", &spend->info, bench_gamma_gamma_log_likelihood(&spend->params, s), err));
    for (int64_t i = 0; i < s->n; i++)
        if (!isnan(s->T[i])) SHOAL_TRY(check_row(&purchase->params, s, i, p_alive[i], expected_purchases[i], err));
    return SHOAL_OK;
}

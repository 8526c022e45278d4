#include "variants/clv_check.h"

#include <math.h>

#include "cases/plain_clv.h"

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
    const double alive = bench_plain_p_alive(p, s->x[i], s->t_x[i], s->T[i]);
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
    const bench_histories rows = {.n = s->n, .x = s->x, .t_x = s->t_x, .T = s->T, .mean_spend = s->mean_repeat_spend};
    double likelihood;
    SHOAL_TRY(bench_plain_purchase_likelihood(&purchase->params, &rows, &likelihood, err));
    SHOAL_TRY(check_likelihood("BG/NBD", &purchase->info, likelihood, err));
    if (spend != NULL) {
        SHOAL_TRY(bench_plain_spend_likelihood(&spend->params, &rows, &likelihood, err));
        SHOAL_TRY(check_likelihood("Gamma-Gamma", &spend->info, likelihood, err));
    }
    for (int64_t i = 0; i < s->n; i++)
        if (!isnan(s->T[i])) SHOAL_TRY(check_row(&purchase->params, s, i, p_alive[i], expected_purchases[i], err));
    return SHOAL_OK;
}

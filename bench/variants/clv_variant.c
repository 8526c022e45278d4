/* A CLV variant: transactions in memory to summary, models and predictions; that is what is timed. */
#include <math.h>
#include <string.h>

#include "base/date.h"
#include "base/memory.h"
#include "variants/clv_check.h"
#include "variants/holdout.h"
#include "variants/variant.h"

/* Without a holdout period predictions are for a year; money is discounted by months at the rate of `shoal clv`. */
static const double days_per_year = 365.25;
enum { PERIODS_PER_YEAR = 12 };
/* parameters of BG/NBD */
enum { N_PARAMS = 4 };

typedef struct valuation {
    const shoal_transactions *transactions;
    shoal_summary_opts opts;
    double discount_rate;
    shoal_summary summary;
    shoal_bgnbd_fit purchase;
    bool has_spend;
    shoal_gamma_gamma_fit spend;
    double *p_alive, *purchases, *money, *clv; /* n customers; money: of a purchase */
} valuation;

static shoal_status fit_spend(const shoal_ctx *ctx, valuation *v, shoal_error *err)
{
    const shoal_summary *s = &v->summary;
    v->has_spend = false;
    if (!s->has_amount) return SHOAL_OK;
    shoal_error why = {0};
    const shoal_status status =
        shoal_gamma_gamma_estimate(ctx, s->n, s->x, s->mean_repeat_spend, NULL, &v->spend, &why);
    if (status == SHOAL_ERR_INPUT) return SHOAL_OK; /* nobody's spend to learn from */
    if (status < 0) return shoal_fail(err, status, "%s", why.message);
    v->has_spend = v->spend.params.q > 1; /* else no mean spend */
    return SHOAL_OK;
}

static double horizon_days(const shoal_summary *s)
{
    if (!s->has_holdout) return days_per_year;
    return (double)(s->observation_end - s->calibration_end) / SHOAL_DAY_SECONDS;
}

// NOLINTNEXTLINE(readability-non-const-parameter): it is a bench_run_fn
static shoal_status run_once(void *state, const shoal_ctx *ctx, double *phase_ms, shoal_error *err)
{
    (void)phase_ms;
    valuation *v = state;
    shoal_summary *s = &v->summary;
    shoal_summary_free(s);
    SHOAL_TRY(shoal_summary_run(ctx, v->transactions, &v->opts, s, err));
    SHOAL_TRY(shoal_bgnbd_estimate(ctx, s->n, s->x, s->t_x, s->T, NULL, &v->purchase, err));
    SHOAL_TRY(fit_spend(ctx, v, err));
    const double unit_days = shoal_unit_days(s->unit);
    const shoal_clv_opts opts = {.horizon = horizon_days(s) / unit_days,
                                 .period = days_per_year / PERIODS_PER_YEAR / unit_days,
                                 .discount_rate = v->discount_rate};
    return shoal_clv_predict(ctx, &v->purchase.params, v->has_spend ? &v->spend.params : NULL, &opts, s->n, s->x,
                             s->t_x, s->T, s->mean_repeat_spend, v->p_alive, v->purchases, v->money, v->clv, err);
}

/* The likelihood is a density of times: this is its logarithm with times in days, whatever the unit of the fit. */
static double log_likelihood_of_days(const valuation *v)
{
    const shoal_summary *s = &v->summary;
    double purchases = 0;
    for (int64_t i = 0; i < s->n; i++)
        if (!isnan(s->T[i])) purchases += s->x[i];
    return v->purchase.info.log_likelihood - purchases * log(shoal_unit_days(s->unit));
}

static shoal_status judge(const valuation *v, bench_record *record, shoal_error *err)
{
    const double log_likelihood = log_likelihood_of_days(v);
    if (v->summary.has_holdout) {
        bench_holdout h;
        SHOAL_TRY(bench_holdout_judge(&v->summary, v->purchases, v->has_spend ? v->money : NULL, &h, err));
        bench_quality_add(record, "holdout_gini", h.gini, false);
        bench_quality_add(record, "holdout_gini_normalised", h.gini_normalised, false);
        bench_quality_add(record, "holdout_gini_purchases", h.gini_purchases, false);
        bench_quality_add(record, "holdout_mae", h.mae, true);
        bench_quality_add(record, "holdout_rmse", h.rmse, true);
        bench_quality_add(record, "holdout_abs_bias", h.abs_bias, true);
    }
    bench_quality_add(record, "log_likelihood", log_likelihood, false);
    bench_quality_add(record, "bic", N_PARAMS * log((double)v->purchase.info.n) - 2 * log_likelihood, true);
    if (v->has_spend) bench_quality_add(record, "spend_log_likelihood", v->spend.info.log_likelihood, false);
    return SHOAL_OK;
}

static shoal_status read_params(const bench_params *params, valuation *v, shoal_error *err)
{
    const char *end = bench_params_text(params, "calibration_end");
    v->opts = shoal_summary_opts_default();
    v->opts.unit = (shoal_unit)shoal_unit_parse(bench_params_text(params, "unit"));
    v->discount_rate = pow(1 + shoal_clv_step_opts_default().discount_rate, 1.0 / PERIODS_PER_YEAR) - 1;
    if (end != NULL && !shoal_date_parse(end, strlen(end), &v->opts.calibration_end))
        return shoal_fail(err, SHOAL_ERR_USAGE, "calibration_end: \"%s\" is no date", end);
    return SHOAL_OK;
}

shoal_status bench_clv_variant(const bench_variant_run *run, bench_record *record, shoal_error *err)
{
    valuation v = {0};
    shoal_status status;
    SHOAL_TRY_OUT(bench_data_transactions(run->data, err));
    v.transactions = &run->data->transactions.view;
    SHOAL_TRY_OUT(read_params(&record->params, &v, err));
    double **const outputs[] = {&v.p_alive, &v.purchases, &v.money, &v.clv};
    for (int i = 0; i < 4; i++)
        SHOAL_TRY_OUT(shoal_alloc(v.transactions->n_customers, sizeof(double), outputs[i], err));
    SHOAL_TRY_OUT(bench_variant_sample(run, run_once, &v, record, err));
    SHOAL_TRY_OUT(bench_clv_check(&v.summary, &v.purchase, v.has_spend ? &v.spend : NULL, v.p_alive, v.purchases, err));
    record->checked = true;
    SHOAL_TRY_OUT(judge(&v, record, err));
out:
    shoal_summary_free(&v.summary);
    free(v.p_alive);
    free(v.purchases);
    free(v.money);
    free(v.clv);
    return status;
}

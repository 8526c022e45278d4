/* The clv step: summary to BG/NBD and Gamma-Gamma, predictions for every customer. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/sum.h"
#include "base/text.h"
#include "base/threads.h"
#include "pipeline/steps.h"

static const double days_per_year = 365.25;
enum { PERIODS_PER_YEAR = 12 };

shoal_clv_step_opts shoal_clv_step_opts_default(void)
{
    return (shoal_clv_step_opts){
        .name = "clv", .summary = shoal_summary_opts_default(), .horizon_days = 365, .discount_rate = 0.10};
}

/* --- what the models are fitted to --- */

typedef struct history {
    int64_t n;
    const int32_t *x, *holdout_x;       /* holdout_x: NULL without one */
    const double *t_x, *T, *mean_spend; /* mean_spend: NULL without amounts */
    uint64_t fingerprint;
    shoal_summary summary; /* owner, where it comes from transactions */
    shoal_table table;     /* owner, where it comes from columns */
} history;

static void history_free(history *h)
{
    shoal_summary_free(&h->summary);
    shoal_table_free(&h->table);
    *h = (history){0};
}

static shoal_status history_of_transactions(const shoal_ctx *ctx, shoal_store *store, const shoal_summary_opts *opts,
                                            shoal_clv_run *run, history *h, shoal_error *err)
{
    shoal_loaded_transactions loaded = {0};
    shoal_status status;
    SHOAL_TRY_OUT(shoal_transactions_load(ctx, store, &loaded, err));
    SHOAL_TRY_OUT(shoal_summary_run(ctx, &loaded.view, opts, &h->summary, err));
    const shoal_summary *s = &h->summary;
    h->n = s->n;
    h->x = s->x;
    h->t_x = s->t_x;
    h->T = s->T;
    h->mean_spend = s->mean_repeat_spend;
    h->holdout_x = s->has_holdout ? s->holdout_x : NULL;
    h->fingerprint = shoal_fingerprint(ctx, loaded.table.columns, loaded.table.n_columns);
    run->calibration_end = s->calibration_end;
    run->observation_end = s->observation_end;
    run->unit = s->unit;
out:
    shoal_loaded_transactions_free(&loaded);
    return status;
}

/* A store without transactions may still hold x, t_x, T (and mean_repeat_spend) of its customers. */
static shoal_status history_of_columns(const shoal_ctx *ctx, shoal_store *store, const shoal_summary_opts *opts,
                                       shoal_clv_run *run, history *h, shoal_error *err)
{
    static const char *const needed[] = {"x", "t_x", "T"};
    for (int i = 0; i < 3; i++) {
        char path[32];
        snprintf(path, sizeof path, "customers/%s", needed[i]);
        if (!shoal_store_has(store, path))
            return shoal_fail(err, SHOAL_ERR_INPUT,
                              "the store has neither transactions nor the column %s: clv needs transactions, or x, t_x "
                              "and T of every customer",
                              path);
    }
    if (opts->calibration_end != SHOAL_NO_DATE)
        return shoal_fail(err, SHOAL_ERR_USAGE,
                          "a calibration period needs transactions, and the store holds summaries only");
    SHOAL_TRY(shoal_store_read(ctx, store, "customers", "x", SHOAL_I32, &h->table, err));
    SHOAL_TRY(shoal_store_read(ctx, store, "customers", "t_x", SHOAL_F64, &h->table, err));
    SHOAL_TRY(shoal_store_read(ctx, store, "customers", "T", SHOAL_F64, &h->table, err));
    if (shoal_store_has(store, "customers/mean_repeat_spend"))
        SHOAL_TRY(shoal_store_read(ctx, store, "customers", "mean_repeat_spend", SHOAL_F64, &h->table, err));
    const shoal_column *column = h->table.columns;
    if (column[0].valid != NULL)
        return shoal_fail(err, SHOAL_ERR_INPUT, "customers/x has missing values: clv needs it of every customer");
    h->n = h->table.n_rows;
    h->x = column[0].data;
    h->t_x = column[1].data;
    h->T = column[2].data;
    h->mean_spend = h->table.n_columns > 3 ? column[3].data : NULL;
    h->fingerprint = shoal_fingerprint(ctx, column, h->table.n_columns);
    run->calibration_end = run->observation_end = SHOAL_NO_DATE;
    const int unit = column[2].units != NULL ? shoal_unit_parse(column[2].units) : -1;
    run->unit = unit < 0 ? opts->unit : (shoal_unit)unit;
    return SHOAL_OK;
}

/* --- the step --- */

static shoal_status fit_spend(const shoal_ctx *ctx, const history *h, shoal_clv_run *run, shoal_error *err)
{
    run->has_spend = false;
    if (h->mean_spend == NULL) {
        shoal_notice(ctx, "without amounts there is no spend to learn: expected purchases and P(alive) only, no CLV");
        return SHOAL_OK;
    }
    shoal_error why = {0};
    const shoal_status status = shoal_gamma_gamma_estimate(ctx, h->n, h->x, h->mean_spend, NULL, &run->spend, &why);
    if (status == SHOAL_ERR_INPUT) {
        shoal_notice(ctx, "spend cannot be learned (%s): expected purchases and P(alive) only, no CLV", why.message);
        return SHOAL_OK;
    }
    if (status < 0) return shoal_fail(err, status, "%s", why.message);
    if (run->spend.params.q <= 1) {
        shoal_notice(ctx, "the Gamma-Gamma model has no finite mean spend (q = %.4g): no CLV", run->spend.params.q);
        return SHOAL_OK;
    }
    run->has_spend = true;
    if (status == SHOAL_BOUNDARY) shoal_notice(ctx, "Gamma-Gamma: %s", run->spend.info.boundary);
    if (status == SHOAL_NOT_CONVERGED) shoal_notice(ctx, "Gamma-Gamma: the fit stopped before it converged");
    if (fabs(run->spend.correlation) > 0.3)
        shoal_notice(ctx,
                     "purchases and mean spend are correlated (%.2f), Gamma-Gamma assumes that they are not: read the "
                     "CLV of heavy buyers with care",
                     run->spend.correlation);
    return SHOAL_OK;
}

static shoal_status evaluate_holdout(const shoal_ctx *ctx, const history *h, shoal_clv_run *run, shoal_error *err)
{
    run->has_holdout = h->holdout_x != NULL;
    if (!run->has_holdout) return SHOAL_OK;
    double *expected;
    const double days = (double)(run->observation_end - run->calibration_end) / 86400;
    run->holdout.periods = days / shoal_unit_days(run->unit);
    SHOAL_TRY(shoal_alloc(h->n, sizeof *expected, &expected, err));
    const shoal_clv_opts opts = {.horizon = run->holdout.periods, .period = run->holdout.periods};
    const shoal_status status = shoal_clv_predict(ctx, &run->purchase.params, NULL, &opts, h->n, h->x, h->t_x, h->T,
                                                  NULL, NULL, expected, NULL, NULL, err);
    if (status >= 0) {
        shoal_sum predicted = {0}, absolute = {0}, squared = {0};
        int64_t actual = 0, n = 0;
        for (int64_t i = 0; i < h->n; i++) {
            if (isnan(h->T[i])) continue;
            const double error = expected[i] - h->holdout_x[i];
            actual += h->holdout_x[i];
            shoal_sum_add(&predicted, expected[i]);
            shoal_sum_add(&absolute, fabs(error));
            shoal_sum_add(&squared, error * error);
            n++;
        }
        run->holdout.actual = (double)actual;
        run->holdout.predicted = shoal_sum_value(predicted);
        run->holdout.mae = shoal_sum_value(absolute) / (double)n;
        run->holdout.rmse = sqrt(shoal_sum_value(squared) / (double)n);
    }
    free(expected);
    return status;
}

static double total(const double *values, int64_t n)
{
    shoal_sum sum = {0};
    for (int64_t i = 0; i < n; i++)
        if (!isnan(values[i])) shoal_sum_add(&sum, values[i]);
    return shoal_sum_value(sum);
}

/* Predicts for all and writes /results/NAME. */
static shoal_status predict_and_write(const shoal_ctx *ctx, shoal_store *store, const history *h, shoal_clv_run *run,
                                      shoal_error *err)
{
    char group[SHOAL_GROUP_SIZE];
    SHOAL_TRY(shoal_result_group(run->name, group, err));
    const double unit_days = shoal_unit_days(run->unit);
    const shoal_clv_opts opts = {.horizon = run->horizon_days / unit_days,
                                 .period = days_per_year / PERIODS_PER_YEAR / unit_days,
                                 .discount_rate = pow(1 + run->discount_rate, 1.0 / PERIODS_PER_YEAR) - 1};
    static const struct {
        const char *name, *units, *caption;
    } parts[4] = {{"p_alive", "1", "probability that the customer still buys"},
                  {"expected_purchases", "1", "purchases expected within the horizon"},
                  {"expected_spend", NULL, "money expected of a purchase"},
                  {"clv", NULL, "discounted money expected within the horizon"}};
    const int n_parts = run->has_spend ? 4 : 2;
    double *values[4] = {NULL};
    shoal_status status;
    for (int p = 0; p < n_parts; p++) SHOAL_TRY_OUT(shoal_alloc(h->n, sizeof *values[p], &values[p], err));
    SHOAL_TRY_OUT(shoal_clv_predict(ctx, &run->purchase.params, run->has_spend ? &run->spend.params : NULL, &opts, h->n,
                                    h->x, h->t_x, h->T, h->mean_spend, values[0], values[1], values[2], values[3],
                                    err));
    run->totals.p_alive = total(values[0], h->n);
    run->totals.expected_purchases = total(values[1], h->n);
    run->totals.clv = run->has_spend ? total(values[3], h->n) : 0;
    SHOAL_TRY_OUT(shoal_store_remove(store, group, err));
    SHOAL_TRY_OUT(shoal_store_set_text(store, group, "model", run->name, err));
    SHOAL_TRY_OUT(shoal_store_set_text(store, group, "kind", "clv", err));
    for (int p = 0; p < n_parts; p++) {
        const shoal_column column = {.name = parts[p].name,
                                     .type = SHOAL_F64,
                                     .length = h->n,
                                     .data = values[p],
                                     .units = parts[p].units,
                                     .long_name = parts[p].caption};
        SHOAL_TRY_OUT(shoal_store_write(store, group, &column, "score", err));
    }
out:
    for (int p = 0; p < 4; p++) free(values[p]);
    return status;
}

shoal_status shoal_clv_on_store(const shoal_ctx *ctx, shoal_store *store, const void *opts_, void *run_,
                                shoal_error *err)
{
    const shoal_clv_step_opts *opts = opts_;
    shoal_clv_run *run = run_;
    char group[SHOAL_GROUP_SIZE];
    SHOAL_TRY(shoal_model_group(opts->name, group, err));
    if (!(opts->horizon_days > 0 && opts->horizon_days <= 36525))
        return shoal_fail(err, SHOAL_ERR_USAGE, "a horizon of %g days: give a number of days from above 0 to 36525",
                          opts->horizon_days);
    if (!(opts->discount_rate >= 0 && opts->discount_rate <= 10))
        return shoal_fail(err, SHOAL_ERR_USAGE, "a discount rate of %g: give a yearly rate from 0 to 10, 0.1 is 10%%",
                          opts->discount_rate);
    shoal_text_copy(run->name, sizeof run->name, opts->name);
    run->horizon_days = opts->horizon_days;
    run->discount_rate = opts->discount_rate;
    history h = {0};
    shoal_status status;
    double since = shoal_clock_ms();
    if (shoal_store_transactions(store) > 0)
        SHOAL_TRY_OUT(history_of_transactions(ctx, store, &opts->summary, run, &h, err));
    else SHOAL_TRY_OUT(history_of_columns(ctx, store, &opts->summary, run, &h, err));
    for (int64_t i = 0; i < h.n; i++) run->customers += !isnan(h.T[i]);
    since = shoal_times_add(&run->times, "summarise", since);
    SHOAL_TRY_OUT(shoal_bgnbd_estimate(ctx, h.n, h.x, h.t_x, h.T, NULL, &run->purchase, err));
    const shoal_status fitted = status;
    if (fitted == SHOAL_BOUNDARY) shoal_notice(ctx, "BG/NBD: %s", run->purchase.info.boundary);
    if (fitted == SHOAL_NOT_CONVERGED) shoal_notice(ctx, "BG/NBD: the fit stopped before it converged");
    SHOAL_TRY_OUT(fit_spend(ctx, &h, run, err));
    since = shoal_times_add(&run->times, "fit", since);
    SHOAL_TRY_OUT(evaluate_holdout(ctx, &h, run, err));
    SHOAL_TRY_OUT(predict_and_write(ctx, store, &h, run, err));
    since = shoal_times_add(&run->times, "predict", since);
    SHOAL_TRY_OUT(shoal_clv_save(store, run, h.fingerprint, err));
    shoal_times_add(&run->times, "write", since);
    status = fitted;
out:
    history_free(&h);
    return status;
}

shoal_status shoal_step_clv(const shoal_ctx *ctx, const char *store, const shoal_clv_step_opts *opts,
                            shoal_clv_run *run, shoal_error *err)
{
    *run = (shoal_clv_run){0};
    const shoal_status status = shoal_store_update(ctx, store, shoal_clv_on_store, opts, run, &run->times, err);
    if (status < 0) *run = (shoal_clv_run){0};
    return status;
}

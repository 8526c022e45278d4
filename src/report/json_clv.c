#include <math.h>

#include <shoal/report.h>

#include "report/json_parts.h"

static void put_purchase(shoal_json *json, json_t *object, const shoal_clv_run *run)
{
    static const char *const names[] = {"r", "alpha", "a", "b"};
    const shoal_bgnbd *p = &run->purchase.params, *e = &run->purchase.se;
    const double values[] = {p->r, p->alpha, p->a, p->b}, errors[] = {e->r, e->alpha, e->a, e->b};
    const shoal_fit_info *info = &run->purchase.info;
    shoal_json_text(json, object, "model", "bgnbd");
    shoal_json_text(json, object, "unit", shoal_unit_name(run->unit));
    shoal_json_int(json, object, "n", info->n);
    shoal_json_int(json, object, "n_distinct", info->n_distinct);
    json_t *params = shoal_json_object(json, object, "params"), *se = shoal_json_object(json, object, "se");
    for (int i = 0; i < 4; i++) {
        shoal_json_real(json, params, names[i], values[i]);
        shoal_json_real(json, se, names[i], errors[i]);
    }
    shoal_json_real(json, object, "log_likelihood", info->log_likelihood);
    shoal_json_bool(json, object, "converged", info->converged);
    shoal_json_text(json, object, "boundary", info->boundary[0] == '\0' ? NULL : info->boundary);
    shoal_json_int(json, object, "starts", info->starts);
    shoal_json_int(json, object, "evaluations", info->evaluations);
}

static void put_spend(shoal_json *json, json_t *object, const shoal_gamma_gamma_fit *fit)
{
    static const char *const names[] = {"p", "q", "gamma"};
    const double values[] = {fit->params.p, fit->params.q, fit->params.gamma};
    const double errors[] = {fit->se.p, fit->se.q, fit->se.gamma};
    shoal_json_text(json, object, "model", "gamma-gamma");
    shoal_json_int(json, object, "n", fit->info.n);
    shoal_json_int(json, object, "n_dropped", fit->n_dropped);
    json_t *params = shoal_json_object(json, object, "params"), *se = shoal_json_object(json, object, "se");
    for (int i = 0; i < 3; i++) {
        shoal_json_real(json, params, names[i], values[i]);
        shoal_json_real(json, se, names[i], errors[i]);
    }
    shoal_json_real(json, object, "log_likelihood", fit->info.log_likelihood);
    shoal_json_bool(json, object, "converged", fit->info.converged);
    shoal_json_text(json, object, "boundary", fit->info.boundary[0] == '\0' ? NULL : fit->info.boundary);
    shoal_json_real(json, object, "correlation", fit->correlation);
    shoal_json_int(json, object, "starts", fit->info.starts);
    shoal_json_int(json, object, "evaluations", fit->info.evaluations);
}

static void put_holdout(shoal_json *json, json_t *object, const shoal_clv_run *run)
{
    shoal_json_real(json, object, "periods", run->holdout.periods);
    shoal_json_real(json, object, "actual", run->holdout.actual);
    shoal_json_real(json, object, "predicted", run->holdout.predicted);
    shoal_json_real(json, object, "mae", run->holdout.mae);
    shoal_json_real(json, object, "rmse", run->holdout.rmse);
}

void shoal_json_put_clv(shoal_json *json, json_t *object, const shoal_clv_run *run)
{
    put_purchase(json, shoal_json_object(json, object, "purchase"), run);
    if (run->has_spend) put_spend(json, shoal_json_object(json, object, "spend"), &run->spend);
    else shoal_json_null(json, object, "spend");
    if (run->has_holdout) put_holdout(json, shoal_json_object(json, object, "holdout"), run);
    else shoal_json_null(json, object, "holdout");
    shoal_json_real(json, object, "horizon_days", run->horizon_days);
    shoal_json_real(json, object, "discount_rate", run->discount_rate);
    json_t *totals = shoal_json_object(json, object, "totals");
    shoal_json_real(json, totals, "expected_purchases", run->totals.expected_purchases);
    shoal_json_money(json, totals, "clv", run->has_spend ? run->totals.clv : NAN);
    shoal_json_real(json, totals, "p_alive", run->totals.p_alive);
}

char *shoal_clv_json(const shoal_clv_run *run, int n_warnings, char *const *warnings)
{
    shoal_json json = shoal_json_begin("shoal.clv/1");
    json_t *input = shoal_json_object(&json, json.root, "input");
    shoal_json_int(&json, input, "customers", run->customers);
    shoal_json_date(&json, input, "calibration_end", run->calibration_end);
    shoal_json_date(&json, input, "observation_end", run->observation_end);
    shoal_json_text(&json, json.root, "name", run->name);
    shoal_json_int(&json, json.root, "customers", run->customers);
    shoal_json_put_clv(&json, json.root, run);
    shoal_json_times(&json, json.root, &run->times);
    return shoal_json_finish(&json, n_warnings, warnings);
}

/* A CLV model in a store: saved and loaded whole, with all that a report shows. */
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "pipeline/steps.h"

static shoal_status save_info(shoal_store *store, const char *group, const char *part, const shoal_fit_info *info,
                              const double *params, const double *se, int n, shoal_error *err)
{
    char path[SHOAL_GROUP_SIZE + 32];
    snprintf(path, sizeof path, "%s/%s", group, part);
    SHOAL_TRY(shoal_store_set_i64(store, path, "n", info->n, err));
    SHOAL_TRY(shoal_store_set_i64(store, path, "n_distinct", info->n_distinct, err));
    SHOAL_TRY(shoal_store_set_f64(store, path, "log_likelihood", info->log_likelihood, err));
    SHOAL_TRY(shoal_store_set_i64(store, path, "converged", info->converged, err));
    SHOAL_TRY(shoal_store_set_text(store, path, "boundary", info->boundary, err));
    SHOAL_TRY(shoal_store_set_i64(store, path, "starts", info->starts, err));
    SHOAL_TRY(shoal_store_set_i64(store, path, "evaluations", info->evaluations, err));
    snprintf(path, sizeof path, "%s/%s/params", group, part);
    SHOAL_TRY(shoal_store_write_array(store, path, n, 1, params, err));
    snprintf(path, sizeof path, "%s/%s/se", group, part);
    return shoal_store_write_array(store, path, n, 1, se, err);
}

static shoal_status load_vector(shoal_store *store, const char *path, double *values, int n, shoal_error *err)
{
    int64_t rows, columns;
    double *loaded;
    SHOAL_TRY(shoal_store_read_array(store, path, &rows, &columns, &loaded, err));
    const bool fits = rows == n && columns == 1;
    if (fits) memcpy(values, loaded, (size_t)n * sizeof *values);
    free(loaded);
    return fits ? SHOAL_OK : shoal_fail(err, SHOAL_ERR_INPUT, "%s: %d values expected", path, n);
}

static shoal_status load_info(shoal_store *store, const char *group, const char *part, shoal_fit_info *info,
                              double *params, double *se, int n, shoal_error *err)
{
    char path[SHOAL_GROUP_SIZE + 32];
    int64_t converged, starts, evaluations;
    snprintf(path, sizeof path, "%s/%s", group, part);
    SHOAL_TRY(shoal_store_get_i64(store, path, "n", &info->n, err));
    SHOAL_TRY(shoal_store_get_i64(store, path, "n_distinct", &info->n_distinct, err));
    SHOAL_TRY(shoal_store_get_f64(store, path, "log_likelihood", &info->log_likelihood, err));
    SHOAL_TRY(shoal_store_get_i64(store, path, "converged", &converged, err));
    SHOAL_TRY(shoal_store_get_text(store, path, "boundary", info->boundary, sizeof info->boundary, err));
    SHOAL_TRY(shoal_store_get_i64(store, path, "starts", &starts, err));
    SHOAL_TRY(shoal_store_get_i64(store, path, "evaluations", &evaluations, err));
    info->converged = converged != 0;
    info->starts = (int)starts;
    info->evaluations = (int)evaluations;
    snprintf(path, sizeof path, "%s/%s/params", group, part);
    SHOAL_TRY(load_vector(store, path, params, n, err));
    snprintf(path, sizeof path, "%s/%s/se", group, part);
    return load_vector(store, path, se, n, err);
}

shoal_status shoal_clv_save(shoal_store *store, const shoal_clv_run *run, uint64_t fingerprint, shoal_error *err)
{
    char group[SHOAL_GROUP_SIZE];
    SHOAL_TRY(shoal_model_group(run->name, group, err));
    SHOAL_TRY(shoal_model_begin(store, group, "clv", fingerprint, err));
    SHOAL_TRY(shoal_store_set_text(store, group, "purchase_model", "bgnbd", err));
    SHOAL_TRY(shoal_store_set_i64(store, group, "customers", run->customers, err));
    SHOAL_TRY(shoal_store_set_i64(store, group, "calibration_end", run->calibration_end, err));
    SHOAL_TRY(shoal_store_set_i64(store, group, "observation_end", run->observation_end, err));
    SHOAL_TRY(shoal_store_set_text(store, group, "unit", shoal_unit_name(run->unit), err));
    SHOAL_TRY(shoal_store_set_f64(store, group, "horizon_days", run->horizon_days, err));
    SHOAL_TRY(shoal_store_set_f64(store, group, "discount_rate", run->discount_rate, err));
    SHOAL_TRY(shoal_store_set_f64(store, group, "total_expected_purchases", run->totals.expected_purchases, err));
    SHOAL_TRY(shoal_store_set_f64(store, group, "total_clv", run->totals.clv, err));
    SHOAL_TRY(shoal_store_set_f64(store, group, "total_p_alive", run->totals.p_alive, err));
    SHOAL_TRY(shoal_store_set_i64(store, group, "has_holdout", run->has_holdout, err));
    if (run->has_holdout) {
        const double holdout[5] = {run->holdout.periods, run->holdout.actual, run->holdout.predicted, run->holdout.mae,
                                   run->holdout.rmse};
        char path[SHOAL_GROUP_SIZE + 32];
        snprintf(path, sizeof path, "%s/holdout", group);
        SHOAL_TRY(shoal_store_write_array(store, path, 5, 1, holdout, err));
        SHOAL_TRY(shoal_store_set_text(store, path, "long_name", "periods, actual, predicted, mae, rmse", err));
    }
    const shoal_bgnbd *b = &run->purchase.params, *bse = &run->purchase.se;
    const double purchase[4] = {b->r, b->alpha, b->a, b->b};
    const double purchase_se[4] = {bse->r, bse->alpha, bse->a, bse->b};
    SHOAL_TRY(save_info(store, group, "purchase", &run->purchase.info, purchase, purchase_se, 4, err));
    SHOAL_TRY(shoal_store_set_i64(store, group, "has_spend", run->has_spend, err));
    if (!run->has_spend) return SHOAL_OK;
    const shoal_gamma_gamma *g = &run->spend.params, *gse = &run->spend.se;
    const double spend[3] = {g->p, g->q, g->gamma};
    const double spend_se[3] = {gse->p, gse->q, gse->gamma};
    SHOAL_TRY(save_info(store, group, "spend", &run->spend.info, spend, spend_se, 3, err));
    SHOAL_TRY(shoal_store_set_f64(store, group, "spend_correlation", run->spend.correlation, err));
    return shoal_store_set_i64(store, group, "spend_dropped", run->spend.n_dropped, err);
}

shoal_status shoal_clv_load(shoal_store *store, const char *name, shoal_clv_run *run, shoal_error *err)
{
    *run = (shoal_clv_run){0};
    char group[SHOAL_GROUP_SIZE], unit[16];
    int64_t has_holdout, has_spend;
    SHOAL_TRY(shoal_model_require(store, name, "clv", group, err));
    shoal_text_copy(run->name, sizeof run->name, name);
    SHOAL_TRY(shoal_store_get_i64(store, group, "customers", &run->customers, err));
    SHOAL_TRY(shoal_store_get_i64(store, group, "calibration_end", &run->calibration_end, err));
    SHOAL_TRY(shoal_store_get_i64(store, group, "observation_end", &run->observation_end, err));
    SHOAL_TRY(shoal_store_get_text(store, group, "unit", unit, sizeof unit, err));
    SHOAL_TRY(shoal_store_get_f64(store, group, "horizon_days", &run->horizon_days, err));
    SHOAL_TRY(shoal_store_get_f64(store, group, "discount_rate", &run->discount_rate, err));
    SHOAL_TRY(shoal_store_get_f64(store, group, "total_expected_purchases", &run->totals.expected_purchases, err));
    SHOAL_TRY(shoal_store_get_f64(store, group, "total_clv", &run->totals.clv, err));
    SHOAL_TRY(shoal_store_get_f64(store, group, "total_p_alive", &run->totals.p_alive, err));
    SHOAL_TRY(shoal_store_get_i64(store, group, "has_holdout", &has_holdout, err));
    SHOAL_TRY(shoal_store_get_i64(store, group, "has_spend", &has_spend, err));
    const int parsed = shoal_unit_parse(unit);
    if (parsed < 0) return shoal_fail(err, SHOAL_ERR_INPUT, "%s: the unit is damaged: run `shoal clv` again", group);
    run->unit = (shoal_unit)parsed;
    run->has_holdout = has_holdout != 0;
    run->has_spend = has_spend != 0;
    if (run->has_holdout) {
        char path[SHOAL_GROUP_SIZE + 32];
        double holdout[5] = {0};
        snprintf(path, sizeof path, "%s/holdout", group);
        SHOAL_TRY(load_vector(store, path, holdout, 5, err));
        run->holdout.periods = holdout[0];
        run->holdout.actual = holdout[1];
        run->holdout.predicted = holdout[2];
        run->holdout.mae = holdout[3];
        run->holdout.rmse = holdout[4];
    }
    double p[4] = {0}, se[4] = {0};
    SHOAL_TRY(load_info(store, group, "purchase", &run->purchase.info, p, se, 4, err));
    run->purchase.params = (shoal_bgnbd){.r = p[0], .alpha = p[1], .a = p[2], .b = p[3]};
    run->purchase.se = (shoal_bgnbd){.r = se[0], .alpha = se[1], .a = se[2], .b = se[3]};
    if (!run->has_spend) return SHOAL_OK;
    SHOAL_TRY(load_info(store, group, "spend", &run->spend.info, p, se, 3, err));
    run->spend.params = (shoal_gamma_gamma){.p = p[0], .q = p[1], .gamma = p[2]};
    run->spend.se = (shoal_gamma_gamma){.p = se[0], .q = se[1], .gamma = se[2]};
    SHOAL_TRY(shoal_store_get_f64(store, group, "spend_correlation", &run->spend.correlation, err));
    return shoal_store_get_i64(store, group, "spend_dropped", &run->spend.n_dropped, err);
}

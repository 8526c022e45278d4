#include <shoal/report.h>

#include "report/json_parts.h"

/* The n - 1 cuts of a variable, money rounded to hundredths; null where it was not scored. */
static void put_cuts(shoal_json *json, json_t *object, const char *key, const shoal_rfm_cuts *cuts, bool money)
{
    if (cuts->n_scores == 0) {
        shoal_json_null(json, object, key);
        return;
    }
    json_t *list = shoal_json_array(json, object, key);
    for (int i = 0; i + 1 < cuts->n_scores; i++) {
        if (money) shoal_json_append_money(json, list, cuts->cut[i]);
        else shoal_json_append_real(json, list, cuts->cut[i]);
    }
}

static void put_scores(shoal_json *json, json_t *object, const shoal_rfm_run *run)
{
    static const char *const names[] = {"recency", "frequency", "monetary"};
    for (int v = 0; v < 3; v++) {
        if (v == 2 && run->monetary.n_scores == 0) {
            shoal_json_null(json, object, names[v]);
            continue;
        }
        json_t *list = shoal_json_array(json, object, names[v]);
        for (int s = 0; s < run->n_scores; s++) shoal_json_append_int(json, list, run->bins[v][s]);
    }
}

/* Cells of cuts, as the rows of a list. */
static void put_nested(shoal_json *json, json_t *object, const char *key, const double *cuts, int64_t n_cells,
                       int n_scores)
{
    if (cuts == NULL) {
        shoal_json_null(json, object, key);
        return;
    }
    json_t *cells = shoal_json_array(json, object, key);
    for (int64_t c = 0; c < n_cells; c++) {
        json_t *row = shoal_json_row(json, cells);
        for (int j = 0; j + 1 < n_scores; j++) shoal_json_append_real(json, row, cuts[c * (n_scores - 1) + j]);
    }
}

static void put_manner(shoal_json *json, json_t *object, const shoal_rfm_run *run)
{
    const int64_t n = run->n_scores;
    shoal_json_text(json, object, "binning", shoal_rfm_binning_name(run->binning));
    shoal_json_text(json, object, "thresholds_of", run->model[0] != '\0' ? run->model : NULL);
    json_t *weights = shoal_json_array(json, object, "weights");
    for (int v = 0; v < 3; v++) shoal_json_append_real(json, weights, run->weights[v]);
    if (run->binning != SHOAL_RFM_NESTED) return;
    json_t *nested = shoal_json_object(json, object, "nested_thresholds");
    put_nested(json, nested, "frequency", run->nested_frequency, n, run->n_scores);
    put_nested(json, nested, "monetary", run->nested_monetary, n * n, run->n_scores);
}

void shoal_json_put_rfm(shoal_json *json, json_t *object, const shoal_rfm_run *run)
{
    shoal_json_date(json, object, "as_of", run->as_of);
    shoal_json_text(json, object, "unit", shoal_unit_name(run->unit));
    shoal_json_int(json, object, "n_scores", run->n_scores);
    put_manner(json, object, run);
    json_t *thresholds = shoal_json_object(json, object, "thresholds");
    put_cuts(json, thresholds, "recency", &run->recency, false);
    put_cuts(json, thresholds, "frequency", &run->frequency, false);
    put_cuts(json, thresholds, "monetary", &run->monetary, true);
    put_scores(json, shoal_json_object(json, object, "scores"), run);
    json_t *segments = shoal_json_array(json, object, "segments");
    for (int s = 0; s < run->n_segments; s++) {
        json_t *item = shoal_json_item(json, segments);
        shoal_json_text(json, item, "name", shoal_rfm_map_name(&run->map, s));
        shoal_json_int(json, item, "customers", run->segments[s].customers);
        if (run->has_amount) shoal_json_money(json, item, "revenue", run->segments[s].revenue);
        else shoal_json_null(json, item, "revenue");
    }
}

char *shoal_rfm_json(const shoal_rfm_run *run, int n_warnings, char *const *warnings)
{
    shoal_json json = shoal_json_begin("shoal.rfm/1");
    json_t *input = shoal_json_object(&json, json.root, "input");
    shoal_json_int(&json, input, "customers", run->customers);
    shoal_json_bool(&json, input, "has_amount", run->has_amount);
    shoal_json_text(&json, json.root, "name", run->name);
    shoal_json_int(&json, json.root, "customers", run->customers);
    shoal_json_put_rfm(&json, json.root, run);
    shoal_json_times(&json, json.root, &run->times);
    return shoal_json_finish(&json, n_warnings, warnings);
}

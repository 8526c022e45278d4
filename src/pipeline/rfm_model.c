/* An RFM model in a store: cut points, weights, map, and what they were learned from. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "pipeline/steps.h"

enum { PATH_SIZE = SHOAL_GROUP_SIZE + 32 };

static const char *const weight_names[] = {"weight_recency", "weight_frequency", "weight_monetary"};

static const char *path_of(char *path, const char *group, const char *name)
{
    snprintf(path, PATH_SIZE, "%s/%s", group, name);
    return path;
}

/* --- arrays --- */

/* rows x columns numbers; *values stays NULL where there is no such array. */
static shoal_status load_array(shoal_store *store, const char *group, const char *name, int64_t rows, int64_t columns,
                               double **values, shoal_error *err)
{
    char path[PATH_SIZE];
    int64_t found_rows, found_columns;
    if (!shoal_store_has(store, path_of(path, group, name))) return SHOAL_OK;
    SHOAL_TRY(shoal_store_read_array(store, path, &found_rows, &found_columns, values, err));
    if (found_rows == rows && found_columns == columns) return SHOAL_OK;
    free(*values);
    *values = NULL;
    return shoal_fail(err, SHOAL_ERR_INPUT, "%s has %lld x %lld numbers, %lld x %lld are needed", path,
                      (long long)found_rows, (long long)found_columns, (long long)rows, (long long)columns);
}

static shoal_status save_cuts(shoal_store *store, const char *group, const char *name, const shoal_rfm_cuts *cuts,
                              shoal_error *err)
{
    char path[PATH_SIZE];
    if (cuts->n_scores == 0) return SHOAL_OK;
    return shoal_store_write_array(store, path_of(path, group, name), cuts->n_scores - 1, 1, cuts->cut, err);
}

static shoal_status load_cuts(shoal_store *store, const char *group, const char *name, int n_scores,
                              shoal_rfm_cuts *cuts, shoal_error *err)
{
    double *values = NULL;
    SHOAL_TRY(load_array(store, group, name, n_scores - 1, 1, &values, err));
    if (values == NULL) return SHOAL_OK;
    cuts->n_scores = n_scores;
    memcpy(cuts->cut, values, (size_t)(n_scores - 1) * sizeof *values);
    free(values);
    return SHOAL_OK;
}

static shoal_status save_nested(shoal_store *store, const char *group, const shoal_rfm_run *run, shoal_error *err)
{
    char path[PATH_SIZE];
    const int64_t n = run->n_scores;
    if (run->nested_frequency != NULL)
        SHOAL_TRY(shoal_store_write_array(store, path_of(path, group, "frequency_nested_cuts"), n, n - 1,
                                          run->nested_frequency, err));
    if (run->nested_monetary == NULL) return SHOAL_OK;
    return shoal_store_write_array(store, path_of(path, group, "monetary_nested_cuts"), n * n, n - 1,
                                   run->nested_monetary, err);
}

/* --- the map --- */

static int64_t map_rows(const shoal_rfm_map *map)
{
    const int64_t n = map->n_scores;
    return map->uses_m ? n * n : n;
}

static shoal_status save_map(shoal_store *store, const char *group, const shoal_rfm_map *map, shoal_error *err)
{
    char path[PATH_SIZE];
    const char *names[SHOAL_RFM_MAX_SEGMENTS];
    double *cells;
    if (map->cell == NULL) return SHOAL_OK;
    const int64_t rows = map_rows(map), n = map->n_scores;
    SHOAL_TRY(shoal_alloc(rows * n, sizeof *cells, &cells, err));
    for (int64_t i = 0; i < rows * n; i++) cells[i] = map->cell[i];
    const shoal_status status =
        shoal_store_write_array(store, path_of(path, group, "segment_cells"), rows, n, cells, err);
    free(cells);
    SHOAL_TRY(status);
    for (int s = 0; s < map->n_segments; s++) names[s] = map->names[s];
    SHOAL_TRY(shoal_store_set_i64(store, group, "segments_use_m", map->uses_m, err));
    return shoal_store_write_texts(store, path_of(path, group, "segment_names"), map->n_segments, names, err);
}

static shoal_status load_cells(shoal_store *store, const char *group, shoal_rfm_map *map, shoal_error *err)
{
    const int64_t rows = map_rows(map), n = map->n_scores;
    double *cells = NULL;
    bool good = true;
    SHOAL_TRY(load_array(store, group, "segment_cells", rows, n, &cells, err));
    if (cells == NULL) return SHOAL_OK;
    shoal_status status;
    SHOAL_TRY_OUT(shoal_alloc(rows * n, 1, &map->cell, err));
    for (int64_t i = 0; i < rows * n; i++) {
        good = good && cells[i] >= 0 && cells[i] < map->n_segments && floor(cells[i]) == cells[i];
        map->cell[i] = (int8_t)(good ? cells[i] : 0);
    }
    if (!good)
        status = shoal_fail(err, SHOAL_ERR_INPUT,
                            "%s/segment_cells names segments that are not there: run `shoal rfm` again", group);
out:
    free(cells);
    return status;
}

static shoal_status load_map(shoal_store *store, const char *group, int n_scores, shoal_rfm_map *map, shoal_error *err)
{
    char path[PATH_SIZE];
    int64_t uses_m;
    if (!shoal_store_has(store, path_of(path, group, "segment_cells"))) return SHOAL_OK; /* the ten segments */
    SHOAL_TRY(shoal_store_get_i64(store, group, "segments_use_m", &uses_m, err));
    SHOAL_TRY(shoal_store_read_texts(store, path_of(path, group, "segment_names"), &map->n_segments, &map->names, err));
    map->n_scores = n_scores;
    map->uses_m = uses_m != 0;
    if (map->n_segments > SHOAL_RFM_MAX_SEGMENTS)
        return shoal_fail(err, SHOAL_ERR_INPUT, "%s has more than %d names", path, SHOAL_RFM_MAX_SEGMENTS);
    return load_cells(store, group, map, err);
}

/* --- the model --- */

shoal_status shoal_rfm_save(shoal_store *store, const shoal_rfm_run *run, uint64_t fingerprint, shoal_error *err)
{
    char group[SHOAL_GROUP_SIZE];
    SHOAL_TRY(shoal_model_group(run->name, group, err));
    SHOAL_TRY(shoal_model_begin(store, group, "rfm", fingerprint, err));
    SHOAL_TRY(shoal_store_set_i64(store, group, "as_of", run->as_of, err));
    SHOAL_TRY(shoal_store_set_text(store, group, "unit", shoal_unit_name(run->unit), err));
    SHOAL_TRY(shoal_store_set_i64(store, group, "n_scores", run->n_scores, err));
    SHOAL_TRY(shoal_store_set_text(store, group, "binning", shoal_rfm_binning_name(run->binning), err));
    if (run->model[0] != '\0') SHOAL_TRY(shoal_store_set_text(store, group, "thresholds_of", run->model, err));
    for (int v = 0; v < 3; v++) SHOAL_TRY(shoal_store_set_f64(store, group, weight_names[v], run->weights[v], err));
    SHOAL_TRY(save_cuts(store, group, "recency_cuts", &run->recency, err));
    SHOAL_TRY(save_cuts(store, group, "frequency_cuts", &run->frequency, err));
    SHOAL_TRY(save_cuts(store, group, "monetary_cuts", &run->monetary, err));
    SHOAL_TRY(save_nested(store, group, run, err));
    return save_map(store, group, &run->map, err);
}

/* What models of the first version do not have: equal weights, independent cuts. */
static shoal_status load_manner(shoal_store *store, const char *group, shoal_rfm_run *run, shoal_error *err)
{
    char text[32] = "independent";
    if (shoal_store_has_attribute(store, group, "binning"))
        SHOAL_TRY(shoal_store_get_text(store, group, "binning", text, sizeof text, err));
    if (shoal_store_has_attribute(store, group, "thresholds_of"))
        SHOAL_TRY(shoal_store_get_text(store, group, "thresholds_of", run->model, sizeof run->model, err));
    const int binning = shoal_rfm_binning_parse(text);
    if (binning < 0) return shoal_fail(err, SHOAL_ERR_INPUT, "%s: binning is damaged: run `shoal rfm` again", group);
    run->binning = (shoal_rfm_binning)binning;
    for (int v = 0; v < 3; v++) {
        run->weights[v] = 1;
        if (shoal_store_has_attribute(store, group, weight_names[v]))
            SHOAL_TRY(shoal_store_get_f64(store, group, weight_names[v], &run->weights[v], err));
        if (!isfinite(run->weights[v]) || run->weights[v] < 0)
            return shoal_fail(err, SHOAL_ERR_INPUT, "%s: %s is damaged: run `shoal rfm` again", group, weight_names[v]);
    }
    return SHOAL_OK;
}

static shoal_status load_thresholds(shoal_store *store, const char *group, shoal_rfm_run *run, shoal_error *err)
{
    const int64_t n = run->n_scores;
    SHOAL_TRY(load_cuts(store, group, "recency_cuts", run->n_scores, &run->recency, err));
    SHOAL_TRY(load_cuts(store, group, "frequency_cuts", run->n_scores, &run->frequency, err));
    SHOAL_TRY(load_cuts(store, group, "monetary_cuts", run->n_scores, &run->monetary, err));
    SHOAL_TRY(load_array(store, group, "frequency_nested_cuts", n, n - 1, &run->nested_frequency, err));
    SHOAL_TRY(load_array(store, group, "monetary_nested_cuts", n * n, n - 1, &run->nested_monetary, err));
    run->has_amount = run->monetary.n_scores > 0;
    const bool nested = run->binning == SHOAL_RFM_NESTED;
    if (run->recency.n_scores == 0 || run->frequency.n_scores == 0 || (nested && run->nested_frequency == NULL) ||
        (nested && run->has_amount && run->nested_monetary == NULL))
        return shoal_fail(err, SHOAL_ERR_INPUT, "%s: the cuts are missing: run `shoal rfm` again", group);
    return SHOAL_OK;
}

static shoal_status load_model(shoal_store *store, const char *name, shoal_rfm_run *run, shoal_error *err)
{
    char group[SHOAL_GROUP_SIZE], unit[16];
    int64_t n_scores;
    SHOAL_TRY(shoal_model_require(store, name, "rfm", group, err));
    shoal_text_copy(run->name, sizeof run->name, name);
    SHOAL_TRY(shoal_store_get_i64(store, group, "as_of", &run->as_of, err));
    SHOAL_TRY(shoal_store_get_text(store, group, "unit", unit, sizeof unit, err));
    SHOAL_TRY(shoal_store_get_i64(store, group, "n_scores", &n_scores, err));
    const int parsed = shoal_unit_parse(unit);
    if (parsed < 0 || n_scores < 2 || n_scores > SHOAL_RFM_MAX_SCORES)
        return shoal_fail(err, SHOAL_ERR_INPUT, "%s: unit or n_scores is damaged: run `shoal rfm` again", group);
    run->unit = (shoal_unit)parsed;
    run->n_scores = (int)n_scores;
    SHOAL_TRY(load_manner(store, group, run, err));
    SHOAL_TRY(load_thresholds(store, group, run, err));
    SHOAL_TRY(load_map(store, group, run->n_scores, &run->map, err));
    if (run->map.uses_m && !run->has_amount)
        return shoal_fail(err, SHOAL_ERR_INPUT, "%s: its segments need money, which it does not score", group);
    return SHOAL_OK;
}

shoal_status shoal_rfm_load(shoal_store *store, const char *name, shoal_rfm_run *run, shoal_error *err)
{
    *run = (shoal_rfm_run){0};
    const shoal_status status = load_model(store, name, run, err);
    if (status < 0) shoal_rfm_run_free(run);
    return status;
}

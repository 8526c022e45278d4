/* An RFM model in a store: cut points and what they were learned from. */
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "pipeline/steps.h"

static shoal_status save_cuts(shoal_store *store, const char *group, const char *name, const shoal_rfm_cuts *cuts,
                              shoal_error *err)
{
    if (cuts->n_scores == 0) return SHOAL_OK;
    char path[SHOAL_GROUP_SIZE + 32];
    snprintf(path, sizeof path, "%s/%s_cuts", group, name);
    return shoal_store_write_array(store, path, cuts->n_scores - 1, 1, cuts->cut, err);
}

static shoal_status load_cuts(shoal_store *store, const char *group, const char *name, int n_scores,
                              shoal_rfm_cuts *cuts, shoal_error *err)
{
    char path[SHOAL_GROUP_SIZE + 32];
    snprintf(path, sizeof path, "%s/%s_cuts", group, name);
    *cuts = (shoal_rfm_cuts){0};
    if (!shoal_store_has(store, path)) return SHOAL_OK;
    int64_t rows, columns;
    double *values;
    SHOAL_TRY(shoal_store_read_array(store, path, &rows, &columns, &values, err));
    const bool fits = rows == n_scores - 1 && columns == 1;
    if (fits) memcpy(cuts->cut, values, (size_t)rows * sizeof *values);
    free(values);
    if (!fits) return shoal_fail(err, SHOAL_ERR_INPUT, "%s: %d scores need %d cuts", path, n_scores, n_scores - 1);
    cuts->n_scores = n_scores;
    return SHOAL_OK;
}

shoal_status shoal_rfm_save(shoal_store *store, const shoal_rfm_run *run, uint64_t fingerprint, shoal_error *err)
{
    char group[SHOAL_GROUP_SIZE];
    SHOAL_TRY(shoal_model_group(run->name, group, err));
    SHOAL_TRY(shoal_model_begin(store, group, "rfm", fingerprint, err));
    SHOAL_TRY(shoal_store_set_i64(store, group, "as_of", run->as_of, err));
    SHOAL_TRY(shoal_store_set_text(store, group, "unit", shoal_unit_name(run->unit), err));
    SHOAL_TRY(shoal_store_set_i64(store, group, "n_scores", run->n_scores, err));
    SHOAL_TRY(save_cuts(store, group, "recency", &run->recency, err));
    SHOAL_TRY(save_cuts(store, group, "frequency", &run->frequency, err));
    return save_cuts(store, group, "monetary", &run->monetary, err);
}

shoal_status shoal_rfm_load(shoal_store *store, const char *name, shoal_rfm_run *run, shoal_error *err)
{
    *run = (shoal_rfm_run){0};
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
    SHOAL_TRY(load_cuts(store, group, "recency", run->n_scores, &run->recency, err));
    SHOAL_TRY(load_cuts(store, group, "frequency", run->n_scores, &run->frequency, err));
    SHOAL_TRY(load_cuts(store, group, "monetary", run->n_scores, &run->monetary, err));
    if (run->recency.n_scores == 0 || run->frequency.n_scores == 0)
        return shoal_fail(err, SHOAL_ERR_INPUT, "%s: the cuts are missing: run `shoal rfm` again", group);
    run->has_amount = run->monetary.n_scores > 0;
    return SHOAL_OK;
}

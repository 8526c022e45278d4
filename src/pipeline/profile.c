/* Profiles of labels over what the store knows of its customers, and the report from a store. */
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "pipeline/steps.h"

/* Appends group/name as float64 where the store has it. */
static shoal_status read_if_there(const shoal_ctx *ctx, shoal_store *store, const char *group, const char *name,
                                  shoal_table *table, shoal_error *err)
{
    char path[SHOAL_GROUP_SIZE + 64];
    snprintf(path, sizeof path, "%s/%s", group, name);
    if (!shoal_store_has(store, path)) return SHOAL_OK;
    return shoal_store_read(ctx, store, group, name, SHOAL_F64, table, err);
}

static shoal_status read_variables(const shoal_ctx *ctx, shoal_store *store, const char *clv_group, shoal_table *table,
                                   shoal_error *err)
{
    static const char *const of_customers[] = {"recency_days", "frequency", "monetary", "mean_repeat_spend"};
    static const char *const of_clv[] = {"p_alive", "expected_purchases", "clv"};
    for (size_t i = 0; i < sizeof of_customers / sizeof of_customers[0]; i++)
        SHOAL_TRY(read_if_there(ctx, store, "customers", of_customers[i], table, err));
    for (size_t i = 0; clv_group != NULL && i < sizeof of_clv / sizeof of_clv[0]; i++)
        SHOAL_TRY(read_if_there(ctx, store, clv_group, of_clv[i], table, err));
    return SHOAL_OK;
}

shoal_status shoal_profile_on_store(const shoal_ctx *ctx, shoal_store *store, const int32_t *labels, int n_segments,
                                    const char *clv, const shoal_scaler *scalers, int d, shoal_profile *profile,
                                    shoal_error *err)
{
    char group[SHOAL_GROUP_SIZE];
    shoal_table table = {.n_rows = 0};
    shoal_feature_list features = {0};
    shoal_status status;
    if (clv != NULL) SHOAL_TRY_OUT(shoal_result_group(clv, group, err));
    SHOAL_TRY_OUT(read_variables(ctx, store, clv != NULL ? group : NULL, &table, err));
    const shoal_table *variables = &table;
    if (table.n_columns == 0) {
        SHOAL_TRY_OUT(shoal_features_read_model(ctx, store, scalers, d, &features, err));
        variables = &features.table;
    }
    const shoal_matrix x = {.n = variables->n_rows, .d = variables->n_columns, .columns = variables->columns};
    SHOAL_TRY_OUT(shoal_profile_run(ctx, &x, labels, n_segments, shoal_table_find(&table, "monetary"),
                                    shoal_table_find(&table, "clv"), profile, err));
    shoal_profile_name(profile);
out:
    shoal_table_free(&table);
    shoal_feature_list_free(&features);
    return status;
}

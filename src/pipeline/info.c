/* The info step: what is in a store. */
#include <math.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "base/sum.h"
#include "base/text.h"
#include "base/threads.h"
#include "pipeline/steps.h"

void shoal_info_run_free(shoal_info_run *run)
{
    free(run->columns);
    free(run->models);
    *run = (shoal_info_run){0};
}

static void summarise(const shoal_column *column, shoal_info_column *info)
{
    shoal_sum sum = {0};
    info->min = info->max = info->mean = NAN;
    if (column->type == SHOAL_TEXT) return;
    int64_t n = 0;
    for (int64_t i = 0; i < column->length; i++) {
        const double value = shoal_column_f64(column, i);
        if (isnan(value)) {
            info->missing++;
            continue;
        }
        if (n == 0 || value < info->min) info->min = value;
        if (n == 0 || value > info->max) info->max = value;
        shoal_sum_add(&sum, value);
        n++;
    }
    if (n > 0) info->mean = shoal_sum_value(sum) / (double)n;
}

static shoal_status read_columns(const shoal_ctx *ctx, shoal_store *store, shoal_info_run *run, shoal_error *err)
{
    int count;
    shoal_store_column_info *infos;
    SHOAL_TRY(shoal_store_list(store, "", &count, &infos, err));
    shoal_status status;
    SHOAL_TRY_OUT(shoal_alloc_zero(count, sizeof *run->columns, &run->columns, err));
    for (int i = 0; i < count; i++) {
        shoal_info_column *info = &run->columns[i];
        shoal_text_copy(info->group, sizeof info->group, infos[i].group);
        shoal_text_copy(info->name, sizeof info->name, infos[i].name);
        shoal_text_copy(info->units, sizeof info->units, infos[i].units);
        info->type = infos[i].type;
        info->length = infos[i].length;
        shoal_table table = {0};
        if (shoal_cancelled(ctx)) {
            status = shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted");
            goto out;
        }
        SHOAL_TRY_OUT(shoal_store_read_native(ctx, store, info->group, info->name, &table, err));
        summarise(&table.columns[0], info);
        if (strcmp(info->group, "transactions") == 0 && strcmp(info->name, "time") == 0 && fabs(info->min) < 0x1p62 &&
            fabs(info->max) < 0x1p62) { /* also false for NaN: none there */
            run->start = (int64_t)info->min;
            run->end = (int64_t)info->max;
        }
        if (strcmp(info->group, "transactions") == 0 && strcmp(info->name, "amount") == 0) {
            run->has_amount = true;
            shoal_sum sum = {0};
            for (int64_t j = 0; j < info->length; j++) shoal_sum_add(&sum, shoal_column_f64(&table.columns[0], j));
            run->revenue = shoal_sum_value(sum);
        }
        shoal_table_free(&table);
    }
    run->n_columns = count;
out:
    free(infos);
    return status;
}

static shoal_status read_models(shoal_store *store, shoal_info_run *run, shoal_error *err)
{
    int count;
    char(*names)[64];
    SHOAL_TRY(shoal_store_children(store, "models", &count, &names, err));
    shoal_status status = shoal_alloc_zero(count, sizeof *run->models, &run->models, err);
    for (int i = 0; i < count && status >= 0; i++) {
        shoal_info_model *model = &run->models[i];
        char group[SHOAL_GROUP_SIZE];
        snprintf(group, sizeof group, "models/%s", names[i]);
        shoal_text_copy(model->name, sizeof model->name, names[i]);
        if (shoal_store_has_attribute(store, group, "kind"))
            status = shoal_store_get_text(store, group, "kind", model->kind, sizeof model->kind, err);
        if (status >= 0 && shoal_store_has_attribute(store, group, "created"))
            status = shoal_store_get_text(store, group, "created", model->created, sizeof model->created, err);
        run->n_models = i + 1;
    }
    free(names);
    return status;
}

static shoal_status root_text(shoal_store *store, const char *name, char *value, size_t size, shoal_error *err)
{
    if (!shoal_store_has_attribute(store, "", name)) return SHOAL_OK; /* written by another tool */
    return shoal_store_get_text(store, "", name, value, size, err);
}

shoal_status shoal_step_info(const shoal_ctx *ctx, const char *path, shoal_info_run *run, shoal_error *err)
{
    *run = (shoal_info_run){.start = SHOAL_NO_DATE, .end = SHOAL_NO_DATE};
    shoal_store *store = NULL;
    shoal_status status;
    int64_t version;
    SHOAL_TRY_OUT(shoal_store_open(path, SHOAL_STORE_READ, &store, err));
    SHOAL_TRY_OUT(shoal_store_get_i64(store, "", "format_version", &version, err));
    run->format_version = (int)version;
    SHOAL_TRY_OUT(root_text(store, "uuid", run->uuid, sizeof run->uuid, err));
    SHOAL_TRY_OUT(root_text(store, "created", run->created, sizeof run->created, err));
    SHOAL_TRY_OUT(root_text(store, "creator", run->creator, sizeof run->creator, err));
    run->customers = shoal_store_customers(store);
    run->transactions = shoal_store_transactions(store);
    struct stat file;
    if (stat(path, &file) == 0) run->file_bytes = file.st_size;
    SHOAL_TRY_OUT(read_columns(ctx, store, run, err));
    SHOAL_TRY_OUT(read_models(store, run, err));
out:
    shoal_store_close(store);
    if (status < 0) shoal_info_run_free(run);
    return status;
}

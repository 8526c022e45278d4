/* The import step: CSV to a new store. */
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/threads.h"
#include "pipeline/steps.h"

static const char *const returns_name[] = {"net", "drop", "error"};

/* The report lies as attributes on the group that the rows went to. */
static const char *report_group(shoal_store *store)
{
    return shoal_store_has(store, "transactions") ? "transactions" : "customers";
}

static shoal_status save_report(shoal_store *store, const shoal_import_report *report, shoal_error *err)
{
    const char *group = report_group(store);
    char name[64];
    SHOAL_TRY(shoal_store_set_text(store, group, "source", report->source, err));
    SHOAL_TRY(shoal_store_set_text(store, group, "delimiter", report->delimiter, err));
    SHOAL_TRY(shoal_store_set_i64(store, group, "header", report->header, err));
    SHOAL_TRY(shoal_store_set_i64(store, group, "gzip", report->gzip, err));
    SHOAL_TRY(shoal_store_set_text(store, group, "returns", returns_name[report->returns], err));
    for (int role = 0; role < SHOAL_N_ROLES; role++) {
        if (report->column[role][0] == '\0') continue;
        snprintf(name, sizeof name, "column_%s", shoal_role_name((shoal_role)role));
        SHOAL_TRY(shoal_store_set_text(store, group, name, report->column[role], err));
    }
    SHOAL_TRY(shoal_store_set_i64(store, group, "rows_read", report->rows_read, err));
    SHOAL_TRY(shoal_store_set_i64(store, group, "rows_kept", report->rows_kept, err));
    SHOAL_TRY(shoal_store_set_i64(store, group, "rows_returned", report->rows_returned, err));
    SHOAL_TRY(shoal_store_set_i64(store, group, "n_reasons", report->n_reasons, err));
    for (int i = 0; i < report->n_reasons; i++) {
        snprintf(name, sizeof name, "rejected_%d_reason", i);
        SHOAL_TRY(shoal_store_set_text(store, group, name, report->rejected[i].reason, err));
        snprintf(name, sizeof name, "rejected_%d_rows", i);
        SHOAL_TRY(shoal_store_set_i64(store, group, name, report->rejected[i].rows, err));
    }
    SHOAL_TRY(shoal_store_set_i64(store, group, "has_amount", report->has_amount, err));
    SHOAL_TRY(shoal_store_set_f64(store, group, "revenue", report->revenue, err));
    SHOAL_TRY(shoal_store_set_i64(store, group, "start", report->start, err));
    return shoal_store_set_i64(store, group, "end", report->end, err);
}

shoal_status shoal_import_report_load(shoal_store *store, bool *found, shoal_import_report *report, shoal_error *err)
{
    *report = (shoal_import_report){0};
    const char *group = report_group(store);
    *found = shoal_store_has_attribute(store, group, "rows_read");
    if (!*found) return SHOAL_OK;
    char name[64], returns[16];
    int64_t header, gzip, n_reasons, has_amount;
    SHOAL_TRY(shoal_store_get_text(store, group, "source", report->source, sizeof report->source, err));
    SHOAL_TRY(shoal_store_get_text(store, group, "delimiter", report->delimiter, sizeof report->delimiter, err));
    SHOAL_TRY(shoal_store_get_i64(store, group, "header", &header, err));
    SHOAL_TRY(shoal_store_get_i64(store, group, "gzip", &gzip, err));
    SHOAL_TRY(shoal_store_get_text(store, group, "returns", returns, sizeof returns, err));
    for (int role = 0; role < SHOAL_N_ROLES; role++) {
        snprintf(name, sizeof name, "column_%s", shoal_role_name((shoal_role)role));
        if (shoal_store_has_attribute(store, group, name))
            SHOAL_TRY(shoal_store_get_text(store, group, name, report->column[role], sizeof report->column[role], err));
    }
    SHOAL_TRY(shoal_store_get_i64(store, group, "rows_read", &report->rows_read, err));
    SHOAL_TRY(shoal_store_get_i64(store, group, "rows_kept", &report->rows_kept, err));
    SHOAL_TRY(shoal_store_get_i64(store, group, "rows_returned", &report->rows_returned, err));
    SHOAL_TRY(shoal_store_get_i64(store, group, "n_reasons", &n_reasons, err));
    if (n_reasons < 0 || n_reasons > SHOAL_MAX_REASONS)
        return shoal_fail(err, SHOAL_ERR_INPUT, "%s: attribute n_reasons is %lld, at most %d are possible", group,
                          (long long)n_reasons, SHOAL_MAX_REASONS);
    for (int i = 0; i < n_reasons; i++) {
        snprintf(name, sizeof name, "rejected_%d_reason", i);
        SHOAL_TRY(shoal_store_get_text(store, group, name, report->rejected[i].reason,
                                       sizeof report->rejected[i].reason, err));
        snprintf(name, sizeof name, "rejected_%d_rows", i);
        SHOAL_TRY(shoal_store_get_i64(store, group, name, &report->rejected[i].rows, err));
    }
    SHOAL_TRY(shoal_store_get_i64(store, group, "has_amount", &has_amount, err));
    SHOAL_TRY(shoal_store_get_f64(store, group, "revenue", &report->revenue, err));
    SHOAL_TRY(shoal_store_get_i64(store, group, "start", &report->start, err));
    SHOAL_TRY(shoal_store_get_i64(store, group, "end", &report->end, err));
    report->header = header != 0;
    report->gzip = gzip != 0;
    for (int i = 0; i < (int)(sizeof returns_name / sizeof returns_name[0]); i++)
        if (strcmp(returns, returns_name[i]) == 0) report->returns = (shoal_returns)i;
    report->n_reasons = (int)n_reasons;
    report->rows_rejected = report->rows_read - report->rows_kept;
    report->has_amount = has_amount != 0;
    report->customers = shoal_store_customers(store);
    report->transactions = shoal_store_transactions(store);
    return SHOAL_OK;
}

static const shoal_column *dictionary_of(const shoal_import_data *data, const char *name)
{
    for (int i = 0; i < data->n_dictionaries; i++)
        if (strcmp(data->dictionaries[i].columns[0].name, name) == 0) return &data->dictionaries[i].columns[0];
    return NULL;
}

/* Writes all columns of a table to group, with flags on those that have a dictionary. */
static shoal_status save_table(const shoal_ctx *ctx, shoal_store *store, const char *group, const shoal_table *table,
                               const shoal_import_data *data, const char *role, shoal_error *err)
{
    for (int j = 0; j < table->n_columns; j++) {
        const shoal_column *column = &table->columns[j];
        const shoal_column *texts = dictionary_of(data, column->name);
        if (shoal_cancelled(ctx)) return shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted");
        SHOAL_TRY(shoal_store_write(store, group, column, texts != NULL ? "category" : role, err));
        if (texts != NULL) SHOAL_TRY(shoal_store_write_flags(store, group, column->name, texts, err));
    }
    return SHOAL_OK;
}

shoal_status shoal_import_save(const shoal_ctx *ctx, shoal_store *store, const shoal_import_data *data,
                               const shoal_import_report *report, shoal_error *err)
{
    for (int i = 0; i < data->n_dictionaries; i++)
        SHOAL_TRY(shoal_store_write(store, "dictionaries", &data->dictionaries[i].columns[0], NULL, err));
    if (data->keys.n_columns > 0) SHOAL_TRY(shoal_store_write(store, "keys", &data->keys.columns[0], "key", err));
    SHOAL_TRY(save_table(ctx, store, "customers", &data->customers, data, "feature", err));
    SHOAL_TRY(save_table(ctx, store, "transactions", &data->transactions, data, NULL, err));
    return save_report(store, report, err);
}

shoal_status shoal_step_import(const shoal_ctx *ctx, const char *csv, const shoal_import_opts *opts, const char *store,
                               shoal_import_run *run, shoal_error *err)
{
    *run = (shoal_import_run){0};
    shoal_import_data data = {0};
    shoal_store *file = NULL;
    shoal_status status;
    double since = shoal_clock_ms();
    SHOAL_TRY_OUT(shoal_check_distinct(csv, store, err));
    SHOAL_TRY_OUT(shoal_import_read(ctx, csv, opts, &data, &run->report, err));
    since = shoal_times_add(&run->times, "read", since);
    SHOAL_TRY_OUT(shoal_store_create(store, data.customers.n_rows, &file, err));
    SHOAL_TRY_OUT(shoal_import_save(ctx, file, &data, &run->report, err));
    if (shoal_cancelled(ctx)) {
        status = shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted");
        goto out;
    }
    SHOAL_TRY_OUT(shoal_store_commit(&file, err));
    shoal_times_add(&run->times, "write", since);
out:
    shoal_store_close(file);
    shoal_import_data_free(&data);
    if (status < 0) *run = (shoal_import_run){0};
    return status;
}

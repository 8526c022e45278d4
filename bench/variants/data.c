#include "variants/data.h"

#include <math.h>
#include <string.h>

#include "base/date.h"
#include "base/memory.h"
#include "base/text.h"

shoal_status bench_data_open(const shoal_ctx *ctx, const char *path, int64_t max_customers, bench_data *data,
                             shoal_error *err)
{
    *data = (bench_data){.ctx = ctx, .max_customers = max_customers};
    SHOAL_TRY(shoal_store_open(path, SHOAL_STORE_READ, &data->store, err));
    return shoal_store_get_text(data->store, "", "uuid", data->uuid, sizeof data->uuid, err);
}

void bench_data_close(bench_data *data)
{
    for (int i = 0; i < data->n_features; i++) {
        shoal_feature_list_free(&data->features[i]->list);
        free(data->features[i]->weights);
        free(data->features[i]);
    }
    free(data->features);
    shoal_loaded_transactions_free(&data->transactions);
    shoal_store_close(data->store);
    *data = (bench_data){0};
}

/* --- features --- */

static shoal_status read_weights(bench_data *data, const char *name, const int64_t *rows, int64_t n, double **weights,
                                 shoal_error *err)
{
    shoal_feature_list list;
    SHOAL_TRY(shoal_features_read(data->ctx, data->store, name, NULL, &list, err));
    shoal_status status =
        list.d != 1 || list.log1p[0]
            ? shoal_fail(err, SHOAL_ERR_USAGE, "weights come from one column as it is, not from %s", name)
            : shoal_alloc(n, sizeof **weights, weights, err);
    for (int64_t i = 0; status >= 0 && i < n; i++) {
        (*weights)[i] = shoal_column_f64(&list.table.columns[0], rows[i]);
        if (!((*weights)[i] >= 0) || isinf((*weights)[i]))
            status = shoal_fail(err, SHOAL_ERR_INPUT,
                                "column %s, customer %lld: %g is no weight: weights are finite and not negative", name,
                                (long long)rows[i], (*weights)[i]);
    }
    shoal_feature_list_free(&list);
    return status;
}

/* "log(a),b" */
static shoal_status name_features(bench_features *set, shoal_error *err)
{
    shoal_text text = {0};
    for (int j = 0; j < set->list.d; j++)
        shoal_text_addf(&text, set->list.log1p[j] ? "%slog(%s)" : "%s%s", j == 0 ? "" : ",", set->list.path[j]);
    const bool failed = text.failed;
    if (!failed && text.length < sizeof set->features) shoal_text_copy(set->features, sizeof set->features, text.data);
    shoal_text_free(&text);
    return failed ? shoal_fail_memory(err) : SHOAL_OK;
}

static shoal_status read_features(bench_data *data, bench_features *set, shoal_error *err)
{
    const char *features = set->asked[0] == '\0' ? NULL : set->asked;
    int64_t *rows = NULL, n;
    shoal_table *table = &set->list.table;
    shoal_status status;
    SHOAL_TRY_OUT(shoal_features_read(data->ctx, data->store, features, "clv", &set->list, err));
    SHOAL_TRY_OUT(name_features(set, err));
    SHOAL_TRY_OUT(shoal_complete_rows(table, &rows, &n, err));
    if (n > data->max_customers) n = data->max_customers;
    if (n == 0) {
        status = shoal_fail(err, SHOAL_ERR_INPUT, "every customer lacks a value in one of the features");
        goto out;
    }
    if (set->weight[0] != '\0') SHOAL_TRY_OUT(read_weights(data, set->weight, rows, n, &set->weights, err));
    SHOAL_TRY_OUT(shoal_table_gather(table, rows, n, err));
    const shoal_column weights = {.type = SHOAL_F64, .length = n, .data = set->weights};
    set->fingerprint = shoal_fingerprint(data->ctx, table->columns, set->list.d);
    if (set->weights != NULL) set->fingerprint ^= 31 * shoal_fingerprint(data->ctx, &weights, 1);
out:
    free(rows);
    return status;
}

static bench_features *known_features(const bench_data *data, const char *features, const char *weight)
{
    for (int i = 0; i < data->n_features; i++)
        if (strcmp(data->features[i]->weight, weight) == 0 &&
            (strcmp(data->features[i]->asked, features) == 0 || strcmp(data->features[i]->features, features) == 0))
            return data->features[i];
    return NULL;
}

/* NULL where memory ran out. */
static bench_features *add_features(bench_data *data, const char *features, const char *weight)
{
    bench_features **grown = realloc(data->features, ((size_t)data->n_features + 1) * sizeof *grown);
    if (grown == NULL) return NULL;
    data->features = grown;
    bench_features *set = calloc(1, sizeof *set);
    if (set == NULL) return NULL;
    data->features[data->n_features++] = set;
    shoal_text_copy(set->asked, sizeof set->asked, features);
    shoal_text_copy(set->weight, sizeof set->weight, weight);
    set->status = read_features(data, set, &set->error);
    return set;
}

shoal_status bench_data_features(bench_data *data, const char *features, const char *weight,
                                 const bench_features **found, shoal_error *err)
{
    const char *named = features != NULL ? features : "", *weighted = weight != NULL ? weight : "";
    bench_features *set = known_features(data, named, weighted);
    if (set == NULL) set = add_features(data, named, weighted);
    if (set == NULL) return shoal_fail_memory(err);
    if (set->status < 0) return shoal_fail(err, set->status, "%s", set->error.message);
    *found = set;
    return SHOAL_OK;
}

/* --- transactions --- */

static void find_days(bench_data *data)
{
    const shoal_transactions *t = &data->transactions.view;
    int64_t first = t->time[0], last = t->time[0];
    for (int64_t i = 1; i < t->n; i++) {
        if (t->time[i] < first) first = t->time[i];
        if (t->time[i] > last) last = t->time[i];
    }
    data->first_day = shoal_day_floor(first);
    data->last_day = shoal_day_floor(last);
}

static shoal_status read_transactions(bench_data *data, shoal_error *err)
{
    shoal_loaded_transactions *loaded = &data->transactions;
    SHOAL_TRY(shoal_transactions_load(data->ctx, data->store, loaded, err));
    if (loaded->view.n_customers > data->max_customers) {
        loaded->view.n_customers = data->max_customers;
        loaded->view.n = loaded->first_row[data->max_customers];
    }
    if (loaded->view.n == 0) return shoal_fail(err, SHOAL_ERR_INPUT, "the customers looked at have no transactions");
    find_days(data);
    data->transactions_fingerprint = shoal_fingerprint(data->ctx, loaded->table.columns, loaded->table.n_columns);
    return SHOAL_OK;
}

shoal_status bench_data_transactions(bench_data *data, shoal_error *err)
{
    if (!data->tried_transactions) data->transactions_status = read_transactions(data, &data->transactions_error);
    data->tried_transactions = true;
    if (data->transactions_status >= 0) return SHOAL_OK;
    return shoal_fail(err, data->transactions_status, "%s", data->transactions_error.message);
}

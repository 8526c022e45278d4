/* The assign step: new customers against a stored model. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/sum.h"
#include "base/text.h"
#include "base/threads.h"
#include "pipeline/steps.h"

shoal_assign_opts shoal_assign_opts_default(void)
{
    return (shoal_assign_opts){.model = "kmeans"};
}

void shoal_assign_run_free(shoal_assign_run *run)
{
    free(run->names);
    free(run->sizes);
    free(run->mean_distances);
    free(run->border);
    *run = (shoal_assign_run){0};
}

static shoal_status alloc_segments(shoal_assign_run *run, int k, shoal_error *err)
{
    run->k = k;
    SHOAL_TRY(shoal_alloc_zero(k, sizeof *run->names, &run->names, err));
    return shoal_alloc_zero(k, sizeof *run->sizes, &run->sizes, err);
}

/* Sizes, distances and customers on the border of each segment. */
static shoal_status count_segments(shoal_assign_run *run, const shoal_kmeans_assignment *near, shoal_error *err)
{
    shoal_sum *sums, all = {0};
    SHOAL_TRY(shoal_alloc(run->k, sizeof *run->mean_distances, &run->mean_distances, err));
    SHOAL_TRY(shoal_alloc_zero(run->k, sizeof *run->border, &run->border, err));
    SHOAL_TRY(shoal_alloc_zero(run->k, sizeof *sums, &sums, err));
    for (int64_t i = 0; i < run->n; i++) {
        const int32_t s = near->labels[i];
        run->sizes[s]++;
        run->border[s] += 100 * near->distance[i] >= SHOAL_ASSIGN_BORDER_PERCENT * near->second_distance[i];
        shoal_sum_add(&sums[s], near->distance[i]);
        shoal_sum_add(&all, near->distance[i]);
    }
    for (int s = 0; s < run->k; s++)
        run->mean_distances[s] = run->sizes[s] > 0 ? shoal_sum_value(sums[s]) / (double)run->sizes[s] : (double)NAN;
    run->mean_distance = run->n > 0 ? shoal_sum_value(all) / (double)run->n : (double)NAN;
    free(sums);
    return SHOAL_OK;
}

/* A result is read with the model of its name: unless it is that model's own, the model comes along. */
static bool keeps_model(const shoal_assign_run *run, const shoal_store *model_store, const shoal_store *store)
{
    return model_store != store || strcmp(run->name, run->model) != 0;
}

/* A model of another kind under the result's name would be lost, and its result with it. */
static shoal_status check_name(shoal_store *store, const shoal_assign_run *run, shoal_error *err)
{
    char group[SHOAL_GROUP_SIZE], kind[32] = "";
    SHOAL_TRY(shoal_model_group(run->name, group, err));
    if (shoal_store_has_attribute(store, group, "kind"))
        SHOAL_TRY(shoal_store_get_text(store, group, "kind", kind, sizeof kind, err));
    if (kind[0] == '\0' || strcmp(kind, run->kind) == 0) return SHOAL_OK;
    return shoal_fail(err, SHOAL_ERR_USAGE,
                      "the store has a model \"%s\" of kind %s: give the result of this %s model another --name",
                      run->name, kind, run->kind);
}

/* Features scaled as the model's own were. */
static shoal_status assign_complete(const shoal_ctx *ctx, const shoal_kmeans_run *model, const shoal_table *features,
                                    const shoal_kmeans_assignment *near, shoal_error *err)
{
    shoal_table scaled = {0};
    const shoal_matrix raw = {.n = features->n_rows, .d = features->n_columns, .columns = features->columns};
    shoal_status status;
    SHOAL_TRY_OUT(shoal_scaler_apply(ctx, &raw, model->scalers, &scaled, err));
    const shoal_matrix x = {.n = scaled.n_rows, .d = scaled.n_columns, .columns = scaled.columns};
    SHOAL_TRY_OUT(shoal_kmeans_assign(ctx, &x, model->k, model->scaled_centroids, near, err));
out:
    shoal_table_free(&scaled);
    return status;
}

static shoal_status assign_kmeans(const shoal_ctx *ctx, shoal_store *store, shoal_store *model_store,
                                  shoal_assign_run *run, shoal_error *err)
{
    shoal_kmeans_run model = {0};
    shoal_feature_list list = {0};
    int64_t *rows = NULL;
    shoal_kmeans_assignment near = {0}, all = {0};
    uint64_t fingerprint;
    char group[SHOAL_GROUP_SIZE];
    shoal_status status;
    double since = shoal_clock_ms();
    const int64_t n_all = shoal_store_customers(store);
    SHOAL_TRY_OUT(shoal_kmeans_load(model_store, run->model, &model, err));
    SHOAL_TRY_OUT(shoal_model_fingerprint(model_store, run->model, &fingerprint, err));
    SHOAL_TRY_OUT(alloc_segments(run, model.k, err));
    memcpy(run->names, model.names, (size_t)model.k * sizeof *run->names);
    SHOAL_TRY_OUT(shoal_features_read_model(ctx, store, model.scalers, model.d, &list, err));
    SHOAL_TRY_OUT(shoal_complete_rows(&list.table, &rows, &run->n, err));
    run->n_missing = n_all - run->n;
    SHOAL_TRY_OUT(shoal_table_gather(&list.table, rows, run->n, err));
    since = shoal_times_add(&run->times, "read", since);

    SHOAL_TRY_OUT(shoal_assignment_make(run->n, &near, err));
    if (run->n > 0) SHOAL_TRY_OUT(assign_complete(ctx, &model, &list.table, &near, err));
    SHOAL_TRY_OUT(shoal_assignment_spread(&near, rows, run->n, n_all, &all, err));
    SHOAL_TRY_OUT(count_segments(run, &near, err));
    since = shoal_times_add(&run->times, "assign", since);
    SHOAL_TRY_OUT(shoal_result_group(run->name, group, err));
    SHOAL_TRY_OUT(shoal_store_remove(store, group, err));
    SHOAL_TRY_OUT(shoal_store_set_text(store, group, "model", run->model, err));
    SHOAL_TRY_OUT(shoal_store_set_text(store, group, "kind", "kmeans", err));
    SHOAL_TRY_OUT(shoal_labels_write(store, group, n_all, &all, run->k, run->names, err));
    if (keeps_model(run, model_store, store)) {
        shoal_text_copy(model.name, sizeof model.name, run->name);
        model.n = run->n;
        model.n_missing = run->n_missing;
        memcpy(model.sizes, run->sizes, (size_t)run->k * sizeof *run->sizes);
        SHOAL_TRY_OUT(shoal_kmeans_save(store, &model, fingerprint, err));
    }
    shoal_times_add(&run->times, "write", since);
out:
    shoal_kmeans_run_free(&model);
    shoal_feature_list_free(&list);
    free(rows);
    shoal_assignment_free(&near);
    shoal_assignment_free(&all);
    return status;
}

static shoal_status assign_rfm(const shoal_ctx *ctx, shoal_store *store, shoal_store *model_store,
                               shoal_assign_run *run, shoal_error *err)
{
    shoal_rfm_run model = {0};
    shoal_table table = {0};
    shoal_status status;
    double since = shoal_clock_ms();
    uint64_t fingerprint;
    SHOAL_TRY_OUT(shoal_rfm_load(model_store, run->model, &model, err));
    SHOAL_TRY_OUT(shoal_model_fingerprint(model_store, run->model, &fingerprint, err));
    static const char *const needed[] = {"recency_days", "frequency", "monetary"};
    const int n_needed = model.has_amount ? 3 : 2;
    for (int i = 0; i < n_needed; i++) {
        char path[64];
        snprintf(path, sizeof path, "customers/%s", needed[i]);
        if (!shoal_store_has(store, path)) {
            status = shoal_fail(err, SHOAL_ERR_INPUT, "the store has no column %s: run `shoal rfm` on it first", path);
            goto out;
        }
        SHOAL_TRY_OUT(shoal_store_read(ctx, store, "customers", needed[i], SHOAL_F64, &table, err));
    }
    since = shoal_times_add(&run->times, "read", since);
    const shoal_rfm_input input = {&table.columns[0], &table.columns[1], model.has_amount ? &table.columns[2] : NULL};
    SHOAL_TRY_OUT(shoal_rfm_score_and_write(ctx, store, run->name, &input, &model, err));
    if (keeps_model(run, model_store, store)) {
        shoal_text_copy(model.name, sizeof model.name, run->name);
        SHOAL_TRY_OUT(shoal_rfm_save(store, &model, fingerprint, err));
    }
    run->n = model.customers;
    run->n_missing = table.n_rows - model.customers;
    run->mean_distance = NAN;
    SHOAL_TRY_OUT(alloc_segments(run, model.n_segments, err));
    for (int s = 0; s < run->k; s++) {
        shoal_text_copy(run->names[s], sizeof run->names[s], shoal_rfm_map_name(&model.map, s));
        run->sizes[s] = model.segments[s].customers;
    }
    shoal_times_add(&run->times, "assign", since);
out:
    shoal_rfm_run_free(&model);
    shoal_table_free(&table);
    return status;
}

static shoal_status assign_on_store(const shoal_ctx *ctx, shoal_store *store, const void *opts_, void *run_,
                                    shoal_error *err)
{
    const shoal_assign_opts *opts = opts_;
    shoal_assign_run *run = run_;
    char group[SHOAL_GROUP_SIZE];
    shoal_store *other = NULL;
    shoal_status status;
    const char *name = opts->name != NULL ? opts->name : opts->model;
    SHOAL_TRY(shoal_result_group(name, group, err));
    SHOAL_TRY(shoal_model_group(opts->model, group, err));
    shoal_text_copy(run->name, sizeof run->name, name);
    shoal_text_copy(run->model, sizeof run->model, opts->model);
    if (opts->model_store != NULL) SHOAL_TRY(shoal_store_open(opts->model_store, SHOAL_STORE_READ, &other, err));
    shoal_store *model_store = other != NULL ? other : store;
    if (shoal_store_has_attribute(model_store, group, "kind"))
        SHOAL_TRY_OUT(shoal_store_get_text(model_store, group, "kind", run->kind, sizeof run->kind, err));
    if (run->kind[0] != '\0') SHOAL_TRY_OUT(check_name(store, run, err));
    if (strcmp(run->kind, "rfm") == 0) SHOAL_TRY_OUT(assign_rfm(ctx, store, model_store, run, err));
    else SHOAL_TRY_OUT(assign_kmeans(ctx, store, model_store, run, err)); /* names what is there when it is no kmeans */
out:
    shoal_store_close(other);
    return status;
}

shoal_status shoal_step_assign(const shoal_ctx *ctx, const char *store, const shoal_assign_opts *opts,
                               shoal_assign_run *run, shoal_error *err)
{
    *run = (shoal_assign_run){0};
    const shoal_status status = shoal_store_update(ctx, store, assign_on_store, opts, run, &run->times, err);
    if (status < 0) shoal_assign_run_free(run);
    return status;
}

/* The kmeans step: features of the store to labels and a model. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/threads.h"
#include "pipeline/steps.h"

shoal_kmeans_step_opts shoal_kmeans_step_opts_default(void)
{
    const shoal_choose_k_opts choice = shoal_choose_k_opts_default();
    return (shoal_kmeans_step_opts){.name = "kmeans",
                                    .clv = "clv",
                                    .scale = SHOAL_SCALE_STANDARD,
                                    .k_min = choice.k_min,
                                    .k_max = choice.k_max,
                                    .n_references = choice.n_references,
                                    .n_bootstraps = choice.n_bootstraps,
                                    .kmeans = choice.kmeans};
}

void shoal_kmeans_run_free(shoal_kmeans_run *run)
{
    free(run->scalers);
    free(run->sizes);
    free(run->names);
    free(run->centroids);
    free(run->scaled_centroids);
    shoal_kmeans_alignment_free(&run->alignment);
    *run = (shoal_kmeans_run){0};
}

/* --- the step --- */

/* Initial centroids from a CSV of k rows with the features' names as header, scaled like the data. */
static shoal_status read_init(const shoal_ctx *ctx, const char *path, const shoal_feature_list *list,
                              const shoal_scaler *scalers, int *k, double **centroids, shoal_error *err)
{
    shoal_import_opts opts = shoal_import_opts_default();
    opts.kind = SHOAL_IMPORT_CUSTOMERS;
    shoal_import_data data = {0};
    shoal_import_report report;
    shoal_status status;
    *centroids = NULL;
    SHOAL_TRY_OUT(shoal_import_read(ctx, path, &opts, &data, &report, err));
    const shoal_table *table = &data.customers;
    SHOAL_TRY_OUT(shoal_alloc(table->n_rows * list->d, sizeof **centroids, centroids, err));
    for (int j = 0; j < list->d; j++) {
        char header[64]; /* the importer keeps '/' out of the names of columns */
        shoal_text_copy(header, sizeof header, list->path[j]);
        for (char *at = strchr(header, '/'); at != NULL; at = strchr(at, '/')) *at = '_';
        const shoal_column *column = shoal_table_find(table, header);
        if (column != NULL && column->type != SHOAL_F64) {
            status = shoal_fail(err, SHOAL_ERR_INPUT, "%s: the column %s holds texts, and centroids are numbers", path,
                                list->path[j]);
            goto out;
        }
        if (column == NULL) {
            status = shoal_fail(err, SHOAL_ERR_INPUT, "%s has no column %s: it needs one for every feature", path,
                                list->path[j]);
            goto out;
        }
        for (int64_t i = 0; i < table->n_rows; i++) {
            const double value = shoal_column_f64(column, i);
            if (!isfinite(value)) {
                status = shoal_fail(err, SHOAL_ERR_INPUT, "%s, centroid %lld: %s has no finite value", path,
                                    (long long)i + 1, list->path[j]);
                goto out;
            }
            (*centroids)[i * list->d + j] = shoal_scaler_value(&scalers[j], value);
        }
    }
    if (table->n_rows > INT32_MAX) {
        status = shoal_fail(err, SHOAL_ERR_INPUT, "%s has too many rows for centroids", path);
        goto out;
    }
    *k = (int)table->n_rows;
out:
    shoal_import_data_free(&data);
    if (status < 0) {
        free(*centroids);
        *centroids = NULL;
    }
    return status;
}

static shoal_status read_weights(const shoal_ctx *ctx, shoal_store *store, const char *name, const int64_t *rows,
                                 int64_t n, double **weights, shoal_error *err)
{
    shoal_feature_list list;
    SHOAL_TRY(shoal_features_read(ctx, store, name, NULL, &list, err));
    if (list.d != 1 || list.log1p[0]) {
        shoal_feature_list_free(&list);
        return shoal_fail(err, SHOAL_ERR_USAGE, "weights come from one column as it is, not from %s", name);
    }
    shoal_status status = shoal_alloc(n, sizeof **weights, weights, err);
    for (int64_t i = 0; status >= 0 && i < n; i++) {
        const double value = shoal_column_f64(&list.table.columns[0], rows[i]);
        if (!(value >= 0) || isinf(value))
            status = shoal_fail(err, SHOAL_ERR_INPUT,
                                "column %s, customer %lld: %g is no weight: weights are finite and not negative", name,
                                (long long)rows[i], value);
        else (*weights)[i] = value;
    }
    shoal_feature_list_free(&list);
    return status;
}

static shoal_matrix matrix_of(const shoal_table *table)
{
    return (shoal_matrix){.n = table->n_rows, .d = table->n_columns, .columns = table->columns};
}

static bool all_rows_equal(const shoal_matrix *x)
{
    for (int j = 0; j < x->d; j++)
        for (int64_t i = 1; i < x->n; i++)
            if (shoal_column_f64(&x->columns[j], i) != shoal_column_f64(&x->columns[j], 0)) return false;
    return true;
}

static shoal_status fit(const shoal_ctx *ctx, const shoal_matrix *x, const shoal_kmeans_step_opts *opts,
                        const shoal_kmeans_opts *kmeans, shoal_kmeans_run *run, shoal_kmeans_result *result,
                        shoal_error *err)
{
    if (kmeans->init == SHOAL_INIT_GIVEN || opts->k_min == opts->k_max)
        return shoal_kmeans_fit(ctx, x, kmeans, result, err);
    if (all_rows_equal(x)) {
        shoal_notice(ctx, "all customers are alike in the features: they make one segment");
        shoal_kmeans_opts one = *kmeans;
        one.n_clusters = 1;
        return shoal_kmeans_fit(ctx, x, &one, result, err);
    }
    const shoal_choose_k_opts choice = {.k_min = opts->k_min,
                                        .k_max = opts->k_max,
                                        .n_references = opts->n_references,
                                        .n_bootstraps = opts->n_bootstraps,
                                        .kmeans = *kmeans};
    shoal_choose_k_result chosen = {0};
    const shoal_status status = shoal_choose_k(ctx, x, &choice, &chosen, err);
    if (status < 0) return status;
    run->n_candidates = chosen.n_candidates;
    memcpy(run->candidates, chosen.candidates, sizeof run->candidates);
    run->n_reasons = chosen.n_reasons;
    memcpy(run->reasons, chosen.reasons, sizeof run->reasons);
    *result = chosen.best;
    chosen.best = (shoal_kmeans_result){0};
    shoal_choose_k_result_free(&chosen);
    return status;
}

static shoal_status fill_run(shoal_kmeans_run *run, const shoal_kmeans_result *result, shoal_error *err)
{
    run->k = result->k;
    run->n_init = result->n_init;
    run->iterations = result->iterations;
    run->converged = result->converged;
    run->inertia = result->inertia;
    run->silhouette = result->silhouette;
    run->algorithm = result->algorithm;
    memcpy(run->algorithm_reason, result->reason, sizeof run->algorithm_reason);
    run->distinct = result->distinct;
    run->moved = result->moved;
    run->inertia_drop = result->inertia_drop;
    run->mini_batch = result->mini_batch;
    SHOAL_TRY(shoal_alloc(run->k, sizeof *run->sizes, &run->sizes, err));
    SHOAL_TRY(shoal_alloc(run->k, sizeof *run->names, &run->names, err));
    SHOAL_TRY(shoal_alloc((int64_t)run->k * run->d, sizeof *run->centroids, &run->centroids, err));
    SHOAL_TRY(shoal_alloc((int64_t)run->k * run->d, sizeof *run->scaled_centroids, &run->scaled_centroids, err));
    memcpy(run->sizes, result->sizes, (size_t)run->k * sizeof *run->sizes);
    memcpy(run->scaled_centroids, result->centroids, (size_t)run->k * (size_t)run->d * sizeof *result->centroids);
    for (int s = 0; s < run->k; s++)
        for (int j = 0; j < run->d; j++)
            run->centroids[s * run->d + j] = shoal_scaler_invert(&run->scalers[j], result->centroids[s * run->d + j]);
    return SHOAL_OK;
}

/* The fit's own phases; what lies between them is the judging of the candidates. */
static double add_cluster_phases(shoal_times *times, const shoal_kmeans_time *fit, double since)
{
    const double now = shoal_clock_ms();
    shoal_times_add(times, "seed", now - fit->seed_ms);
    shoal_times_add(times, "iterate", now - fit->iterate_ms);
    shoal_times_add(times, "judge", since + fit->seed_ms + fit->iterate_ms);
    return now;
}

static shoal_status write_result(const shoal_ctx *ctx, shoal_store *store, const char *clv,
                                 const shoal_kmeans_assignment *assignment, const int64_t *rows, uint64_t fingerprint,
                                 shoal_kmeans_run *run, shoal_error *err)
{
    char group[SHOAL_GROUP_SIZE];
    const int64_t n_all = shoal_store_customers(store);
    shoal_kmeans_assignment all = {0};
    shoal_profile profile = {0};
    shoal_status status;
    SHOAL_TRY_OUT(shoal_result_group(run->name, group, err));
    SHOAL_TRY_OUT(shoal_assignment_spread(assignment, rows, run->n, n_all, &all, err));
    SHOAL_TRY_OUT(shoal_profile_on_store(ctx, store, all.labels, run->k, clv, run->scalers, run->d, &profile, err));
    for (int s = 0; s < run->k; s++) memcpy(run->names[s], profile.segments[s].name, sizeof run->names[s]);
    SHOAL_TRY_OUT(shoal_store_remove(store, group, err));
    SHOAL_TRY_OUT(shoal_store_set_text(store, group, "model", run->name, err));
    SHOAL_TRY_OUT(shoal_store_set_text(store, group, "kind", "kmeans", err));
    SHOAL_TRY_OUT(shoal_labels_write(store, group, n_all, &all, run->k, run->names, err));
    SHOAL_TRY_OUT(shoal_kmeans_save(store, run, fingerprint, err));
out:
    shoal_profile_free(&profile);
    shoal_assignment_free(&all);
    return status;
}

shoal_status shoal_kmeans_on_store(const shoal_ctx *ctx, shoal_store *store, const void *opts_, void *run_,
                                   shoal_error *err)
{
    const shoal_kmeans_step_opts *opts = opts_;
    shoal_kmeans_run *run = run_;
    shoal_feature_list list = {0};
    shoal_table scaled = {0};
    shoal_kmeans_result result = {0};
    int64_t *rows = NULL;
    double *given = NULL, *weights = NULL, *old = NULL;
    shoal_kmeans_assignment assignment = {0};
    int k_old = 0;
    char group[SHOAL_GROUP_SIZE];
    shoal_status status;
    double since = shoal_clock_ms();
    SHOAL_TRY_OUT(shoal_model_group(opts->name, group, err));
    SHOAL_TRY_OUT(shoal_features_read(ctx, store, opts->features, opts->clv, &list, err));
    SHOAL_TRY_OUT(shoal_complete_rows(&list.table, &rows, &run->n, err));
    run->n_missing = list.table.n_rows - run->n;
    if (run->n == 0) {
        status = shoal_fail(err, SHOAL_ERR_INPUT,
                            "every customer lacks a value in one of the features: choose others "
                            "with --features");
        goto out;
    }
    if (run->n_missing > 0)
        shoal_notice(ctx, "%lld customers lack a value in one of the features and belong to no segment (label -1)",
                     (long long)run->n_missing);
    SHOAL_TRY_OUT(shoal_table_gather(&list.table, rows, run->n, err));
    since = shoal_times_add(&run->times, "read", since);

    shoal_text_copy(run->name, sizeof run->name, opts->name);
    run->d = list.d;
    run->scale = opts->scale;
    run->seed = opts->kmeans.seed;
    run->threads = shoal_ctx_threads(ctx);
    shoal_text_copy(run->isa, sizeof run->isa, shoal_isa_name());
    const shoal_matrix raw = matrix_of(&list.table);
    const uint64_t fingerprint = shoal_fingerprint(ctx, list.table.columns, list.d);
    SHOAL_TRY_OUT(shoal_alloc_zero(list.d, sizeof *run->scalers, &run->scalers, err));
    SHOAL_TRY_OUT(shoal_scaler_fit(ctx, &raw, opts->scale, list.log1p, run->scalers, err));
    for (int j = 0; j < list.d; j++) memcpy(run->scalers[j].name, list.path[j], sizeof run->scalers[j].name);
    SHOAL_TRY_OUT(shoal_scaler_apply(ctx, &raw, run->scalers, &scaled, err));
    shoal_kmeans_opts kmeans = opts->kmeans;
    kmeans.n_clusters = opts->k_min;
    SHOAL_TRY_OUT(shoal_label_order_parse(opts, &list, &kmeans, run->label_order, err));
    if (opts->align_to != NULL) SHOAL_TRY_OUT(shoal_older_model_load(store, opts, run, &k_old, &old, err));
    if (opts->weight_column != NULL) {
        SHOAL_TRY_OUT(read_weights(ctx, store, opts->weight_column, rows, run->n, &weights, err));
        kmeans.weight = weights;
    }
    if (opts->init_file != NULL) {
        SHOAL_TRY_OUT(read_init(ctx, opts->init_file, &list, run->scalers, &kmeans.n_clusters, &given, err));
        if (opts->k_min == opts->k_max && kmeans.n_clusters != opts->k_min) {
            status = shoal_fail(err, SHOAL_ERR_USAGE, "%s holds %d centroids, but %d clusters are asked for",
                                opts->init_file, kmeans.n_clusters, opts->k_min);
            goto out;
        }
        kmeans.init = SHOAL_INIT_GIVEN;
        kmeans.centroids = given;
    }
    since = shoal_times_add(&run->times, "prepare", since);

    const shoal_matrix x = matrix_of(&scaled);
    SHOAL_TRY_OUT(fit(ctx, &x, opts, &kmeans, run, &result, err));
    const shoal_status fitted = status;
    if (fitted == SHOAL_NOT_CONVERGED && !result.mini_batch)
        shoal_notice(ctx, "k-means stopped at %d iterations before it converged: raise --max-iter", result.iterations);
    if (old != NULL) {
        shoal_text_copy(run->align_to, sizeof run->align_to, opts->align_to);
        SHOAL_TRY_OUT(shoal_kmeans_align(ctx, &x, kmeans.weight, k_old, old, &result, &run->alignment, err));
    }
    SHOAL_TRY_OUT(fill_run(run, &result, err));
    SHOAL_TRY_OUT(shoal_assignment_make(run->n, &assignment, err));
    SHOAL_TRY_OUT(shoal_kmeans_assign(ctx, &x, result.k, result.centroids, &assignment, err));
    since = add_cluster_phases(&run->times, &result.time, since);
    SHOAL_TRY_OUT(write_result(ctx, store, opts->clv, &assignment, rows, fingerprint, run, err));
    shoal_times_add(&run->times, "write", since);
    status = fitted;
out:
    shoal_feature_list_free(&list);
    shoal_table_free(&scaled);
    shoal_kmeans_result_free(&result);
    free(rows);
    free(given);
    free(weights);
    shoal_assignment_free(&assignment);
    free(old);
    return status;
}

shoal_status shoal_step_kmeans(const shoal_ctx *ctx, const char *store, const shoal_kmeans_step_opts *opts,
                               shoal_kmeans_run *run, shoal_error *err)
{
    *run = (shoal_kmeans_run){0};
    const shoal_status status = shoal_store_update(ctx, store, shoal_kmeans_on_store, opts, run, &run->times, err);
    if (status < 0) shoal_kmeans_run_free(run);
    return status;
}

/* The kmeans step: features of the store to labels and a model. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/threads.h"
#include "pipeline/steps.h"

shoal_kmeans_step_opts shoal_kmeans_step_opts_default(void)
{
    return (shoal_kmeans_step_opts){.name = "kmeans",
                                    .clv = "clv",
                                    .scale = SHOAL_SCALE_STANDARD,
                                    .k_min = 2,
                                    .k_max = 10,
                                    .kmeans = shoal_kmeans_opts_default()};
}

void shoal_kmeans_run_free(shoal_kmeans_run *run)
{
    free(run->scalers);
    free(run->sizes);
    free(run->names);
    free(run->centroids);
    *run = (shoal_kmeans_run){0};
}

/* --- the model in the store --- */

static shoal_status save_scalers(shoal_store *store, const char *group, const shoal_kmeans_run *run, shoal_error *err)
{
    char path[SHOAL_GROUP_SIZE + 32];
    double *values = NULL;
    const char **names = NULL;
    shoal_status status;
    SHOAL_TRY_OUT(shoal_alloc(3 * (int64_t)run->d, sizeof *values, &values, err));
    SHOAL_TRY_OUT(shoal_alloc(run->d, sizeof *names, &names, err));
    for (int j = 0; j < run->d; j++) {
        names[j] = run->scalers[j].name;
        double *row = values + 3 * (ptrdiff_t)j;
        row[0] = run->scalers[j].log1p;
        row[1] = run->scalers[j].center;
        row[2] = run->scalers[j].scale;
    }
    snprintf(path, sizeof path, "%s/features", group);
    SHOAL_TRY_OUT(shoal_store_write_texts(store, path, run->d, names, err));
    snprintf(path, sizeof path, "%s/scaler", group);
    SHOAL_TRY_OUT(shoal_store_write_array(store, path, run->d, 3, values, err));
    SHOAL_TRY_OUT(shoal_store_set_text(store, path, "long_name", "log1p, center, scale of each feature", err));
out:
    free(values);
    free(names);
    return status;
}

static shoal_status save_candidates(shoal_store *store, const char *group, const shoal_kmeans_run *run,
                                    shoal_error *err)
{
    if (run->n_candidates == 0) return SHOAL_OK;
    enum { COLUMNS = 5 };
    char path[SHOAL_GROUP_SIZE + 32];
    double values[SHOAL_CHOOSE_K_MAX * COLUMNS];
    for (int i = 0; i < run->n_candidates; i++) {
        const shoal_choose_k_candidate *c = &run->candidates[i];
        const double row[COLUMNS] = {c->k, c->inertia, c->silhouette, c->calinski_harabasz, c->davies_bouldin};
        memcpy(values + (size_t)i * COLUMNS, row, sizeof row);
    }
    snprintf(path, sizeof path, "%s/candidates", group);
    SHOAL_TRY(shoal_store_write_array(store, path, run->n_candidates, COLUMNS, values, err));
    SHOAL_TRY(shoal_store_set_text(store, path, "long_name",
                                   "k, inertia, silhouette, calinski_harabasz, davies_bouldin", err));
    char name[32];
    for (int i = 0; i < run->n_reasons; i++) {
        snprintf(name, sizeof name, "reason_%d", i);
        SHOAL_TRY(shoal_store_set_text(store, group, name, run->reasons[i], err));
    }
    return SHOAL_OK;
}

static shoal_status save_names(shoal_store *store, const char *group, const shoal_kmeans_run *run, shoal_error *err)
{
    char path[SHOAL_GROUP_SIZE + 32];
    const char **names;
    SHOAL_TRY(shoal_alloc(run->k, sizeof *names, &names, err));
    for (int s = 0; s < run->k; s++) names[s] = run->names[s];
    snprintf(path, sizeof path, "%s/names", group);
    const shoal_status status = shoal_store_write_texts(store, path, run->k, names, err);
    free(names);
    return status;
}

shoal_status shoal_kmeans_save(shoal_store *store, const shoal_kmeans_run *run, uint64_t fingerprint, shoal_error *err)
{
    char group[SHOAL_GROUP_SIZE], path[SHOAL_GROUP_SIZE + 32];
    SHOAL_TRY(shoal_model_group(run->name, group, err));
    SHOAL_TRY(shoal_model_begin(store, group, "kmeans", fingerprint, err));
    SHOAL_TRY(shoal_store_set_i64(store, group, "n", run->n, err));
    SHOAL_TRY(shoal_store_set_i64(store, group, "n_missing", run->n_missing, err));
    SHOAL_TRY(shoal_store_set_text(store, group, "scale", shoal_scale_name(run->scale), err));
    SHOAL_TRY(shoal_store_set_i64(store, group, "seed", (int64_t)run->seed, err));
    SHOAL_TRY(shoal_store_set_i64(store, group, "n_init", run->n_init, err));
    SHOAL_TRY(shoal_store_set_i64(store, group, "iterations", run->iterations, err));
    SHOAL_TRY(shoal_store_set_i64(store, group, "converged", run->converged, err));
    SHOAL_TRY(shoal_store_set_f64(store, group, "inertia", run->inertia, err));
    SHOAL_TRY(shoal_store_set_f64(store, group, "silhouette", run->silhouette, err));
    SHOAL_TRY(shoal_store_set_text(store, group, "isa", run->isa, err));
    SHOAL_TRY(shoal_store_set_i64(store, group, "n_reasons", run->n_reasons, err));
    SHOAL_TRY(save_scalers(store, group, run, err));
    SHOAL_TRY(save_candidates(store, group, run, err));
    SHOAL_TRY(save_names(store, group, run, err));
    double *sizes;
    SHOAL_TRY(shoal_alloc(run->k, sizeof *sizes, &sizes, err));
    for (int s = 0; s < run->k; s++) sizes[s] = (double)run->sizes[s];
    snprintf(path, sizeof path, "%s/sizes", group);
    const shoal_status status = shoal_store_write_array(store, path, run->k, 1, sizes, err);
    free(sizes);
    if (status < 0) return status;
    snprintf(path, sizeof path, "%s/centroids", group);
    SHOAL_TRY(shoal_store_write_array(store, path, run->k, run->d, run->centroids, err));
    return shoal_store_set_text(store, path, "long_name", "centroids in the units of the features", err);
}

static shoal_status load_scalers(shoal_store *store, const char *group, shoal_kmeans_run *run, shoal_error *err)
{
    char path[SHOAL_GROUP_SIZE + 32];
    char(*names)[64] = NULL;
    double *values = NULL;
    int64_t rows, columns;
    shoal_status status;
    snprintf(path, sizeof path, "%s/features", group);
    SHOAL_TRY_OUT(shoal_store_read_texts(store, path, &run->d, &names, err));
    snprintf(path, sizeof path, "%s/scaler", group);
    SHOAL_TRY_OUT(shoal_store_read_array(store, path, &rows, &columns, &values, err));
    if (run->d < 1 || rows != run->d || columns != 3) {
        status = shoal_fail(err, SHOAL_ERR_INPUT, "%s: features and scaler do not fit together", group);
        goto out;
    }
    SHOAL_TRY_OUT(shoal_alloc(run->d, sizeof *run->scalers, &run->scalers, err));
    for (int j = 0; j < run->d; j++) {
        shoal_scaler *scaler = &run->scalers[j];
        memcpy(scaler->name, names[j], sizeof scaler->name);
        const double *row = values + 3 * (ptrdiff_t)j;
        scaler->log1p = row[0] != 0;
        scaler->center = row[1];
        scaler->scale = row[2];
        if (!isfinite(scaler->center) || !isfinite(scaler->scale) || scaler->scale == 0) {
            status = shoal_fail(err, SHOAL_ERR_INPUT, "%s: the scaler of %s is damaged", group, scaler->name);
            goto out;
        }
    }
out:
    free(names);
    free(values);
    return status;
}

static shoal_status load_candidates(shoal_store *store, const char *group, shoal_kmeans_run *run, shoal_error *err)
{
    char path[SHOAL_GROUP_SIZE + 32];
    snprintf(path, sizeof path, "%s/candidates", group);
    if (!shoal_store_has(store, path)) return SHOAL_OK;
    int64_t rows, columns, n_reasons;
    double *values;
    SHOAL_TRY(shoal_store_get_i64(store, group, "n_reasons", &n_reasons, err));
    SHOAL_TRY(shoal_store_read_array(store, path, &rows, &columns, &values, err));
    bool fits = columns == 5 && rows <= SHOAL_CHOOSE_K_MAX && n_reasons >= 0 &&
                n_reasons <= (int64_t)(sizeof run->reasons / sizeof run->reasons[0]);
    for (int64_t i = 0; fits && i < rows; i++) {
        const double *v = values + i * columns;
        fits = v[0] >= 1 && v[0] <= INT32_MAX;
        if (!fits) break;
        run->candidates[i] = (shoal_choose_k_candidate){
            .k = (int)v[0], .inertia = v[1], .silhouette = v[2], .calinski_harabasz = v[3], .davies_bouldin = v[4]};
    }
    free(values);
    if (!fits) return shoal_fail(err, SHOAL_ERR_INPUT, "%s: the candidates are damaged", group);
    run->n_candidates = (int)rows;
    run->n_reasons = (int)n_reasons;
    for (int i = 0; i < run->n_reasons; i++) {
        char name[32];
        snprintf(name, sizeof name, "reason_%d", i);
        SHOAL_TRY(shoal_store_get_text(store, group, name, run->reasons[i], sizeof run->reasons[i], err));
    }
    return SHOAL_OK;
}

static shoal_status load_clusters(shoal_store *store, const char *group, shoal_kmeans_run *run, shoal_error *err)
{
    char path[SHOAL_GROUP_SIZE + 32];
    double *sizes = NULL;
    int64_t k, d, rows, columns;
    int n_names = 0;
    shoal_status status;
    snprintf(path, sizeof path, "%s/centroids", group);
    SHOAL_TRY_OUT(shoal_store_read_array(store, path, &k, &d, &run->centroids, err));
    snprintf(path, sizeof path, "%s/sizes", group);
    SHOAL_TRY_OUT(shoal_store_read_array(store, path, &rows, &columns, &sizes, err));
    snprintf(path, sizeof path, "%s/names", group);
    SHOAL_TRY_OUT(shoal_store_read_texts(store, path, &n_names, &run->names, err));
    bool finite = true;
    for (int64_t i = 0; i < k * d && finite; i++) finite = isfinite(run->centroids[i]);
    if (!finite || k < 1 || k > INT32_MAX || d != run->d || rows != k || columns != 1 || n_names != k) {
        status = shoal_fail(err, SHOAL_ERR_INPUT, "%s: centroids, sizes and names are damaged or do not fit together",
                            group);
        goto out;
    }
    run->k = (int)k;
    SHOAL_TRY_OUT(shoal_alloc(k, sizeof *run->sizes, &run->sizes, err));
    for (int64_t s = 0; s < k; s++) run->sizes[s] = sizes[s] >= 0 && sizes[s] < 0x1p62 ? (int64_t)sizes[s] : 0;
out:
    free(sizes);
    return status;
}

static shoal_status load_attributes(shoal_store *store, const char *group, shoal_kmeans_run *run, shoal_error *err)
{
    char scale[16];
    int64_t seed, n_init, iterations, converged;
    SHOAL_TRY(shoal_store_get_i64(store, group, "n", &run->n, err));
    SHOAL_TRY(shoal_store_get_i64(store, group, "n_missing", &run->n_missing, err));
    SHOAL_TRY(shoal_store_get_text(store, group, "scale", scale, sizeof scale, err));
    SHOAL_TRY(shoal_store_get_i64(store, group, "seed", &seed, err));
    SHOAL_TRY(shoal_store_get_i64(store, group, "n_init", &n_init, err));
    SHOAL_TRY(shoal_store_get_i64(store, group, "iterations", &iterations, err));
    SHOAL_TRY(shoal_store_get_i64(store, group, "converged", &converged, err));
    SHOAL_TRY(shoal_store_get_f64(store, group, "inertia", &run->inertia, err));
    SHOAL_TRY(shoal_store_get_f64(store, group, "silhouette", &run->silhouette, err));
    SHOAL_TRY(shoal_store_get_text(store, group, "isa", run->isa, sizeof run->isa, err));
    const int parsed = shoal_scale_parse(scale);
    if (parsed < 0) return shoal_fail(err, SHOAL_ERR_INPUT, "%s: unknown scaling \"%s\"", group, scale);
    run->scale = (shoal_scale)parsed;
    run->seed = (uint64_t)seed;
    run->n_init = (int)n_init;
    run->iterations = (int)iterations;
    run->converged = converged != 0;
    return SHOAL_OK;
}

shoal_status shoal_kmeans_load(shoal_store *store, const char *name, shoal_kmeans_run *run, shoal_error *err)
{
    *run = (shoal_kmeans_run){0};
    char group[SHOAL_GROUP_SIZE];
    SHOAL_TRY(shoal_model_require(store, name, "kmeans", group, err));
    shoal_text_copy(run->name, sizeof run->name, name);
    shoal_status status = load_attributes(store, group, run, err);
    if (status >= 0) status = load_scalers(store, group, run, err);
    if (status >= 0) status = load_candidates(store, group, run, err);
    if (status >= 0) status = load_clusters(store, group, run, err);
    if (status < 0) shoal_kmeans_run_free(run);
    return status;
}

shoal_status shoal_labels_write(shoal_store *store, const char *group, int64_t n, const int32_t *labels,
                                const double *distance, int k, char (*names)[SHOAL_SEGMENT_NAME_SIZE], shoal_error *err)
{
    const shoal_column texts = {
        .name = "names", .type = SHOAL_TEXT, .width = SHOAL_SEGMENT_NAME_SIZE, .length = k, .data = names};
    const shoal_column label = {.name = "label",
                                .type = SHOAL_I32,
                                .length = n,
                                .data = labels,
                                .long_name = "segment, -1 where a feature is missing"};
    const shoal_column far = {.name = "distance",
                              .type = SHOAL_F64,
                              .length = n,
                              .data = distance,
                              .units = "1",
                              .long_name = "distance to the own centroid in scaled units"};
    SHOAL_TRY(shoal_store_write(store, group, &label, "label", err));
    SHOAL_TRY(shoal_store_write_flags(store, group, "label", &texts, err));
    return shoal_store_write(store, group, &far, "score", err);
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
            const double shaped = scalers[j].log1p ? copysign(log1p(fabs(value)), value) : value;
            (*centroids)[i * list->d + j] = (shaped - scalers[j].center) / scalers[j].scale;
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

/* Labels and distances of all customers from those of the complete rows. */
static shoal_status spread(const shoal_kmeans_result *fit, const double *distance, const int64_t *rows, int64_t n_all,
                           int32_t **labels, double **distances, shoal_error *err)
{
    SHOAL_TRY(shoal_alloc(n_all, sizeof **labels, labels, err));
    SHOAL_TRY(shoal_alloc(n_all, sizeof **distances, distances, err));
    for (int64_t i = 0; i < n_all; i++) {
        (*labels)[i] = -1;
        (*distances)[i] = NAN;
    }
    for (int64_t i = 0; i < fit->n; i++) {
        (*labels)[rows[i]] = fit->labels[i];
        (*distances)[rows[i]] = distance[i];
    }
    return SHOAL_OK;
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
    shoal_choose_k_result chosen = {0};
    const shoal_status status = shoal_choose_k(ctx, x, opts->k_min, opts->k_max, kmeans, &chosen, err);
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
    SHOAL_TRY(shoal_alloc(run->k, sizeof *run->sizes, &run->sizes, err));
    SHOAL_TRY(shoal_alloc(run->k, sizeof *run->names, &run->names, err));
    SHOAL_TRY(shoal_alloc((int64_t)run->k * run->d, sizeof *run->centroids, &run->centroids, err));
    memcpy(run->sizes, result->sizes, (size_t)run->k * sizeof *run->sizes);
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
                                 const shoal_kmeans_result *result, const double *distance, const int64_t *rows,
                                 uint64_t fingerprint, shoal_kmeans_run *run, shoal_error *err)
{
    char group[SHOAL_GROUP_SIZE];
    const int64_t n_all = shoal_store_customers(store);
    int32_t *labels = NULL;
    double *distances = NULL;
    shoal_profile profile = {0};
    shoal_status status;
    SHOAL_TRY_OUT(shoal_result_group(run->name, group, err));
    SHOAL_TRY_OUT(spread(result, distance, rows, n_all, &labels, &distances, err));
    SHOAL_TRY_OUT(shoal_profile_on_store(ctx, store, labels, run->k, clv, run->scalers, run->d, &profile, err));
    for (int s = 0; s < run->k; s++) memcpy(run->names[s], profile.segments[s].name, sizeof run->names[s]);
    SHOAL_TRY_OUT(shoal_store_remove(store, group, err));
    SHOAL_TRY_OUT(shoal_store_set_text(store, group, "model", run->name, err));
    SHOAL_TRY_OUT(shoal_store_set_text(store, group, "kind", "kmeans", err));
    SHOAL_TRY_OUT(shoal_labels_write(store, group, n_all, labels, distances, run->k, run->names, err));
    SHOAL_TRY_OUT(shoal_kmeans_save(store, run, fingerprint, err));
out:
    shoal_profile_free(&profile);
    free(labels);
    free(distances);
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
    double *given = NULL, *weights = NULL, *distance = NULL;
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
    const uint64_t fingerprint = shoal_fingerprint(list.table.columns, list.d);
    SHOAL_TRY_OUT(shoal_alloc_zero(list.d, sizeof *run->scalers, &run->scalers, err));
    SHOAL_TRY_OUT(shoal_scaler_fit(ctx, &raw, opts->scale, list.log1p, run->scalers, err));
    for (int j = 0; j < list.d; j++) memcpy(run->scalers[j].name, list.path[j], sizeof run->scalers[j].name);
    SHOAL_TRY_OUT(shoal_scaler_apply(ctx, &raw, run->scalers, &scaled, err));
    shoal_kmeans_opts kmeans = opts->kmeans;
    kmeans.n_clusters = opts->k_min;
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
    if (fitted == SHOAL_NOT_CONVERGED)
        shoal_notice(ctx, "k-means stopped at %d iterations before it converged: raise --max-iter", result.iterations);
    SHOAL_TRY_OUT(fill_run(run, &result, err));
    SHOAL_TRY_OUT(shoal_alloc(run->n, sizeof *distance, &distance, err));
    SHOAL_TRY_OUT(shoal_kmeans_assign(ctx, &x, result.k, result.centroids, result.labels, distance, err));
    since = add_cluster_phases(&run->times, &result.time, since);
    SHOAL_TRY_OUT(write_result(ctx, store, opts->clv, &result, distance, rows, fingerprint, run, err));
    shoal_times_add(&run->times, "write", since);
    status = fitted;
out:
    shoal_feature_list_free(&list);
    shoal_table_free(&scaled);
    shoal_kmeans_result_free(&result);
    free(rows);
    free(given);
    free(weights);
    free(distance);
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

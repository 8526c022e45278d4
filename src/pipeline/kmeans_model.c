/* A k-means model in a store: saved and loaded whole, with all that a report shows. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "pipeline/steps.h"

/* Columns of the array of candidates, and those of stores that know neither gap nor stability. */
enum { N_FIGURES = 8, N_OLD_FIGURES = 5 };

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
    char path[SHOAL_GROUP_SIZE + 32];
    double values[SHOAL_CHOOSE_K_MAX * N_FIGURES];
    for (int i = 0; i < run->n_candidates; i++) {
        const shoal_choose_k_candidate *c = &run->candidates[i];
        const double row[N_FIGURES] = {c->k,   c->inertia,   c->silhouette, c->calinski_harabasz, c->davies_bouldin,
                                       c->gap, c->gap_error, c->stability};
        memcpy(values + (size_t)i * N_FIGURES, row, sizeof row);
    }
    snprintf(path, sizeof path, "%s/candidates", group);
    SHOAL_TRY(shoal_store_write_array(store, path, run->n_candidates, N_FIGURES, values, err));
    SHOAL_TRY(shoal_store_set_text(store, path, "long_name",
                                   "k, inertia, silhouette, calinski_harabasz, davies_bouldin, gap, gap_error, "
                                   "stability",
                                   err));
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
    SHOAL_TRY(shoal_store_set_text(store, group, "algorithm", shoal_kmeans_algorithm_name(run->algorithm), err));
    SHOAL_TRY(shoal_store_set_text(store, group, "algorithm_reason", run->algorithm_reason, err));
    SHOAL_TRY(shoal_store_set_i64(store, group, "distinct", run->distinct, err));
    SHOAL_TRY(shoal_store_set_f64(store, group, "moved", run->moved, err));
    SHOAL_TRY(shoal_store_set_f64(store, group, "inertia_drop", run->inertia_drop, err));
    SHOAL_TRY(shoal_store_set_i64(store, group, "mini_batch", run->mini_batch, err));
    SHOAL_TRY(shoal_store_set_text(store, group, "label_order", run->label_order, err));
    SHOAL_TRY(shoal_alignment_save(store, group, run, err));
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
    SHOAL_TRY(shoal_store_set_text(store, path, "long_name", "centroids in the units of the features", err));
    snprintf(path, sizeof path, "%s/scaled_centroids", group);
    SHOAL_TRY(shoal_store_write_array(store, path, run->k, run->d, run->scaled_centroids, err));
    return shoal_store_set_text(store, path, "long_name", "centroids as fitted, in scaled units", err);
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

/* v: a candidate's row of `columns` figures. */
static shoal_choose_k_candidate read_candidate(const double *v, int64_t columns)
{
    const bool all = columns == N_FIGURES;
    return (shoal_choose_k_candidate){.k = (int)v[0],
                                      .inertia = v[1],
                                      .silhouette = v[2],
                                      .calinski_harabasz = v[3],
                                      .davies_bouldin = v[4],
                                      .gap = all ? v[5] : NAN,
                                      .gap_error = all ? v[6] : NAN,
                                      .stability = all ? v[7] : NAN};
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
    bool fits = (columns == N_FIGURES || columns == N_OLD_FIGURES) && rows <= SHOAL_CHOOSE_K_MAX && n_reasons >= 0 &&
                n_reasons <= (int64_t)(sizeof run->reasons / sizeof run->reasons[0]);
    for (int64_t i = 0; fits && i < rows; i++) {
        const double *v = values + i * columns;
        fits = v[0] >= 1 && v[0] <= INT32_MAX;
        if (!fits) break;
        run->candidates[i] = read_candidate(v, columns);
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

/* The centroids as fitted. Older versions stored them in the units of the features alone. */
static shoal_status load_scaled_centroids(shoal_store *store, const char *group, shoal_kmeans_run *run,
                                          shoal_error *err)
{
    char path[SHOAL_GROUP_SIZE + 32];
    int64_t k, d;
    const int64_t cells = (int64_t)run->k * run->d;
    snprintf(path, sizeof path, "%s/scaled_centroids", group);
    if (!shoal_store_has(store, path)) {
        SHOAL_TRY(shoal_alloc(cells, sizeof *run->scaled_centroids, &run->scaled_centroids, err));
        for (int64_t at = 0; at < cells; at++)
            run->scaled_centroids[at] = shoal_scaler_value(&run->scalers[at % run->d], run->centroids[at]);
        return SHOAL_OK;
    }
    SHOAL_TRY(shoal_store_read_array(store, path, &k, &d, &run->scaled_centroids, err));
    bool fits = k == run->k && d == run->d;
    for (int64_t at = 0; fits && at < cells; at++) fits = isfinite(run->scaled_centroids[at]);
    return fits ? SHOAL_OK : shoal_fail(err, SHOAL_ERR_INPUT, "%s is damaged", path);
}

/* What models of older versions lack. */
static shoal_status load_course(shoal_store *store, const char *group, shoal_kmeans_run *run, shoal_error *err)
{
    char algorithm[16];
    int64_t mini_batch;
    run->moved = run->inertia_drop = NAN;
    if (!shoal_store_has_attribute(store, group, "label_order")) return SHOAL_OK;
    SHOAL_TRY(shoal_store_get_text(store, group, "algorithm", algorithm, sizeof algorithm, err));
    SHOAL_TRY(shoal_store_get_text(store, group, "algorithm_reason", run->algorithm_reason,
                                   sizeof run->algorithm_reason, err));
    SHOAL_TRY(shoal_store_get_i64(store, group, "distinct", &run->distinct, err));
    SHOAL_TRY(shoal_store_get_f64(store, group, "moved", &run->moved, err));
    SHOAL_TRY(shoal_store_get_f64(store, group, "inertia_drop", &run->inertia_drop, err));
    SHOAL_TRY(shoal_store_get_i64(store, group, "mini_batch", &mini_batch, err));
    SHOAL_TRY(shoal_store_get_text(store, group, "label_order", run->label_order, sizeof run->label_order, err));
    run->mini_batch = mini_batch != 0;
    for (int a = SHOAL_KMEANS_AUTO; a <= SHOAL_KMEANS_TREE; a++)
        if (strcmp(algorithm, shoal_kmeans_algorithm_name((shoal_kmeans_algorithm)a)) == 0) {
            run->algorithm = (shoal_kmeans_algorithm)a;
            return SHOAL_OK;
        }
    return shoal_fail(err, SHOAL_ERR_INPUT, "%s: unknown algorithm \"%s\"", group, algorithm);
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
    if (status >= 0) status = load_scaled_centroids(store, group, run, err);
    if (status >= 0) status = load_course(store, group, run, err);
    if (status >= 0) status = shoal_alignment_load(store, group, run, err);
    if (status < 0) shoal_kmeans_run_free(run);
    return status;
}

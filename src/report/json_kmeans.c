#include <shoal/report.h>

#include "report/json_parts.h"

void shoal_json_put_choice(shoal_json *json, json_t *object, const char *key, const shoal_kmeans_run *run)
{
    json_t *candidates = shoal_json_array(json, object, key);
    for (int i = 0; i < run->n_candidates; i++) {
        const shoal_choose_k_candidate *c = &run->candidates[i];
        json_t *item = shoal_json_item(json, candidates);
        shoal_json_int(json, item, "k", c->k);
        shoal_json_real(json, item, "inertia", c->inertia);
        shoal_json_real(json, item, "silhouette", c->silhouette);
        shoal_json_real(json, item, "calinski_harabasz", c->calinski_harabasz);
        shoal_json_real(json, item, "davies_bouldin", c->davies_bouldin);
        shoal_json_real(json, item, "gap", c->gap);
        shoal_json_real(json, item, "gap_error", c->gap_error);
        shoal_json_real(json, item, "stability", c->stability);
    }
    json_t *reasons = shoal_json_array(json, object, "reasons");
    for (int i = 0; i < run->n_reasons; i++) shoal_json_append_text(json, reasons, run->reasons[i]);
}

static const char *word_or_null(const char *word)
{
    return word[0] == '\0' ? NULL : word;
}

void shoal_json_put_course(shoal_json *json, json_t *object, const shoal_kmeans_run *run)
{
    shoal_json_text(json, object, "algorithm", shoal_kmeans_algorithm_name(run->algorithm));
    shoal_json_text(json, object, "algorithm_reason", word_or_null(run->algorithm_reason));
    shoal_json_int(json, object, "distinct", run->distinct);
    shoal_json_bool(json, object, "mini_batch", run->mini_batch);
    shoal_json_real(json, object, "moved", run->moved);
    shoal_json_real(json, object, "inertia_drop", run->inertia_drop);
    shoal_json_text(json, object, "label_order", word_or_null(run->label_order));
}

void shoal_json_put_alignment(shoal_json *json, json_t *object, const char *key, const shoal_kmeans_run *run)
{
    const shoal_kmeans_alignment *alignment = &run->alignment;
    if (alignment->matches == NULL) {
        shoal_json_null(json, object, key);
        return;
    }
    json_t *into = shoal_json_object(json, object, key);
    shoal_json_text(json, into, "model", run->align_to);
    shoal_json_int(json, into, "k_old", alignment->k_old);
    shoal_json_real(json, into, "agreement", alignment->agreement);
    shoal_json_real(json, into, "adjusted_rand", alignment->adjusted_rand);
    json_t *clusters = shoal_json_array(json, into, "clusters");
    for (int c = 0; c < run->k; c++) {
        const shoal_kmeans_match *match = &alignment->matches[c];
        json_t *item = shoal_json_item(json, clusters);
        shoal_json_int(json, item, "id", c);
        if (match->old >= 0) shoal_json_int(json, item, "old", match->old);
        else shoal_json_null(json, item, "old");
        shoal_json_real(json, item, "distance", match->distance);
        shoal_json_real(json, item, "relative_distance", match->relative);
    }
}

static void put_clusters(shoal_json *json, json_t *object, const shoal_kmeans_run *run)
{
    json_t *sizes = shoal_json_array(json, object, "sizes");
    for (int c = 0; c < run->k; c++) shoal_json_append_int(json, sizes, run->sizes[c]);
    json_t *centroids = shoal_json_array(json, object, "centroids");
    for (int c = 0; c < run->k; c++) {
        json_t *row = shoal_json_row(json, centroids);
        for (int j = 0; j < run->d; j++) shoal_json_append_real(json, row, run->centroids[(int64_t)c * run->d + j]);
    }
}

static void put_scaling(shoal_json *json, json_t *object, const shoal_kmeans_run *run)
{
    json_t *features = shoal_json_array(json, object, "features");
    for (int j = 0; j < run->d; j++) shoal_json_append_text(json, features, run->scalers[j].name);
    shoal_json_text(json, object, "scale", shoal_scale_name(run->scale));
    json_t *scaling = shoal_json_array(json, object, "scaling");
    for (int j = 0; j < run->d; j++) {
        json_t *item = shoal_json_item(json, scaling);
        shoal_json_text(json, item, "feature", run->scalers[j].name);
        shoal_json_bool(json, item, "log1p", run->scalers[j].log1p);
        shoal_json_real(json, item, "center", run->scalers[j].center);
        shoal_json_real(json, item, "scale", run->scalers[j].scale);
    }
}

char *shoal_kmeans_json(const shoal_kmeans_run *run, int n_warnings, char *const *warnings)
{
    shoal_json json = shoal_json_begin("shoal.kmeans/1");
    json_t *input = shoal_json_object(&json, json.root, "input");
    shoal_json_int(&json, input, "customers", run->n);
    shoal_json_int(&json, input, "missing", run->n_missing);
    shoal_json_text(&json, json.root, "name", run->name);
    shoal_json_int(&json, json.root, "n", run->n);
    shoal_json_int(&json, json.root, "n_missing", run->n_missing);
    shoal_json_int(&json, json.root, "d", run->d);
    shoal_json_int(&json, json.root, "k", run->k);
    put_scaling(&json, json.root, run);
    shoal_json_put_course(&json, json.root, run);
    shoal_json_text(&json, json.root, "isa", run->isa);
    shoal_json_int(&json, json.root, "threads", run->threads);
    shoal_json_seed(&json, json.root, "seed", run->seed);
    shoal_json_int(&json, json.root, "n_init", run->n_init);
    shoal_json_int(&json, json.root, "iterations", run->iterations);
    shoal_json_bool(&json, json.root, "converged", run->converged);
    shoal_json_real(&json, json.root, "inertia", run->inertia);
    shoal_json_real(&json, json.root, "silhouette", run->silhouette);
    put_clusters(&json, json.root, run);
    shoal_json_put_alignment(&json, json.root, "alignment", run);
    shoal_json_put_choice(&json, json.root, "choice", run);
    shoal_json_times(&json, json.root, &run->times);
    return shoal_json_finish(&json, n_warnings, warnings);
}

/* The numbers of a model's clusters: their order, or those of an older model. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "pipeline/steps.h"

/* --- order --- */

static bool names_feature(const char *word, const shoal_feature_list *list, int j)
{
    const char *path = list->path[j];
    const size_t length = strlen(path);
    if (strcmp(word, path) == 0) return true;
    return strncmp(word, "log(", 4) == 0 && strncmp(word + 4, path, length) == 0 && strcmp(word + 4 + length, ")") == 0;
}

static shoal_status refuse_order(const char *word, const shoal_feature_list *list, shoal_error *err)
{
    char shown[256];
    shoal_text known = {0};
    for (int j = 0; j < list->d; j++) shoal_text_addf(&known, "%s%s", j == 0 ? "" : ", ", list->path[j]);
    shoal_fail(err, SHOAL_ERR_USAGE, "%s is no order of clusters: use size, as-fitted or one of the features %s",
               shoal_text_quote(word, strlen(word), shown, sizeof shown), known.failed ? "" : known.data);
    shoal_text_free(&known);
    return SHOAL_ERR_USAGE;
}

shoal_status shoal_label_order_parse(const shoal_kmeans_step_opts *opts, const shoal_feature_list *list,
                                     shoal_kmeans_opts *kmeans, char order[SHOAL_LABEL_ORDER_SIZE], shoal_error *err)
{
    const char *word = opts->label_order;
    order[0] = '\0';
    kmeans->numbering = SHOAL_NUMBERING_SIZE;
    if (opts->align_to != NULL) {
        if (word == NULL) return SHOAL_OK; /* clusters without an older number go by size */
        return shoal_fail(err, SHOAL_ERR_USAGE,
                          "the numbers of an older model and an order of one's own exclude each other");
    }
    if (word == NULL) word = opts->init_file != NULL ? "as-fitted" : "size";
    shoal_text_copy(order, SHOAL_LABEL_ORDER_SIZE, word);
    if (strcmp(word, "size") == 0) return SHOAL_OK;
    kmeans->numbering = SHOAL_NUMBERING_FITTED;
    if (strcmp(word, "as-fitted") == 0) return SHOAL_OK;
    kmeans->numbering = SHOAL_NUMBERING_COLUMN;
    for (int j = 0; j < list->d; j++)
        if (names_feature(word, list, j)) {
            kmeans->number_column = j;
            shoal_text_copy(order, SHOAL_LABEL_ORDER_SIZE, list->path[j]);
            return SHOAL_OK;
        }
    return refuse_order(word, list, err);
}

/* --- an older model --- */

static int feature_of(const shoal_kmeans_run *model, const char *name)
{
    for (int j = 0; j < model->d; j++)
        if (strcmp(model->scalers[j].name, name) == 0) return j;
    return -1;
}

/* The features of `model` that `other` has not, after `words`. */
static void add_missing(const char *words, const shoal_kmeans_run *model, const shoal_kmeans_run *other,
                        shoal_text *text)
{
    bool any = false;
    for (int j = 0; j < model->d; j++) {
        if (feature_of(other, model->scalers[j].name) >= 0) continue;
        shoal_text_addf(text, "%s%s", any ? ", " : words, model->scalers[j].name);
        any = true;
    }
}

static shoal_status check_features(const shoal_kmeans_run *old, const shoal_kmeans_run *run, shoal_error *err)
{
    shoal_text differ = {0};
    add_missing("; without ", old, run, &differ);
    add_missing("; with ", run, old, &differ);
    shoal_status status = SHOAL_OK;
    if (differ.length > 0)
        status = shoal_fail(err, SHOAL_ERR_USAGE,
                            "the model \"%s\" was fitted to other features than this one%s: name the same ones with "
                            "--features",
                            old->name, differ.data);
    if (differ.failed) status = shoal_fail_memory(err);
    shoal_text_free(&differ);
    return status;
}

shoal_status shoal_older_model_load(shoal_store *store, const shoal_kmeans_step_opts *opts, const shoal_kmeans_run *run,
                                    int *k_old, double **centroids, shoal_error *err)
{
    shoal_kmeans_run old = {0};
    shoal_store *other = NULL;
    shoal_status status;
    if (opts->model_store != NULL) SHOAL_TRY(shoal_store_open(opts->model_store, SHOAL_STORE_READ, &other, err));
    SHOAL_TRY_OUT(shoal_kmeans_load(other != NULL ? other : store, opts->align_to, &old, err));
    SHOAL_TRY_OUT(check_features(&old, run, err));
    SHOAL_TRY_OUT(shoal_alloc((int64_t)old.k * run->d, sizeof **centroids, centroids, err));
    for (int s = 0; s < old.k; s++)
        for (int j = 0; j < run->d; j++) {
            const double *row = old.centroids + (int64_t)s * old.d;
            (*centroids)[(int64_t)s * run->d + j] =
                shoal_scaler_value(&run->scalers[j], row[feature_of(&old, run->scalers[j].name)]);
        }
    *k_old = old.k;
out:
    shoal_kmeans_run_free(&old);
    shoal_store_close(other);
    return status;
}

/* --- in the store --- */

enum { COLUMNS = 3 };

shoal_status shoal_alignment_save(shoal_store *store, const char *group, const shoal_kmeans_run *run, shoal_error *err)
{
    const shoal_kmeans_alignment *alignment = &run->alignment;
    if (alignment->matches == NULL) return SHOAL_OK;
    char path[SHOAL_GROUP_SIZE + 32];
    double *values;
    SHOAL_TRY(shoal_alloc((int64_t)run->k * COLUMNS, sizeof *values, &values, err));
    for (int c = 0; c < run->k; c++) {
        const shoal_kmeans_match *match = &alignment->matches[c];
        const double row[COLUMNS] = {match->old, match->distance, match->relative};
        memcpy(values + (size_t)c * COLUMNS, row, sizeof row);
    }
    snprintf(path, sizeof path, "%s/alignment", group);
    const shoal_status status = shoal_store_write_array(store, path, run->k, COLUMNS, values, err);
    free(values);
    if (status < 0) return status;
    SHOAL_TRY(shoal_store_set_text(store, path, "long_name",
                                   "older cluster or -1, distance, distance relative to that of the next one", err));
    SHOAL_TRY(shoal_store_set_text(store, path, "model", run->align_to, err));
    SHOAL_TRY(shoal_store_set_i64(store, path, "k_old", alignment->k_old, err));
    SHOAL_TRY(shoal_store_set_f64(store, path, "agreement", alignment->agreement, err));
    return shoal_store_set_f64(store, path, "adjusted_rand", alignment->adjusted_rand, err);
}

shoal_status shoal_alignment_load(shoal_store *store, const char *group, shoal_kmeans_run *run, shoal_error *err)
{
    shoal_kmeans_alignment *alignment = &run->alignment;
    char path[SHOAL_GROUP_SIZE + 32];
    snprintf(path, sizeof path, "%s/alignment", group);
    if (!shoal_store_has(store, path)) return SHOAL_OK;
    int64_t rows, columns, k_old;
    double *values;
    SHOAL_TRY(shoal_store_read_array(store, path, &rows, &columns, &values, err));
    shoal_status status;
    SHOAL_TRY_OUT(shoal_store_get_text(store, path, "model", run->align_to, sizeof run->align_to, err));
    SHOAL_TRY_OUT(shoal_store_get_i64(store, path, "k_old", &k_old, err));
    SHOAL_TRY_OUT(shoal_store_get_f64(store, path, "agreement", &alignment->agreement, err));
    SHOAL_TRY_OUT(shoal_store_get_f64(store, path, "adjusted_rand", &alignment->adjusted_rand, err));
    bool fits = rows == run->k && columns == COLUMNS && k_old >= 1 && k_old <= INT32_MAX;
    for (int64_t c = 0; fits && c < rows; c++) fits = values[c * COLUMNS] >= -1 && values[c * COLUMNS] < (double)k_old;
    if (!fits) {
        status = shoal_fail(err, SHOAL_ERR_INPUT, "%s is damaged", path);
        goto out;
    }
    alignment->k = run->k;
    alignment->k_old = (int)k_old;
    SHOAL_TRY_OUT(shoal_alloc(rows, sizeof *alignment->matches, &alignment->matches, err));
    for (int64_t c = 0; c < rows; c++)
        alignment->matches[c] =
            (shoal_kmeans_match){(int)values[c * COLUMNS], values[c * COLUMNS + 1], values[c * COLUMNS + 2]};
out:
    free(values);
    return status;
}

/* Features by name: "a,log(b),clv/p_alive" to columns of a store. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "pipeline/steps.h"

/* One entry of the list: the column's path and whether it is inside log(). */
typedef struct wanted {
    char path[64];
    bool log1p;
} wanted;

static shoal_status add_wanted(wanted **list, int *n, const char *path, size_t length, bool log1p, shoal_error *err)
{
    char shown[256];
    if (length == 0) return shoal_fail(err, SHOAL_ERR_USAGE, "an empty name in the list of features");
    if (length >= sizeof(*list)->path)
        return shoal_fail(err, SHOAL_ERR_USAGE, "%s: a feature's name has at most 63 bytes",
                          shoal_text_quote(path, length, shown, sizeof shown));
    wanted *grown = realloc(*list, ((size_t)*n + 1) * sizeof *grown);
    if (grown == NULL) return shoal_fail_memory(err);
    *list = grown;
    wanted *w = &grown[(*n)++];
    memcpy(w->path, path, length);
    w->path[length] = '\0';
    w->log1p = log1p;
    for (int i = 0; i + 1 < *n; i++)
        if (strcmp(grown[i].path, w->path) == 0)
            return shoal_fail(err, SHOAL_ERR_USAGE, "the feature %s is named twice", w->path);
    return SHOAL_OK;
}

static shoal_status parse_list(const char *features, wanted **list, int *n, shoal_error *err)
{
    for (const char *at = features;;) {
        while (*at == ' ') at++;
        const char *comma = strchr(at, ',');
        size_t length = comma != NULL ? (size_t)(comma - at) : strlen(at);
        while (length > 0 && at[length - 1] == ' ') length--;
        const bool log1p = length > 5 && strncmp(at, "log(", 4) == 0 && at[length - 1] == ')';
        SHOAL_TRY(add_wanted(list, n, log1p ? at + 4 : at, log1p ? length - 5 : length, log1p, err));
        if (comma == NULL) return SHOAL_OK;
        at = comma + 1;
    }
}

static shoal_status list_customer_features(shoal_store *store, wanted **list, int *n, shoal_error *err)
{
    int count;
    shoal_store_column_info *infos;
    SHOAL_TRY(shoal_store_list(store, "customers", &count, &infos, err));
    shoal_status status = SHOAL_OK;
    for (int i = 0; i < count && status >= 0; i++) {
        const bool plain = infos[i].role[0] == '\0' && strcmp(infos[i].name, "customer_id") != 0;
        if (infos[i].type != SHOAL_TEXT && (plain || strcmp(infos[i].role, "feature") == 0))
            status = add_wanted(list, n, infos[i].name, strlen(infos[i].name), false, err);
    }
    free(infos);
    if (status >= 0 && *n == 0)
        return shoal_fail(err, SHOAL_ERR_INPUT,
                          "the store's customers have no numeric columns to use as features: run `shoal rfm` first, or "
                          "name some with --features");
    return status;
}

/* P(alive) tells customers apart where the purchase model found dropout; on a boundary it is nearly 1 for all, and its
 * few exceptions would make segments of their own. */
static bool has_informative_p_alive(shoal_store *store, const char *clv)
{
    char boundary[8] = "", result[SHOAL_GROUP_SIZE], model[SHOAL_GROUP_SIZE];
    if (clv == NULL) return false;
    snprintf(result, sizeof result, "results/%s/p_alive", clv);
    snprintf(model, sizeof model, "models/%s/purchase", clv);
    return shoal_store_has(store, result) &&
           shoal_store_get_text(store, model, "boundary", boundary, sizeof boundary, NULL) >= 0 && boundary[0] == '\0';
}

/* What customers of a shop are told apart by: recency, frequency and money on log scales, as they spread over orders of
 * magnitude, and P(alive); as far as the store has them. An empty text where it has none. */
static void default_features(shoal_store *store, const char *clv, shoal_text *features)
{
    shoal_text_add(features, "");
    if (!shoal_store_has(store, "customers/recency_days") || !shoal_store_has(store, "customers/frequency")) return;
    shoal_text_add(features, "log(recency_days),log(frequency)");
    if (shoal_store_has(store, "customers/monetary")) shoal_text_add(features, ",log(monetary)");
    if (has_informative_p_alive(store, clv)) shoal_text_addf(features, ",%s/p_alive", clv);
}

/* "a" lies in customers, "clv/p_alive" in results/clv. */
static void split_path(const char *path, char *group, size_t size, const char **name)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL) {
        snprintf(group, size, "customers");
        *name = path;
    } else {
        snprintf(group, size, "results/%.*s", (int)(slash - path), path);
        *name = slash + 1;
    }
}

static shoal_status no_such_feature(shoal_store *store, const char *path, shoal_error *err)
{
    int count;
    shoal_store_column_info *infos;
    SHOAL_TRY(shoal_store_list(store, "", &count, &infos, err));
    char(*names)[256] = NULL;
    const char **pointers = NULL;
    size_t n = 0;
    shoal_status status;
    SHOAL_TRY_OUT(shoal_alloc(count, sizeof *names, &names, err));
    SHOAL_TRY_OUT(shoal_alloc(count, sizeof *pointers, &pointers, err));
    for (int i = 0; i < count; i++) {
        if (infos[i].type == SHOAL_TEXT) continue;
        if (strcmp(infos[i].group, "customers") == 0) snprintf(names[n], sizeof names[n], "%s", infos[i].name);
        else if (strncmp(infos[i].group, "results/", 8) == 0)
            snprintf(names[n], sizeof names[n], "%s/%s", infos[i].group + 8, infos[i].name);
        else continue;
        pointers[n] = names[n];
        n++;
    }
    char nearest[512], shown[256];
    status = shoal_fail(err, SHOAL_ERR_USAGE, "the store has no column %s; the nearest are %s",
                        shoal_text_quote(path, strlen(path), shown, sizeof shown),
                        shoal_text_nearest(path, pointers, n, nearest, sizeof nearest));
out:
    free(names);
    free(pointers);
    free(infos);
    return status;
}

static shoal_status column_type(shoal_store *store, const char *group, const char *name, shoal_type *type,
                                shoal_error *err)
{
    int count;
    shoal_store_column_info *infos;
    SHOAL_TRY(shoal_store_list(store, group, &count, &infos, err));
    *type = SHOAL_TEXT; /* what is no column is no feature either */
    for (int i = 0; i < count; i++)
        if (strcmp(infos[i].name, name) == 0) *type = infos[i].type;
    free(infos);
    return SHOAL_OK;
}

static shoal_status read_wanted(const shoal_ctx *ctx, shoal_store *store, const wanted *wanted_list, int n,
                                shoal_feature_list *list, shoal_error *err)
{
    SHOAL_TRY(shoal_alloc(n, sizeof *list->log1p, &list->log1p, err));
    SHOAL_TRY(shoal_alloc(n, sizeof *list->path, &list->path, err));
    for (int j = 0; j < n; j++) {
        char group[SHOAL_GROUP_SIZE];
        char full[2 * SHOAL_GROUP_SIZE];
        const char *name;
        split_path(wanted_list[j].path, group, sizeof group, &name);
        snprintf(full, sizeof full, "%s/%s", group, name);
        if (!shoal_store_has(store, full)) return no_such_feature(store, wanted_list[j].path, err);
        shoal_type type;
        SHOAL_TRY(column_type(store, group, name, &type, err));
        if (type == SHOAL_TEXT)
            return shoal_fail(err, SHOAL_ERR_INPUT, "%s is text and no feature: name numeric columns", full);
        /* float32 columns stay float32, everything else becomes float64 */
        SHOAL_TRY(
            shoal_store_read(ctx, store, group, name, type == SHOAL_F32 ? SHOAL_F32 : SHOAL_F64, &list->table, err));
        list->log1p[j] = wanted_list[j].log1p;
        memcpy(list->path[j], wanted_list[j].path, sizeof list->path[j]);
        list->d = j + 1;
    }
    return SHOAL_OK;
}

shoal_status shoal_features_read(const shoal_ctx *ctx, shoal_store *store, const char *features, const char *clv,
                                 shoal_feature_list *list, shoal_error *err)
{
    *list = (shoal_feature_list){0};
    wanted *wanted_list = NULL;
    shoal_text defaults = {0};
    int n = 0;
    shoal_status status;
    if (features == NULL) {
        default_features(store, clv, &defaults);
        if (defaults.failed) {
            status = shoal_fail_memory(err);
            goto out;
        }
        if (defaults.length > 0) features = defaults.data;
    }
    if (features != NULL) SHOAL_TRY_OUT(parse_list(features, &wanted_list, &n, err));
    else SHOAL_TRY_OUT(list_customer_features(store, &wanted_list, &n, err));
    SHOAL_TRY_OUT(read_wanted(ctx, store, wanted_list, n, list, err));
out:
    free(wanted_list);
    shoal_text_free(&defaults);
    if (status < 0) shoal_feature_list_free(list);
    return status;
}

shoal_status shoal_features_read_model(const shoal_ctx *ctx, shoal_store *store, const shoal_scaler *scalers, int d,
                                       shoal_feature_list *list, shoal_error *err)
{
    *list = (shoal_feature_list){0};
    wanted *wanted_list;
    SHOAL_TRY(shoal_alloc_zero(d, sizeof *wanted_list, &wanted_list, err));
    for (int j = 0; j < d; j++) {
        shoal_text_copy(wanted_list[j].path, sizeof wanted_list[j].path, scalers[j].name);
        wanted_list[j].log1p = scalers[j].log1p;
    }
    const shoal_status status = read_wanted(ctx, store, wanted_list, d, list, err);
    free(wanted_list);
    if (status < 0) shoal_feature_list_free(list);
    return status;
}

void shoal_feature_list_free(shoal_feature_list *list)
{
    free(list->log1p);
    free(list->path);
    shoal_table_free(&list->table);
    *list = (shoal_feature_list){0};
}

shoal_status shoal_complete_rows(const shoal_table *table, int64_t **rows, int64_t *n_rows, shoal_error *err)
{
    SHOAL_TRY(shoal_alloc(table->n_rows, sizeof **rows, rows, err));
    int64_t n = 0;
    for (int64_t i = 0; i < table->n_rows; i++) {
        bool complete = true;
        for (int j = 0; j < table->n_columns; j++) {
            const double value = shoal_column_f64(&table->columns[j], i);
            if (isinf(value)) {
                free(*rows);
                *rows = NULL;
                return shoal_fail(
                    err, SHOAL_ERR_INPUT,
                    "column %s, customer %lld: the value is infinite: correct it, or write NaN where it is "
                    "not known",
                    table->columns[j].name, (long long)i);
            }
            complete = complete && !isnan(value);
        }
        if (complete) (*rows)[n++] = i;
    }
    *n_rows = n;
    return SHOAL_OK;
}

shoal_status shoal_table_gather(shoal_table *table, const int64_t *rows, int64_t n_rows, shoal_error *err)
{
    if (n_rows == table->n_rows) return SHOAL_OK; /* rows are in order: nothing is left out */
    shoal_table kept = {.n_rows = n_rows};
    for (int j = 0; j < table->n_columns; j++) {
        const shoal_column *from = &table->columns[j];
        const size_t size = shoal_type_size(from->type, from->width);
        void *data;
        const shoal_status status =
            shoal_table_add(&kept, from->name, from->type, from->width, from->units, from->long_name, &data, err);
        if (status < 0) {
            shoal_table_free(&kept);
            return status;
        }
        for (int64_t i = 0; i < n_rows; i++)
            memcpy((char *)data + (size_t)i * size, (const char *)from->data + (size_t)rows[i] * size, size);
    }
    shoal_table_free(table);
    *table = kept;
    return SHOAL_OK;
}

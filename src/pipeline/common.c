/* What all steps share: phases, opening and committing, names of groups, the head of a model. */
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "base/threads.h"
#include "pipeline/steps.h"
#include <shoal/version.h>

double shoal_times_add(shoal_times *times, const char *phase, double since)
{
    const double now = shoal_clock_ms();
    if (times->n < SHOAL_MAX_PHASES) {
        shoal_text_copy(times->phases[times->n].phase, sizeof times->phases[0].phase, phase);
        times->phases[times->n++].ms = now - since;
    }
    return now;
}

shoal_status shoal_store_update(const shoal_ctx *ctx, const char *path, shoal_store_body body, const void *opts,
                                void *run, shoal_times *times, shoal_error *err)
{
    shoal_store *store = NULL;
    const double start = shoal_clock_ms();
    SHOAL_TRY(shoal_store_open(path, SHOAL_STORE_UPDATE, &store, err));
    shoal_times_add(times, "open", start);
    const shoal_status status = body(ctx, store, opts, run, err);
    if (status < 0) {
        shoal_store_close(store);
        return status;
    }
    const double since = shoal_clock_ms();
    SHOAL_TRY(shoal_store_commit(&store, err));
    shoal_times_add(times, "commit", since);
    return status;
}

static shoal_status group_of(const char *parent, const char *name, char *group, shoal_error *err)
{
    static const char *const allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    const size_t length = strlen(name);
    if (length == 0 || length > 60 || strspn(name, allowed) != length || name[0] == '.') {
        char shown[256];
        return shoal_fail(err, SHOAL_ERR_USAGE,
                          "\"%s\" cannot name a model or result: use up to 60 letters, digits, '-', '_' or '.', not a "
                          "'.' first",
                          shoal_text_quote(name, length, shown, sizeof shown));
    }
    snprintf(group, SHOAL_GROUP_SIZE, "%s/%s", parent, name);
    return SHOAL_OK;
}

shoal_status shoal_model_group(const char *name, char *group, shoal_error *err)
{
    return group_of("models", name, group, err);
}

shoal_status shoal_result_group(const char *name, char *group, shoal_error *err)
{
    return group_of("results", name, group, err);
}

static uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ hash >> 32;
}

/* Several chains of words, for one would wait for its multiplications. */
static uint64_t hash_part(const unsigned char *data, size_t bytes)
{
    enum { CHAINS = 4 };
    uint64_t hash[CHAINS] = {0}, word;
    size_t i = 0;
    for (; i + CHAINS * sizeof word <= bytes; i += CHAINS * sizeof word)
        for (size_t chain = 0; chain < CHAINS; chain++) {
            memcpy(&word, data + i + chain * sizeof word, sizeof word);
            hash[chain] = mix(hash[chain], word);
        }
    for (; i < bytes; i++) hash[0] = mix(hash[0], data[i]);
    uint64_t all = bytes;
    for (size_t chain = 0; chain < CHAINS; chain++) all = mix(all, hash[chain]);
    return all;
}

/* Parts of fixed size, mixed in their order. */
static uint64_t hash_column(const shoal_ctx *ctx, const shoal_column *column)
{
    const size_t bytes = (size_t)column->length * shoal_type_size(column->type, column->width);
    const shoal_blocks parts = shoal_blocks_of((int64_t)bytes);
    uint64_t hashes[SHOAL_MAX_BLOCKS], all = 0;
#pragma omp parallel for schedule(dynamic) num_threads(shoal_threads_for(ctx, (double)bytes))
    for (int part = 0; part < parts.count; part++) {
        const int64_t begin = shoal_block_begin(&parts, part);
        hashes[part] =
            hash_part((const unsigned char *)column->data + begin, (size_t)(shoal_block_end(&parts, part) - begin));
    }
    for (int part = 0; part < parts.count; part++) all = mix(all, hashes[part]);
    return all;
}

uint64_t shoal_fingerprint(const shoal_ctx *ctx, const shoal_column *columns, int n_columns)
{
    uint64_t hash = (uint64_t)n_columns;
    for (int j = 0; j < n_columns; j++) hash = mix(hash, hash_column(ctx, &columns[j]));
    return hash;
}

shoal_status shoal_model_begin(shoal_store *store, const char *group, const char *kind, uint64_t fingerprint,
                               shoal_error *err)
{
    char text[SHOAL_DATE_SIZE];
    SHOAL_TRY(shoal_store_remove(store, group, err));
    SHOAL_TRY(shoal_store_set_text(store, group, "kind", kind, err));
    SHOAL_TRY(shoal_store_set_text(store, group, "created", shoal_date_now(text), err));
    SHOAL_TRY(shoal_store_set_text(store, group, "software_version", shoal_version(), err));
    snprintf(text, sizeof text, "%016llx", (unsigned long long)fingerprint);
    return shoal_store_set_text(store, group, "data_fingerprint", text, err);
}

shoal_status shoal_model_fingerprint(shoal_store *store, const char *name, uint64_t *fingerprint, shoal_error *err)
{
    char group[SHOAL_GROUP_SIZE], text[32] = "0";
    SHOAL_TRY(shoal_model_group(name, group, err));
    if (shoal_store_has_attribute(store, group, "data_fingerprint"))
        SHOAL_TRY(shoal_store_get_text(store, group, "data_fingerprint", text, sizeof text, err));
    *fingerprint = strtoull(text, NULL, 16);
    return SHOAL_OK;
}

shoal_status shoal_model_require(shoal_store *store, const char *name, const char *kind, char *group, shoal_error *err)
{
    SHOAL_TRY(shoal_model_group(name, group, err));
    char found[32] = "";
    if (shoal_store_has_attribute(store, group, "kind"))
        SHOAL_TRY(shoal_store_get_text(store, group, "kind", found, sizeof found, err));
    if (strcmp(found, kind) == 0) return SHOAL_OK;
    if (found[0] != '\0')
        return shoal_fail(err, SHOAL_ERR_INPUT, "the model \"%s\" is of kind %s, not %s", name, found, kind);
    int n;
    char(*names)[64];
    SHOAL_TRY(shoal_store_children(store, "models", &n, &names, err));
    shoal_text listed = {0};
    for (int i = 0; i < n; i++) shoal_text_addf(&listed, "%s%s", i == 0 ? "" : ", ", names[i]);
    free(names);
    shoal_fail(err, SHOAL_ERR_INPUT, "the store has no model \"%s\"; it has: %s", name,
               listed.length == 0 ? "none" : listed.data);
    shoal_text_free(&listed);
    return SHOAL_ERR_INPUT;
}

#include "report/rfm_map_read.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/memory.h"
#include "base/text.h"

enum { MOST_BYTES = 1 << 20, MOST_BOXES = 10000, DEFAULT_SCORES = 5, MOST_READ = 1000 };

typedef struct draft {
    int n_segments, n_boxes;
    bool uses_m;
    char names[SHOAL_RFM_MAX_SEGMENTS][SHOAL_RFM_NAME_SIZE];
    shoal_rfm_box boxes[MOST_BOXES];
} draft;

static shoal_status load(const char *path, json_t **root, shoal_error *err)
{
    json_error_t where;
    char *bytes;
    FILE *file = fopen(path, "rbe");
    if (file == NULL) return shoal_fail_errno(err, errno, "cannot open");
    shoal_status status;
    SHOAL_TRY_OUT(shoal_alloc(MOST_BYTES + 1, 1, &bytes, err));
    errno = 0;
    const size_t length = fread(bytes, 1, MOST_BYTES + 1, file);
    if (ferror(file)) status = shoal_fail_errno(err, errno, "cannot read");
    else if (length > MOST_BYTES)
        status = shoal_fail(err, SHOAL_ERR_INPUT, "more than %d bytes are no map of segments", MOST_BYTES);
    else if ((*root = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, &where)) == NULL)
        status =
            shoal_fail(err, SHOAL_ERR_INPUT, "line %d, column %d is no JSON: %s", where.line, where.column, where.text);
    free(bytes);
out:
    fclose(file);
    return status;
}

/* Only these words; what is misspelt must not be passed over. */
static shoal_status check_words(const json_t *object, const char *const *words, const char *where, shoal_error *err)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)object, key, value)
    {
        bool known = false;
        char shown[256];
        for (int i = 0; words[i] != NULL; i++) known = known || strcmp(key, words[i]) == 0;
        if (!known)
            return shoal_fail(err, SHOAL_ERR_INPUT, "%s has an unknown word %s", where,
                              shoal_text_quote(key, strlen(key), shown, sizeof shown));
    }
    return SHOAL_OK;
}

/* 3 or [3, 5]; what lies outside 1 .. n is left to the map's own check. */
static shoal_status read_range(const json_t *item, const char *letter, const char *name, int n, int *low, int *high,
                               shoal_error *err)
{
    const json_t *value = json_object_get(item, letter), *ends[2] = {value, value};
    *low = 1;
    *high = n;
    if (value == NULL) return SHOAL_OK;
    if (json_is_array(value) && json_array_size(value) == 2)
        for (size_t i = 0; i < 2; i++) ends[i] = json_array_get(value, i);
    for (int i = 0; i < 2; i++) {
        const json_int_t score = json_integer_value(ends[i]);
        if (!json_is_integer(ends[i]) || score < 0 || score > MOST_READ)
            return shoal_fail(
                err, SHOAL_ERR_INPUT,
                "segment \"%s\": \"%s\" must be a score from 1 to %d, or the first and the last as [3, 5]", name,
                letter, n);
        *(i == 0 ? low : high) = (int)score;
    }
    return SHOAL_OK;
}

/* The number of the segment of that name, a new one where there is none. */
static shoal_status find_segment(draft *d, const char *name, int *segment, shoal_error *err)
{
    for (int s = 0; s < d->n_segments; s++)
        if (strcmp(d->names[s], name) == 0) {
            *segment = s;
            return SHOAL_OK;
        }
    if (d->n_segments == SHOAL_RFM_MAX_SEGMENTS)
        return shoal_fail(err, SHOAL_ERR_INPUT, "more than %d segments", SHOAL_RFM_MAX_SEGMENTS);
    shoal_text_copy(d->names[d->n_segments], sizeof d->names[0], name);
    *segment = d->n_segments++;
    return SHOAL_OK;
}

static shoal_status read_segment(const json_t *item, size_t index, int n, draft *d, shoal_error *err)
{
    static const char *const words[] = {"name", "r", "f", "m", NULL}, *const letters[] = {"r", "f", "m"};
    const char *name = json_string_value(json_object_get(item, "name"));
    char where[32];
    snprintf(where, sizeof where, "segment %zu", index + 1);
    if (name == NULL || name[0] == '\0' || strlen(name) >= SHOAL_RFM_NAME_SIZE)
        return shoal_fail(err, SHOAL_ERR_INPUT, "%s needs a \"name\" of 1 to %d bytes", where, SHOAL_RFM_NAME_SIZE - 1);
    SHOAL_TRY(check_words(item, words, where, err));
    if (d->n_boxes == MOST_BOXES) return shoal_fail(err, SHOAL_ERR_INPUT, "more than %d entries", MOST_BOXES);
    shoal_rfm_box *box = &d->boxes[d->n_boxes++];
    SHOAL_TRY(find_segment(d, name, &box->segment, err));
    for (int v = 0; v < 3; v++) SHOAL_TRY(read_range(item, letters[v], name, n, &box->low[v], &box->high[v], err));
    d->uses_m = d->uses_m || json_object_get(item, "m") != NULL;
    return SHOAL_OK;
}

static shoal_status settle_scores(const json_t *root, int *n_scores, shoal_error *err)
{
    const json_t *given = json_object_get(root, "n_scores");
    const json_int_t n = given == NULL ? (*n_scores > 0 ? *n_scores : DEFAULT_SCORES) : json_integer_value(given);
    if (n < 2 || n > SHOAL_RFM_MAX_SCORES)
        return shoal_fail(err, SHOAL_ERR_INPUT, "\"n_scores\" must be a number from 2 to %d", SHOAL_RFM_MAX_SCORES);
    if (*n_scores > 0 && *n_scores != n)
        return shoal_fail(err, SHOAL_ERR_USAGE, "the map is for %d scores, not for %d", (int)n, *n_scores);
    *n_scores = (int)n;
    return SHOAL_OK;
}

static shoal_status read_draft(const json_t *root, int *n_scores, draft *d, shoal_error *err)
{
    static const char *const words[] = {"n_scores", "segments", NULL};
    const json_t *list = json_object_get(root, "segments");
    if (!json_is_array(list) || json_array_size(list) == 0)
        return shoal_fail(err, SHOAL_ERR_INPUT, "a map is an object with a list \"segments\"");
    SHOAL_TRY(check_words(root, words, "the map", err));
    SHOAL_TRY(settle_scores(root, n_scores, err));
    for (size_t i = 0; i < json_array_size(list); i++)
        SHOAL_TRY(read_segment(json_array_get(list, i), i, *n_scores, d, err));
    return SHOAL_OK;
}

shoal_status shoal_rfm_map_read(const char *path, int *n_scores, shoal_rfm_map *map, shoal_error *err)
{
    json_t *root = NULL;
    draft *d = NULL;
    shoal_status status;
    SHOAL_TRY_OUT(load(path, &root, err));
    SHOAL_TRY_OUT(shoal_alloc_zero(1, sizeof *d, &d, err));
    SHOAL_TRY_OUT(read_draft(root, n_scores, d, err));
    SHOAL_TRY_OUT(shoal_rfm_map_make(*n_scores, d->uses_m, d->n_segments, d->names, d->boxes, d->n_boxes, map, err));
out:
    json_decref(root);
    free(d);
    if (status < 0) shoal_error_prefix(err, "%s", path);
    return status;
}

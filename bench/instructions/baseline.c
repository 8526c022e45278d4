#include "instructions/baseline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "instructions/child.h"
#include "report/json.h"

static const char schema[] = "shoal.bench.instructions/1";

enum { FILE_BYTES = 1 << 20, N_FIELDS = 5 };

/* The fields that must be equal for counts to be comparable. */
static const struct field {
    const char *key;
    size_t offset, size;
} fields[N_FIELDS] = {
    {"compiler", offsetof(bench_baseline, compiler), sizeof((bench_baseline *)0)->compiler},
    {"libc", offsetof(bench_baseline, libc), sizeof((bench_baseline *)0)->libc},
    {"build_type", offsetof(bench_baseline, build_type), sizeof((bench_baseline *)0)->build_type},
    {"flags", offsetof(bench_baseline, flags), sizeof((bench_baseline *)0)->flags},
    {"valgrind", offsetof(bench_baseline, valgrind), sizeof((bench_baseline *)0)->valgrind},
};

static char *field_of(bench_baseline *baseline, int i)
{
    return (char *)baseline + fields[i].offset;
}

static const char *text_of(const bench_baseline *baseline, int i)
{
    return (const char *)baseline + fields[i].offset;
}

void bench_baseline_describe(bench_baseline *baseline)
{
#if defined(__clang__)
    snprintf(baseline->compiler, sizeof baseline->compiler, "clang %d.%d.%d", __clang_major__, __clang_minor__,
             __clang_patchlevel__);
#else
    snprintf(baseline->compiler, sizeof baseline->compiler, "gcc %d.%d.%d", __GNUC__, __GNUC_MINOR__,
             __GNUC_PATCHLEVEL__);
#endif
    if (confstr(_CS_GNU_LIBC_VERSION, baseline->libc, sizeof baseline->libc) == 0) baseline->libc[0] = '\0';
    shoal_text_copy(baseline->build_type, sizeof baseline->build_type, BENCH_BUILD_TYPE);
    shoal_text_copy(baseline->flags, sizeof baseline->flags, BENCH_FLAGS);
}

const bench_case_count *bench_baseline_find(const bench_baseline *baseline, const char *name)
{
    for (int i = 0; i < baseline->n; i++)
        if (strcmp(baseline->count[i].name, name) == 0) return &baseline->count[i];
    return NULL;
}

const char *bench_baseline_differ(const bench_baseline *committed, const bench_baseline *now, char *buffer, size_t size)
{
    buffer[0] = '\0';
    for (int i = 0; i < N_FIELDS && buffer[0] == '\0'; i++)
        if (strcmp(text_of(committed, i), text_of(now, i)) != 0)
            snprintf(buffer, size, "the committed counts are of %s \"%s\", here it is \"%s\"", fields[i].key,
                     text_of(committed, i), text_of(now, i));
    return buffer;
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

static shoal_status take_text(const json_t *value, const char *path, const char *key, char *to, size_t size,
                              shoal_error *err)
{
    if (!json_is_string(value)) return shoal_fail(err, SHOAL_ERR_INPUT, "%s: \"%s\" is no text", path, key);
    if (json_string_length(value) >= size)
        return shoal_fail(err, SHOAL_ERR_INPUT, "%s: \"%s\" is longer than %zu bytes", path, key, size - 1);
    shoal_text_copy(to, size, json_string_value(value));
    return SHOAL_OK;
}

static shoal_status take_count(const char *name, const json_t *value, const char *path, bench_baseline *baseline,
                               shoal_error *err)
{
    char quoted[128];
    const char *shown = shoal_text_quote(name, strlen(name), quoted, sizeof quoted);
    if (baseline->n == BENCH_MAX_COUNTS)
        return shoal_fail(err, SHOAL_ERR_INPUT, "%s has more than %d counts", path, BENCH_MAX_COUNTS);
    if (strlen(name) >= BENCH_COUNT_NAME_SIZE)
        return shoal_fail(err, SHOAL_ERR_INPUT, "%s: the name \"%s\" is longer than %d bytes", path, shown,
                          BENCH_COUNT_NAME_SIZE - 1);
    if (!json_is_integer(value) || json_integer_value(value) <= 0)
        return shoal_fail(err, SHOAL_ERR_INPUT, "%s: the count of \"%s\" is no whole number above 0", path, shown);
    bench_case_count *count = &baseline->count[baseline->n++];
    shoal_text_copy(count->name, sizeof count->name, name);
    count->instructions = json_integer_value(value);
    return SHOAL_OK;
}

static shoal_status take_root(json_t *root, const char *path, bench_baseline *baseline, shoal_error *err)
{
    char found[64];
    SHOAL_TRY(take_text(json_object_get(root, "schema"), path, "schema", found, sizeof found, err));
    if (strcmp(found, schema) != 0)
        return shoal_fail(err, SHOAL_ERR_INPUT, "%s has the schema \"%s\", not \"%s\"", path, found, schema);
    for (int i = 0; i < N_FIELDS; i++)
        SHOAL_TRY(take_text(json_object_get(root, fields[i].key), path, fields[i].key, field_of(baseline, i),
                            fields[i].size, err));
    json_t *counts = json_object_get(root, "counts");
    if (!json_is_object(counts)) return shoal_fail(err, SHOAL_ERR_INPUT, "%s: \"counts\" is no object", path);
    for (void *i = json_object_iter(counts); i != NULL; i = json_object_iter_next(counts, i))
        SHOAL_TRY(take_count(json_object_iter_key(i), json_object_iter_value(i), path, baseline, err));
    return SHOAL_OK;
}

shoal_status bench_baseline_parse(const char *text, size_t length, const char *path, bench_baseline *baseline,
                                  shoal_error *err)
{
    json_error_t why;
    json_t *root = json_loadb(text, length, JSON_REJECT_DUPLICATES, &why);
    *baseline = (bench_baseline){0};
    if (root == NULL) return shoal_fail(err, SHOAL_ERR_INPUT, "%s line %d: %s", path, why.line, why.text);
    const shoal_status status = take_root(root, path, baseline, err);
    json_decref(root);
    return status;
}

shoal_status bench_baseline_read(const char *path, bench_baseline *baseline, shoal_error *err)
{
    char *text;
    size_t length;
    SHOAL_TRY(bench_read_whole(path, FILE_BYTES, &text, &length, err));
    const shoal_status status = bench_baseline_parse(text, length, path, baseline, err);
    free(text);
    return status;
}

/* --- writing ------------------------------------------------------------------------------------------------------ */

shoal_status bench_baseline_write(const char *path, const bench_baseline *baseline, shoal_error *err)
{
    shoal_json json = {.root = json_object()};
    shoal_json_text(&json, json.root, "schema", schema);
    for (int i = 0; i < N_FIELDS; i++) shoal_json_text(&json, json.root, fields[i].key, text_of(baseline, i));
    json_t *counts = shoal_json_object(&json, json.root, "counts");
    for (int i = 0; i < baseline->n; i++)
        shoal_json_int(&json, counts, baseline->count[i].name, baseline->count[i].instructions);
    char *text = json.failed ? NULL : shoal_json_print(json.root);
    json_decref(json.root);
    if (text == NULL) return shoal_fail_memory(err);
    const shoal_status status = shoal_file_write(path, text, strlen(text), err);
    free(text);
    return status;
}

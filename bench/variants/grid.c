#include "variants/grid.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "variants/grid_key.h"

static const char schema[] = "shoal.bench.grid/1";

const char bench_example_grid[] = "{\n"
                                  "  \"schema\": \"shoal.bench.grid/1\",\n"
                                  "  \"kmeans\": {\n"
                                  "    \"features\": [null],\n"
                                  "    \"scale\": [\"standard\", \"robust\"],\n"
                                  "    \"n_clusters\": [3, 5, 8],\n"
                                  "    \"init\": [\"kmeans++\", \"random\"],\n"
                                  "    \"n_init\": [1, 10]\n"
                                  "  },\n"
                                  "  \"clv\": {\n"
                                  "    \"model\": [\"bgnbd\"],\n"
                                  "    \"calibration_end\": [\"75%\"],\n"
                                  "    \"unit\": [\"day\", \"week\"]\n"
                                  "  }\n"
                                  "}\n";

/* The choices for one key. */
typedef struct axis {
    int n;
    bench_param *values;
} axis;

/* The keys of a section with their choices; place[i]: the key written as the i-th. */
typedef struct product {
    const bench_section *section;
    axis axes[BENCH_MAX_KEYS];
    int n_written, written[BENCH_MAX_KEYS];
} product;

static void product_free(product *p)
{
    for (int i = 0; i < p->section->n_keys; i++) free(p->axes[i].values);
}

static bool same_value(const bench_param *a, const bench_param *b)
{
    return a->is_text ? strcmp(a->text, b->text) == 0 : a->value == b->value;
}

static shoal_status read_axis(const bench_key *key, const char *path, const json_t *list, axis *to, shoal_error *err)
{
    if (!json_is_array(list)) return shoal_fail(err, SHOAL_ERR_INPUT, "%s: give a list of choices in [ ]", path);
    const size_t n = json_array_size(list);
    if (n == 0) return shoal_fail(err, SHOAL_ERR_INPUT, "%s: the list is empty", path);
    if (n > BENCH_MAX_VARIANTS)
        return shoal_fail(err, SHOAL_ERR_INPUT, "%s: more than %d choices", path, BENCH_MAX_VARIANTS);
    SHOAL_TRY(shoal_alloc((int64_t)n, sizeof *to->values, &to->values, err));
    for (to->n = 0; to->n < (int)n; to->n++) {
        char at[128];
        snprintf(at, sizeof at, "%s[%d]", path, to->n);
        SHOAL_TRY(bench_key_value(key, at, json_array_get(list, (size_t)to->n), &to->values[to->n], err));
        for (int i = 0; i < to->n; i++)
            if (same_value(&to->values[i], &to->values[to->n]))
                return shoal_fail(err, SHOAL_ERR_INPUT, "%s: the same as %s[%d]", at, path, i);
    }
    return SHOAL_OK;
}

static shoal_status unknown_key(const bench_section *section, const char *key, shoal_error *err)
{
    char known[256] = "", shown[256];
    for (int i = 0; i < section->n_keys; i++) {
        const size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s%s", i == 0 ? "" : ", ", section->keys[i].name);
    }
    return shoal_fail(err, SHOAL_ERR_INPUT, "%s.%s: this key is not known; known: %s", section->name,
                      shoal_text_quote(key, strlen(key), shown, sizeof shown), known);
}

static shoal_status read_section(product *p, json_t *object, shoal_error *err)
{
    const bench_section *section = p->section;
    if (!json_is_object(object)) return shoal_fail(err, SHOAL_ERR_INPUT, "%s: give an object in { }", section->name);
    const char *name;
    json_t *list;
    json_object_foreach(object, name, list)
    {
        char path[96];
        int at = 0;
        while (at < section->n_keys && strcmp(section->keys[at].name, name) != 0) at++;
        if (at == section->n_keys) return unknown_key(section, name, err);
        snprintf(path, sizeof path, "%s.%s", section->name, section->keys[at].name);
        SHOAL_TRY(read_axis(&section->keys[at], path, list, &p->axes[at], err));
        p->written[p->n_written++] = at;
    }
    return SHOAL_OK;
}

/* Variant number `index` of the product: the key written last changes first. */
static bench_variant combine(const product *p, int64_t index)
{
    bench_variant variant = {.name = p->section->name};
    int chosen[BENCH_MAX_KEYS] = {0};
    for (int i = p->n_written - 1; i >= 0; i--) {
        const int n = p->axes[p->written[i]].n;
        chosen[p->written[i]] = (int)(index % n);
        index /= n;
    }
    for (int i = 0; i < p->section->n_keys; i++) {
        const axis *choices = &p->axes[i];
        const bench_param value = choices->n > 0 ? choices->values[chosen[i]] : bench_key_default(&p->section->keys[i]);
        if (!value.is_text) bench_params_set(&variant.params, value.name, value.value);
        else if (value.text[0] != '\0') bench_params_set_text(&variant.params, value.name, value.text);
    }
    return variant;
}

static shoal_status add_product(const product *p, bench_grid *grid, shoal_error *err)
{
    int64_t count = 1;
    for (int i = 0; i < p->n_written; i++) {
        count *= p->axes[p->written[i]].n;
        if (count + grid->n > BENCH_MAX_VARIANTS)
            return shoal_fail(err, SHOAL_ERR_INPUT, "%s: more than %d combinations: split the grid", p->section->name,
                              BENCH_MAX_VARIANTS);
    }
    bench_variant *grown = realloc(grid->variants, (size_t)(grid->n + count) * sizeof *grown);
    if (grown == NULL) return shoal_fail_memory(err);
    grid->variants = grown;
    for (int64_t i = 0; i < count; i++) grid->variants[grid->n++] = combine(p, i);
    return SHOAL_OK;
}

static shoal_status add_section(const char *name, json_t *object, bench_grid *grid, shoal_error *err)
{
    char shown[256];
    for (int i = 0; i < BENCH_N_SECTIONS; i++) {
        if (strcmp(bench_sections[i].name, name) != 0) continue;
        product p = {.section = &bench_sections[i]};
        shoal_status status = read_section(&p, object, err);
        if (status >= 0) status = add_product(&p, grid, err);
        product_free(&p);
        return status;
    }
    return shoal_fail(err, SHOAL_ERR_INPUT, "%s: this key is not known; known: schema, kmeans, clv",
                      shoal_text_quote(name, strlen(name), shown, sizeof shown));
}

static shoal_status read_root(json_t *root, bench_grid *grid, shoal_error *err)
{
    if (!json_is_object(root)) return shoal_fail(err, SHOAL_ERR_INPUT, "a grid is an object in { }");
    const json_t *named = json_object_get(root, "schema");
    if (!json_is_string(named))
        return shoal_fail(err, SHOAL_ERR_INPUT, "schema: give \"%s\" to say what the file is", schema);
    char shown[256];
    const char *text = json_string_value(named);
    if (strcmp(text, schema) != 0)
        return shoal_fail(err, SHOAL_ERR_INPUT, "schema: '%s' is not known; known: %s",
                          shoal_text_quote(text, strlen(text), shown, sizeof shown), schema);
    const char *name;
    json_t *object;
    json_object_foreach(root, name, object)
    {
        if (strcmp(name, "schema") != 0) SHOAL_TRY(add_section(name, object, grid, err));
    }
    if (grid->n == 0) return shoal_fail(err, SHOAL_ERR_INPUT, "nothing to run: give \"kmeans\": {…} or \"clv\": {…}");
    return SHOAL_OK;
}

static shoal_status take_root(json_t *root, const json_error_t *syntax, const char *source, bench_grid *grid,
                              shoal_error *err)
{
    *grid = (bench_grid){0};
    if (root == NULL)
        return shoal_fail(err, SHOAL_ERR_INPUT, "%s, line %d, column %d: %s", source, syntax->line, syntax->column,
                          syntax->text);
    const shoal_status status = read_root(root, grid, err);
    json_decref(root);
    if (status < 0) {
        shoal_error_prefix(err, "%s", source);
        bench_grid_free(grid);
    }
    return status;
}

shoal_status bench_grid_parse(const char *json, const char *source, bench_grid *grid, shoal_error *err)
{
    json_error_t syntax;
    return take_root(json_loads(json, JSON_REJECT_DUPLICATES, &syntax), &syntax, source, grid, err);
}

shoal_status bench_grid_read(const char *path, bench_grid *grid, shoal_error *err)
{
    json_error_t syntax;
    *grid = (bench_grid){0};
    FILE *file = fopen(path, "rbe");
    if (file == NULL) return shoal_fail_errno(err, errno, "%s: cannot be read", path);
    json_t *root = json_loadf(file, JSON_REJECT_DUPLICATES, &syntax);
    const bool failed = root == NULL && ferror(file) != 0;
    const int code = errno;
    fclose(file);
    if (failed) return shoal_fail_errno(err, code, "%s: cannot be read", path);
    return take_root(root, &syntax, path, grid, err);
}

void bench_grid_free(bench_grid *grid)
{
    free(grid->variants);
    *grid = (bench_grid){0};
}

#include "variants/grid_key.h"

#include <math.h>
#include <string.h>

#include "base/date.h"
#include "base/text.h"

/* The library's limits; doubles hold whole numbers up to 2^53. */
static const double most = 2147483647, most_exact = 9007199254740992;

static const char *const inits[] = {"kmeans++", "random", NULL};
static const char *const scales[] = {"none", "standard", "robust", "minmax", NULL};
static const char *const algorithms[] = {"lloyd", NULL};
static const char *const models[] = {"bgnbd", NULL};
static const char *const units[] = {"day", "week", "month", NULL};

static const bench_key kmeans_keys[] = {
    {.name = "algorithm", .kind = BENCH_KEY_NAME, .names = algorithms, .text = "lloyd"},
    {.name = "n_clusters", .kind = BENCH_KEY_WHOLE, .low = 1, .high = most, .number = 8},
    {.name = "init", .kind = BENCH_KEY_NAME, .names = inits, .text = "kmeans++"},
    {.name = "scale", .kind = BENCH_KEY_NAME, .names = scales, .text = "standard"},
    {.name = "features", .kind = BENCH_KEY_TEXT},
    {.name = "weight", .kind = BENCH_KEY_TEXT},
    {.name = "n_init", .kind = BENCH_KEY_WHOLE, .low = 1, .high = most, .number = 10},
    {.name = "max_iter", .kind = BENCH_KEY_WHOLE, .low = 1, .high = most, .number = 300},
    {.name = "tol", .kind = BENCH_KEY_REAL, .low = 0, .high = 1e300, .number = 1e-4},
    {.name = "seed", .kind = BENCH_KEY_WHOLE, .low = 0, .high = most_exact},
};

static const bench_key clv_keys[] = {
    {.name = "model", .kind = BENCH_KEY_NAME, .names = models, .text = "bgnbd"},
    {.name = "unit", .kind = BENCH_KEY_NAME, .names = units, .text = "day"},
    {.name = "calibration_end", .kind = BENCH_KEY_DATE},
};

const bench_section bench_sections[BENCH_N_SECTIONS] = {
    {"kmeans", sizeof kmeans_keys / sizeof *kmeans_keys, kmeans_keys},
    {"clv", sizeof clv_keys / sizeof *clv_keys, clv_keys},
};

double bench_share_parse(const char *text)
{
    double percent;
    const size_t length = strlen(text);
    if (length < 2 || text[length - 1] != '%' || !shoal_text_to_double(text, length - 1, &percent)) return NAN;
    return percent > 0 && percent < 100 ? percent / 100 : NAN;
}

static shoal_status number_value(const bench_key *key, const char *path, const json_t *json, bench_param *value,
                                 shoal_error *err)
{
    const char *what = key->kind == BENCH_KEY_WHOLE ? "whole number" : "number";
    if (!json_is_number(json)) return shoal_fail(err, SHOAL_ERR_INPUT, "%s: give a %s", path, what);
    value->value = json_number_value(json);
    if (key->kind == BENCH_KEY_WHOLE && value->value != floor(value->value))
        return shoal_fail(err, SHOAL_ERR_INPUT, "%s: %g is no whole number", path, value->value);
    if (value->value < key->low || value->value > key->high)
        return shoal_fail(err, SHOAL_ERR_INPUT, "%s: %.17g is out of range: give a %s from %g to %.16g", path,
                          value->value, what, key->low, key->high);
    return SHOAL_OK;
}

static shoal_status check_name(const bench_key *key, const char *path, const char *text, shoal_error *err)
{
    char known[160] = "", shown[256];
    for (int i = 0; key->names[i] != NULL; i++) {
        if (strcmp(text, key->names[i]) == 0) return SHOAL_OK;
        const size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s%s", i == 0 ? "" : ", ", key->names[i]);
    }
    return shoal_fail(err, SHOAL_ERR_INPUT, "%s: '%s' is not known; known: %s", path,
                      shoal_text_quote(text, strlen(text), shown, sizeof shown), known);
}

static shoal_status check_date(const char *path, const char *text, shoal_error *err)
{
    int64_t time;
    char shown[256];
    if (!isnan(bench_share_parse(text)) || shoal_date_parse(text, strlen(text), &time)) return SHOAL_OK;
    return shoal_fail(err, SHOAL_ERR_INPUT,
                      "%s: '%s' is no date: give one such as \"2011-09-09\", a share of the time that the data span "
                      "such as \"75%%\", or null for no holdout period",
                      path, shoal_text_quote(text, strlen(text), shown, sizeof shown));
}

static shoal_status text_value(const bench_key *key, const char *path, const json_t *json, bench_param *value,
                               shoal_error *err)
{
    value->is_text = true;
    if (json_is_null(json) && key->kind != BENCH_KEY_NAME) return SHOAL_OK;
    if (!json_is_string(json))
        return shoal_fail(err, SHOAL_ERR_INPUT, "%s: give a text%s", path,
                          key->kind == BENCH_KEY_NAME ? "" : " or null");
    const char *text = json_string_value(json);
    if (text[0] == '\0') return shoal_fail(err, SHOAL_ERR_INPUT, "%s: the text is empty", path);
    if (strlen(text) >= sizeof value->text)
        return shoal_fail(err, SHOAL_ERR_INPUT, "%s: the text is longer than %zu bytes", path, sizeof value->text - 1);
    if (key->kind == BENCH_KEY_NAME) SHOAL_TRY(check_name(key, path, text, err));
    if (key->kind == BENCH_KEY_DATE) SHOAL_TRY(check_date(path, text, err));
    shoal_text_copy(value->text, sizeof value->text, text);
    return SHOAL_OK;
}

shoal_status bench_key_value(const bench_key *key, const char *path, const json_t *json, bench_param *value,
                             shoal_error *err)
{
    *value = (bench_param){0};
    shoal_text_copy(value->name, sizeof value->name, key->name);
    const bool number = key->kind == BENCH_KEY_WHOLE || key->kind == BENCH_KEY_REAL;
    return number ? number_value(key, path, json, value, err) : text_value(key, path, json, value, err);
}

bench_param bench_key_default(const bench_key *key)
{
    bench_param value = {.is_text = key->kind != BENCH_KEY_WHOLE && key->kind != BENCH_KEY_REAL, .value = key->number};
    shoal_text_copy(value.name, sizeof value.name, key->name);
    if (key->text != NULL) shoal_text_copy(value.text, sizeof value.text, key->text);
    return value;
}

#include "report/json.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <shoal/version.h>

#include "base/date.h"
#include "base/text.h"

/* The text with every byte that belongs to no UTF-8 sequence replaced by U+FFFD; data is NULL without memory. */
static shoal_text repaired(const char *bytes)
{
    shoal_text text = {0};
    const size_t length = strlen(bytes);
    for (size_t i = 0; i < length;) {
        size_t step = 1;
        while (step < 4 && i + step < length && !shoal_text_is_utf8(bytes + i, step)) step++;
        if (shoal_text_is_utf8(bytes + i, step)) shoal_text_add_n(&text, bytes + i, step);
        else {
            shoal_text_add(&text, "\xEF\xBF\xBD");
            step = 1;
        }
        i += step;
    }
    if (text.failed) shoal_text_free(&text);
    return text;
}

/* Both take ownership of value and note when it, or its place, is missing. */
static void set(shoal_json *json, json_t *object, const char *key, json_t *value)
{
    int failed;
    if (shoal_text_is_utf8(key, strlen(key))) failed = json_object_set_new(object, key, value);
    else {
        shoal_text name = repaired(key);
        failed = json_object_set_new(object, name.data, value);
        shoal_text_free(&name);
    }
    if (failed) json->failed = true;
}

static void append(shoal_json *json, json_t *array, json_t *value)
{
    if (json_array_append_new(array, value) != 0) json->failed = true;
}

shoal_json shoal_json_begin(const char *schema)
{
    shoal_json json = {.root = json_object()};
    shoal_json_text(&json, json.root, "schema", schema);
    shoal_json_text(&json, json.root, "version", shoal_version());
    return json;
}

char *shoal_json_finish(shoal_json *json, int n_warnings, char *const *warnings)
{
    json_t *list = shoal_json_array(json, json->root, "warnings");
    for (int i = 0; i < n_warnings; i++) shoal_json_append_text(json, list, warnings[i]);
    char *text = json->failed ? NULL : shoal_json_print(json->root);
    json_decref(json->root);
    *json = (shoal_json){0};
    return text;
}

json_t *shoal_json_object(shoal_json *json, json_t *object, const char *key)
{
    set(json, object, key, json_object());
    return json_object_get(object, key);
}

json_t *shoal_json_array(shoal_json *json, json_t *object, const char *key)
{
    set(json, object, key, json_array());
    return json_object_get(object, key);
}

static json_t *append_container(shoal_json *json, json_t *array, json_t *container)
{
    append(json, array, container);
    const size_t size = json_array_size(array);
    return size == 0 ? NULL : json_array_get(array, size - 1);
}

json_t *shoal_json_item(shoal_json *json, json_t *array)
{
    return append_container(json, array, json_object());
}

json_t *shoal_json_row(shoal_json *json, json_t *array)
{
    return append_container(json, array, json_array());
}

static json_t *text_value(const char *text)
{
    if (text == NULL) return json_null();
    const size_t length = strlen(text);
    if (shoal_text_is_utf8(text, length)) return json_stringn(text, length);
    shoal_text fixed = repaired(text);
    json_t *value = fixed.data == NULL ? NULL : json_stringn(fixed.data, fixed.length);
    shoal_text_free(&fixed);
    return value;
}

static json_t *real_value(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

void shoal_json_text(shoal_json *json, json_t *object, const char *key, const char *text)
{
    set(json, object, key, text_value(text));
}

void shoal_json_bool(shoal_json *json, json_t *object, const char *key, bool value)
{
    set(json, object, key, json_boolean(value));
}

void shoal_json_int(shoal_json *json, json_t *object, const char *key, int64_t value)
{
    set(json, object, key, json_integer(value));
}

void shoal_json_seed(shoal_json *json, json_t *object, const char *key, uint64_t value)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%" PRIu64, value);
    if (value > INT64_MAX) shoal_json_text(json, object, key, digits);
    else shoal_json_int(json, object, key, (int64_t)value);
}

void shoal_json_real(shoal_json *json, json_t *object, const char *key, double value)
{
    set(json, object, key, real_value(value));
}

static double to_cents(double value)
{
    /* past 2^53 hundredths a double holds no finer step anyway */
    return fabs(value * 100) < 9007199254740992.0 ? round(value * 100) / 100 : value;
}

void shoal_json_money(shoal_json *json, json_t *object, const char *key, double value)
{
    shoal_json_real(json, object, key, to_cents(value));
}

static void set_time(shoal_json *json, json_t *object, const char *key, int64_t time, bool with_time)
{
    char buffer[SHOAL_DATE_SIZE];
    shoal_json_text(json, object, key, time == SHOAL_NO_DATE ? NULL : shoal_date_format(time, with_time, buffer));
}

void shoal_json_date(shoal_json *json, json_t *object, const char *key, int64_t time)
{
    set_time(json, object, key, time, false);
}

void shoal_json_moment(shoal_json *json, json_t *object, const char *key, int64_t time)
{
    set_time(json, object, key, time, true);
}

void shoal_json_null(shoal_json *json, json_t *object, const char *key)
{
    set(json, object, key, json_null());
}

void shoal_json_append_text(shoal_json *json, json_t *array, const char *text)
{
    append(json, array, text_value(text));
}

void shoal_json_append_int(shoal_json *json, json_t *array, int64_t value)
{
    append(json, array, json_integer(value));
}

void shoal_json_append_real(shoal_json *json, json_t *array, double value)
{
    append(json, array, real_value(value));
}

void shoal_json_append_money(shoal_json *json, json_t *array, double value)
{
    append(json, array, real_value(to_cents(value)));
}

void shoal_json_times(shoal_json *json, json_t *object, const shoal_times *times)
{
    json_t *list = shoal_json_object(json, object, "time_ms");
    for (int i = 0; i < times->n; i++)
        shoal_json_real(json, list, times->phases[i].phase, round(times->phases[i].ms * 1000) / 1000);
}

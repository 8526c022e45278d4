#include "record/fields.h"

#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "report/json_string.h"
#include "report/number_text.h"

static void put_string(shoal_text *line, const char *value)
{
    char *quoted = shoal_json_string(value, strlen(value));
    if (quoted == NULL) line->failed = true;
    else shoal_text_add(line, quoted);
    free(quoted);
}

void bench_put_key(shoal_text *line, const char *key)
{
    if (line->length > 0 && line->data[line->length - 1] != '{') shoal_text_add(line, ",");
    put_string(line, key);
    shoal_text_add(line, ":");
}

void bench_put_quoted(shoal_text *line, const char *key, const char *value)
{
    bench_put_key(line, key);
    put_string(line, value);
}

void bench_put_text(shoal_text *line, const char *key, const char *value)
{
    if (value[0] != '\0') {
        bench_put_quoted(line, key, value);
        return;
    }
    bench_put_key(line, key);
    shoal_text_add(line, "null");
}

void bench_put_number(shoal_text *line, double value)
{
    char number[SHOAL_NUMBER_SIZE];
    if (isfinite(value)) shoal_text_add_n(line, number, shoal_number_shortest(value, number));
    else shoal_text_add(line, "null");
}

void bench_put_real(shoal_text *line, const char *key, double value)
{
    bench_put_key(line, key);
    bench_put_number(line, value);
}

static void put_integer(shoal_text *line, const char *key, int64_t value)
{
    bench_put_key(line, key);
    shoal_text_addf(line, "%" PRId64, value);
}

static void put_bool(shoal_text *line, const char *key, bool value)
{
    bench_put_key(line, key);
    shoal_text_add(line, value ? "true" : "false");
}

void bench_put_fields(shoal_text *line, const bench_field *fields, int n, const void *from)
{
    for (int i = 0; i < n; i++) {
        const char *key = fields[i].key;
        const void *at = (const char *)from + fields[i].offset;
        switch (fields[i].type) {
        case BENCH_FIELD_TEXT: bench_put_text(line, key, at); break;
        case BENCH_FIELD_REAL: bench_put_real(line, key, *(const double *)at); break;
        case BENCH_FIELD_INT: put_integer(line, key, *(const int *)at); break;
        case BENCH_FIELD_INT64: put_integer(line, key, *(const int64_t *)at); break;
        case BENCH_FIELD_BOOL: put_bool(line, key, *(const bool *)at); break;
        }
    }
}

shoal_status bench_take_text(const json_t *value, const char *what, char *buffer, size_t size, shoal_error *err)
{
    if (json_is_null(value)) {
        buffer[0] = '\0';
        return SHOAL_OK;
    }
    if (!json_is_string(value)) return shoal_fail(err, SHOAL_ERR_INPUT, "\"%s\" is no text", what);
    if (json_string_length(value) >= size)
        return shoal_fail(err, SHOAL_ERR_INPUT, "\"%s\" is longer than %zu bytes", what, size - 1);
    memcpy(buffer, json_string_value(value), json_string_length(value) + 1);
    return SHOAL_OK;
}

shoal_status bench_take_number(const json_t *value, const char *what, double *number, shoal_error *err)
{
    if (!json_is_number(value) && !json_is_null(value))
        return shoal_fail(err, SHOAL_ERR_INPUT, "\"%s\" is no number", what);
    *number = json_is_null(value) ? NAN : json_number_value(value);
    return SHOAL_OK;
}

static shoal_status take_int(const json_t *value, const char *what, int *number, shoal_error *err)
{
    const json_int_t found = json_integer_value(value);
    if (!json_is_integer(value) || found < 0 || found > INT_MAX)
        return shoal_fail(err, SHOAL_ERR_INPUT, "\"%s\" is no whole number within 0..%d", what, INT_MAX);
    *number = (int)found;
    return SHOAL_OK;
}

static shoal_status take_int64(const json_t *value, const char *what, int64_t *number, shoal_error *err)
{
    if (!json_is_integer(value) || json_integer_value(value) < 0)
        return shoal_fail(err, SHOAL_ERR_INPUT, "\"%s\" is no whole number from 0", what);
    *number = json_integer_value(value);
    return SHOAL_OK;
}

static shoal_status take_bool(const json_t *value, const char *what, bool *truth, shoal_error *err)
{
    if (!json_is_boolean(value)) return shoal_fail(err, SHOAL_ERR_INPUT, "\"%s\" is neither true nor false", what);
    *truth = json_is_true(value);
    return SHOAL_OK;
}

static shoal_status take_field(const json_t *value, const bench_field *field, void *at, shoal_error *err)
{
    switch (field->type) {
    case BENCH_FIELD_TEXT: return bench_take_text(value, field->key, at, field->size, err);
    case BENCH_FIELD_REAL: return bench_take_number(value, field->key, at, err);
    case BENCH_FIELD_INT: return take_int(value, field->key, at, err);
    case BENCH_FIELD_INT64: return take_int64(value, field->key, at, err);
    case BENCH_FIELD_BOOL: return take_bool(value, field->key, at, err);
    }
    return SHOAL_OK;
}

shoal_status bench_take_fields(const json_t *object, const bench_field *fields, int n, void *to, shoal_error *err)
{
    for (int i = 0; i < n; i++) {
        const json_t *value = json_object_get(object, fields[i].key);
        if (fields[i].required && (value == NULL || json_is_null(value)))
            return shoal_fail(err, SHOAL_ERR_INPUT, "\"%s\" is missing", fields[i].key);
        if (value != NULL) SHOAL_TRY(take_field(value, &fields[i], (char *)to + fields[i].offset, err));
    }
    return SHOAL_OK;
}

shoal_status bench_take_object(const json_t *object, const char *key, const json_t **member, shoal_error *err)
{
    *member = json_object_get(object, key);
    if (json_is_null(*member)) *member = NULL;
    if (*member == NULL || json_is_object(*member)) return SHOAL_OK;
    return shoal_fail(err, SHOAL_ERR_INPUT, "\"%s\" is no object", key);
}

shoal_status bench_take_array(const json_t *object, const char *key, const json_t **member, shoal_error *err)
{
    *member = json_object_get(object, key);
    if (json_is_null(*member)) *member = NULL;
    if (*member == NULL || json_is_array(*member)) return SHOAL_OK;
    return shoal_fail(err, SHOAL_ERR_INPUT, "\"%s\" is no list", key);
}

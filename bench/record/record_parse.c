#include <math.h>
#include <string.h>

#include "base/text.h"
#include "record/record_fields.h"
#include "record/schema.h"

/* jansson's iterators are not const, but read only. */
static json_t *writable(const json_t *object)
{
    return (json_t *)object;
}

static shoal_status too_many(shoal_error *err, const char *what, size_t n, int limit)
{
    return shoal_fail(err, SHOAL_ERR_INPUT, "\"%s\" has %zu entries; at most %d are allowed", what, n, limit);
}

/* A name that is a key of its own. */
static shoal_status take_key(const char *key, const char *in, char *buffer, size_t size, shoal_error *err)
{
    if (key[0] != '\0' && strlen(key) < size) {
        memcpy(buffer, key, strlen(key) + 1);
        return SHOAL_OK;
    }
    return shoal_fail(err, SHOAL_ERR_INPUT, "\"%s\" has a name that is empty or longer than %zu bytes", in, size - 1);
}

static shoal_status take_params(const json_t *object, bench_params *params, shoal_error *err)
{
    const json_t *list;
    SHOAL_TRY(bench_take_object(object, "params", &list, err));
    const size_t n = json_object_size(list);
    if (n > BENCH_MAX_PARAMS) return too_many(err, "params", n, BENCH_MAX_PARAMS);
    json_t *const of = writable(list);
    for (void *i = json_object_iter(of); i != NULL; i = json_object_iter_next(of, i)) {
        const json_t *value = json_object_iter_value(i);
        bench_param *param = &params->param[params->n++];
        SHOAL_TRY(take_key(json_object_iter_key(i), "params", param->name, sizeof param->name, err));
        param->is_text = json_is_string(value);
        if (param->is_text) SHOAL_TRY(bench_take_text(value, param->name, param->text, sizeof param->text, err));
        else SHOAL_TRY(bench_take_number(value, param->name, &param->value, err));
    }
    return SHOAL_OK;
}

static shoal_status take_quality(const json_t *object, bench_quality *quality, shoal_error *err)
{
    char best[8] = "";
    if (!json_is_object(object))
        return shoal_fail(err, SHOAL_ERR_INPUT, "an entry of \"quality\" is no object of \"value\" and \"best\"");
    const bench_field fields[] = {
        {"value", offsetof(bench_quality, value), 0, BENCH_FIELD_REAL, false},
    };
    quality->value = NAN;
    SHOAL_TRY(bench_take_fields(object, fields, 1, quality, err));
    SHOAL_TRY(bench_take_text(json_object_get(object, "best"), "best", best, sizeof best, err));
    quality->low_is_best = strcmp(best, "low") == 0;
    if (quality->low_is_best || strcmp(best, "high") == 0) return SHOAL_OK;
    return shoal_fail(err, SHOAL_ERR_INPUT, "\"best\" in \"quality\" is neither \"low\" nor \"high\"");
}

static shoal_status take_qualities(const json_t *object, bench_record *record, shoal_error *err)
{
    const json_t *list;
    SHOAL_TRY(bench_take_object(object, "quality", &list, err));
    const size_t n = json_object_size(list);
    if (n > BENCH_MAX_QUALITIES) return too_many(err, "quality", n, BENCH_MAX_QUALITIES);
    json_t *const of = writable(list);
    for (void *i = json_object_iter(of); i != NULL; i = json_object_iter_next(of, i)) {
        bench_quality *quality = &record->quality[record->n_qualities++];
        SHOAL_TRY(take_key(json_object_iter_key(i), "quality", quality->name, sizeof quality->name, err));
        SHOAL_TRY(take_quality(json_object_iter_value(i), quality, err));
    }
    return SHOAL_OK;
}

static shoal_status take_samples(const json_t *object, bench_record *record, shoal_error *err)
{
    const json_t *list;
    SHOAL_TRY(bench_take_array(object, "samples_ms", &list, err));
    if (list == NULL) return shoal_fail(err, SHOAL_ERR_INPUT, "\"samples_ms\" is missing");
    const size_t n = json_array_size(list);
    if (n > BENCH_MAX_SAMPLES) return too_many(err, "samples_ms", n, BENCH_MAX_SAMPLES);
    for (size_t i = 0; i < n; i++) {
        double *sample = &record->samples_ms[i];
        SHOAL_TRY(bench_take_number(json_array_get(list, i), "samples_ms", sample, err));
        if (!(*sample >= 0)) return shoal_fail(err, SHOAL_ERR_INPUT, "\"samples_ms\" holds null or a negative time");
    }
    record->n_samples = (int)n;
    return SHOAL_OK;
}

static shoal_status take_counters(const json_t *object, bench_counters *counters, shoal_error *err)
{
    const json_t *list;
    SHOAL_TRY(bench_take_object(object, "counters", &list, err));
    return list == NULL ? SHOAL_OK
                        : bench_take_fields(list, bench_counter_fields, BENCH_N_COUNTER_FIELDS, counters, err);
}

shoal_status bench_record_take(const json_t *object, bench_record *record, shoal_error *err)
{
    *record = (bench_record){
        .bytes = NAN,
        .flops = NAN,
        .floor_ms = NAN,
        .counters = {NAN, NAN, NAN, NAN, NAN},
        .peak_bytes = NAN,
    };
    SHOAL_TRY(bench_line_check(object, BENCH_RECORD_SCHEMA, err));
    SHOAL_TRY(bench_take_fields(object, bench_record_fields, BENCH_N_RECORD_FIELDS, record, err));
    if (record->threads < 1) return shoal_fail(err, SHOAL_ERR_INPUT, "\"threads\" is 0");
    SHOAL_TRY(take_params(object, &record->params, err));
    SHOAL_TRY(take_counters(object, &record->counters, err));
    SHOAL_TRY(take_qualities(object, record, err));
    return take_samples(object, record, err);
}

shoal_status bench_record_parse(const char *line, size_t length, bench_record *record, shoal_error *err)
{
    json_t *object;
    SHOAL_TRY(bench_line_read(line, length, &object, err));
    const shoal_status status = bench_record_take(object, record, err);
    json_decref(object);
    return status;
}

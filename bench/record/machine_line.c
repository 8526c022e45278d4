#include <math.h>

#include "base/text.h"
#include "record/fields.h"
#include "record/schema.h"

#define TEXT(key, member)                                                                                              \
    key, offsetof(bench_machine, member), sizeof(((bench_machine *)0)->member), BENCH_FIELD_TEXT, false
#define WHOLE(member) #member, offsetof(bench_machine, member), 0, BENCH_FIELD_INT, false

static const bench_field machine_fields[] = {
    {"machine", offsetof(bench_machine, tag), BENCH_TAG_SIZE, BENCH_FIELD_TEXT, true},
    {TEXT("cpu", cpu)},
    {TEXT("kernel", kernel)},
    {TEXT("governor", governor)},
    {TEXT("system", system)},
    {TEXT("virtualisation", virtualisation)},
    {WHOLE(sockets)},
    {WHOLE(cores)},
    {WHOLE(hardware_threads)},
    {WHOLE(numa_nodes)},
    {WHOLE(usable)},
    {"memory_bytes", offsetof(bench_machine, memory_bytes), 0, BENCH_FIELD_INT64, false},
    {TEXT("isa", isa)},
    {TEXT("openblas", openblas)},
    {TEXT("openblas_core", openblas_core)},
    {TEXT("openblas_parallel", openblas_parallel)},
    {TEXT("compiler", compiler)},
    {TEXT("flags", flags)},
    {TEXT("build_type", build_type)},
    {TEXT("commit", commit)},
};

static const bench_field cache_fields[] = {
    {"level", offsetof(bench_cache, level), 0, BENCH_FIELD_INT, true},
    {"bytes", offsetof(bench_cache, bytes), 0, BENCH_FIELD_INT64, true},
    {"instances", offsetof(bench_cache, instances), 0, BENCH_FIELD_INT, true},
    {"line_bytes", offsetof(bench_cache, line_bytes), 0, BENCH_FIELD_INT, false},
};

#define LIMIT(key, member) key, offsetof(bench_limit, member), 0, BENCH_FIELD_REAL, false

static const bench_field limit_fields[] = {
    {"threads", offsetof(bench_limit, threads), 0, BENCH_FIELD_INT, true},
    {LIMIT("l2_read_gbs", read_gbs[BENCH_L2])},
    {LIMIT("l3_read_gbs", read_gbs[BENCH_L3])},
    {LIMIT("memory_read_gbs", read_gbs[BENCH_MEMORY])},
    {LIMIT("fma32_gflops", fma32_gflops)},
    {LIMIT("fma64_gflops", fma64_gflops)},
    {LIMIT("sgemm_gflops", sgemm_gflops)},
    {LIMIT("dgemm_gflops", dgemm_gflops)},
};

#define COUNT(table) ((int)(sizeof(table) / sizeof(table)[0]))

/* A list of objects, one for each of n structs of size bytes. */
static void put_list(shoal_text *line, const char *key, const bench_field *fields, int n_fields, const void *from,
                     int n, size_t size)
{
    bench_put_key(line, key);
    shoal_text_add(line, "[");
    for (int i = 0; i < n; i++) {
        shoal_text_add(line, i == 0 ? "{" : ",{");
        bench_put_fields(line, fields, n_fields, (const char *)from + (size_t)i * size);
        shoal_text_add(line, "}");
    }
    shoal_text_add(line, "]");
}

char *bench_machine_print(const bench_machine *machine, const bench_limits *limits)
{
    shoal_locale locale;
    if (shoal_locale_pin(&locale, NULL) < 0) return NULL;
    shoal_text line = {0};
    shoal_text_add(&line, "{");
    bench_put_text(&line, "schema", BENCH_MACHINE_SCHEMA "/1");
    bench_put_fields(&line, machine_fields, COUNT(machine_fields), machine);
    put_list(&line, "caches", cache_fields, COUNT(cache_fields), machine->caches, machine->n_caches,
             sizeof machine->caches[0]);
    put_list(&line, "limits", limit_fields, COUNT(limit_fields), limits->limit, limits->n, sizeof limits->limit[0]);
    shoal_text_add(&line, "}\n");
    shoal_locale_release(&locale);
    if (!line.failed) return line.data;
    shoal_text_free(&line);
    return NULL;
}

static shoal_status take_list(const json_t *object, const char *key, int most, const json_t **list, int *n,
                              shoal_error *err)
{
    SHOAL_TRY(bench_take_array(object, key, list, err));
    const size_t size = json_array_size(*list);
    if (size > (size_t)most)
        return shoal_fail(err, SHOAL_ERR_INPUT, "\"%s\" has %zu entries; at most %d are allowed", key, size, most);
    for (size_t i = 0; i < size; i++)
        if (!json_is_object(json_array_get(*list, i)))
            return shoal_fail(err, SHOAL_ERR_INPUT, "\"%s\" holds something that is no object", key);
    *n = (int)size;
    return SHOAL_OK;
}

static shoal_status take_limits(const json_t *object, bench_limits *limits, shoal_error *err)
{
    const json_t *list;
    SHOAL_TRY(take_list(object, "limits", BENCH_MAX_LIMITS, &list, &limits->n, err));
    for (int i = 0; i < limits->n; i++) {
        limits->limit[i] = (bench_limit){0, {NAN, NAN, NAN}, NAN, NAN, NAN, NAN};
        SHOAL_TRY(bench_take_fields(json_array_get(list, (size_t)i), limit_fields, COUNT(limit_fields),
                                    &limits->limit[i], err));
    }
    return SHOAL_OK;
}

static shoal_status take_caches(const json_t *object, bench_machine *machine, shoal_error *err)
{
    const json_t *list;
    SHOAL_TRY(take_list(object, "caches", BENCH_MAX_CACHES, &list, &machine->n_caches, err));
    for (int i = 0; i < machine->n_caches; i++)
        SHOAL_TRY(bench_take_fields(json_array_get(list, (size_t)i), cache_fields, COUNT(cache_fields),
                                    &machine->caches[i], err));
    return SHOAL_OK;
}

shoal_status bench_machine_take(const json_t *object, bench_machine *machine, bench_limits *limits, shoal_error *err)
{
    *machine = (bench_machine){0};
    *limits = (bench_limits){0};
    SHOAL_TRY(bench_line_check(object, BENCH_MACHINE_SCHEMA, err));
    SHOAL_TRY(bench_take_fields(object, machine_fields, COUNT(machine_fields), machine, err));
    SHOAL_TRY(take_caches(object, machine, err));
    return take_limits(object, limits, err);
}

shoal_status bench_machine_parse(const char *line, size_t length, bench_machine *machine, bench_limits *limits,
                                 shoal_error *err)
{
    json_t *object;
    SHOAL_TRY(bench_line_read(line, length, &object, err));
    const shoal_status status = bench_machine_take(object, machine, limits, err);
    json_decref(object);
    return status;
}

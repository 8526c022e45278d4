#include "record/schema.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static const char *schema_of(const json_t *object)
{
    const char *schema = json_string_value(json_object_get(object, "schema"));
    return schema != NULL ? schema : "";
}

/* The version in "<name>/<version>"; 0 where the schema is another. */
static long version_of(const char *schema, const char *name)
{
    const size_t length = strlen(name);
    if (strncmp(schema, name, length) != 0 || schema[length] != '/') return 0;
    const char *digits = schema + length + 1;
    if (!isdigit((unsigned char)*digits)) return 0;
    char *end;
    const long version = strtol(digits, &end, 10);
    return *end == '\0' ? version : 0;
}

shoal_status bench_line_read(const char *line, size_t length, json_t **object, shoal_error *err)
{
    json_error_t found;
    *object = json_loadb(line, length, JSON_REJECT_DUPLICATES, &found);
    char shown[256];
    if (*object == NULL)
        return shoal_fail(err, SHOAL_ERR_INPUT, "this is no JSON at column %d: %s", found.column,
                          shoal_text_quote(found.text, strlen(found.text), shown, sizeof shown));
    if (json_is_object(*object)) return SHOAL_OK;
    json_decref(*object);
    *object = NULL;
    return shoal_fail(err, SHOAL_ERR_INPUT, "this is no JSON object");
}

bool bench_line_is(const json_t *object, const char *schema)
{
    return version_of(schema_of(object), schema) > 0;
}

shoal_status bench_line_check(const json_t *object, const char *schema, shoal_error *err)
{
    const char *found = schema_of(object);
    char shown[256];
    shoal_text_quote(found, strlen(found), shown, sizeof shown);
    const long version = version_of(found, schema);
    if (version == 1) return SHOAL_OK;
    if (version > 1)
        return shoal_fail(err, SHOAL_ERR_INPUT,
                          "schema %s is newer than %s/1, the newest that this shoal-bench knows: use the version that "
                          "wrote the file",
                          shown, schema);
    if (found[0] == '\0')
        return shoal_fail(err, SHOAL_ERR_INPUT, "no \"schema\" is named, where %s/1 should be", schema);
    return shoal_fail(err, SHOAL_ERR_INPUT, "the schema is %s, where %s/1 should be", shown, schema);
}

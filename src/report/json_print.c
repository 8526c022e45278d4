#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "report/json.h"
#include "report/json_string.h"
#include "report/number_text.h"

static void print_value(shoal_text *text, const json_t *value, int depth);

static void new_line(shoal_text *text, int depth)
{
    shoal_text_addf(text, "\n%*s", 2 * depth, "");
}

static void print_string(shoal_text *text, const char *string, size_t length)
{
    char *quoted = shoal_json_string(string, length);
    if (quoted == NULL) text->failed = true;
    else shoal_text_add(text, quoted);
    free(quoted);
}

static void print_real(shoal_text *text, double value)
{
    char buffer[SHOAL_NUMBER_SIZE];
    shoal_text_add_n(text, buffer, shoal_number_shortest(value, buffer));
}

static void print_object(shoal_text *text, const json_t *object, int depth)
{
    /* jansson's iterators are not const, but read only */
    json_t *const of = (json_t *)object;
    bool first = true;
    for (void *i = json_object_iter(of); i != NULL; i = json_object_iter_next(of, i)) {
        shoal_text_add(text, first ? "{" : ",");
        first = false;
        new_line(text, depth + 1);
        const char *key = json_object_iter_key(i);
        print_string(text, key, strlen(key));
        shoal_text_add(text, ": ");
        print_value(text, json_object_iter_value(i), depth + 1);
    }
    if (first) shoal_text_add(text, "{");
    else new_line(text, depth);
    shoal_text_add(text, "}");
}

static bool is_plain(const json_t *array)
{
    for (size_t i = 0; i < json_array_size(array); i++)
        if (json_is_object(json_array_get(array, i)) || json_is_string(json_array_get(array, i))) return false;
    return true;
}

static void print_array(shoal_text *text, const json_t *array, int depth)
{
    const size_t size = json_array_size(array);
    const bool plain = is_plain(array) && (size == 0 || !json_is_array(json_array_get(array, 0)));
    shoal_text_add(text, "[");
    for (size_t i = 0; i < size; i++) {
        if (i > 0) shoal_text_add(text, plain ? ", " : ",");
        if (!plain) new_line(text, depth + 1);
        print_value(text, json_array_get(array, i), depth + 1);
    }
    if (!plain) new_line(text, depth);
    shoal_text_add(text, "]");
}

static void print_value(shoal_text *text, const json_t *value, int depth)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT: print_object(text, value, depth); break;
    case JSON_ARRAY: print_array(text, value, depth); break;
    case JSON_STRING: print_string(text, json_string_value(value), json_string_length(value)); break;
    case JSON_INTEGER: shoal_text_addf(text, "%" JSON_INTEGER_FORMAT, json_integer_value(value)); break;
    case JSON_REAL: print_real(text, json_real_value(value)); break;
    case JSON_TRUE: shoal_text_add(text, "true"); break;
    case JSON_FALSE: shoal_text_add(text, "false"); break;
    case JSON_NULL: shoal_text_add(text, "null"); break;
    }
}

char *shoal_json_print(const json_t *root)
{
    shoal_locale locale;
    if (shoal_locale_pin(&locale, NULL) < 0) return NULL;
    shoal_text text = {0};
    print_value(&text, root, 0);
    shoal_text_add(&text, "\n");
    shoal_locale_release(&locale);
    if (!text.failed) return text.data;
    shoal_text_free(&text);
    return NULL;
}

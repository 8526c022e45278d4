/* Building JSON documents: jansson trees with one sticky failure, printed with the shortest numbers.
 *
 * No other folder includes jansson.h. A document that ran out of memory stays usable and prints as NULL. */
#ifndef SHOAL_REPORT_JSON_H
#define SHOAL_REPORT_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include <shoal/steps.h>

typedef struct shoal_json {
    json_t *root;
    bool failed; /* memory ran out somewhere */
} shoal_json;

/* A document with schema ("shoal.rfm/1") and version. */
shoal_json shoal_json_begin(const char *schema);
/* Adds the warnings, prints, frees the tree. A malloc'ed string that ends in a newline, NULL where memory ran out. */
char *shoal_json_finish(shoal_json *json, int n_warnings, char *const *warnings);

/* A new object or array in `object` under key; owned by the document. NULL after a failure, which all take. */
json_t *shoal_json_object(shoal_json *json, json_t *object, const char *key);
json_t *shoal_json_array(shoal_json *json, json_t *object, const char *key);
/* A new object at the end of an array. */
json_t *shoal_json_item(shoal_json *json, json_t *array);
/* A new array at the end of an array. */
json_t *shoal_json_row(shoal_json *json, json_t *array);

/* Bytes that are not UTF-8 become U+FFFD. NULL gives null. */
void shoal_json_text(shoal_json *json, json_t *object, const char *key, const char *text);
void shoal_json_bool(shoal_json *json, json_t *object, const char *key, bool value);
void shoal_json_int(shoal_json *json, json_t *object, const char *key, int64_t value);
/* Unsigned; past 2^63 - 1, which jansson's integers do not hold, as a text of digits. */
void shoal_json_seed(shoal_json *json, json_t *object, const char *key, uint64_t value);
/* NaN and infinities give null. */
void shoal_json_real(shoal_json *json, json_t *object, const char *key, double value);
/* Rounded to hundredths. */
void shoal_json_money(shoal_json *json, json_t *object, const char *key, double value);
/* "2011-12-09", or with the time of day; SHOAL_NO_DATE gives null. */
void shoal_json_date(shoal_json *json, json_t *object, const char *key, int64_t time);
void shoal_json_moment(shoal_json *json, json_t *object, const char *key, int64_t time);
void shoal_json_null(shoal_json *json, json_t *object, const char *key);

void shoal_json_append_text(shoal_json *json, json_t *array, const char *text);
void shoal_json_append_int(shoal_json *json, json_t *array, int64_t value);
void shoal_json_append_real(shoal_json *json, json_t *array, double value);
void shoal_json_append_money(shoal_json *json, json_t *array, double value);

/* time_ms {phase: ms}, to the microsecond. */
void shoal_json_times(shoal_json *json, json_t *object, const shoal_times *times);

/* The tree as text of two-space indents, arrays of plain values on one line; doubles by the shortest decimal that
 * reads back as the same double. NULL where memory ran out. */
char *shoal_json_print(const json_t *root);

#endif

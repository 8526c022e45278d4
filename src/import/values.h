/* Texts of fields to values. */
#ifndef SHOAL_IMPORT_VALUES_H
#define SHOAL_IMPORT_VALUES_H

#include <locale.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "import/record.h"

/* A finite number, correctly rounded. */
bool shoal_number_parse(shoal_field field, double *value);
/* a x b of two decimal numbers with one rounding: the double nearest to the exact product of what is written. Numbers
 * with an exponent or more than 18 significant digits are rounded before they are multiplied. */
bool shoal_product_parse(shoal_field a, shoal_field b, double *product);

/* Start it with shoal_dates_start. */
typedef struct shoal_dates {
    const char *format; /* strptime, or NULL: ISO 8601 and yyyymmdd */
    locale_t locale;
    char last[32]; /* the last date that was read: the next is often the same */
    size_t last_length;
    int64_t last_time;
} shoal_dates;

/* format is borrowed. "%s" alone is seconds since 1970-01-01; otherwise a date without offset is taken as UTC, what the
 * format does not mention as the first of the month, midnight. Month names are English. Errors: MEMORY. */
SHOAL_MUST_USE shoal_status shoal_dates_start(shoal_dates *dates, const char *format, shoal_error *err);
/* Years 1..9999. */
bool shoal_dates_parse(shoal_dates *dates, shoal_field field, int64_t *time);
void shoal_dates_end(shoal_dates *dates);

/* "17850.0", as pandas writes integers next to missing values, is the integer 17850: length without the ".0", else the
 * length as it is. */
size_t shoal_key_length(shoal_field field);

/* Text that is not UTF-8 read as Windows-1252 (which holds ISO 8859-1); out takes at most 3 x length bytes. */
size_t shoal_utf8_from_windows1252(const char *bytes, size_t length, char *out);

#endif

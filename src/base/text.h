/* Text: building, comparing, checking. */
#ifndef SHOAL_BASE_TEXT_H
#define SHOAL_BASE_TEXT_H

#include <locale.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* A growing string; failed appends are remembered, so only the end needs a check. Start it as {0}. */
typedef struct shoal_text {
    char *data; /* NUL-terminated once something was added; NULL before */
    size_t length, capacity;
    bool failed; /* memory ran out: data is incomplete */
} shoal_text;

void shoal_text_add(shoal_text *text, const char *string);
void shoal_text_add_n(shoal_text *text, const char *bytes, size_t length);
void shoal_text_addf(shoal_text *text, const char *format, ...) SHOAL_PRINTF(2, 3);
void shoal_text_free(shoal_text *text);

/* Copies as much as fits with the NUL, never cutting a UTF-8 sequence. */
void shoal_text_copy(char *to, size_t size, const char *from);
/* A malloc'ed copy, or NULL. */
char *shoal_text_dup(const char *string);

bool shoal_text_is_utf8(const char *bytes, size_t length);
bool shoal_text_equal_nocase(const char *a, const char *b); /* ASCII */
/* Number of single-character edits between two texts, ignoring ASCII case. */
size_t shoal_text_distance(const char *a, const char *b);
/* "a, b or c": the at most three nearest of n names to `to`; buffer is returned. */
const char *shoal_text_nearest(const char *to, const char *const *names, size_t n, char *buffer, size_t size);
/* Bytes from the data made fit for a message: control characters and broken UTF-8 as \xNN, cut with … after 60. */
const char *shoal_text_quote(const char *bytes, size_t length, char *buffer, size_t size);

/* Numbers are written with "." whatever the host's locale: pins the calling thread to "C" until the release, which is
 * harmless on a {0}. Errors: MEMORY. */
typedef struct shoal_locale {
    locale_t pinned, before;
} shoal_locale;
SHOAL_MUST_USE shoal_status shoal_locale_pin(shoal_locale *locale, shoal_error *err);
void shoal_locale_release(shoal_locale *locale);

/* The whole text as a number: decimal, correctly rounded, "." as point, no blanks. */
bool shoal_text_to_double(const char *bytes, size_t length, double *value);

#endif

/* The plain fields of a struct as members of a JSON object: one table serves both directions. */
#ifndef BENCH_FIELDS_H
#define BENCH_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "base/text.h"

typedef enum bench_field_type {
    BENCH_FIELD_TEXT, /* char[]; "" is null */
    BENCH_FIELD_REAL, /* double; what is not finite is null, null is NAN */
    BENCH_FIELD_INT,
    BENCH_FIELD_INT64,
    BENCH_FIELD_BOOL
} bench_field_type;

typedef struct bench_field {
    const char *key;
    size_t offset, size; /* in the struct; of a text with its NUL */
    bench_field_type type;
    bool required;
} bench_field;

/* Members of an open object, with a comma before each but the first. */
void bench_put_key(shoal_text *line, const char *key);
void bench_put_text(shoal_text *line, const char *key, const char *value);   /* "" is null */
void bench_put_quoted(shoal_text *line, const char *key, const char *value); /* "" is "" */
void bench_put_real(shoal_text *line, const char *key, double value);
void bench_put_fields(shoal_text *line, const bench_field *fields, int n, const void *from);
/* A value alone: in an array, or after bench_put_key. */
void bench_put_number(shoal_text *line, double value);

/* Fields that are absent stay as they are. Errors: INPUT, naming the field. */
SHOAL_MUST_USE shoal_status bench_take_fields(const json_t *object, const bench_field *fields, int n, void *to,
                                              shoal_error *err);
/* The text must fit the buffer; what names it in the message. */
SHOAL_MUST_USE shoal_status bench_take_text(const json_t *value, const char *what, char *buffer, size_t size,
                                            shoal_error *err);
/* A number or null, which is NAN. */
SHOAL_MUST_USE shoal_status bench_take_number(const json_t *value, const char *what, double *number, shoal_error *err);
/* The member, NULL where absent or null. */
SHOAL_MUST_USE shoal_status bench_take_object(const json_t *object, const char *key, const json_t **member,
                                              shoal_error *err);
SHOAL_MUST_USE shoal_status bench_take_array(const json_t *object, const char *key, const json_t **member,
                                             shoal_error *err);

#endif

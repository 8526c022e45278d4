/* The keys of a grid and the values that each takes. */
#ifndef BENCH_GRID_KEY_H
#define BENCH_GRID_KEY_H

#include <jansson.h>

#include "record/record.h"

enum { BENCH_MAX_KEYS = 10 };

typedef enum bench_key_kind {
    BENCH_KEY_WHOLE, /* a whole number from low on */
    BENCH_KEY_REAL,  /* a number from low on */
    BENCH_KEY_NAME,  /* one of names */
    BENCH_KEY_TEXT,  /* any text, or null */
    BENCH_KEY_DATE,  /* "2011-09-09", "75%" of the time that the data span, or null */
} bench_key_kind;

typedef struct bench_key {
    const char *name;
    bench_key_kind kind;
    double low, high;
    const char *const *names; /* ends with NULL */
    double number;            /* the default, of numbers */
    const char *text;         /* the default, of the others; NULL is null */
} bench_key;

typedef struct bench_section {
    const char *name;
    int n_keys;
    const bench_key *keys;
} bench_section;

enum { BENCH_N_SECTIONS = 2 };
extern const bench_section bench_sections[BENCH_N_SECTIONS];

/* One value of a list as a parameter; null becomes an empty text. path: "kmeans.init[1]". Errors: INPUT. */
SHOAL_MUST_USE shoal_status bench_key_value(const bench_key *key, const char *path, const json_t *json,
                                            bench_param *value, shoal_error *err);
/* The default, in the same form. */
bench_param bench_key_default(const bench_key *key);

/* "75%" as 0.75; NAN where the text is no share between 0 and 100%. */
double bench_share_parse(const char *text);

#endif

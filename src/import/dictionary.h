/* Texts to codes 0, 1, 2 … in order of first appearance. */
#ifndef SHOAL_IMPORT_DICTIONARY_H
#define SHOAL_IMPORT_DICTIONARY_H

#include <stddef.h>
#include <stdint.h>

#include <shoal/table.h>

#include "base/error.h"

typedef struct shoal_entry shoal_entry;

/* Start it as {0}. */
typedef struct shoal_dictionary {
    int64_t count, capacity;
    shoal_entry *entries; /* by code */
    int64_t n_slots;      /* a power of two, at least twice count */
    uint64_t *slots;      /* upper half of the hash, then code + 1; 0 where free */
    char *texts;          /* those that do not fit an entry */
    int64_t texts_used, texts_capacity;
    size_t longest;
} shoal_dictionary;

uint64_t shoal_dictionary_hash(const char *text, size_t length);
/* The code of a text with its hash, or -1. O(1). */
int32_t shoal_dictionary_find(const shoal_dictionary *dictionary, const char *text, size_t length, uint64_t hash);
/* The code of a text, new where it is not there yet. Errors: MEMORY; INPUT beyond 2^31 - 1 texts. */
SHOAL_MUST_USE shoal_status shoal_dictionary_add(shoal_dictionary *dictionary, const char *text, size_t length,
                                                 uint64_t hash, int32_t *code, shoal_error *err);
/* A search reads a slot, then an entry, then for a longer text the text, each far away in memory. Searching for many
 * texts goes faster when each step is asked for ahead, for all of them, before the next. */
void shoal_dictionary_fetch_slot(const shoal_dictionary *dictionary, uint64_t hash);
void shoal_dictionary_fetch_entry(const shoal_dictionary *dictionary, uint64_t hash);
void shoal_dictionary_fetch_text(const shoal_dictionary *dictionary, uint64_t hash);
/* The text of a code; not NUL-terminated. */
const char *shoal_dictionary_text(const shoal_dictionary *dictionary, int32_t code, size_t *length);
/* Fills an empty table with one text column: row i holds the text of codes[i], or of code i where codes is NULL. */
SHOAL_MUST_USE shoal_status shoal_dictionary_table(const shoal_dictionary *dictionary, const int32_t *codes, int64_t n,
                                                   const char *name, shoal_table *table, shoal_error *err);
void shoal_dictionary_free(shoal_dictionary *dictionary);

#endif

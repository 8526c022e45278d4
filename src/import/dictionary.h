/* Texts to codes 0, 1, 2 … in order of first appearance. */
#ifndef SHOAL_IMPORT_DICTIONARY_H
#define SHOAL_IMPORT_DICTIONARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <shoal/table.h>

#include "base/error.h"

enum { SHOAL_ENTRY_INLINE = 20 };

/* 32 bytes, so that comparing a short text touches one cache line. */
typedef struct shoal_entry {
    int64_t mark; /* the owner's; INT64_MAX at first */
    uint32_t length;
    char text[SHOAL_ENTRY_INLINE]; /* a longer text: its offset in texts, in the first 8 bytes */
} shoal_entry;

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

/* Two words that tell texts of the same length, at most 16 bytes, apart: the first and the last bytes, which overlap.
 */
static inline void shoal_text_words(const char *text, size_t length, uint64_t words[2])
{
    uint32_t half[2] = {0};
    words[0] = words[1] = 0;
    if (length >= 8) {
        memcpy(&words[0], text, 8);
        memcpy(&words[1], text + length - 8, 8);
    } else if (length >= 4) {
        memcpy(&half[0], text, 4);
        memcpy(&half[1], text + length - 4, 4);
        words[0] = half[0];
        words[1] = half[1];
    } else if (length > 0) {
        words[0] = (unsigned char)text[0];
        words[1] = (uint64_t)(unsigned char)text[length / 2] << 8 | (unsigned char)text[length - 1];
    }
}

/* Multiply and fold. */
static inline uint64_t shoal_hash_mix(uint64_t a, uint64_t b)
{
    __extension__ const unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t shoal_dictionary_hash(const char *text, size_t length)
{
    const uint64_t k0 = 0x9E3779B97F4A7C15, k1 = 0xD1B54A32D192ED03; /* odd, from the golden and plastic ratios */
    uint64_t hash = k0 ^ length, words[2];
    for (; length > 16; text += 8, length -= 8) {
        memcpy(&words[0], text, 8);
        hash = shoal_hash_mix(hash ^ words[0], k1);
    }
    shoal_text_words(text, length, words);
    return shoal_hash_mix(shoal_hash_mix(words[0] ^ hash, k1) ^ words[1], k0);
}

static inline bool shoal_entry_equals(const shoal_dictionary *d, const shoal_entry *entry, const char *text,
                                      size_t length)
{
    if (entry->length != length) return false;
    if (length > SHOAL_ENTRY_INLINE) {
        uint64_t offset;
        memcpy(&offset, entry->text, sizeof offset);
        return memcmp(d->texts + offset, text, length) == 0;
    }
    if (length > 16) return memcmp(entry->text, text, length) == 0;
    uint64_t a[2], b[2];
    shoal_text_words(entry->text, length, a);
    shoal_text_words(text, length, b);
    return a[0] == b[0] && a[1] == b[1];
}

/* The slot of the text, or the free one where it belongs; there must be slots. */
static inline int64_t shoal_dictionary_slot(const shoal_dictionary *d, const char *text, size_t length, uint64_t hash)
{
    const int64_t mask = d->n_slots - 1;
    int64_t at = (int64_t)hash & mask;
    for (;; at = (at + 1) & mask) {
        const uint64_t slot = d->slots[at];
        if (slot == 0) return at;
        if (slot >> 32 != hash >> 32) continue;
        if (shoal_entry_equals(d, &d->entries[(uint32_t)slot - 1], text, length)) return at;
    }
}

/* The code of a text with its hash, or -1. O(1). */
static inline int32_t shoal_dictionary_find(const shoal_dictionary *d, const char *text, size_t length, uint64_t hash)
{
    if (d->count == 0) return -1;
    return (int32_t)(uint32_t)d->slots[shoal_dictionary_slot(d, text, length, hash)] - 1;
}

/* A search reads a slot, then an entry, each far away in memory. Searching for many texts goes faster when each step is
 * asked for ahead. */
static inline void shoal_dictionary_fetch_slot(const shoal_dictionary *d, uint64_t hash)
{
    if (d->n_slots > 0) __builtin_prefetch(&d->slots[(int64_t)hash & (d->n_slots - 1)]);
}

/* The entry that the first slot names: the right one but for a few collisions. */
static inline void shoal_dictionary_fetch_entry(const shoal_dictionary *d, uint64_t hash)
{
    const uint64_t slot = d->n_slots > 0 ? d->slots[(int64_t)hash & (d->n_slots - 1)] : 0;
    if (slot != 0) __builtin_prefetch(&d->entries[(uint32_t)slot - 1]);
}

/* The code of a text, new where it is not there yet. Errors: MEMORY; INPUT beyond 2^31 - 1 texts. */
SHOAL_MUST_USE shoal_status shoal_dictionary_add(shoal_dictionary *dictionary, const char *text, size_t length,
                                                 uint64_t hash, int32_t *code, shoal_error *err);
/* The text of a code; not NUL-terminated. */
const char *shoal_dictionary_text(const shoal_dictionary *dictionary, int32_t code, size_t *length);
/* Fills an empty table with one text column: row i holds the text of code i. */
SHOAL_MUST_USE shoal_status shoal_dictionary_table(const shoal_dictionary *dictionary, const char *name,
                                                   shoal_table *table, shoal_error *err);
void shoal_dictionary_free(shoal_dictionary *dictionary);

#endif

#include "import/dictionary.h"

#include <stdbool.h>
#include <string.h>

#include "base/memory.h"

enum { INLINE = 12, FIRST_SLOTS = 256 };

/* 16 bytes, so that comparing a short text touches one cache line. */
struct shoal_entry {
    uint32_t length;
    char head[4]; /* short texts go on into tail, padded with NUL */
    union {
        char tail[INLINE - 4];
        uint64_t offset; /* of the whole text in texts */
    } rest;
};

static uint64_t load(const char *bytes, size_t length)
{
    uint64_t word = 0;
    memcpy(&word, bytes, length);
    return word;
}

/* Multiply and fold, 8 bytes at a time. */
static uint64_t mix(uint64_t a, uint64_t b)
{
    __extension__ const unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

uint64_t shoal_dictionary_hash(const char *text, size_t length)
{
    const uint64_t k0 = 0x9E3779B97F4A7C15, k1 = 0xD1B54A32D192ED03; /* odd, from the golden and plastic ratios */
    uint64_t hash = k0 ^ length;
    for (; length > 8; text += 8, length -= 8) hash = mix(hash ^ load(text, 8), k1);
    return mix(mix(hash ^ load(text, length), k1), k0);
}

static shoal_entry short_entry(const char *text, size_t length)
{
    shoal_entry entry = {.length = (uint32_t)length};
    memcpy(entry.head, text, length < 4 ? length : 4);
    if (length > 4) memcpy(entry.rest.tail, text + 4, length - 4);
    return entry;
}

static bool equal(const shoal_dictionary *d, const shoal_entry *entry, const char *text, size_t length,
                  const shoal_entry *key)
{
    if (length <= INLINE) return memcmp(entry, key, sizeof *entry) == 0;
    return entry->length == length && memcmp(d->texts + entry->rest.offset, text, length) == 0;
}

/* The slot of the text, or the free one where it belongs. */
static int64_t slot_of(const shoal_dictionary *d, const char *text, size_t length, uint64_t hash)
{
    const shoal_entry key = length <= INLINE ? short_entry(text, length) : (shoal_entry){0};
    const int64_t mask = d->n_slots - 1;
    int64_t at = (int64_t)hash & mask;
    for (;; at = (at + 1) & mask) {
        const uint64_t slot = d->slots[at];
        if (slot == 0) return at;
        if (slot >> 32 != hash >> 32) continue;
        if (equal(d, &d->entries[(uint32_t)slot - 1], text, length, &key)) return at;
    }
}

int32_t shoal_dictionary_find(const shoal_dictionary *d, const char *text, size_t length, uint64_t hash)
{
    if (d->count == 0) return -1;
    return (int32_t)(uint32_t)d->slots[slot_of(d, text, length, hash)] - 1;
}

void shoal_dictionary_fetch_slot(const shoal_dictionary *d, uint64_t hash)
{
    if (d->n_slots > 0) __builtin_prefetch(&d->slots[(int64_t)hash & (d->n_slots - 1)]);
}

/* The entry that the first slot names: the right one but for a few collisions. */
static const shoal_entry *likely_entry(const shoal_dictionary *d, uint64_t hash)
{
    const uint64_t slot = d->n_slots > 0 ? d->slots[(int64_t)hash & (d->n_slots - 1)] : 0;
    return slot != 0 ? &d->entries[(uint32_t)slot - 1] : NULL;
}

void shoal_dictionary_fetch_entry(const shoal_dictionary *d, uint64_t hash)
{
    const shoal_entry *entry = likely_entry(d, hash);
    if (entry != NULL) __builtin_prefetch(entry);
}

void shoal_dictionary_fetch_text(const shoal_dictionary *d, uint64_t hash)
{
    const shoal_entry *entry = likely_entry(d, hash);
    if (entry != NULL && entry->length > INLINE) __builtin_prefetch(d->texts + entry->rest.offset);
}

static shoal_status grow_slots(shoal_dictionary *d, shoal_error *err)
{
    const int64_t n_slots = d->n_slots == 0 ? FIRST_SLOTS : d->n_slots * 2;
    uint64_t *slots;
    /* slots are read at random: larger pages also save most of the misses in the address translation */
    SHOAL_TRY(shoal_alloc_huge(n_slots, sizeof *slots, &slots, err));
    memset(slots, 0, (size_t)n_slots * sizeof *slots);
    for (int64_t code = 0; code < d->count; code++) {
        size_t length;
        const char *text = shoal_dictionary_text(d, (int32_t)code, &length);
        const uint64_t hash = shoal_dictionary_hash(text, length);
        int64_t at = (int64_t)hash & (n_slots - 1);
        while (slots[at] != 0) at = (at + 1) & (n_slots - 1);
        slots[at] = (hash >> 32) << 32 | ((uint64_t)code + 1);
    }
    free(d->slots);
    d->slots = slots;
    d->n_slots = n_slots;
    return SHOAL_OK;
}

static shoal_status store_text(shoal_dictionary *d, const char *text, size_t length, shoal_entry *entry,
                               shoal_error *err)
{
    if (length <= INLINE) {
        *entry = short_entry(text, length);
        return SHOAL_OK;
    }
    const int64_t used = d->texts_used;
    SHOAL_TRY(shoal_grow(&d->texts, &d->texts_capacity, used, used + (int64_t)length, 1, err));
    memcpy(d->texts + used, text, length);
    d->texts_used += (int64_t)length;
    *entry = (shoal_entry){.length = (uint32_t)length};
    memcpy(entry->head, text, sizeof entry->head);
    entry->rest.offset = (uint64_t)used;
    return SHOAL_OK;
}

shoal_status shoal_dictionary_add(shoal_dictionary *d, const char *text, size_t length, uint64_t hash, int32_t *code,
                                  shoal_error *err)
{
    if (d->count * 2 >= d->n_slots) SHOAL_TRY(grow_slots(d, err));
    const int64_t at = slot_of(d, text, length, hash);
    if (d->slots[at] != 0) {
        *code = (int32_t)(uint32_t)d->slots[at] - 1;
        return SHOAL_OK;
    }
    if (d->count == INT32_MAX)
        return shoal_fail(err, SHOAL_ERR_INPUT, "more than 2,147,483,647 different texts in one column");
    SHOAL_TRY(shoal_grow(&d->entries, &d->capacity, d->count, d->count + 1, sizeof *d->entries, err));
    SHOAL_TRY(store_text(d, text, length, &d->entries[d->count], err));
    *code = (int32_t)d->count++;
    d->slots[at] = (hash >> 32) << 32 | (uint64_t)d->count;
    if (length > d->longest) d->longest = length;
    return SHOAL_OK;
}

const char *shoal_dictionary_text(const shoal_dictionary *d, int32_t code, size_t *length)
{
    const shoal_entry *entry = &d->entries[code];
    *length = entry->length;
    /* head and tail lie one after the other */
    return entry->length <= INLINE ? (const char *)entry + offsetof(shoal_entry, head) : d->texts + entry->rest.offset;
}

shoal_status shoal_dictionary_table(const shoal_dictionary *d, const int32_t *codes, int64_t n, const char *name,
                                    shoal_table *table, shoal_error *err)
{
    const size_t width = d->longest > 0 ? d->longest : 1;
    void *data;
    table->n_rows = n;
    SHOAL_TRY(shoal_table_add(table, name, SHOAL_TEXT, width, NULL, NULL, &data, err));
    for (int64_t i = 0; i < n; i++) {
        size_t length;
        const char *text = shoal_dictionary_text(d, codes != NULL ? codes[i] : (int32_t)i, &length);
        char *to = (char *)data + (size_t)i * width;
        memcpy(to, text, length);
        memset(to + length, 0, width - length);
    }
    return SHOAL_OK;
}

void shoal_dictionary_free(shoal_dictionary *d)
{
    free(d->entries);
    free(d->slots);
    free(d->texts);
    *d = (shoal_dictionary){0};
}

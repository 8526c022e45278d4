#include "import/dictionary.h"

#include <string.h>

#include "base/memory.h"

enum { FIRST_SLOTS = 256 };

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

static shoal_status grow_entries(shoal_dictionary *d, shoal_error *err)
{
    const int64_t capacity = d->capacity == 0 ? FIRST_SLOTS / 2 : 2 * d->capacity;
    shoal_entry *entries;
    SHOAL_TRY(shoal_alloc_huge(capacity, sizeof *entries, &entries, err));
    if (d->count > 0) memcpy(entries, d->entries, (size_t)d->count * sizeof *entries);
    free(d->entries);
    d->entries = entries;
    d->capacity = capacity;
    return SHOAL_OK;
}

static shoal_status store_text(shoal_dictionary *d, const char *text, size_t length, shoal_entry *entry,
                               shoal_error *err)
{
    *entry = (shoal_entry){.mark = INT64_MAX, .length = (uint32_t)length};
    if (length <= SHOAL_ENTRY_INLINE) {
        memcpy(entry->text, text, length);
        return SHOAL_OK;
    }
    const int64_t used = d->texts_used;
    SHOAL_TRY(shoal_grow(&d->texts, &d->texts_capacity, used, used + (int64_t)length, 1, err));
    memcpy(d->texts + used, text, length);
    d->texts_used += (int64_t)length;
    const uint64_t offset = (uint64_t)used;
    memcpy(entry->text, &offset, sizeof offset);
    return SHOAL_OK;
}

shoal_status shoal_dictionary_add(shoal_dictionary *d, const char *text, size_t length, uint64_t hash, int32_t *code,
                                  shoal_error *err)
{
    if (d->count * 2 >= d->n_slots) SHOAL_TRY(grow_slots(d, err));
    const int64_t at = shoal_dictionary_slot(d, text, length, hash);
    if (d->slots[at] != 0) {
        *code = (int32_t)(uint32_t)d->slots[at] - 1;
        return SHOAL_OK;
    }
    if (d->count == INT32_MAX)
        return shoal_fail(err, SHOAL_ERR_INPUT, "more than 2,147,483,647 different texts in one column");
    if (d->count == d->capacity) SHOAL_TRY(grow_entries(d, err));
    SHOAL_TRY(store_text(d, text, length, &d->entries[d->count], err));
    *code = (int32_t)d->count++;
    d->slots[at] = (hash >> 32) << 32 | (uint64_t)d->count;
    if (length > d->longest) d->longest = length;
    return SHOAL_OK;
}

const char *shoal_dictionary_text(const shoal_dictionary *d, int32_t code, size_t *length)
{
    const shoal_entry *entry = &d->entries[code];
    uint64_t offset;
    *length = entry->length;
    if (entry->length <= SHOAL_ENTRY_INLINE) return entry->text;
    memcpy(&offset, entry->text, sizeof offset);
    return d->texts + offset;
}

shoal_status shoal_dictionary_table(const shoal_dictionary *d, const char *name, shoal_table *table, shoal_error *err)
{
    const size_t width = d->longest > 0 ? d->longest : 1;
    void *data;
    table->n_rows = d->count;
    SHOAL_TRY(shoal_table_add(table, name, SHOAL_TEXT, width, NULL, NULL, &data, err));
    for (int64_t i = 0; i < d->count; i++) {
        size_t length;
        const char *text = shoal_dictionary_text(d, (int32_t)i, &length);
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

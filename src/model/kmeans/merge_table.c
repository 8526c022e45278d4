#include "model/kmeans/merge_table.h"

#include <string.h>

#include "base/memory.h"

enum { R = SHOAL_WORDS_ROWS, SLOTS_PER_ROW = 4, LEAST_BITS = 10, HASH_BITS = 64 };

void shoal_row_table_close(shoal_row_table *table)
{
    free(table->slot);
    table->slot = NULL;
    table->bits = 0;
}

void shoal_row_table_free(shoal_row_table *table)
{
    shoal_row_table_close(table);
    free(table->key);
    free(table->first);
    free(table->copies);
    free(table->weight);
    *table = (shoal_row_table){0};
}

static int32_t slot_of(const shoal_row_table *table, uint64_t hash)
{
    return (int32_t)(hash >> (HASH_BITS - table->bits));
}

static int32_t slot_after(const shoal_row_table *table, int32_t slot)
{
    return (slot + 1) & ((1 << table->bits) - 1);
}

static uint64_t hash_key(const uint64_t *key, int words)
{
    uint64_t hash = 0;
    for (int w = 0; w < words; w++) hash = shoal_words_hash(hash, key[w]);
    return hash;
}

static shoal_status make_slots(shoal_row_table *table, int64_t rows, shoal_error *err)
{
    int bits = LEAST_BITS;
    while (INT64_C(1) << bits < SLOTS_PER_ROW * rows) bits++;
    if (bits <= table->bits) return SHOAL_OK;
    int32_t *slot;
    SHOAL_TRY(shoal_alloc(INT64_C(1) << bits, sizeof *slot, &slot, err));
    memset(slot, -1, sizeof *slot << bits);
    free(table->slot);
    table->slot = slot;
    table->bits = bits;
    for (int32_t row = 0; row < table->count; row++) {
        int32_t at = slot_of(table, hash_key(table->key + (int64_t)row * table->words, table->words));
        while (slot[at] >= 0) at = slot_after(table, at);
        slot[at] = row;
    }
    return SHOAL_OK;
}

/* Makes room for so many rows more. */
static shoal_status reserve(shoal_row_table *table, int64_t more, shoal_error *err)
{
    const int64_t used = table->count, needed = used + more;
    SHOAL_TRY(make_slots(table, needed, err));
    if (needed <= table->capacity) return SHOAL_OK;
    int64_t capacity = table->capacity;
    SHOAL_TRY(shoal_grow(&table->key, &capacity, used, needed, (size_t)table->words * sizeof *table->key, err));
    capacity = table->capacity;
    SHOAL_TRY(shoal_grow(&table->first, &capacity, used, needed, sizeof *table->first, err));
    capacity = table->capacity;
    if (table->weighted) SHOAL_TRY(shoal_grow(&table->weight, &capacity, used, needed, sizeof *table->weight, err));
    capacity = table->capacity;
    SHOAL_TRY(shoal_grow(&table->copies, &capacity, used, needed, sizeof *table->copies, err));
    table->capacity = capacity;
    return SHOAL_OK;
}

/* The number of the row whose words stand `step` apart; a new one where it is not there. There must be room for it. */
static inline int32_t find(shoal_row_table *table, uint64_t hash, const uint64_t *row, int step, int words)
{
    int32_t at = slot_of(table, hash);
    for (; table->slot[at] >= 0; at = slot_after(table, at)) {
        const uint64_t *key = table->key + (int64_t)table->slot[at] * words;
        uint64_t differ = 0;
        for (int w = 0; w < words; w++) differ |= key[w] ^ row[(int64_t)w * step];
        if (differ == 0) return table->slot[at];
    }
    const int32_t added = table->count++;
    table->slot[at] = added;
    for (int w = 0; w < words; w++) table->key[(int64_t)added * words + w] = row[(int64_t)w * step];
    table->copies[added] = 0;
    table->first[added] = -1;
    if (table->weighted) table->weight[added] = (shoal_sum){0};
    return added;
}

/* find for rows of the same number of words, so that it can be a constant. */
static inline void find_rows(shoal_row_table *table, const uint64_t *words, int count, int64_t begin, int rows,
                             int32_t *place)
{
    uint64_t hash[R] = {0};
    for (int w = 0; w < count; w++)
        for (int i = 0; i < rows; i++) hash[i] = shoal_words_hash(hash[i], words[w * R + i]);
    for (int i = 0; i < rows; i++) {
        const int32_t row = find(table, hash[i], words + i, R, count);
        if (table->copies[row]++ == 0) table->first[row] = begin + i;
        place[i] = row;
    }
}

shoal_status shoal_row_table_add(shoal_row_table *table, const uint64_t *words, int64_t begin, int rows,
                                 const double *weight, int32_t *place, shoal_error *err)
{
    SHOAL_TRY(reserve(table, rows, err));
    switch (table->words) {
    case 1: find_rows(table, words, 1, begin, rows, place); break;
    case 2: find_rows(table, words, 2, begin, rows, place); break;
    default: find_rows(table, words, table->words, begin, rows, place);
    }
    for (int i = 0; i < rows && weight != NULL; i++) shoal_sum_add(&table->weight[place[i]], weight[i]);
    return SHOAL_OK;
}

shoal_status shoal_row_table_merge(shoal_row_table *table, const shoal_row_table *from, int32_t *place,
                                   shoal_error *err)
{
    SHOAL_TRY(reserve(table, from->count, err));
    for (int32_t row = 0; row < from->count; row++) {
        const uint64_t *key = from->key + (int64_t)row * from->words;
        const int32_t found = find(table, hash_key(key, from->words), key, 1, from->words);
        if (table->copies[found] == 0) table->first[found] = from->first[row];
        table->copies[found] += from->copies[row];
        if (table->weighted) shoal_sum_merge(&table->weight[found], from->weight[row]);
        place[row] = found;
    }
    return SHOAL_OK;
}

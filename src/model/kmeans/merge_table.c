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

/* What finding a row reads, apart from the table so that it stays in registers. */
typedef struct row_index {
    const int32_t *slot;
    const uint64_t *key;
    int32_t last; /* slot */
    int shift;    /* of a hash, for its slot */
} row_index;

static row_index index_of(const shoal_row_table *table)
{
    return (row_index){table->slot, table->key, (int32_t)((1U << table->bits) - 1), HASH_BITS - table->bits};
}

/* The slot of a row whose words stand `step` apart, or the free one where it belongs. */
static inline int32_t find_slot(const row_index *index, const uint64_t *row, int64_t step, int words)
{
    uint64_t hash = 0;
    for (int w = 0; w < words; w++) hash = shoal_words_hash(hash, row[w * step]);
    for (int32_t at = (int32_t)(hash >> index->shift);; at = (at + 1) & index->last) {
        if (index->slot[at] < 0) return at;
        const uint64_t *key = index->key + (int64_t)index->slot[at] * words;
        uint64_t differ = 0;
        for (int w = 0; w < words; w++) differ |= key[w] ^ row[w * step];
        if (differ == 0) return at;
    }
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
        const row_index index = index_of(table);
        slot[find_slot(&index, table->key + (int64_t)row * table->words, 1, table->words)] = row;
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

/* Adds a row of which `first` is the first one. There must be room for it. */
static int32_t append(shoal_row_table *table, int32_t slot, const uint64_t *row, int64_t step, int64_t first)
{
    const int32_t added = table->count++;
    table->slot[slot] = added;
    for (int w = 0; w < table->words; w++) table->key[(int64_t)added * table->words + w] = row[w * step];
    table->first[added] = first;
    table->copies[added] = 0;
    if (table->weighted) table->weight[added] = (shoal_sum){0};
    return added;
}

/* shoal_row_table_add for a number of words that may be a constant. */
static inline void add_rows(shoal_row_table *table, const uint64_t *row, int words, int64_t begin, int rows,
                            int32_t *place)
{
    const row_index index = index_of(table);
    int64_t *copies = table->copies;
    for (int i = 0; i < rows; i++) {
        const int32_t slot = find_slot(&index, row + i, R, words);
        const int32_t found = index.slot[slot];
        place[i] = found >= 0 ? found : append(table, slot, row + i, R, begin + i);
        copies[place[i]]++;
    }
}

shoal_status shoal_row_table_add(shoal_row_table *table, const uint64_t *words, int64_t begin, int rows,
                                 const double *weight, int32_t *place, shoal_error *err)
{
    SHOAL_TRY(reserve(table, rows, err));
    switch (table->words) {
    case 1: add_rows(table, words, 1, begin, rows, place); break;
    case 2: add_rows(table, words, 2, begin, rows, place); break;
    case 3: add_rows(table, words, 3, begin, rows, place); break;
    default: add_rows(table, words, table->words, begin, rows, place);
    }
    for (int i = 0; i < rows && weight != NULL; i++) shoal_sum_add(&table->weight[place[i]], weight[i]);
    return SHOAL_OK;
}

shoal_status shoal_row_table_merge(shoal_row_table *table, const shoal_row_table *from, int32_t *place,
                                   shoal_error *err)
{
    SHOAL_TRY(reserve(table, from->count, err));
    const row_index index = index_of(table);
    for (int32_t row = 0; row < from->count; row++) {
        const uint64_t *key = from->key + (int64_t)row * from->words;
        const int32_t slot = find_slot(&index, key, 1, from->words);
        if (index.slot[slot] < 0) append(table, slot, key, 1, from->first[row]);
        place[row] = index.slot[slot];
        table->copies[place[row]] += from->copies[row];
        if (table->weighted) shoal_sum_merge(&table->weight[place[row]], from->weight[row]);
    }
    return SHOAL_OK;
}

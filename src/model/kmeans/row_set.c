#include "model/kmeans/row_set.h"

#include <string.h>

#include "base/memory.h"
#include "model/kmeans/seed.h"

shoal_status shoal_row_set_make(const shoal_tiles *tiles, int64_t most, shoal_row_set *set, shoal_error *err)
{
    int64_t slots = 2;
    while (slots < 2 * most) slots *= 2;
    *set = (shoal_row_set){.tiles = tiles, .mask = (uint64_t)slots - 1};
    SHOAL_TRY(shoal_alloc(slots, sizeof *set->slots, &set->slots, err));
    for (int64_t slot = 0; slot < slots; slot++) set->slots[slot] = -1;
    return SHOAL_OK;
}

void shoal_row_set_free(shoal_row_set *set)
{
    free(set->slots);
    *set = (shoal_row_set){0};
}

/* Steele, Lea & Flood 2014 (doi:10.1145/2714064.2660195): the finaliser of SplitMix. */
static uint64_t mix(uint64_t bits)
{
    bits = (bits ^ bits >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    bits = (bits ^ bits >> 27) * UINT64_C(0x94D049BB133111EB);
    return bits ^ bits >> 31;
}

static uint64_t hash_row(const shoal_tiles *tiles, int64_t row)
{
    uint64_t hash = 0;
    for (int j = 0; j < tiles->d; j++) {
        const double value = shoal_tiles_value(tiles, row, j) + 0.0; /* -0 equals 0 */
        uint64_t bits;
        memcpy(&bits, &value, sizeof bits);
        hash = mix(hash ^ bits) + UINT64_C(0x9E3779B97F4A7C15);
    }
    return hash;
}

static bool same_rows(const shoal_tiles *tiles, int64_t a, int64_t b)
{
    for (int j = 0; j < tiles->d; j++)
        if (shoal_tiles_value(tiles, a, j) != shoal_tiles_value(tiles, b, j)) return false;
    return true;
}

bool shoal_row_set_add(shoal_row_set *set, int64_t row)
{
    uint64_t slot = hash_row(set->tiles, row) & set->mask;
    for (; set->slots[slot] >= 0; slot = (slot + 1) & set->mask)
        if (same_rows(set->tiles, row, set->slots[slot])) return false;
    set->slots[slot] = row;
    return true;
}

shoal_status shoal_tiles_distinct(const shoal_tiles *tiles, int limit, int *distinct, shoal_error *err)
{
    shoal_row_set set;
    SHOAL_TRY(shoal_row_set_make(tiles, limit, &set, err));
    int count = 0;
    for (int64_t row = 0; row < tiles->n && count < limit; row++)
        if (shoal_tiles_weight(tiles, row) > 0 && shoal_row_set_add(&set, row)) count++;
    *distinct = count;
    shoal_row_set_free(&set);
    return SHOAL_OK;
}

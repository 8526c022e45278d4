#include "model/kmeans/order.h"

#include <string.h>

#include "base/memory.h"

enum { T = SHOAL_TILE_ROWS, KEY_SHIFT = 19, KEYS = 1 << (31 - KEY_SHIFT) };

shoal_status shoal_sorting_make(const shoal_tiles *tiles, shoal_sorting *order, shoal_error *err)
{
    SHOAL_TRY(shoal_alloc(tiles->n, sizeof *order->row, &order->row, err));
    if (!tiles->wide) {
        SHOAL_TRY(shoal_alloc(tiles->count, sizeof *order->norm, &order->norm, err));
        memcpy(order->norm, tiles->norm, (size_t)tiles->count * sizeof *order->norm);
    }
    for (int64_t i = 0; i < tiles->n; i++) order->row[i] = (uint16_t)(i % SHOAL_CHUNK_ROWS);
    return SHOAL_OK;
}

void shoal_sorting_free(shoal_sorting *order)
{
    free(order->row);
    free(order->norm);
    *order = (shoal_sorting){0};
}

/* The exponent and first bits of a gap, which is not negative. */
static int key_of(float gap)
{
    uint32_t bits;
    memcpy(&bits, &gap, sizeof bits);
    return (int)(bits >> KEY_SHIFT);
}

/* scratch->place: where in the chunk the row of each new place lies now; by gap as far as keys tell. */
static void place_by_gap(int rows, shoal_sorting_scratch *scratch)
{
    int32_t begin[KEYS + 1] = {0};
    for (int i = 0; i < rows; i++) begin[key_of(scratch->gap[i]) + 1]++;
    for (int key = 0; key < KEYS; key++) begin[key + 1] += begin[key];
    for (int i = 0; i < rows; i++) scratch->place[begin[key_of(scratch->gap[i])]++] = (uint16_t)i;
}

/* The same by rank of the label, as far as its bytes go, rows of one rank as they stood. */
static void place_by_label(int rows, const int32_t *rank, int k, const int32_t *labels, shoal_sorting_scratch *scratch)
{
    enum { BITS = 8, BYTES = 1 << BITS };
    for (int shift = 0; (k - 1) >> shift > 0; shift += BITS) {
        int32_t begin[BYTES + 1] = {0};
        uint16_t *from = scratch->column.row;
        memcpy(from, scratch->place, (size_t)rows * sizeof *from);
        for (int i = 0; i < rows; i++) begin[(rank[labels[i]] >> shift & (BYTES - 1)) + 1]++;
        for (int key = 0; key < BYTES; key++) begin[key + 1] += begin[key];
        for (int i = 0; i < rows; i++) scratch->place[begin[rank[labels[from[i]]] >> shift & (BYTES - 1)]++] = from[i];
    }
}

/* values[i] = values[place[i]] for values that lie together. */
#define PERMUTE(values, buffer)                                                                                        \
    do {                                                                                                               \
        memcpy(buffer, values, (size_t)rows * sizeof *(values));                                                       \
        for (int i_ = 0; i_ < rows; i_++) (values)[i_] = (buffer)[scratch->place[i_]];                                 \
    } while (0)

/* The same for a feature of a chunk, of which each tile has a piece of T, `step` values apart. */
#define PERMUTE_FEATURE(values, buffer, step)                                                                          \
    do {                                                                                                               \
        for (int i_ = 0; i_ < rows; i_ += T)                                                                           \
            memcpy((buffer) + i_, (values) + (int64_t)(i_ / T) * (step), T * sizeof *(values));                        \
        for (int i_ = 0; i_ < rows; i_ += T)                                                                           \
            for (int l_ = 0; l_ < T && i_ + l_ < rows; l_++)                                                           \
                (values)[(int64_t)(i_ / T) * (step) + l_] = (buffer)[scratch->place[i_ + l_]];                         \
    } while (0)

static void permute(shoal_tiles *tiles, int64_t chunk, int32_t *labels, shoal_sorting *order,
                    shoal_sorting_scratch *scratch)
{
    const int rows = shoal_chunk_rows(tiles, chunk), d = tiles->d;
    const int64_t first = chunk * SHOAL_CHUNK_ROWS;
    for (int j = 0; j < d; j++) {
        const int64_t at = (chunk * SHOAL_CHUNK_TILES * d + j) * T;
        if (tiles->wide) PERMUTE_FEATURE(tiles->wide_data + at, scratch->column.wide, (int64_t)d * T);
        else PERMUTE_FEATURE(tiles->narrow_data + at, scratch->column.narrow, (int64_t)d * T);
    }
    PERMUTE(labels + first, scratch->column.label);
    PERMUTE(order->row + first, scratch->column.row);
    if (tiles->weight != NULL) PERMUTE(tiles->weight + first, scratch->column.wide);
}

/* Any tile of a chunk may get its longest row. */
static void level_norms(shoal_tiles *tiles, int64_t chunk)
{
    const int64_t begin = chunk * SHOAL_CHUNK_TILES, end = shoal_chunk_end(tiles, chunk);
    float largest = 0;
    for (int64_t tile = begin; tile < end; tile++) largest = tiles->norm[tile] > largest ? tiles->norm[tile] : largest;
    for (int64_t tile = begin; tile < end; tile++) tiles->norm[tile] = largest;
}

void shoal_sorting_sort(shoal_tiles *tiles, int64_t chunk, const int32_t *rank, int k, int32_t *labels,
                        shoal_sorting *order, shoal_sorting_scratch *scratch)
{
    const int rows = shoal_chunk_rows(tiles, chunk);
    place_by_gap(rows, scratch);
    if (rank != NULL) place_by_label(rows, rank, k, labels + chunk * SHOAL_CHUNK_ROWS, scratch);
    permute(tiles, chunk, labels, order, scratch);
    if (!tiles->wide) level_norms(tiles, chunk);
    PERMUTE(scratch->gap, scratch->column.narrow);
}

void shoal_sorting_restore(shoal_tiles *tiles, int64_t chunk, int32_t *labels, shoal_sorting *order,
                           shoal_sorting_scratch *scratch)
{
    const int rows = shoal_chunk_rows(tiles, chunk);
    const uint16_t *row = order->row + chunk * SHOAL_CHUNK_ROWS;
    for (int i = 0; i < rows; i++) scratch->place[row[i]] = (uint16_t)i;
    permute(tiles, chunk, labels, order, scratch);
    for (int64_t tile = chunk * SHOAL_CHUNK_TILES; tile < shoal_chunk_end(tiles, chunk) && !tiles->wide; tile++)
        tiles->norm[tile] = order->norm[tile];
}

#include <math.h>
#include <omp.h>
#include <string.h>

#include "base/memory.h"
#include "base/threads.h"
#include "model/kmeans/tree_parts.h"

enum { T = SHOAL_TILE_ROWS, CELL_ROWS = 1024, SAMPLES_A_CELL = 16, CHUNK_TILES = 128 };

static int cell_bits(int64_t n)
{
    int bits = 0;
    while (bits < SHOAL_CELL_BITS && n >> (bits + 1) >= CELL_ROWS) bits++;
    return bits;
}

/* One row of each of `count` equal stretches, at a place in it that a hash of its number gives. */
static void draw_sample(const shoal_tiles *tiles, int count, shoal_tree_sorter *sorter)
{
    for (int s = 0; s < count; s++) {
        const int64_t begin = s * tiles->n / count, end = (s + 1) * tiles->n / count;
        const uint64_t hash = (uint64_t)s * 0x9E3779B97F4A7C15U; /* 2^64 / golden ratio */
        const int64_t row = begin + (int64_t)((hash >> 32) * (uint64_t)(end - begin) >> 32);
        for (int j = 0; j < tiles->d; j++)
            sorter->key[(int64_t)j * sorter->capacity + s] = (float)shoal_tiles_value(tiles, row, j);
    }
}

/* The cuts of a k-d tree over a sample: column and greatest value of the lower half, in heap order from 1. */
static shoal_status find_cuts(const shoal_tiles *tiles, int bits, int32_t *column, float *limit, shoal_error *err)
{
    const int count = SAMPLES_A_CELL << bits;
    shoal_tree_sorter sorter;
    SHOAL_TRY(shoal_tree_sorter_make(tiles->d, count, &sorter, err));
    sorter.cut_column = column;
    sorter.cut = limit;
    draw_sample(tiles, count, &sorter);
    shoal_tree_sort(&sorter, count, bits);
    shoal_tree_sorter_free(&sorter);
    return SHOAL_OK;
}

/* The cells of the rows of a tile. */
static void find_cells(const shoal_tiles *tiles, int64_t tile, int bits, const int32_t *column, const float *limit,
                       uint16_t *cell)
{
    const int rows = shoal_tiles_rows(tiles, tile);
    const int64_t at = tile * tiles->d * T;
    int32_t heap[T];
    for (int i = 0; i < rows; i++) heap[i] = 1;
    for (int level = 0; level < bits; level++)
        if (tiles->wide) {
            const double *values = tiles->wide_data + at;
            for (int i = 0; i < rows; i++)
                heap[i] = 2 * heap[i] + ((float)values[column[heap[i]] * T + i] > limit[heap[i]]);
        } else {
            const float *values = tiles->narrow_data + at;
            for (int i = 0; i < rows; i++) heap[i] = 2 * heap[i] + (values[column[heap[i]] * T + i] > limit[heap[i]]);
        }
    for (int i = 0; i < rows; i++) cell[i] = (uint16_t)(heap[i] - (1 << bits));
}

/* count and rank of a chunk. */
static void rank_rows(const shoal_tiles *tiles, int bits, const int32_t *column, const float *limit, int chunk,
                      shoal_tree *tree)
{
    int32_t *count = tree->count + (int64_t)chunk * tree->cells, next[1 << SHOAL_CELL_BITS], place = 0;
    const int64_t first = (int64_t)chunk * CHUNK_TILES;
    const int64_t last = first + CHUNK_TILES < tiles->count ? first + CHUNK_TILES : tiles->count;
    memset(count, 0, (size_t)tree->cells * sizeof *count);
    for (int64_t tile = first; tile < last; tile++) {
        uint16_t *cell = tree->rank + tile * T;
        find_cells(tiles, tile, bits, column, limit, cell);
        for (int i = 0; i < shoal_tiles_rows(tiles, tile); i++) count[cell[i]]++;
    }
    for (int cell = 0; cell < tree->cells; cell++) {
        next[cell] = place;
        place += count[cell];
    }
    uint16_t *rank = tree->rank + first * T;
    for (int32_t i = 0; i < place; i++) rank[i] = (uint16_t)next[rank[i]]++;
}

/* start, and the rows of each cell. */
static void place_rows(shoal_tree *tree, int64_t *rows)
{
    int64_t place = 0;
    for (int cell = 0; cell < tree->cells; cell++) {
        const int64_t begin = place;
        for (int chunk = 0; chunk < tree->chunks; chunk++) {
            tree->start[(int64_t)chunk * tree->cells + cell] = place;
            place += tree->count[(int64_t)chunk * tree->cells + cell];
        }
        rows[cell] = place - begin;
    }
}

static int parts_of(int64_t rows)
{
    return (int)((rows + SHOAL_BUCKET_ROWS - 1) / SHOAL_BUCKET_ROWS);
}

/* A bucket for each cell, or more where it has too many rows for one; none for an empty cell. */
static shoal_status make_buckets(const int64_t *rows, shoal_tree *tree, shoal_error *err)
{
    int64_t buckets = 0, place = 0;
    for (int cell = 0; cell < tree->cells; cell++) buckets += parts_of(rows[cell]);
    SHOAL_TRY(shoal_alloc(buckets + 1, sizeof *tree->begin, &tree->begin, err));
    for (int cell = 0; cell < tree->cells; cell++) {
        const int parts = parts_of(rows[cell]);
        for (int part = 0; part < parts; part++)
            tree->begin[tree->buckets++] = place + rows[cell] / parts * part + rows[cell] % parts * part / parts;
        place += rows[cell];
    }
    tree->begin[tree->buckets] = place;
    return SHOAL_OK;
}

shoal_status shoal_tree_cut(const shoal_ctx *ctx, const shoal_tiles *tiles, shoal_tree *tree, shoal_error *err)
{
    const int bits = cell_bits(tiles->n);
    tree->chunk_rows = CHUNK_TILES * T;
    tree->chunks = (int)((tiles->n + tree->chunk_rows - 1) / tree->chunk_rows);
    tree->cells = 1 << bits;
    int32_t *column;
    float *limit = NULL;
    int64_t *rows = NULL;
    shoal_status status;
    SHOAL_TRY_OUT(shoal_alloc(tree->cells, sizeof *column, &column, err));
    SHOAL_TRY_OUT(shoal_alloc(tree->cells, sizeof *limit, &limit, err));
    SHOAL_TRY_OUT(shoal_alloc(tree->cells, sizeof *rows, &rows, err));
    SHOAL_TRY_OUT(shoal_alloc(tree->n, sizeof *tree->rank, &tree->rank, err));
    SHOAL_TRY_OUT(shoal_alloc((int64_t)tree->chunks * tree->cells, sizeof *tree->start, &tree->start, err));
    SHOAL_TRY_OUT(shoal_alloc((int64_t)tree->chunks * tree->cells, sizeof *tree->count, &tree->count, err));
    SHOAL_TRY_OUT(find_cuts(tiles, bits, column, limit, err));
#pragma omp parallel for num_threads(tree->threads) schedule(dynamic, 1) if (tree->threads > 1)
    for (int chunk = 0; chunk < tree->chunks; chunk++)
        if (!shoal_cancelled(ctx)) rank_rows(tiles, bits, column, limit, chunk, tree);
    if (shoal_cancelled(ctx)) status = shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted");
    if (status < 0) goto out;
    place_rows(tree, rows);
    SHOAL_TRY_OUT(make_buckets(rows, tree, err));
out:
    free(column);
    free(limit);
    free(rows);
    return status;
}

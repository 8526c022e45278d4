#include <omp.h>
#include <string.h>

#include "model/kmeans/tree_parts.h"

enum { T = SHOAL_TILE_ROWS, WORD = sizeof(uint32_t), PAIR = sizeof(double) };

/* Words of 32 bits, one a row, wherever they lie; a double is two of them. Steps in bytes. */
typedef struct word_column {
    unsigned char *base;
    int64_t tile_step;
    int row_step;
} word_column;

static inline unsigned char *word_at(const word_column *words, int64_t row)
{
    return words->base + row / T * words->tile_step + row % T * words->row_step;
}

/* The last row behind `row` that lies in the same tile and before `end`, plus one. */
static inline int64_t stretch_end(int64_t row, int64_t end)
{
    const int64_t next = (row / T + 1) * T;
    return next < end ? next : end;
}

static int64_t chunk_end(const shoal_tree *tree, int chunk)
{
    const int64_t end = (chunk + 1) * tree->chunk_rows;
    return end < tree->n ? end : tree->n;
}

/* Between a chunk of the input and `word`, which is ordered by cells. */
static void exchange_rows(const shoal_tree *tree, const word_column *words, int chunk, uint32_t *word, bool out)
{
    const int64_t last = chunk_end(tree, chunk);
    for (int64_t row = chunk * tree->chunk_rows, end; row < last; row = end) {
        unsigned char *at = word_at(words, row);
        const uint16_t *rank = tree->rank + row;
        end = stretch_end(row, last);
        const int rows = (int)(end - row);
        if (out)
            for (int i = 0; i < rows; i++) memcpy(&word[rank[i]], at + (ptrdiff_t)i * words->row_step, WORD);
        else
            for (int i = 0; i < rows; i++) memcpy(at + (ptrdiff_t)i * words->row_step, &word[rank[i]], WORD);
    }
}

/* Between `word` and tree->column, both ordered by cells: the one of a chunk, the other of all. */
static void exchange_runs(const shoal_tree *tree, const int64_t *start, const int32_t *count, uint32_t *word, bool out)
{
    for (int cell = 0; cell < tree->cells; cell++) {
        uint32_t *run = tree->column + start[cell];
        if (out)
            for (int32_t i = 0; i < count[cell]; i++) run[i] = word[i];
        else
            for (int32_t i = 0; i < count[cell]; i++) word[i] = run[i];
        word += count[cell];
    }
}

/* Between the input and tree->column, which is ordered by cells. A chunk is ordered first, so that only whole runs go
 * to and fro far away. */
static void exchange_cells(shoal_tree *tree, const word_column *words, bool out)
{
#pragma omp parallel for num_threads(tree->threads) schedule(dynamic, 1) if (tree->threads > 1)
    for (int chunk = 0; chunk < tree->chunks; chunk++) {
        const int64_t *start = tree->start + (int64_t)chunk * tree->cells;
        const int32_t *count = tree->count + (int64_t)chunk * tree->cells;
        uint32_t *word = tree->word + omp_get_thread_num() * tree->chunk_rows;
        if (!out) exchange_runs(tree, start, count, word, out);
        exchange_rows(tree, words, chunk, word, out);
        if (out) exchange_runs(tree, start, count, word, out);
    }
}

/* Between tree->column, which is ordered by cells, and the order of the tree. within: NULL leaves the order as it is.
 */
static void exchange_bucket(shoal_tree *tree, const uint16_t *within, const word_column *words, int bucket, bool in)
{
    const int64_t begin = tree->begin[bucket], last = tree->begin[bucket + 1];
    uint32_t *column = tree->column + begin;
    for (int64_t place = begin, end; place < last; place = end) {
        unsigned char *word = word_at(words, place);
        end = stretch_end(place, last);
        for (int64_t i = place; i < end; i++, word += words->row_step) {
            const int64_t at = within == NULL ? i - begin : within[i];
            if (in) memcpy(word, &column[at], sizeof *column);
            else memcpy(&column[at], word, sizeof *column);
        }
    }
}

static void exchange_buckets(shoal_tree *tree, const uint16_t *within, const word_column *words, bool in)
{
#pragma omp parallel for num_threads(tree->threads) schedule(dynamic, 1) if (tree->threads > 1)
    for (int bucket = 0; bucket < tree->buckets; bucket++) exchange_bucket(tree, within, words, bucket, in);
}

static void reorder(shoal_tree *tree, const uint16_t *within, const word_column *words)
{
    exchange_cells(tree, words, true);
    exchange_buckets(tree, within, words, true);
}

static void restore(shoal_tree *tree, const word_column *words)
{
    exchange_buckets(tree, tree->within, words, false);
    exchange_cells(tree, words, false);
}

/* The words of a tile's row. */
static int words_of(const shoal_tiles *tiles)
{
    return tiles->d * (tiles->wide ? 2 : 1);
}

static word_column column_of(shoal_tiles *tiles, int word)
{
    if (!tiles->wide)
        return (word_column){(unsigned char *)(tiles->narrow_data + (ptrdiff_t)word * T), (int64_t)tiles->d * T * WORD,
                             WORD};
    return (word_column){(unsigned char *)(tiles->wide_data + (ptrdiff_t)(word / 2) * T) + (ptrdiff_t)(word % 2) * WORD,
                         (int64_t)tiles->d * T * PAIR, PAIR};
}

static word_column column_of_labels(int32_t *labels)
{
    return (word_column){(unsigned char *)labels, T * sizeof *labels, sizeof *labels};
}

void shoal_tree_order_cells(shoal_tree *tree, shoal_tiles *tiles)
{
    for (int word = 0; word < words_of(tiles); word++) {
        const word_column words = column_of(tiles, word);
        reorder(tree, NULL, &words);
    }
}

void shoal_tree_order_bucket(shoal_tree *tree, shoal_tiles *tiles, int bucket)
{
    for (int word = 0; word < words_of(tiles); word++) {
        const word_column words = column_of(tiles, word);
        exchange_bucket(tree, NULL, &words, bucket, false);
        exchange_bucket(tree, tree->within, &words, bucket, true);
    }
}

void shoal_tree_reorder(shoal_tree *tree, shoal_tiles *tiles)
{
    for (int word = 0; word < words_of(tiles); word++) {
        const word_column words = column_of(tiles, word);
        reorder(tree, tree->within, &words);
    }
    tree->entered = true;
}

void shoal_tree_restore(shoal_tree *tree, shoal_tiles *tiles)
{
    for (int word = 0; word < words_of(tiles); word++) {
        const word_column words = column_of(tiles, word);
        restore(tree, &words);
    }
    tree->entered = false;
}

void shoal_tree_reorder_labels(shoal_tree *tree, int32_t *labels)
{
    const word_column words = column_of_labels(labels);
    reorder(tree, tree->within, &words);
}

void shoal_tree_restore_labels(shoal_tree *tree, int32_t *labels)
{
    const word_column words = column_of_labels(labels);
    restore(tree, &words);
}

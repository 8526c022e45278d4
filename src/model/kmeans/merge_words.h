/* Rows of a matrix as words of 64 bits: columns side by side, as many as fit into a word.
 *
 * Two rows have the same words where all their values are equal; 0 and -0 are equal. */
#ifndef SHOAL_MODEL_KMEANS_MERGE_WORDS_H
#define SHOAL_MODEL_KMEANS_MERGE_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include <shoal/table.h>

enum { SHOAL_WORDS_ROWS = 256 };

/* Words a row. No column may hold text. */
int shoal_words_count(const shoal_matrix *x);
/* Rows begin..begin+rows-1, at most SHOAL_WORDS_ROWS; words: count x SHOAL_WORDS_ROWS, word by word.
 * False where a value is missing or not finite; what is in `words` then means nothing. */
bool shoal_words_pack(const shoal_matrix *x, int64_t begin, int rows, uint64_t *words);

/* The hash of words in order, begun with 0: multiplicative (Knuth, The Art of Computer Programming 3, 6.4), so that
 * high bits depend on all bits of the word; these come down for the next word. */
static inline uint64_t shoal_words_hash(uint64_t hash, uint64_t word)
{
    return (hash ^ hash >> 32 ^ word) * UINT64_C(0x9E3779B97F4A7C15);
}

#endif

/* The different rows seen so far, numbered as they came: an open-addressing table of words. */
#ifndef SHOAL_MODEL_KMEANS_MERGE_TABLE_H
#define SHOAL_MODEL_KMEANS_MERGE_TABLE_H

#include "base/error.h"
#include "base/sum.h"
#include "model/kmeans/merge_words.h"

/* Start it as {.words = …, .weighted = …}. */
typedef struct shoal_row_table {
    int words; /* a row */
    bool weighted;
    int32_t count;     /* different rows */
    int64_t capacity;  /* rows there is room for */
    uint64_t *key;     /* capacity x words, row by row */
    int64_t *first;    /* capacity: the row that came first */
    int64_t *copies;   /* capacity: how many came */
    shoal_sum *weight; /* capacity: their summed weights; NULL where not weighted */
    int bits;          /* 2^bits slots */
    int32_t *slot;     /* number of a row, -1: free */
} shoal_row_table;

void shoal_row_table_free(shoal_row_table *table);
/* Gives back what only adding rows needs. */
void shoal_row_table_close(shoal_row_table *table);
/* Adds rows begin..begin+rows-1, packed as by shoal_words_pack; weight: of these rows, or NULL.
 * place: receives the number of each row. Errors: MEMORY. */
SHOAL_MUST_USE shoal_status shoal_row_table_add(shoal_row_table *table, const uint64_t *words, int64_t begin, int rows,
                                                const double *weight, int32_t *place, shoal_error *err);
/* Adds the rows of another table with all that it knows of them. place: from->count. Errors: MEMORY. */
SHOAL_MUST_USE shoal_status shoal_row_table_merge(shoal_row_table *table, const shoal_row_table *from, int32_t *place,
                                                  shoal_error *err);

#endif

/* The order of rows within chunks of tiles.
 *
 * Once few rows still change their label, the rows of each chunk are sorted by their gap, so that those in doubt share
 * few tiles and the others need not be looked at. The order is undone before anything sees it: results and row numbers
 * are those of the input. */
#ifndef SHOAL_MODEL_KMEANS_ORDER_H
#define SHOAL_MODEL_KMEANS_ORDER_H

#include "model/kmeans/tiles.h"

enum { SHOAL_CHUNK_TILES = 32, SHOAL_CHUNK_ROWS = SHOAL_CHUNK_TILES * SHOAL_TILE_ROWS };

typedef struct shoal_sorting {
    bool sorted;
    uint16_t *row; /* n: place of the row within its chunk, as it was in the input; NULL until it is needed */
    float *norm;   /* the tiles' own */
} shoal_sorting;

/* What a thread needs to sort a chunk. */
typedef struct shoal_sorting_scratch {
    float gap[SHOAL_CHUNK_ROWS];
    uint16_t place[SHOAL_CHUNK_ROWS];
    union {
        float narrow[SHOAL_CHUNK_ROWS];
        double wide[SHOAL_CHUNK_ROWS];
        int32_t label[SHOAL_CHUNK_ROWS];
        uint16_t row[SHOAL_CHUNK_ROWS];
    } column;
} shoal_sorting_scratch;

static inline int64_t shoal_chunk_count(const shoal_tiles *tiles)
{
    return (tiles->count + SHOAL_CHUNK_TILES - 1) / SHOAL_CHUNK_TILES;
}

/* The first tile behind the chunk, and the rows in it. */
static inline int64_t shoal_chunk_end(const shoal_tiles *tiles, int64_t chunk)
{
    const int64_t end = (chunk + 1) * SHOAL_CHUNK_TILES;
    return end < tiles->count ? end : tiles->count;
}
static inline int shoal_chunk_rows(const shoal_tiles *tiles, int64_t chunk)
{
    const int64_t left = tiles->n - chunk * SHOAL_CHUNK_ROWS;
    return left < SHOAL_CHUNK_ROWS ? (int)left : SHOAL_CHUNK_ROWS;
}

/* Notes the order of the input, before rows are sorted. Errors: MEMORY. */
SHOAL_MUST_USE shoal_status shoal_sorting_make(const shoal_tiles *tiles, shoal_sorting *order, shoal_error *err);
/* Sorts the rows of a chunk, their labels and scratch->gap by scratch->gap, ascending, as they stood on ties. rank (k,
 * or NULL): by that of the label first. */
void shoal_sorting_sort(shoal_tiles *tiles, int64_t chunk, const int32_t *rank, int k, int32_t *labels,
                        shoal_sorting *order, shoal_sorting_scratch *scratch);
/* Puts the rows of a chunk and their labels back as they were in the input. */
void shoal_sorting_restore(shoal_tiles *tiles, int64_t chunk, int32_t *labels, shoal_sorting *order,
                           shoal_sorting_scratch *scratch);
void shoal_sorting_free(shoal_sorting *order);

#endif

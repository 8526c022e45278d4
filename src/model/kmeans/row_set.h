/* A set of rows that differ in some value: a hash table with open addressing. */
#ifndef SHOAL_MODEL_KMEANS_ROW_SET_H
#define SHOAL_MODEL_KMEANS_ROW_SET_H

#include "model/kmeans/tiles.h"

typedef struct shoal_row_set {
    const shoal_tiles *tiles;
    int64_t *slots; /* a row, or -1 */
    uint64_t mask;  /* their number less 1; at most half of them hold a row */
} shoal_row_set;

/* For up to `most` rows. Errors: MEMORY. */
SHOAL_MUST_USE shoal_status shoal_row_set_make(const shoal_tiles *tiles, int64_t most, shoal_row_set *set,
                                               shoal_error *err);
void shoal_row_set_free(shoal_row_set *set);
/* Puts the row into the set, unless one equal to it is there; gives whether it was put. O(d). */
bool shoal_row_set_add(shoal_row_set *set, int64_t row);

#endif

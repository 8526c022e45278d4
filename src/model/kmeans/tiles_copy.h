/* Copies of tiles to work on. */
#ifndef SHOAL_MODEL_KMEANS_TILES_COPY_H
#define SHOAL_MODEL_KMEANS_TILES_COPY_H

#include "model/kmeans/tiles.h"

/* Whether `tiles` has room for a copy of `from`: equal rows, columns and precision, weights in both or neither. */
bool shoal_tiles_alike(const shoal_tiles *tiles, const shoal_tiles *from);
/* Room for a copy of `from`, undefined values. Errors: MEMORY. */
SHOAL_MUST_USE shoal_status shoal_tiles_make_like(const shoal_tiles *from, shoal_tiles *tiles, shoal_error *err);
/* tiles: alike; a tree of theirs is freed. */
void shoal_tiles_copy(const shoal_tiles *from, shoal_tiles *tiles);

#endif

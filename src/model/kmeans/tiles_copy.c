#include "model/kmeans/tiles_copy.h"

#include <string.h>

#include "base/memory.h"
#include "model/kmeans/tree.h"

enum { T = SHOAL_TILE_ROWS };

bool shoal_tiles_alike(const shoal_tiles *tiles, const shoal_tiles *from)
{
    return tiles->offset != NULL && tiles->n == from->n && tiles->d == from->d && tiles->wide == from->wide &&
           (tiles->weight == NULL) == (from->weight == NULL);
}

shoal_status shoal_tiles_make_like(const shoal_tiles *from, shoal_tiles *tiles, shoal_error *err)
{
    const int64_t cells = from->count * from->d, d = from->d;
    *tiles =
        (shoal_tiles){.n = from->n, .count = from->count, .d = from->d, .wide = from->wide, .copies = from->copies};
    shoal_status status;
    if (from->wide) SHOAL_TRY_OUT(shoal_alloc(cells, T * sizeof *tiles->wide_data, &tiles->wide_data, err));
    else {
        SHOAL_TRY_OUT(shoal_alloc(cells, T * sizeof *tiles->narrow_data, &tiles->narrow_data, err));
        SHOAL_TRY_OUT(shoal_alloc(from->count, sizeof *tiles->norm, &tiles->norm, err));
    }
    if (from->weight != NULL) SHOAL_TRY_OUT(shoal_alloc(from->count, T * sizeof *tiles->weight, &tiles->weight, err));
    SHOAL_TRY_OUT(shoal_alloc(d, sizeof *tiles->offset, &tiles->offset, err));
    SHOAL_TRY_OUT(shoal_alloc(d, sizeof *tiles->mean, &tiles->mean, err));
    SHOAL_TRY_OUT(shoal_alloc(d, sizeof *tiles->grid, &tiles->grid, err));
out:
    if (status < 0) shoal_tiles_free(tiles);
    return status;
}

static void copy(void *to, const void *from, int64_t count, size_t size)
{
    if (to != NULL) memcpy(to, from, (size_t)count * size);
}

void shoal_tiles_copy(const shoal_tiles *from, shoal_tiles *tiles)
{
    shoal_tree_free(tiles); /* of the rows before */
    const shoal_tiles own = *tiles;
    const int64_t cells = from->count * from->d * T;
    *tiles = *from;
    tiles->narrow_data = own.narrow_data;
    tiles->wide_data = own.wide_data;
    tiles->norm = own.norm;
    tiles->weight = own.weight;
    tiles->offset = own.offset;
    tiles->mean = own.mean;
    tiles->grid = own.grid;
    tiles->tree = NULL;
    copy(tiles->narrow_data, from->narrow_data, cells, sizeof *tiles->narrow_data);
    copy(tiles->wide_data, from->wide_data, cells, sizeof *tiles->wide_data);
    copy(tiles->norm, from->norm, from->count, sizeof *tiles->norm);
    copy(tiles->weight, from->weight, from->count * T, sizeof *tiles->weight);
    copy(tiles->offset, from->offset, from->d, sizeof *tiles->offset);
    copy(tiles->mean, from->mean, from->d, sizeof *tiles->mean);
    copy(tiles->grid, from->grid, from->d, sizeof *tiles->grid);
}

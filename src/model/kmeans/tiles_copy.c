#include "model/kmeans/tiles_copy.h"

#include <string.h>

#include "base/memory.h"
#include "model/kmeans/tiles_parts.h"
#include "model/kmeans/tree.h"

enum { T = SHOAL_TILE_ROWS };

bool shoal_tiles_alike(const shoal_tiles *tiles, const shoal_tiles *from)
{
    return tiles->offset != NULL && tiles->n == from->n && tiles->d == from->d && tiles->wide == from->wide &&
           (tiles->weight == NULL) == (from->weight == NULL);
}

shoal_status shoal_tiles_make_like(const shoal_tiles *from, shoal_tiles *tiles, shoal_error *err)
{
    *tiles =
        (shoal_tiles){.n = from->n, .count = from->count, .d = from->d, .wide = from->wide, .copies = from->copies};
    const shoal_status status = shoal_tiles_allocate(from->weight != NULL, tiles, err);
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

shoal_status shoal_tiles_sample(const shoal_tiles *from, const int64_t *rows, int64_t n, shoal_tiles *tiles,
                                shoal_error *err)
{
    *tiles = (shoal_tiles){.n = n,
                           .count = (n + T - 1) / T,
                           .d = from->d,
                           .wide = from->wide,
                           .copies = from->copies,
                           .weight_grid = from->weight_grid,
                           .total_weight = 0,
                           .total_squares = from->total_squares * ((double)n / (double)from->n)};
    const size_t columns = (size_t)from->d * sizeof *from->offset;
    shoal_status status;
    SHOAL_TRY_OUT(shoal_tiles_allocate(from->weight != NULL, tiles, err));
    memcpy(tiles->offset, from->offset, columns);
    memcpy(tiles->mean, from->mean, columns);
    memcpy(tiles->grid, from->grid, columns);
    for (int64_t row = 0; row < tiles->count * T; row++) {
        const int64_t at = row / T * tiles->d * T + row % T;
        for (int j = 0; j < tiles->d; j++) {
            const double value = row < n ? shoal_tiles_value(from, rows[row], j) : 0;
            if (tiles->wide) tiles->wide_data[at + (int64_t)j * T] = value;
            else tiles->narrow_data[at + (int64_t)j * T] = (float)value;
        }
        if (row >= n) continue;
        const double weight = shoal_tiles_weight(from, rows[row]);
        if (tiles->weight != NULL) tiles->weight[row] = weight;
        tiles->total_weight += weight;
    }
    for (int64_t tile = 0; tile < tiles->count && !tiles->wide; tile++)
        tiles->norm[tile] = shoal_tiles_norm(tiles, tile);
out:
    if (status < 0) shoal_tiles_free(tiles);
    return status;
}

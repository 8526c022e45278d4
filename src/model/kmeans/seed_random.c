#include "base/error.h"
#include "base/random.h"
#include "model/kmeans/row_draw.h"
#include "model/kmeans/row_set.h"
#include "model/kmeans/seed.h"

enum { DRAWS = 64 }; /* before rows are looked for in order */

/* Draws a row unlike those in the set and puts it there: the first behind the last one drawn, where draws find none.
 * False, with a row all the same, where there is none. */
static bool draw_other(const shoal_row_draw *draw, shoal_rng *rng, shoal_row_set *set, int64_t *row)
{
    const shoal_tiles *tiles = draw->tiles;
    for (int i = 0; i < DRAWS; i++) {
        *row = shoal_row_draw_next(draw, rng);
        if (shoal_row_set_add(set, *row)) return true;
    }
    for (int64_t step = 1; step < tiles->n; step++) {
        const int64_t next = (*row + step) % tiles->n;
        if (shoal_tiles_weight(tiles, next) == 0 || !shoal_row_set_add(set, next)) continue;
        *row = next;
        return true;
    }
    return false;
}

shoal_status shoal_seed_random(const shoal_tiles *tiles, uint64_t seed, uint64_t stream, shoal_centroids *centroids,
                               shoal_error *err)
{
    shoal_rng rng = shoal_rng_start(seed, stream);
    shoal_row_draw draw;
    shoal_row_set drawn = {0};
    shoal_status status;
    SHOAL_TRY(shoal_row_draw_make(tiles, &draw, err));
    SHOAL_TRY_OUT(shoal_row_set_make(tiles, centroids->k, &drawn, err));
    bool other = true;
    for (int c = 0; c < centroids->k; c++) {
        int64_t row = 0;
        if (other) other = draw_other(&draw, &rng, &drawn, &row);
        else row = shoal_row_draw_next(&draw, &rng);
        shoal_centroids_set_row(tiles, centroids, c, row);
    }
out:
    shoal_row_set_free(&drawn);
    shoal_row_draw_free(&draw);
    return status;
}

#include "base/error.h"
#include "base/random.h"
#include "model/kmeans/row_draw.h"
#include "model/kmeans/row_set.h"
#include "model/kmeans/seed.h"

shoal_status shoal_seed_random(const shoal_tiles *tiles, uint64_t seed, uint64_t stream, shoal_centroids *centroids,
                               shoal_error *err)
{
    enum { DRAWS = 64 }; /* a centroid */
    shoal_rng rng = shoal_rng_start(seed, stream);
    shoal_row_draw draw;
    shoal_row_set drawn = {0};
    shoal_status status;
    SHOAL_TRY(shoal_row_draw_make(tiles, &draw, err));
    SHOAL_TRY_OUT(shoal_row_set_make(tiles, centroids->k, &drawn, err));
    for (int c = 0; c < centroids->k; c++) {
        int64_t row = shoal_row_draw_next(&draw, &rng);
        for (int draws = 1; !shoal_row_set_add(&drawn, row) && draws < DRAWS; draws++)
            row = shoal_row_draw_next(&draw, &rng);
        shoal_centroids_set_row(tiles, centroids, c, row);
    }
out:
    shoal_row_set_free(&drawn);
    shoal_row_draw_free(&draw);
    return status;
}

#include "model/kmeans/bounds.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

shoal_status shoal_bounds_make(int64_t tiles, shoal_bounds *bounds, shoal_error *err)
{
    *bounds = (shoal_bounds){0};
    SHOAL_TRY(shoal_alloc(tiles, sizeof *bounds->until, &bounds->until, err));
    shoal_bounds_reset(tiles, bounds);
    return SHOAL_OK;
}

void shoal_bounds_free(shoal_bounds *bounds)
{
    free(bounds->until);
    *bounds = (shoal_bounds){0};
}

void shoal_bounds_reset(int64_t tiles, shoal_bounds *bounds)
{
    bounds->moved = 0;
    bounds->last = INFINITY;
    for (int64_t tile = 0; tile < tiles; tile++) bounds->until[tile] = -INFINITY;
}

void shoal_bounds_move(double largest, double second, shoal_bounds *bounds)
{
    const double rounding = 1 + 1e-9; /* of the movements, and of sums over iterations */
    bounds->last = (largest + second) * rounding;
    bounds->moved = (bounds->moved + bounds->last) * (1 + 0x1p-50);
}

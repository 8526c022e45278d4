#include "model/kmeans/plan.h"

#include "base/memory.h"
#include "model/kmeans/order.h"

/* Rows get sorted in the next pass. */
static shoal_status begin_sorting(shoal_lloyd *lloyd, shoal_error *err)
{
    for (int t = 0; t < lloyd->threads; t++)
        if (lloyd->workers[t].scratch == NULL)
            SHOAL_TRY(shoal_alloc(1, sizeof *lloyd->workers[t].scratch, &lloyd->workers[t].scratch, err));
    if (lloyd->order.row == NULL) SHOAL_TRY(shoal_sorting_make(lloyd->tiles, &lloyd->order, err));
    lloyd->sorting = lloyd->order.sorted = true;
    return SHOAL_OK;
}

/* With sets of centroids rows are sorted by label: once not too many change it any more, and again whenever many have
 * changed it since. */
static shoal_status plan_sets(shoal_lloyd *lloyd, const shoal_lloyd_pass *pass, shoal_error *err)
{
    enum { SETTLED = 4, SPOILT = 4 };
    const int64_t n = lloyd->tiles->n;
    lloyd->stale = lloyd->sorting && lloyd->order.sorted ? 0 : lloyd->stale + pass->changed;
    lloyd->sorting = false;
    if (pass->changed > n / SETTLED || lloyd->stale < n / SPOILT) return SHOAL_OK;
    if (lloyd->sets.count == 0) SHOAL_TRY(shoal_sets_make(lloyd->tiles, &lloyd->centroids, &lloyd->sets, err));
    return begin_sorting(lloyd, err);
}

shoal_status shoal_lloyd_plan(const shoal_lloyd_pass *pass, shoal_lloyd *lloyd, shoal_error *err)
{
    enum { LEAST_CHUNKS = 2 };
    const double worthwhile = 0.3;
    const shoal_tiles *tiles = lloyd->tiles;
    if (shoal_chunk_count(tiles) < LEAST_CHUNKS) return SHOAL_OK;
    if (shoal_sets_useful(tiles, lloyd->centroids.k)) return plan_sets(lloyd, pass, err);
    const double looked = (double)pass->looked / (double)tiles->count;
    const double doubtful = (double)pass->near / (double)tiles->n;
    const double least = (double)shoal_chunk_count(tiles) / (double)tiles->count; /* a tile a chunk */
    const bool just_sorted = lloyd->sorting;
    lloyd->sorting = false;
    if (lloyd->centroids.k < 2 || just_sorted || looked - doubtful - least < worthwhile) return SHOAL_OK;
    return begin_sorting(lloyd, err);
}

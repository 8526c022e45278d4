#include "model/kmeans/choose_k_sample.h"

#include <math.h>

#include "base/memory.h"
#include "base/random.h"
#include "model/kmeans/tiles_copy.h"

/* One row from each of `draws` equal stretches, or all. */
static int64_t draw_rows(const shoal_tiles *from, int64_t draws, shoal_rng *rng, int64_t *rows)
{
    if (from->n <= draws) {
        for (int64_t i = 0; i < from->n; i++) rows[i] = i;
        return from->n;
    }
    int64_t begin = 0;
    for (int64_t i = 0; i < draws; i++) {
        const int64_t end = from->n / draws * (i + 1) + from->n % draws * (i + 1) / draws;
        rows[i] = begin + (int64_t)shoal_rng_below(rng, (uint64_t)(end - begin));
        begin = end;
    }
    return draws;
}

/* One draw from each of `draws` equal stretches of weight; rows with the number of theirs, which is above 0. */
static int64_t draw_by_weight(const shoal_tiles *from, int64_t draws, shoal_rng *rng, int64_t *rows, double *counts)
{
    const double step = from->total_weight / (double)draws;
    double sum = 0, target = step * shoal_rng_uniform(rng);
    int64_t drawn = 0, found = 0;
    for (int64_t row = 0; row < from->n && drawn < draws; row++) {
        int64_t count = 0;
        sum += from->weight[row];
        for (; drawn < draws && target < sum; count++) target = step * ((double)++drawn + shoal_rng_uniform(rng));
        if (count == 0) continue;
        rows[found] = row;
        counts[found++] = (double)count;
    }
    return found;
}

shoal_status shoal_sample_draw(const shoal_tiles *from, int64_t draws, uint64_t seed, uint64_t stream,
                               shoal_tiles *sample, shoal_error *err)
{
    const int64_t most = from->n < draws ? from->n : draws;
    shoal_rng rng = shoal_rng_start(seed, stream);
    int64_t *rows, n;
    double *counts = NULL;
    shoal_status status;
    SHOAL_TRY_OUT(shoal_alloc(most, sizeof *rows, &rows, err));
    SHOAL_TRY_OUT(shoal_alloc(most, sizeof *counts, &counts, err));
    n = from->weight == NULL ? draw_rows(from, draws, &rng, rows) : draw_by_weight(from, draws, &rng, rows, counts);
    SHOAL_TRY_OUT(shoal_tiles_sample(from, rows, n, sample, err));
    for (int64_t i = 0; i < n && from->weight != NULL; i++) sample->weight[i] = counts[i];
    shoal_tiles_refresh(sample);
out:
    free(counts);
    free(rows);
    return status;
}

/* The first row whose cumulative count exceeds `target`. */
static int64_t find_row(const int64_t *cumulative, int64_t n, int64_t target)
{
    int64_t low = 0, high = n - 1;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        if (cumulative[middle] > target) high = middle;
        else low = middle + 1;
    }
    return low;
}

/* counts[row]: how often the row is drawn; as many draws as the rows stand for. */
static shoal_status draw_counts(const shoal_tiles *from, shoal_rng *rng, int64_t *counts, shoal_error *err)
{
    int64_t *cumulative, sum = 0;
    SHOAL_TRY(shoal_alloc(from->n, sizeof *cumulative, &cumulative, err));
    for (int64_t row = 0; row < from->n; row++) cumulative[row] = sum += (int64_t)shoal_tiles_weight(from, row);
    for (int64_t i = 0; i < sum; i++)
        counts[find_row(cumulative, from->n, (int64_t)shoal_rng_below(rng, (uint64_t)sum))]++;
    free(cumulative);
    return SHOAL_OK;
}

/* Copies of rows without weights, which kernels take faster than rows with weights; else each row once. */
static int64_t list_drawn(const shoal_tiles *from, const int64_t *counts, int64_t *rows)
{
    int64_t n = 0;
    for (int64_t row = 0; row < from->n; row++)
        for (int64_t i = 0; i < (from->weight == NULL ? counts[row] : counts[row] > 0); i++) rows[n++] = row;
    return n;
}

shoal_status shoal_sample_bootstrap(const shoal_tiles *from, uint64_t seed, uint64_t stream, shoal_tiles *bootstrap,
                                    shoal_error *err)
{
    shoal_rng rng = shoal_rng_start(seed, stream);
    int64_t *counts = NULL, *rows = NULL;
    shoal_status status;
    SHOAL_TRY_OUT(shoal_alloc_zero(from->n, sizeof *counts, &counts, err));
    SHOAL_TRY_OUT(shoal_alloc(from->n, sizeof *rows, &rows, err));
    SHOAL_TRY_OUT(draw_counts(from, &rng, counts, err));
    const int64_t n = list_drawn(from, counts, rows);
    SHOAL_TRY_OUT(shoal_tiles_sample(from, rows, n, bootstrap, err));
    for (int64_t i = 0; i < n && from->weight != NULL; i++) bootstrap->weight[i] = (double)counts[rows[i]];
    shoal_tiles_refresh(bootstrap);
out:
    free(rows);
    free(counts);
    return status;
}

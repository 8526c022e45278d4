#include "model/kmeans/choose_k_sample.h"

#include "base/memory.h"
#include "base/random.h"
#include "model/kmeans/sample.h"
#include "model/kmeans/tiles_copy.h"

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

/* Rows that are drawn, with the number of their draws. */
static shoal_status count_draws(const shoal_tiles *from, int64_t draws, shoal_rng *rng, shoal_tiles *sample,
                                shoal_error *err)
{
    int64_t *rows;
    double *counts = NULL;
    shoal_status status;
    SHOAL_TRY_OUT(shoal_alloc(from->n, sizeof *rows, &rows, err));
    SHOAL_TRY_OUT(shoal_alloc(from->n, sizeof *counts, &counts, err));
    const int64_t n = draw_by_weight(from, draws, rng, rows, counts);
    SHOAL_TRY_OUT(shoal_tiles_sample(from, rows, n, sample, err));
    SHOAL_TRY_OUT(shoal_sample_weigh(counts, sample, err));
out:
    free(counts);
    free(rows);
    return status;
}

shoal_status shoal_sample_draw(const shoal_tiles *from, int64_t draws, uint64_t seed, uint64_t stream,
                               shoal_tiles *sample, shoal_error *err)
{
    shoal_rng rng = shoal_rng_start(seed, stream);
    if (from->n > draws) {
        SHOAL_TRY(shoal_sample_make(from, draws, seed, stream, sample, err));
        return shoal_sample_weigh(NULL, sample, err); /* its own mean and squares, not a share of all */
    }
    if (from->weight != NULL) return count_draws(from, draws, &rng, sample, err);
    SHOAL_TRY(shoal_tiles_make_like(from, sample, err));
    shoal_tiles_copy(from, sample);
    return SHOAL_OK;
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
    double *weight = NULL;
    shoal_status status;
    SHOAL_TRY_OUT(shoal_alloc_zero(from->n, sizeof *counts, &counts, err));
    SHOAL_TRY_OUT(shoal_alloc(from->n, sizeof *rows, &rows, err));
    SHOAL_TRY_OUT(shoal_alloc(from->n, sizeof *weight, &weight, err));
    SHOAL_TRY_OUT(draw_counts(from, &rng, counts, err));
    const int64_t n = list_drawn(from, counts, rows);
    SHOAL_TRY_OUT(shoal_tiles_sample(from, rows, n, bootstrap, err));
    for (int64_t i = 0; i < n; i++) weight[i] = (double)counts[rows[i]];
    SHOAL_TRY_OUT(shoal_sample_weigh(from->weight == NULL ? NULL : weight, bootstrap, err));
out:
    free(weight);
    free(rows);
    free(counts);
    return status;
}

#include "model/kmeans/sample.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "model/kmeans/row_draw.h"

enum { T = SHOAL_TILE_ROWS };

/* Where stretch i of m equal ones of 0..n-1 begins. */
static int64_t stretch(int64_t n, int64_t m, int64_t i)
{
    return n / m * i + n % m * i / m;
}

void shoal_sample_rows(const int64_t *from, int64_t n, int64_t m, shoal_rng rng, int64_t *rows)
{
    for (int64_t i = 0; i < m; i++) {
        const int64_t begin = stretch(n, m, i), end = stretch(n, m, i + 1);
        const int64_t at = begin + (int64_t)shoal_rng_below(&rng, (uint64_t)(end - begin));
        rows[i] = from == NULL ? at : from[at];
    }
}

static shoal_status draw_rows_by_weight(const shoal_tiles *tiles, int64_t size, shoal_rng *rng, int64_t *rows,
                                        shoal_error *err)
{
    shoal_row_draw draw;
    SHOAL_TRY(shoal_row_draw_make(tiles, &draw, err));
    for (int64_t i = 0; i < size; i++)
        rows[i] = shoal_row_draw_at(&draw, ((double)i + shoal_rng_uniform(rng)) / (double)size * tiles->total_weight);
    shoal_row_draw_free(&draw);
    return SHOAL_OK;
}

shoal_status shoal_sample_make(const shoal_tiles *tiles, int64_t size, uint64_t seed, uint64_t stream,
                               shoal_tiles *sample, shoal_error *err)
{
    *sample = (shoal_tiles){0};
    int64_t *rows;
    SHOAL_TRY(shoal_alloc(size, sizeof *rows, &rows, err));
    shoal_rng rng = shoal_rng_start(seed, stream);
    shoal_status status = SHOAL_OK;
    if (tiles->weight == NULL) shoal_sample_rows(NULL, tiles->n, size, rng, rows);
    else SHOAL_TRY_OUT(draw_rows_by_weight(tiles, size, &rng, rows, err));
    SHOAL_TRY_OUT(shoal_tiles_sample(tiles, rows, size, sample, err));
    if (tiles->weight != NULL) SHOAL_TRY_OUT(shoal_sample_weigh(NULL, sample, err));
out:
    free(rows);
    if (status < 0) shoal_tiles_free(sample);
    return status;
}

/* Mean, grid and share in total_squares of a column, from the weights that are there. */
static void weigh_column(shoal_tiles *sample, int column)
{
    double sum = 0, largest = 0, squares = 0;
    for (int64_t row = 0; row < sample->n; row++) {
        const double part = shoal_tiles_weight(sample, row) * shoal_tiles_value(sample, row, column);
        sum += part;
        largest = fabs(part) > largest ? fabs(part) : largest;
    }
    sample->mean[column] = sum / sample->total_weight;
    sample->grid[column] = shoal_tiles_grid(largest, sample->weight != NULL);
    for (int64_t row = 0; row < sample->n; row++) {
        const double deviation = shoal_tiles_value(sample, row, column) - sample->mean[column];
        squares += shoal_tiles_weight(sample, row) * deviation * deviation;
    }
    sample->total_squares += squares;
}

shoal_status shoal_sample_weigh(const double *weight, shoal_tiles *sample, shoal_error *err)
{
    free(sample->weight);
    sample->weight = NULL;
    sample->copies = false;
    sample->weight_grid = 1;
    sample->total_weight = (double)sample->n;
    sample->total_squares = 0;
    if (weight != NULL) {
        SHOAL_TRY(shoal_alloc_zero(sample->count, T * sizeof *sample->weight, &sample->weight, err));
        memcpy(sample->weight, weight, (size_t)sample->n * sizeof *weight);
        double largest = 0;
        sample->total_weight = 0;
        for (int64_t row = 0; row < sample->n; row++) {
            sample->total_weight += weight[row];
            largest = weight[row] > largest ? weight[row] : largest;
        }
        sample->weight_grid = shoal_tiles_grid(largest, true);
    }
    for (int j = 0; j < sample->d; j++) weigh_column(sample, j);
    return SHOAL_OK;
}

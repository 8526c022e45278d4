#include "model/kmeans/choose_k_gap.h"

#include <math.h>

#include "base/memory.h"
#include "base/random.h"
#include "model/kmeans/axes.h"
#include "model/kmeans/sample.h"
#include "model/kmeans/tiles_copy.h"

enum { T = SHOAL_TILE_ROWS };

/* A box along axes through the mean. */
typedef struct turned_box {
    double *axes, *scatter; /* d x d: unit vectors, one a row; scratch */
    double *low, *high;     /* d, from the mean, along the axes */
} turned_box;

static void box_free(turned_box *box)
{
    free(box->axes);
    free(box->scatter);
    free(box->low);
    free(box->high);
}

static shoal_status box_make(int d, turned_box *box, shoal_error *err)
{
    SHOAL_TRY(shoal_alloc((int64_t)d * d, sizeof *box->axes, &box->axes, err));
    SHOAL_TRY(shoal_alloc_zero((int64_t)d * d, sizeof *box->scatter, &box->scatter, err));
    SHOAL_TRY(shoal_alloc_zero(d, sizeof *box->low, &box->low, err));
    return shoal_alloc_zero(d, sizeof *box->high, &box->high, err);
}

static void add_scatter(const shoal_tiles *from, turned_box *box)
{
    const int d = from->d;
    for (int64_t row = 0; row < from->n; row++) {
        const double weight = shoal_tiles_weight(from, row);
        for (int i = 0; i < d; i++) {
            const double off = weight * (shoal_tiles_value(from, row, i) - from->mean[i]);
            for (int j = 0; j <= i; j++)
                box->scatter[i * d + j] += off * (shoal_tiles_value(from, row, j) - from->mean[j]);
        }
    }
    for (int i = 0; i < d; i++)
        for (int j = 0; j < i; j++) box->scatter[j * d + i] = box->scatter[i * d + j];
}

/* The sides that hold the rows of `from`. */
static void fit_sides(const shoal_tiles *from, turned_box *box)
{
    const int d = from->d;
    for (int64_t row = 0; row < from->n; row++)
        for (int a = 0; a < d; a++) {
            double along = 0;
            for (int j = 0; j < d; j++)
                along += box->axes[a * d + j] * (shoal_tiles_value(from, row, j) - from->mean[j]);
            if (row == 0 || along < box->low[a]) box->low[a] = along;
            if (row == 0 || along > box->high[a]) box->high[a] = along;
        }
}

static void set_value(shoal_tiles *tiles, int64_t row, int column, double value)
{
    const int64_t at = (row / T * tiles->d + column) * T + row % T;
    if (tiles->wide) tiles->wide_data[at] = value;
    else tiles->narrow_data[at] = (float)value;
}

/* place: d, scratch. */
static void draw_row(const turned_box *box, const double *mean, shoal_rng *rng, double *place, shoal_tiles *to,
                     int64_t row)
{
    const int d = to->d;
    for (int a = 0; a < d; a++) place[a] = box->low[a] + (box->high[a] - box->low[a]) * shoal_rng_uniform(rng);
    for (int j = 0; j < d; j++) {
        double value = mean[j];
        for (int a = 0; a < d; a++) value += place[a] * box->axes[a * d + j];
        set_value(to, row, j, value);
    }
}

/* Room for so many rows like those of `from`, without weights; those behind the last are 0. */
static shoal_status make_reference(const shoal_tiles *from, int64_t draws, shoal_tiles *reference, shoal_error *err)
{
    const shoal_tiles shape = {.n = draws, .count = (draws + T - 1) / T, .d = from->d, .wide = from->wide};
    SHOAL_TRY(shoal_tiles_make_like(&shape, reference, err));
    for (int j = 0; j < from->d; j++) {
        reference->offset[j] = from->offset[j];
        for (int64_t row = draws; row < reference->count * T; row++) set_value(reference, row, j, 0);
    }
    return SHOAL_OK;
}

shoal_status shoal_gap_reference(const shoal_tiles *from, int64_t draws, uint64_t seed, uint64_t stream,
                                 shoal_tiles *reference, shoal_error *err)
{
    shoal_rng rng = shoal_rng_start(seed, stream);
    turned_box box = {0};
    double *place = NULL;
    shoal_status status;
    SHOAL_TRY_OUT(box_make(from->d, &box, err));
    SHOAL_TRY_OUT(shoal_alloc(from->d, sizeof *place, &place, err));
    SHOAL_TRY_OUT(make_reference(from, draws, reference, err));
    add_scatter(from, &box);
    shoal_principal_axes(from->d, box.scatter, box.axes);
    fit_sides(from, &box);
    for (int64_t row = 0; row < draws; row++) draw_row(&box, from->mean, &rng, place, reference, row);
    for (int64_t tile = 0; tile < reference->count && !reference->wide; tile++)
        reference->norm[tile] = shoal_tiles_norm(reference, tile);
    SHOAL_TRY_OUT(shoal_sample_weigh(NULL, reference, err));
out:
    free(place);
    box_free(&box);
    return status;
}

void shoal_gap_statistic(int n, const double *log_references, double log_inertia, double *gap, double *error)
{
    double mean = 0, squares = 0;
    for (int b = 0; b < n; b++) mean += log_references[b] / n;
    for (int b = 0; b < n; b++) squares += (log_references[b] - mean) * (log_references[b] - mean);
    *gap = mean - log_inertia;
    *error = sqrt(squares / n) * sqrt(1 + 1.0 / n);
}

/* Of an inertia: what better starts of the data than of the references amount to is less. */
static const double CLEARLY_MORE = 0.1;

static bool any_exceeds(int n, const double *gap, const double *error)
{
    for (int i = 1; i < n; i++)
        if (gap[i] - error[i] > gap[0] + CLEARLY_MORE) return true;
    return false;
}

int shoal_gap_choice(int n, const double *gap, const double *error)
{
    for (int i = any_exceeds(n, gap, error) ? 1 : 0; i + 1 < n; i++)
        if (!isnan(gap[i]) && !(gap[i] < gap[i + 1] - error[i + 1])) return i;
    return n - 1;
}

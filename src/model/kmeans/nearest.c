#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "model/kmeans/tiles.h"

enum { T = SHOAL_TILE_ROWS };

shoal_status shoal_nearest_make(const shoal_tiles *tiles, int threads, shoal_nearest **nearest, shoal_error *err)
{
    shoal_nearest *all;
    *nearest = NULL;
    SHOAL_TRY(shoal_alloc_zero(threads, sizeof *all, &all, err));
    for (int t = 0; t < threads && !tiles->wide; t++) {
        shoal_status status = shoal_alloc_zero(tiles->d, T * sizeof *all[t].close_rows, &all[t].close_rows, err);
        if (status == SHOAL_OK)
            status = shoal_alloc_zero(tiles->d, T * sizeof *all[t].narrow_rows, &all[t].narrow_rows, err);
        if (status < 0) {
            shoal_nearest_free(threads, all);
            return status;
        }
    }
    *nearest = all;
    return SHOAL_OK;
}

void shoal_nearest_free(int threads, shoal_nearest *nearest)
{
    for (int t = 0; t < threads && nearest != NULL; t++) {
        free(nearest[t].narrow_rows);
        free(nearest[t].close_rows);
    }
    free(nearest);
}

/* When float32 distances do not prove which centroid is nearer.
 *
 * With u = 2^-24, tile values exact and centroids rounded once, a coordinate difference is off by at most
 * u (|c| + |x - c|) <= u (|x| + 2 |x - c|). So, with s the squared distance, N the norm of the row and one rounding a
 * term, s is off by less than
 *     e(s) = (d + 4) u s + 2 u N sqrt(s) + u^2 (N + 2 sqrt(s))^2 + d 2^-149,
 * the last for gradual underflow. The label is proved where second - best > 2 e(second): then no other centroid, all
 * farther than `second`, can be nearer either. Twice that bound is asked here, with N the largest of the tile, and the
 * root is squared away. */
typedef struct close_bound {
    float relative, absolute, mixed;
} close_bound;

static close_bound bound_for(int d, float norm)
{
    const float u = 0x1p-24F, root = 8 * u * norm;
    return (close_bound){
        .relative = 4 * u * (float)(d + 8), .absolute = 2 * root * root + (float)d * 0x1p-140F, .mixed = root * root};
}

/* Not (a > b) rather than a <= b: it also catches the NaN of infinite distances. */
static inline int is_close(close_bound bound, float best, float second)
{
    const float margin = (second - best) - bound.relative * second - bound.absolute;
    return !(margin > 0) | !(margin * margin > bound.mixed * second);
}

/* Whether any row is close; a loop without branches, since the answer is mostly no. */
static int any_close(close_bound bound, const float *best, const float *second, int rows)
{
    int any = 0;
    for (int i = 0; i < rows; i++) any |= is_close(bound, best[i], second[i]);
    return any;
}

/* Decides the rows of `values` that float32 distances leave open. */
static void settle_close(const shoal_kernels *kernels, const float *values, int rows, int d,
                         const shoal_centroids *centroids, close_bound bound, shoal_nearest *nearest)
{
    int row[T] = {0}, count = 0;
    for (int i = 0; i < rows; i++)
        if (is_close(bound, nearest->narrow_best[i], nearest->narrow_second[i])) row[count++] = i;
    for (int j = 0; j < d; j++)
        for (int i = 0; i < count; i++) nearest->close_rows[j * T + i] = (double)values[j * T + row[i]];
    int32_t label[T];
    kernels->nearest_f64(nearest->close_rows, count, d, centroids->wide, centroids->k, label, nearest->best,
                         nearest->second);
    for (int i = 0; i < count; i++) {
        nearest->label[row[i]] = label[i];
        nearest->narrow_best[row[i]] = (float)nearest->best[i];
        nearest->narrow_second[row[i]] = (float)nearest->second[i];
    }
}

void shoal_nearest_narrow(const shoal_kernels *kernels, const float *values, int rows, int d, float norm,
                          const shoal_centroids *centroids, shoal_nearest *nearest)
{
    kernels->nearest_f32(values, rows, d, centroids->narrow, centroids->k, nearest->label, nearest->narrow_best,
                         nearest->narrow_second);
    if (centroids->k == 1) return;
    const close_bound bound = bound_for(d, norm);
    if (any_close(bound, nearest->narrow_best, nearest->narrow_second, rows))
        settle_close(kernels, values, rows, d, centroids, bound, nearest);
}

void shoal_nearest_find(const shoal_kernels *kernels, const shoal_tiles *tiles, const shoal_centroids *centroids,
                        int64_t tile, shoal_nearest *nearest)
{
    const int rows = shoal_tiles_rows(tiles, tile);
    const int64_t at = tile * tiles->d * T;
    if (tiles->wide) {
        kernels->nearest_f64(tiles->wide_data + at, rows, tiles->d, centroids->wide, centroids->k, nearest->label,
                             nearest->best, nearest->second);
        return;
    }
    shoal_nearest_narrow(kernels, tiles->narrow_data + at, rows, tiles->d, tiles->norm[tile], centroids, nearest);
}

void shoal_nearest_widen(const shoal_tiles *tiles, int rows, shoal_nearest *nearest)
{
    if (tiles->wide) return;
    for (int i = 0; i < rows; i++) {
        nearest->best[i] = (double)nearest->narrow_best[i];
        nearest->second[i] = (double)nearest->narrow_second[i];
    }
}

void shoal_nearest_measure(const shoal_tiles *tiles, const shoal_centroids *centroids, int64_t tile,
                           const shoal_nearest *nearest, double own[SHOAL_TILE_ROWS])
{
    const int rows = shoal_tiles_rows(tiles, tile);
    for (int i = 0; i < rows; i++) own[i] = 0;
    for (int j = 0; j < tiles->d; j++) {
        const int64_t at = (tile * tiles->d + j) * T;
        const double *coordinate = centroids->wide + j;
        for (int i = 0; i < rows; i++) {
            const double value = tiles->wide ? tiles->wide_data[at + i] : (double)tiles->narrow_data[at + i];
            const double difference = value - coordinate[(int64_t)nearest->label[i] * tiles->d];
            own[i] += difference * difference;
        }
    }
}

void shoal_nearest_distance(const shoal_kernels *kernels, const shoal_tiles *tiles, const double *wide,
                            const float *narrow, int64_t tile, shoal_nearest *nearest, double out[SHOAL_TILE_ROWS])
{
    const int rows = shoal_tiles_rows(tiles, tile);
    const int64_t at = tile * tiles->d * T;
    if (tiles->wide) {
        kernels->nearest_f64(tiles->wide_data + at, rows, tiles->d, wide, 1, nearest->label, out, nearest->second);
        return;
    }
    kernels->nearest_f32(tiles->narrow_data + at, rows, tiles->d, narrow, 1, nearest->label, nearest->narrow_best,
                         nearest->narrow_second);
    for (int i = 0; i < rows; i++) out[i] = (double)nearest->narrow_best[i];
}

#include <float.h>
#include <math.h>
#include <string.h>

#include "model/kmeans/tiles.h"

enum { T = SHOAL_TILE_ROWS };

/* With u = 2^-24, C the largest norm of centroids, |x| that of the row, and |score| <= C^2 / 2 + |x| C =: M: the chain
 * of d fused multiply-adds, the rounding of centroids and of half norms move a score by less than (d + 3) u M, the
 * place in the group in its low bits by 2^bits 2u M. What float64 distances may be off by comes off the gap itself. */
shoal_assign_error shoal_nearest_error(const shoal_tiles *tiles, const shoal_centroids *centroids, int64_t tile)
{
    const double u = 0x1p-24, tiny = tiles->d * 0x1p-140;
    const double n = (double)tiles->norm[tile], c = centroids->norm, most = c * c / 2 + n * c;
    const double relative = 1.01 * ((tiles->d + 8) * u + 1.01 * SHOAL_ASSIGN_GROUP * 2 * u);
    return (shoal_assign_error){
        .score = (float)(relative * c * c / 2 + tiny),
        .score_norm = (float)(relative * c),
        .square = (float)((tiles->d + 8) * u * (n * n + 2 * most) * 1.01 + tiny),
        .gap = (float)((tiles->d + 8) * 0x1p-50 * (n + c)),
    };
}

/* The gap that squared distances prove when each is known to `error`; 0 where they prove none. Float64 tiles may hold
 * values that float32 cannot: what rounding to the least positive number may add comes off, and no gap is infinite. */
static float gap_of(double best, double second, double error)
{
    const double lead = second - best - 2 * error;
    if (!(lead > 0)) return 0;
    const double gap = lead / (2 * sqrt(second + error)) * (1 - 1e-6) - 0x1p-149;
    return gap > FLT_MAX ? FLT_MAX : gap > 0 ? (float)gap : 0;
}

void shoal_nearest_look_closer(const shoal_tiles *tiles, const shoal_centroids *centroids, int64_t tile, int begin,
                               int rows, shoal_nearest *nearest)
{
    const int d = tiles->d;
    const float *values = tiles->narrow_data + tile * d * T;
    int32_t label[T];
    int row[T] = {0}, count = 0;
    for (int i = begin; i < begin + rows; i++)
        if (!(nearest->gap[i] > 0)) row[count++] = i;
    if (count == 0) return;
    for (int j = 0; j < d; j++)
        for (int i = 0; i < count; i++) nearest->narrow_rows[j * T + i] = values[j * T + row[i]];
    memcpy(label, nearest->label, sizeof label);
    shoal_nearest_narrow(shoal_kernels_get(), nearest->narrow_rows, count, d, tiles->norm[tile], centroids, nearest);
    const double u = 0x1p-24, norm = (double)tiles->norm[tile];
    for (int i = 0; i < count; i++) {
        const double best = (double)nearest->narrow_best[i], second = (double)nearest->narrow_second[i];
        const double error = 2 * u * ((d + 8) * second + 4 * norm * sqrt(second)) + 32 * u * u * norm * norm;
        label[row[i]] = nearest->label[i];
        nearest->gap[row[i]] = gap_of(best, second, error + d * 0x1p-140);
    }
    memcpy(nearest->label, label, sizeof label);
}

float shoal_least_gap(const float *gap, int rows)
{
    float least = gap[0];
    for (int i = 1; i < rows; i++) least = gap[i] < least ? gap[i] : least;
    return least;
}

float shoal_nearest_label(const shoal_kernels *kernels, const shoal_tiles *tiles, const shoal_centroids *centroids,
                          int64_t tile, shoal_nearest *nearest)
{
    const int rows = shoal_tiles_rows(tiles, tile), d = tiles->d;
    if (centroids->packed != NULL) {
        const shoal_assign_error error = shoal_nearest_error(tiles, centroids, tile);
        const float least =
            kernels->assign_f32(tiles->narrow_data + tile * d * T, rows, d, centroids->packed, centroids->half_norm,
                                centroids->k, &error, nearest->label, nearest->gap);
        if (least > 0) return least;
        shoal_nearest_look_closer(tiles, centroids, tile, 0, rows, nearest);
        return shoal_least_gap(nearest->gap, rows);
    }
    shoal_nearest_find(kernels, tiles, centroids, tile, nearest);
    shoal_nearest_widen(tiles, rows, nearest);
    const double relative = tiles->wide ? (d + 8) * 0x1p-51 : (d + 8) * 0x1p-22;
    const double norm = tiles->wide ? 0 : (double)tiles->norm[tile];
    for (int i = 0; i < rows; i++) {
        const double error =
            relative * nearest->second[i] + 0x1p-20 * norm * (sqrt(nearest->second[i]) + norm * 0x1p-20);
        nearest->gap[i] = gap_of(nearest->best[i], nearest->second[i], error);
    }
    return shoal_least_gap(nearest->gap, rows);
}

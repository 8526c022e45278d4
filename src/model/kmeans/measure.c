#include <math.h>
#include <omp.h>
#include <string.h>

#include "base/memory.h"
#include "base/sum.h"
#include "base/threads.h"
#include "model/kmeans/lane_sum.h"
#include "model/kmeans/lloyd.h"

enum { T = SHOAL_TILE_ROWS };

typedef struct tile_measure {
    double own[T], distance[T], lead[T];
} tile_measure;

/* What a block adds to the measure. */
typedef struct block_measure {
    double inertia, silhouette; /* weighted sums */
    int64_t *sizes;             /* k */
    double *weights, *spread;   /* k; NULL where all weigh 1, or where it is not asked for */
} block_measure;

/* Squared distances to the centroid of the label, in float64. */
static void measure_own(const shoal_lloyd *lloyd, int64_t tile, const int32_t *label, double *own)
{
    const shoal_kernels *kernels = shoal_kernels_get();
    const shoal_tiles *tiles = lloyd->tiles;
    const int rows = shoal_tiles_rows(tiles, tile), k = lloyd->centroids.k;
    for (int i = 0; i < T; i++) own[i] = 0;
    for (int j = 0; j < tiles->d; j++) {
        const int64_t at = (tile * tiles->d + j) * T;
        const double *coordinates = lloyd->centroids.by_column + (int64_t)j * k;
        if (tiles->wide) kernels->square_f64(tiles->wide_data + at, rows, coordinates, k, label, own);
        else kernels->square_f32(tiles->narrow_data + at, rows, coordinates, k, label, own);
    }
}

/* Labels of a tile, and of each row the distance to its centroid, squared and not, and (b - a) / b. */
static void measure_rows(const shoal_lloyd *lloyd, int64_t tile, shoal_nearest *nearest, tile_measure *measure)
{
    const shoal_kernels *kernels = shoal_kernels_get();
    const shoal_tiles *tiles = lloyd->tiles;
    const int rows = shoal_tiles_rows(tiles, tile);
    shoal_nearest_find(kernels, tiles, &lloyd->centroids, tile, nearest);
    measure_own(lloyd, tile, nearest->label, measure->own);
    if (!tiles->wide) {
        kernels->lead_f64(measure->own, nearest->narrow_second, rows, measure->distance, measure->lead);
        return;
    }
    for (int i = 0; i < rows; i++) {
        const double a = sqrt(measure->own[i]), b = sqrt(fmax(nearest->second[i], measure->own[i]));
        measure->distance[i] = a;
        measure->lead[i] = b > 0 ? (b - a) / b : 0;
    }
}

static void measure_tile(const shoal_lloyd *lloyd, int64_t tile, shoal_nearest *nearest, block_measure *block)
{
    const shoal_tiles *tiles = lloyd->tiles;
    const int rows = shoal_tiles_rows(tiles, tile);
    const double *weight = tiles->weight == NULL ? NULL : tiles->weight + tile * T;
    tile_measure measure;
    measure_rows(lloyd, tile, nearest, &measure);
    memcpy(lloyd->labels + tile * T, nearest->label, (size_t)rows * sizeof *nearest->label);
    block->inertia += shoal_lane_sum(measure.own, weight, rows);
    block->silhouette += shoal_lane_sum(measure.lead, weight, rows);
    for (int i = 0; i < rows; i++) block->sizes[nearest->label[i]]++;
    for (int i = 0; i < rows && weight != NULL; i++) block->weights[nearest->label[i]] += weight[i];
    for (int i = 0; i < rows && block->spread != NULL; i++)
        block->spread[nearest->label[i]] += (weight == NULL ? 1 : weight[i]) * measure.distance[i];
}

static void free_blocks(block_measure *blocks, int count)
{
    for (int b = 0; b < count && blocks != NULL; b++) {
        free(blocks[b].sizes);
        free(blocks[b].weights);
        free(blocks[b].spread);
    }
    free(blocks);
}

static shoal_status make_block(int k, bool weighted, bool spread, block_measure *block, shoal_error *err)
{
    SHOAL_TRY(shoal_alloc_zero(k, sizeof *block->sizes, &block->sizes, err));
    if (weighted) SHOAL_TRY(shoal_alloc_zero(k, sizeof *block->weights, &block->weights, err));
    return spread ? shoal_alloc_zero(k, sizeof *block->spread, &block->spread, err) : SHOAL_OK;
}

static shoal_status make_measure(int k, bool spread, shoal_measure *measure, shoal_error *err)
{
    *measure = (shoal_measure){0};
    SHOAL_TRY(shoal_alloc_zero(k, sizeof *measure->sizes, &measure->sizes, err));
    SHOAL_TRY(shoal_alloc_zero(k, sizeof *measure->weights, &measure->weights, err));
    return spread ? shoal_alloc_zero(k, sizeof *measure->spread, &measure->spread, err) : SHOAL_OK;
}

static void merge_blocks(const block_measure *blocks, int count, int k, shoal_measure *measure)
{
    shoal_sum inertia = {0}, silhouette = {0}, weight = {0};
    for (int b = 0; b < count; b++) {
        shoal_sum_add(&inertia, blocks[b].inertia);
        shoal_sum_add(&silhouette, blocks[b].silhouette);
        for (int c = 0; c < k; c++) {
            const double share = blocks[b].weights != NULL ? blocks[b].weights[c] : (double)blocks[b].sizes[c];
            shoal_sum_add(&weight, share);
            measure->sizes[c] += blocks[b].sizes[c];
            measure->weights[c] += share;
            if (measure->spread != NULL) measure->spread[c] += blocks[b].spread[c];
        }
    }
    measure->inertia = shoal_sum_value(inertia);
    measure->silhouette = k == 1 ? NAN : shoal_sum_value(silhouette) / shoal_sum_value(weight);
}

shoal_status shoal_lloyd_measure(const shoal_ctx *ctx, shoal_lloyd *lloyd, bool spread, shoal_measure *measure,
                                 shoal_error *err)
{
    const shoal_blocks cut = shoal_blocks_of(lloyd->tiles->n);
    const int k = lloyd->centroids.k;
    block_measure *blocks = NULL;
    shoal_status status;
    SHOAL_TRY_OUT(make_measure(k, spread, measure, err));
    SHOAL_TRY_OUT(shoal_alloc_zero(cut.count, sizeof *blocks, &blocks, err));
    for (int b = 0; b < cut.count; b++)
        SHOAL_TRY_OUT(make_block(k, lloyd->tiles->weight != NULL, spread, &blocks[b], err));
    shoal_centroids_pack(lloyd->tiles, &lloyd->centroids);
#pragma omp parallel for num_threads(lloyd->threads) schedule(dynamic, 1) if (lloyd->threads > 1)
    for (int b = 0; b < cut.count; b++) {
        const int64_t end = (shoal_block_end(&cut, b) + T - 1) / T;
        for (int64_t tile = shoal_block_begin(&cut, b) / T; tile < end && !shoal_cancelled(ctx); tile++)
            measure_tile(lloyd, tile, &lloyd->nearest[omp_get_thread_num()], &blocks[b]);
    }
    if (shoal_cancelled(ctx)) status = shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted");
    else merge_blocks(blocks, cut.count, k, measure);
out:
    free_blocks(blocks, cut.count);
    if (status < 0) shoal_measure_free(measure);
    return status;
}

shoal_status shoal_lloyd_inertia(const shoal_ctx *ctx, shoal_lloyd *lloyd, double *inertia, shoal_error *err)
{
    shoal_measure measure;
    SHOAL_TRY(shoal_lloyd_measure(ctx, lloyd, false, &measure, err));
    *inertia = measure.inertia;
    shoal_measure_free(&measure);
    return SHOAL_OK;
}

void shoal_measure_free(shoal_measure *measure)
{
    free(measure->sizes);
    free(measure->weights);
    free(measure->spread);
    *measure = (shoal_measure){0};
}

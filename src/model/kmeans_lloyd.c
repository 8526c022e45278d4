#include "model/kmeans_lloyd.h"

#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/sum.h"
#include "base/threads.h"

/* A chunk of tiles goes to one thread at a time. 4096 values below 2^50 stay below 2^62 in an int64. */
enum { T = SHOAL_TILE_ROWS, CHUNK_TILES = 16, STRIDE = 32 };

static double squared(double value)
{
    return value * value;
}

static int64_t chunk_count(const shoal_tiles *tiles)
{
    return (tiles->count + CHUNK_TILES - 1) / CHUNK_TILES;
}

static shoal_status make_worker(int k, int64_t cells, shoal_lloyd_worker *worker, shoal_error *err)
{
    SHOAL_TRY(shoal_alloc_zero(cells, sizeof *worker->sum, &worker->sum, err));
    SHOAL_TRY(shoal_alloc_zero(k, sizeof *worker->weight, &worker->weight, err));
    SHOAL_TRY(shoal_alloc_zero(cells, sizeof *worker->total, &worker->total, err));
    return shoal_alloc_zero(k, sizeof *worker->total_weight, &worker->total_weight, err);
}

shoal_status shoal_lloyd_make(const shoal_ctx *ctx, const shoal_tiles *tiles, int k, shoal_lloyd *lloyd,
                              shoal_error *err)
{
    const int64_t cells = (int64_t)k * tiles->d, chunks = chunk_count(tiles);
    const int threads = shoal_threads_for(ctx, (double)tiles->n * (double)cells);
    *lloyd = (shoal_lloyd){.tiles = tiles, .threads = threads < chunks ? threads : (int)chunks};
    shoal_status status;
    SHOAL_TRY_OUT(shoal_centroids_make(tiles, k, &lloyd->centroids, err));
    SHOAL_TRY_OUT(shoal_alloc(tiles->n, sizeof *lloyd->labels, &lloyd->labels, err));
    SHOAL_TRY_OUT(shoal_alloc(cells, sizeof *lloyd->sum, &lloyd->sum, err));
    SHOAL_TRY_OUT(shoal_alloc(k, sizeof *lloyd->weight, &lloyd->weight, err));
    SHOAL_TRY_OUT(shoal_alloc(tiles->d, sizeof *lloyd->position, &lloyd->position, err));
    SHOAL_TRY_OUT(shoal_nearest_make(tiles, lloyd->threads, &lloyd->nearest, err));
    SHOAL_TRY_OUT(shoal_alloc_zero(lloyd->threads, sizeof *lloyd->workers, &lloyd->workers, err));
    for (int t = 0; t < lloyd->threads; t++) SHOAL_TRY_OUT(make_worker(k, cells, &lloyd->workers[t], err));
out:
    if (status < 0) shoal_lloyd_free(lloyd);
    return status;
}

void shoal_lloyd_free(shoal_lloyd *lloyd)
{
    for (int t = 0; t < lloyd->threads && lloyd->workers != NULL; t++) {
        free(lloyd->workers[t].sum);
        free(lloyd->workers[t].weight);
        free(lloyd->workers[t].total);
        free(lloyd->workers[t].total_weight);
    }
    free(lloyd->workers);
    shoal_nearest_free(lloyd->threads, lloyd->nearest);
    shoal_centroids_free(&lloyd->centroids);
    free(lloyd->labels);
    free(lloyd->sum);
    free(lloyd->weight);
    free(lloyd->position);
    *lloyd = (shoal_lloyd){0};
}

/* Moves a row from cluster `from` (-1: none) to cluster `to`. */
static void move_row(const shoal_tiles *tiles, int64_t row, int from, int to, shoal_lloyd_worker *worker)
{
    const double weight = shoal_tiles_weight(tiles, row);
    const int64_t steps = llrint(weight * tiles->weight_grid);
    int64_t *into = worker->sum + (int64_t)to * tiles->d;
    worker->weight[to] += steps;
    if (from < 0) {
        for (int j = 0; j < tiles->d; j++)
            into[j] += llrint(weight * shoal_tiles_value(tiles, row, j) * tiles->grid[j]);
        return;
    }
    int64_t *out = worker->sum + (int64_t)from * tiles->d;
    worker->weight[from] -= steps;
    for (int j = 0; j < tiles->d; j++) {
        const int64_t value = llrint(weight * shoal_tiles_value(tiles, row, j) * tiles->grid[j]);
        into[j] += value;
        out[j] -= value;
    }
}

/* Whether any of STRIDE labels differs; without branches, since mostly none does. */
static bool any_differs(const int32_t *a, const int32_t *b)
{
    int32_t differ = 0;
    for (int i = 0; i < STRIDE; i++) differ |= a[i] ^ b[i];
    return differ != 0;
}

/* Books the rows of the tile whose label differs from the one they had (-1: none yet); gives their number. */
static int move_rows(const shoal_lloyd *lloyd, int64_t tile, const shoal_nearest *nearest, shoal_lloyd_worker *worker)
{
    const int rows = shoal_tiles_rows(lloyd->tiles, tile);
    int32_t *labels = lloyd->labels + tile * T;
    int moved = 0;
    for (int begin = 0; begin < rows; begin += STRIDE) {
        const int end = begin + STRIDE < rows ? begin + STRIDE : rows;
        if (end == begin + STRIDE && !any_differs(labels + begin, nearest->label + begin)) continue;
        for (int i = begin; i < end; i++) {
            if (labels[i] == nearest->label[i]) continue;
            move_row(lloyd->tiles, tile * T + i, labels[i], nearest->label[i], worker);
            labels[i] = nearest->label[i];
            moved++;
        }
    }
    return moved;
}

static void flush(int k, int64_t cells, shoal_lloyd_worker *worker)
{
    for (int64_t at = 0; at < cells; at++) worker->total[at] += worker->sum[at];
    for (int c = 0; c < k; c++) worker->total_weight[c] += worker->weight[c];
    memset(worker->sum, 0, (size_t)cells * sizeof *worker->sum);
    memset(worker->weight, 0, (size_t)k * sizeof *worker->weight);
}

static double rough_inertia(const shoal_tiles *tiles, int64_t tile, shoal_nearest *nearest)
{
    const int rows = shoal_tiles_rows(tiles, tile);
    double sum = 0;
    shoal_nearest_widen(tiles, rows, nearest);
    for (int i = 0; i < rows; i++) sum += shoal_tiles_weight(tiles, tile * T + i) * nearest->best[i];
    return sum;
}

static void assign_chunk(const shoal_lloyd *lloyd, int64_t chunk, bool with_inertia, shoal_nearest *nearest,
                         shoal_lloyd_worker *worker)
{
    const shoal_tiles *tiles = lloyd->tiles;
    const shoal_kernels *kernels = shoal_kernels_get();
    const int64_t end = (chunk + 1) * CHUNK_TILES < tiles->count ? (chunk + 1) * CHUNK_TILES : tiles->count;
    int64_t changed = 0;
    for (int64_t tile = chunk * CHUNK_TILES; tile < end; tile++) {
        shoal_nearest_find(kernels, tiles, &lloyd->centroids, tile, nearest);
        changed += move_rows(lloyd, tile, nearest, worker);
        if (with_inertia) worker->inertia += rough_inertia(tiles, tile, nearest);
    }
    if (changed > 0) flush(lloyd->centroids.k, (int64_t)lloyd->centroids.k * tiles->d, worker);
    worker->changed += changed;
}

/* Gives every row its label and books the changes; adds up the number of changes and the rough inertia. */
static shoal_status assign_rows(const shoal_ctx *ctx, shoal_lloyd *lloyd, bool with_inertia, int64_t *changed,
                                double *inertia, shoal_error *err)
{
    const int64_t chunks = chunk_count(lloyd->tiles), cells = (int64_t)lloyd->centroids.k * lloyd->tiles->d;
#pragma omp parallel for num_threads(lloyd->threads) schedule(dynamic, 1) if (lloyd->threads > 1)
    for (int64_t chunk = 0; chunk < chunks; chunk++)
        if (!shoal_cancelled(ctx))
            assign_chunk(lloyd, chunk, with_inertia, &lloyd->nearest[omp_get_thread_num()],
                         &lloyd->workers[omp_get_thread_num()]);
    *changed = 0;
    *inertia = 0;
    for (int t = 0; t < lloyd->threads; t++) {
        shoal_lloyd_worker *worker = &lloyd->workers[t];
        *changed += worker->changed;
        *inertia += worker->inertia;
        worker->inertia = 0;
        if (worker->changed == 0) continue;
        for (int64_t at = 0; at < cells; at++) lloyd->sum[at] += worker->total[at];
        for (int c = 0; c < lloyd->centroids.k; c++) lloyd->weight[c] += worker->total_weight[c];
        memset(worker->total, 0, (size_t)cells * sizeof *worker->total);
        memset(worker->total_weight, 0, (size_t)lloyd->centroids.k * sizeof *worker->total_weight);
        worker->changed = 0;
    }
    if (shoal_cancelled(ctx)) return shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted");
    return SHOAL_OK;
}

/* Moves the centroids of clusters with weight to the means of their rows; gives the summed squared movement. */
static double update_centroids(shoal_lloyd *lloyd)
{
    const shoal_tiles *tiles = lloyd->tiles;
    double shift = 0;
    for (int c = 0; c < lloyd->centroids.k; c++) {
        if (lloyd->weight[c] == 0) continue;
        const int64_t at = (int64_t)c * tiles->d;
        const double weight = (double)lloyd->weight[c] / tiles->weight_grid;
        for (int j = 0; j < tiles->d; j++) lloyd->position[j] = (double)lloyd->sum[at + j] / tiles->grid[j] / weight;
        for (int j = 0; j < tiles->d; j++) shift += squared(lloyd->position[j] - lloyd->centroids.wide[at + j]);
        shoal_centroids_set(tiles, &lloyd->centroids, c, lloyd->position);
    }
    return shift;
}

typedef struct farthest_row {
    double distance;
    int64_t row;
} farthest_row;

/* The row with weight that is farthest from both its own centroid and the centroids `taken`; the lowest on ties. */
static farthest_row farthest_in_tile(const shoal_lloyd *lloyd, int64_t tile, const int *taken, int n_taken,
                                     shoal_nearest *nearest)
{
    const shoal_tiles *tiles = lloyd->tiles;
    const int rows = shoal_tiles_rows(tiles, tile);
    double own[T], other[T];
    memcpy(nearest->label, lloyd->labels + tile * T, (size_t)rows * sizeof *nearest->label);
    shoal_nearest_measure(tiles, &lloyd->centroids, tile, nearest, own);
    for (int t = 0; t < n_taken; t++) {
        for (int i = 0; i < rows; i++) nearest->label[i] = taken[t];
        shoal_nearest_measure(tiles, &lloyd->centroids, tile, nearest, other);
        for (int i = 0; i < rows; i++) own[i] = other[i] < own[i] ? other[i] : own[i];
    }
    farthest_row farthest = {.distance = 0, .row = -1};
    for (int i = 0; i < rows; i++)
        if (own[i] > farthest.distance && shoal_tiles_weight(tiles, tile * T + i) > 0)
            farthest = (farthest_row){own[i], tile * T + i};
    return farthest;
}

static farthest_row find_farthest(shoal_lloyd *lloyd, const int *taken, int n_taken)
{
    farthest_row farthest = {.distance = 0, .row = -1};
#pragma omp parallel num_threads(lloyd->threads) if (lloyd->threads > 1)
    {
        farthest_row mine = {.distance = 0, .row = -1};
#pragma omp for schedule(static)
        for (int64_t tile = 0; tile < lloyd->tiles->count; tile++) {
            const farthest_row found =
                farthest_in_tile(lloyd, tile, taken, n_taken, &lloyd->nearest[omp_get_thread_num()]);
            if (found.distance > mine.distance) mine = found;
        }
#pragma omp critical
        if (mine.distance > farthest.distance || (mine.distance == farthest.distance && mine.row < farthest.row))
            farthest = mine;
    }
    return farthest;
}

/* Gives every empty cluster the row farthest from its centroid, while there is one that is not on a centroid.
 * taken: k, receives the clusters served; gives their number. */
static int relocate_empty(const shoal_ctx *ctx, shoal_lloyd *lloyd, int *taken)
{
    int n_taken = 0;
    for (int c = 0; c < lloyd->centroids.k && !shoal_cancelled(ctx); c++) {
        if (lloyd->weight[c] != 0) continue;
        const farthest_row farthest = find_farthest(lloyd, taken, n_taken);
        if (farthest.distance == 0) break;
        shoal_centroids_set_row(lloyd->tiles, &lloyd->centroids, c, farthest.row);
        taken[n_taken++] = c;
    }
    return n_taken;
}

/* Clusters that stay empty, all after the last one served, lie on the first centroid in use. */
static void park_empty(shoal_lloyd *lloyd, const int *taken, int n_taken)
{
    const int last = n_taken == 0 ? -1 : taken[n_taken - 1];
    int used = 0;
    while (lloyd->weight[used] == 0) used++;
    for (int c = last + 1; c < lloyd->centroids.k; c++)
        if (lloyd->weight[c] == 0)
            shoal_centroids_set(lloyd->tiles, &lloyd->centroids, c,
                                lloyd->centroids.wide + (int64_t)used * lloyd->tiles->d);
}

static void report(const shoal_ctx *ctx, const shoal_lloyd_opts *opts, const shoal_lloyd *lloyd, int64_t changed,
                   double inertia)
{
    const shoal_lloyd_report *to = &opts->report;
    if (to->phase == NULL) return;
    char detail[160];
    snprintf(detail, sizeof detail, "k %d, restart %d of %d, iteration %d, inertia %.5g, %.2g%% moved",
             lloyd->centroids.k, to->restart, to->n_init, lloyd->iterations, inertia,
             100 * (double)changed / (double)lloyd->tiles->n);
    shoal_progress(ctx, to->phase, to->begin + to->span * lloyd->iterations / opts->max_iter, detail);
}

static void start_run(shoal_lloyd *lloyd)
{
    const int64_t cells = (int64_t)lloyd->centroids.k * lloyd->tiles->d;
    memset(lloyd->labels, -1, (size_t)lloyd->tiles->n * sizeof *lloyd->labels);
    memset(lloyd->sum, 0, (size_t)cells * sizeof *lloyd->sum);
    memset(lloyd->weight, 0, (size_t)lloyd->centroids.k * sizeof *lloyd->weight);
    lloyd->iterations = 0;
    lloyd->converged = false;
}

shoal_status shoal_lloyd_run(const shoal_ctx *ctx, const shoal_lloyd_opts *opts, shoal_lloyd *lloyd, shoal_error *err)
{
    const bool with_inertia = opts->report.phase != NULL && ctx != NULL && ctx->progress != NULL;
    int *taken;
    SHOAL_TRY(shoal_alloc(lloyd->centroids.k, sizeof *taken, &taken, err));
    start_run(lloyd);
    shoal_status status = SHOAL_OK;
    while (lloyd->iterations < opts->max_iter && !lloyd->converged) {
        int64_t changed;
        double inertia;
        SHOAL_TRY_OUT(assign_rows(ctx, lloyd, with_inertia, &changed, &inertia, err));
        lloyd->iterations++;
        report(ctx, opts, lloyd, changed, inertia);
        const int n_taken = relocate_empty(ctx, lloyd, taken);
        lloyd->converged = changed == 0 && n_taken == 0;
        if (lloyd->converged) break;
        const double shift = update_centroids(lloyd);
        park_empty(lloyd, taken, n_taken);
        lloyd->converged = n_taken == 0 && shift <= opts->tol;
    }
out:
    free(taken);
    return status;
}

/* What a block adds to the measure. */
typedef struct block_measure {
    double inertia, silhouette; /* weighted sums */
    int64_t *sizes;             /* k */
    double *weights, *spread;   /* k */
} block_measure;

static void measure_tile(const shoal_lloyd *lloyd, int64_t tile, shoal_nearest *nearest, block_measure *block,
                         double *distance)
{
    const shoal_tiles *tiles = lloyd->tiles;
    const int rows = shoal_tiles_rows(tiles, tile);
    double own[T], inertia = 0, silhouette = 0;
    shoal_nearest_find(shoal_kernels_get(), tiles, &lloyd->centroids, tile, nearest);
    shoal_nearest_widen(tiles, rows, nearest);
    shoal_nearest_measure(tiles, &lloyd->centroids, tile, nearest, own);
    memcpy(lloyd->labels + tile * T, nearest->label, (size_t)rows * sizeof *nearest->label);
    for (int i = 0; i < rows; i++) {
        const int c = nearest->label[i];
        const double weight = shoal_tiles_weight(tiles, tile * T + i);
        const double a = sqrt(own[i]), b = sqrt(nearest->second[i] > own[i] ? nearest->second[i] : own[i]);
        inertia += weight * own[i];
        if (b > 0) silhouette += weight * (b - a) / b;
        block->sizes[c]++;
        block->weights[c] += weight;
        block->spread[c] += weight * a;
        if (distance != NULL) distance[tile * T + i] = a;
    }
    block->inertia += inertia;
    block->silhouette += silhouette;
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

static shoal_status make_block(int k, block_measure *block, shoal_error *err)
{
    SHOAL_TRY(shoal_alloc_zero(k, sizeof *block->sizes, &block->sizes, err));
    SHOAL_TRY(shoal_alloc_zero(k, sizeof *block->weights, &block->weights, err));
    return shoal_alloc_zero(k, sizeof *block->spread, &block->spread, err);
}

static shoal_status make_measure(int k, shoal_measure *measure, shoal_error *err)
{
    *measure = (shoal_measure){0};
    SHOAL_TRY(shoal_alloc_zero(k, sizeof *measure->sizes, &measure->sizes, err));
    SHOAL_TRY(shoal_alloc_zero(k, sizeof *measure->weights, &measure->weights, err));
    return shoal_alloc_zero(k, sizeof *measure->spread, &measure->spread, err);
}

static void merge_blocks(const block_measure *blocks, int count, int k, shoal_measure *measure)
{
    shoal_sum inertia = {0}, silhouette = {0}, weight = {0};
    for (int b = 0; b < count; b++) {
        shoal_sum_add(&inertia, blocks[b].inertia);
        shoal_sum_add(&silhouette, blocks[b].silhouette);
        for (int c = 0; c < k; c++) {
            shoal_sum_add(&weight, blocks[b].weights[c]);
            measure->sizes[c] += blocks[b].sizes[c];
            measure->weights[c] += blocks[b].weights[c];
            measure->spread[c] += blocks[b].spread[c];
        }
    }
    measure->inertia = shoal_sum_value(inertia);
    measure->silhouette = k == 1 ? NAN : shoal_sum_value(silhouette) / shoal_sum_value(weight);
}

shoal_status shoal_lloyd_measure(const shoal_ctx *ctx, shoal_lloyd *lloyd, shoal_measure *measure, double *distance,
                                 shoal_error *err)
{
    const shoal_blocks cut = shoal_blocks_of(lloyd->tiles->n);
    const int k = lloyd->centroids.k;
    block_measure *blocks = NULL;
    shoal_status status;
    SHOAL_TRY_OUT(make_measure(k, measure, err));
    SHOAL_TRY_OUT(shoal_alloc_zero(cut.count, sizeof *blocks, &blocks, err));
    for (int b = 0; b < cut.count; b++) SHOAL_TRY_OUT(make_block(k, &blocks[b], err));
#pragma omp parallel for num_threads(lloyd->threads) schedule(dynamic, 1) if (lloyd->threads > 1)
    for (int b = 0; b < cut.count; b++) {
        const int64_t end = (shoal_block_end(&cut, b) + T - 1) / T;
        for (int64_t tile = shoal_block_begin(&cut, b) / T; tile < end && !shoal_cancelled(ctx); tile++)
            measure_tile(lloyd, tile, &lloyd->nearest[omp_get_thread_num()], &blocks[b], distance);
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
    SHOAL_TRY(shoal_lloyd_measure(ctx, lloyd, &measure, NULL, err));
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

#include "model/kmeans/lloyd.h"

#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/threads.h"
#include "model/kmeans/algorithm.h"
#include "model/kmeans/empty.h"
#include "model/kmeans/moves.h"
#include "model/kmeans/order.h"
#include "model/kmeans/plan.h"
#include "model/kmeans/tree.h"

enum { T = SHOAL_TILE_ROWS };

static double squared(double value)
{
    return value * value;
}

static shoal_status make_worker(int k, int64_t cells, shoal_lloyd_worker *worker, shoal_error *err)
{
    SHOAL_TRY(shoal_alloc_zero(cells, sizeof *worker->sum, &worker->sum, err));
    SHOAL_TRY(shoal_alloc_zero(k, sizeof *worker->weight, &worker->weight, err));
    SHOAL_TRY(shoal_alloc_zero(cells, sizeof *worker->total, &worker->total, err));
    return shoal_alloc_zero(k, sizeof *worker->total_weight, &worker->total_weight, err);
}

shoal_status shoal_lloyd_make(const shoal_ctx *ctx, shoal_tiles *tiles, int k, shoal_lloyd *lloyd, shoal_error *err)
{
    const int64_t cells = (int64_t)k * tiles->d, chunks = shoal_chunk_count(tiles);
    const int threads = shoal_threads_for(ctx, (double)tiles->n * (double)cells);
    *lloyd = (shoal_lloyd){.tiles = tiles, .threads = threads < chunks ? threads : (int)chunks, .cells = cells};
    shoal_status status;
    SHOAL_TRY_OUT(shoal_centroids_make(tiles, k, &lloyd->centroids, err));
    SHOAL_TRY_OUT(shoal_alloc_huge(tiles->n, sizeof *lloyd->labels, &lloyd->labels, err));
    SHOAL_TRY_OUT(shoal_alloc(cells, sizeof *lloyd->sum, &lloyd->sum, err));
    SHOAL_TRY_OUT(shoal_alloc(k, sizeof *lloyd->weight, &lloyd->weight, err));
    SHOAL_TRY_OUT(shoal_bounds_make(tiles->count, &lloyd->bounds, err));
    SHOAL_TRY_OUT(shoal_alloc(tiles->d, sizeof *lloyd->position, &lloyd->position, err));
    SHOAL_TRY_OUT(shoal_alloc(tiles->d, sizeof *lloyd->before, &lloyd->before, err));
    SHOAL_TRY_OUT(shoal_alloc_zero(k, sizeof *lloyd->movement, &lloyd->movement, err));
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
        free(lloyd->workers[t].scratch);
    }
    free(lloyd->workers);
    shoal_nearest_free(lloyd->threads, lloyd->nearest);
    shoal_centroids_free(&lloyd->centroids);
    shoal_bounds_free(&lloyd->bounds);
    shoal_sets_free(&lloyd->sets);
    shoal_sorting_free(&lloyd->order);
    shoal_tree_walk_free(lloyd);
    free(lloyd->labels);
    free(lloyd->sum);
    free(lloyd->weight);
    free(lloyd->position);
    free(lloyd->before);
    free(lloyd->movement);
    *lloyd = (shoal_lloyd){0};
}

static int count_below(const float *gap, int rows, float limit)
{
    int count = 0;
    for (int i = 0; i < rows; i++) count += gap[i] < limit;
    return count;
}

static void assign_tile(shoal_lloyd *lloyd, int64_t tile, shoal_nearest *nearest, shoal_lloyd_worker *worker)
{
    const int rows = shoal_tiles_rows(lloyd->tiles, tile);
    if (lloyd->centroids.k > 1) {
        shoal_bounds_set(&lloyd->bounds, tile,
                         shoal_nearest_label(shoal_kernels_get(), lloyd->tiles, &lloyd->centroids, tile, nearest));
        worker->near += count_below(nearest->gap, rows, lloyd->near_gap);
    } else memset(nearest->label, 0, sizeof nearest->label);
    worker->looked++;
    shoal_lloyd_move_rows(lloyd, tile * T, rows, nearest->label, worker);
}

/* The same strip by strip, and only those sets of centroids that are in doubt. */
static void assign_strips(shoal_lloyd *lloyd, int64_t tile, shoal_nearest *nearest, shoal_lloyd_worker *worker)
{
    enum { B = SHOAL_STRIP_ROWS };
    const int rows = shoal_tiles_rows(lloyd->tiles, tile);
    for (int begin = 0; begin < rows; begin += B) {
        const int64_t row = tile * T + begin;
        const int looked = shoal_sets_label(lloyd->tiles, &lloyd->centroids, &lloyd->bounds, row, lloyd->labels + row,
                                            &lloyd->sets, nearest);
        if (looked == 0) continue;
        worker->looked_sets += looked;
        shoal_lloyd_move_rows(lloyd, row, rows - begin < B ? rows - begin : B, nearest->label + begin, worker);
    }
}

/* Sorts the rows of a chunk by the gaps that were just found. */
static void sort_chunk(shoal_lloyd *lloyd, int64_t chunk, shoal_lloyd_worker *worker)
{
    const shoal_tiles *tiles = lloyd->tiles;
    const float *gap = worker->scratch->gap;
    const bool by_sets = lloyd->sets.count > 0;
    shoal_sorting_sort(lloyd->tiles, chunk, by_sets ? lloyd->sets.place : NULL, lloyd->centroids.k, lloyd->labels,
                       &lloyd->order, worker->scratch);
    if (by_sets)
        shoal_sets_sorted(&lloyd->bounds, chunk * SHOAL_CHUNK_ROWS, shoal_chunk_rows(tiles, chunk), gap, &lloyd->sets);
    else
        for (int64_t tile = chunk * SHOAL_CHUNK_TILES; tile < shoal_chunk_end(tiles, chunk); tile++)
            shoal_bounds_set(&lloyd->bounds, tile,
                             shoal_least_gap(gap + tile % SHOAL_CHUNK_TILES * T, shoal_tiles_rows(tiles, tile)));
}

static void assign_chunk(shoal_lloyd *lloyd, int64_t chunk, shoal_nearest *nearest, shoal_lloyd_worker *worker)
{
    for (int64_t tile = chunk * SHOAL_CHUNK_TILES; tile < shoal_chunk_end(lloyd->tiles, chunk); tile++) {
        if (lloyd->sets.count > 0) assign_strips(lloyd, tile, nearest, worker);
        else if (lloyd->sorting || lloyd->algorithm != SHOAL_KMEANS_BOUNDED || !shoal_bounds_hold(&lloyd->bounds, tile))
            assign_tile(lloyd, tile, nearest, worker);
        if (lloyd->sorting)
            memcpy(worker->scratch->gap + tile % SHOAL_CHUNK_TILES * T, nearest->gap, sizeof nearest->gap);
    }
    if (lloyd->sorting) sort_chunk(lloyd, chunk, worker);
}

static void gather_worker(shoal_lloyd *lloyd, shoal_lloyd_worker *worker, shoal_lloyd_pass *pass)
{
    pass->changed += worker->changed;
    pass->looked += worker->looked;
    pass->looked_sets += worker->looked_sets;
    pass->near += worker->near;
    pass->moved += worker->moved;
    if (worker->changed > 0) shoal_lloyd_take_moves(lloyd, worker);
    worker->changed = worker->looked = worker->looked_sets = worker->near = 0;
    worker->moved = 0;
}

/* For a pass that looks at so many tiles, with a term of a score for a unit of work. */
static int threads_for(const shoal_ctx *ctx, const shoal_lloyd *lloyd, int64_t tiles)
{
    const int useful = shoal_threads_for(ctx, (double)tiles * T * (double)lloyd->cells);
    return useful < lloyd->threads ? useful : lloyd->threads;
}

static void assign_chunks(const shoal_ctx *ctx, shoal_lloyd *lloyd)
{
    const int64_t chunks = shoal_chunk_count(lloyd->tiles);
    const int threads = lloyd->sorting ? lloyd->threads : lloyd->pass_threads;
#pragma omp parallel for num_threads(threads) schedule(dynamic, 1) if (threads > 1)
    for (int64_t chunk = 0; chunk < chunks; chunk++)
        if (!shoal_cancelled(ctx))
            assign_chunk(lloyd, chunk, &lloyd->nearest[omp_get_thread_num()], &lloyd->workers[omp_get_thread_num()]);
}

/* Gives every row its label and books the changes. */
static shoal_status assign_rows(const shoal_ctx *ctx, shoal_lloyd *lloyd, shoal_lloyd_pass *pass, shoal_error *err)
{
    *pass = (shoal_lloyd_pass){0};
    shoal_centroids_pack(lloyd->tiles, &lloyd->centroids);
    if (lloyd->sets.count > 0) shoal_sets_pack(lloyd->tiles, &lloyd->centroids, lloyd->movement, &lloyd->sets);
    if (lloyd->algorithm == SHOAL_KMEANS_TREE) SHOAL_TRY(shoal_tree_assign(ctx, lloyd, err));
    else assign_chunks(ctx, lloyd);
    for (int t = 0; t < lloyd->threads; t++) gather_worker(lloyd, &lloyd->workers[t], pass);
    if (lloyd->sets.count > 0) pass->looked += pass->looked_sets / ((int64_t)SHOAL_TILE_STRIPS * lloyd->sets.count);
    lloyd->pass_threads = threads_for(ctx, lloyd, pass->looked);
    if (shoal_cancelled(ctx)) return shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted");
    return SHOAL_OK;
}

/* No bound holds any more. */
static void reset_bounds(shoal_lloyd *lloyd)
{
    shoal_bounds_reset(lloyd->tiles->count, &lloyd->bounds);
    shoal_sets_reset(&lloyd->sets);
    lloyd->stale = lloyd->tiles->n;
}

/* Puts the rows back into the order of the input; all bounds are gone then. labels: see shoal_tree_leave. */
static void restore_order(shoal_lloyd *lloyd, bool labels)
{
    if (lloyd->algorithm == SHOAL_KMEANS_TREE) shoal_tree_leave(lloyd, labels);
    if (!lloyd->order.sorted) return;
    const int64_t chunks = shoal_chunk_count(lloyd->tiles);
#pragma omp parallel for num_threads(lloyd->threads) schedule(dynamic, 1) if (lloyd->threads > 1)
    for (int64_t chunk = 0; chunk < chunks; chunk++)
        shoal_sorting_restore(lloyd->tiles, chunk, lloyd->labels, &lloyd->order,
                              lloyd->workers[omp_get_thread_num()].scratch);
    shoal_sorting_free(&lloyd->order);
    reset_bounds(lloyd);
}

/* Moves the centroids of clusters with weight to the means of their rows; gives the summed squared movement. */
static double update_centroids(shoal_lloyd *lloyd)
{
    const shoal_tiles *tiles = lloyd->tiles;
    double total = 0, largest = 0, second = 0;
    for (int c = 0; c < lloyd->centroids.k; c++) {
        lloyd->movement[c] = 0;
        if (lloyd->weight[c] == 0) continue;
        const int64_t at = (int64_t)c * tiles->d;
        const double weight = (double)lloyd->weight[c] / tiles->weight_grid;
        double moved = 0;
        for (int j = 0; j < tiles->d; j++) {
            lloyd->position[j] = (double)lloyd->sum[at + j] / tiles->grid[j] / weight;
            lloyd->before[j] = lloyd->centroids.wide[at + j];
        }
        shoal_centroids_set(tiles, &lloyd->centroids, c, lloyd->position);
        for (int j = 0; j < tiles->d; j++) moved += squared(lloyd->centroids.wide[at + j] - lloyd->before[j]);
        total += moved;
        moved = sqrt(moved);
        lloyd->movement[c] = moved;
        second = fmax(second, fmin(largest, moved));
        largest = fmax(largest, moved);
    }
    shoal_bounds_move(largest, second, &lloyd->bounds);
    lloyd->near_gap = (float)(3 * lloyd->bounds.last);
    return total;
}

/* The inertia of the labels and centroids at hand, from the sums, to about 1e-13 of that of a single cluster. */
static double rough_inertia(const shoal_lloyd *lloyd)
{
    const shoal_tiles *tiles = lloyd->tiles;
    double inertia = tiles->total_squares;
    for (int c = 0; c < lloyd->centroids.k; c++) {
        const double weight = (double)lloyd->weight[c] / tiles->weight_grid;
        for (int j = 0; j < tiles->d; j++) {
            const int64_t at = (int64_t)c * tiles->d + j;
            const double off = lloyd->centroids.wide[at] - tiles->mean[j];
            inertia -= off * (2 * ((double)lloyd->sum[at] / tiles->grid[j] - weight * tiles->mean[j]) - weight * off);
        }
    }
    return inertia;
}

static void report(const shoal_ctx *ctx, const shoal_lloyd_opts *opts, const shoal_lloyd *lloyd, int64_t changed)
{
    const shoal_lloyd_report *to = &opts->report;
    if (to->phase == NULL || ctx == NULL || ctx->progress == NULL) return;
    char detail[160];
    snprintf(detail, sizeof detail, "k %d, restart %d of %d, iteration %d, inertia %.5g, %.2g%% moved",
             lloyd->centroids.k, to->restart, to->n_init, lloyd->iterations, rough_inertia(lloyd),
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
    lloyd->looked = 0;
    lloyd->pass_threads = lloyd->threads;
    lloyd->converged = false;
    lloyd->sorting = false;
    lloyd->near_gap = INFINITY;
    if (lloyd->algorithm == SHOAL_KMEANS_TREE) shoal_tree_start(lloyd);
    shoal_sets_free(&lloyd->sets);
    reset_bounds(lloyd);
}

/* Serves empty clusters; gives the number of those served. */
static int serve_empty(const shoal_ctx *ctx, shoal_lloyd *lloyd, int *taken)
{
    for (int c = 0; c < lloyd->centroids.k; c++)
        if (lloyd->weight[c] == 0) {
            restore_order(lloyd, true); /* rows go by their number */
            reset_bounds(lloyd);        /* centroids jump */
            return shoal_lloyd_relocate(ctx, lloyd, taken);
        }
    return 0;
}

shoal_status shoal_lloyd_run(const shoal_ctx *ctx, const shoal_lloyd_opts *opts, shoal_lloyd *lloyd, shoal_error *err)
{
    int *taken;
    SHOAL_TRY(shoal_alloc(lloyd->centroids.k, sizeof *taken, &taken, err));
    lloyd->algorithm = shoal_algorithm_for(lloyd->tiles, lloyd->centroids.k, opts->algorithm);
    start_run(lloyd);
    shoal_status status = SHOAL_OK;
    while (lloyd->iterations < opts->max_iter && !lloyd->converged) {
        shoal_lloyd_pass pass;
        SHOAL_TRY_OUT(assign_rows(ctx, lloyd, &pass, err));
        lloyd->iterations++;
        lloyd->looked += pass.looked;
        lloyd->moved = (double)pass.moved / lloyd->tiles->weight_grid / lloyd->tiles->total_weight;
        lloyd->inertia_before = rough_inertia(lloyd);
        report(ctx, opts, lloyd, pass.changed);
        const int n_taken = serve_empty(ctx, lloyd, taken);
        lloyd->converged = pass.changed == 0 && n_taken == 0;
        const double shift = lloyd->converged ? 0 : update_centroids(lloyd);
        shoal_lloyd_park(lloyd, taken, n_taken);
        if (lloyd->converged) break;
        lloyd->converged = n_taken == 0 && shift <= opts->tol;
        if (lloyd->algorithm == SHOAL_KMEANS_BOUNDED && !lloyd->converged && lloyd->iterations < opts->max_iter)
            SHOAL_TRY_OUT(shoal_lloyd_plan(&pass, lloyd, err));
    }
out:
    restore_order(lloyd, false);
    free(taken);
    return status;
}

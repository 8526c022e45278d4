#include <math.h>
#include <omp.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/threads.h"
#include "model/kmeans/lane_sum.h"
#include "model/kmeans/lloyd.h"
#include "model/kmeans/order.h"
#include "model/kmeans/row_draw.h"
#include "model/kmeans/sample.h"
#include "model/kmeans/seed.h"

enum { T = SHOAL_TILE_ROWS, WORD = 64, TILE_WORDS = T / WORD };
enum { ROUNDS = 5, OVERSAMPLING = 2, RECLUSTER_ITER = 20 };

/* See seed.h: of the rows' draws, and of k-means++ among the candidates. */
static const uint64_t ROUND_STREAM = UINT64_C(2) << 60, RECLUSTER_STREAM = UINT64_C(3) << 60;

typedef struct gathering {
    const shoal_tiles *tiles;
    const shoal_kernels *kernels;
    uint64_t seed, stream;
    int k, threads;
    int64_t chunks;
    int64_t *rows; /* the candidates */
    int64_t count, capacity;
    double *closest;        /* count x T: squared distance to the nearest candidate */
    int32_t *owner;         /* count x T: which one that is */
    uint64_t *drawn;        /* count x TILE_WORDS: a bit for each row of this round */
    double *sums;           /* chunks: weight x distance */
    double total;           /* of all rows */
    shoal_nearest *nearest; /* threads */
} gathering;

static void gathering_free(gathering *g)
{
    free(g->rows);
    free(g->closest);
    free(g->owner);
    free(g->drawn);
    free(g->sums);
    shoal_nearest_free(g->threads, g->nearest);
}

static shoal_status gathering_make(const shoal_ctx *ctx, const shoal_tiles *tiles, int k, gathering *g,
                                   shoal_error *err)
{
    *g = (gathering){.tiles = tiles, .kernels = shoal_kernels_get(), .k = k};
    const int threads = shoal_threads_for(ctx, (double)tiles->n * tiles->d * k);
    g->chunks = shoal_chunk_count(tiles);
    g->threads = threads < g->chunks ? threads : (int)g->chunks;
    shoal_status status;
    SHOAL_TRY_OUT(shoal_alloc(tiles->count, T * sizeof *g->closest, &g->closest, err));
    SHOAL_TRY_OUT(shoal_alloc_zero(tiles->count, T * sizeof *g->owner, &g->owner, err));
    SHOAL_TRY_OUT(shoal_alloc(tiles->count, TILE_WORDS * sizeof *g->drawn, &g->drawn, err));
    SHOAL_TRY_OUT(shoal_alloc(g->chunks, sizeof *g->sums, &g->sums, err));
    SHOAL_TRY_OUT(shoal_nearest_make(tiles, g->threads, &g->nearest, err));
    for (int64_t at = 0; at < tiles->count * T; at++) g->closest[at] = at < tiles->n ? (double)INFINITY : 0;
out:
    if (status < 0) gathering_free(g);
    return status;
}

/* Counts the candidates from `first` on in; gives the sum of the tile. */
static double meet_tile(gathering *g, const shoal_centroids *candidates, int64_t first, int64_t tile,
                        shoal_nearest *nearest)
{
    const int rows = shoal_tiles_rows(g->tiles, tile);
    double *closest = g->closest + tile * T;
    int32_t *owner = g->owner + tile * T;
    shoal_nearest_find(g->kernels, g->tiles, candidates, tile, nearest);
    shoal_nearest_widen(g->tiles, rows, nearest);
    for (int i = 0; i < rows; i++) {
        const bool nearer = nearest->best[i] < closest[i];
        owner[i] = nearer ? (int32_t)first + nearest->label[i] : owner[i];
        closest[i] = nearer ? nearest->best[i] : closest[i];
    }
    return shoal_lane_sum(closest, g->tiles->weight == NULL ? NULL : g->tiles->weight + tile * T, T);
}

static void meet_chunk(gathering *g, const shoal_centroids *candidates, int64_t first, int64_t chunk,
                       shoal_nearest *nearest)
{
    g->sums[chunk] = 0;
    for (int64_t tile = chunk * SHOAL_CHUNK_TILES; tile < shoal_chunk_end(g->tiles, chunk); tile++)
        g->sums[chunk] += meet_tile(g, candidates, first, tile, nearest);
}

/* Counts the candidates from `first` on in, over all rows. */
static shoal_status meet(const shoal_ctx *ctx, gathering *g, int64_t first, shoal_error *err)
{
    shoal_centroids candidates;
    SHOAL_TRY(shoal_centroids_make(g->tiles, (int)(g->count - first), &candidates, err));
    for (int c = 0; c < candidates.k; c++) shoal_centroids_set_row(g->tiles, &candidates, c, g->rows[first + c]);
#pragma omp parallel for num_threads(g->threads) schedule(dynamic, 1) if (g->threads > 1)
    for (int64_t chunk = 0; chunk < g->chunks; chunk++)
        if (!shoal_cancelled(ctx)) meet_chunk(g, &candidates, first, chunk, &g->nearest[omp_get_thread_num()]);
    shoal_centroids_free(&candidates);
    if (shoal_cancelled(ctx)) return shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted");
    g->total = 0;
    for (int64_t chunk = 0; chunk < g->chunks; chunk++) g->total += g->sums[chunk];
    return SHOAL_OK;
}

/* Words of block `row / 4` of a round; with `low`, those behind the first 32 bits. */
static void draw_words(const gathering *g, int round, int64_t row, bool low, uint32_t word[4])
{
    const uint64_t counter = (uint64_t)round << 45 | (uint64_t)low << 44 | (uint64_t)row / 4;
    shoal_philox(g->seed, ROUND_STREAM | g->stream, counter, word);
}

/* Whether the row's random number, 64 bits keyed by (seed, stream, round, row), lies below chance x 2^64. The last 32
 * bits are drawn only where the first 32 leave it open. */
static bool is_drawn(const gathering *g, int round, int64_t row, uint32_t high, double chance)
{
    const double scaled = chance * 0x1p32;
    if ((double)high >= scaled) return false;
    if ((double)high + 1 <= scaled) return true;
    uint32_t low[4];
    draw_words(g, round, row, true, low);
    return (double)low[row % 4] < (scaled - (double)high) * 0x1p32;
}

static void draw_tile(gathering *g, int round, int64_t tile)
{
    const double scale = (double)OVERSAMPLING * g->k / g->total;
    const int rows = shoal_tiles_rows(g->tiles, tile);
    uint64_t *drawn = g->drawn + tile * TILE_WORDS;
    for (int word = 0; word < TILE_WORDS; word++) drawn[word] = 0;
    uint32_t word[4];
    for (int i = 0; i < rows; i++) {
        const int64_t row = tile * T + i;
        if (i % 4 == 0) draw_words(g, round, row, false, word);
        const double chance = scale * shoal_tiles_weight(g->tiles, row) * g->closest[row];
        if (is_drawn(g, round, row, word[i % 4], chance)) drawn[i / WORD] |= UINT64_C(1) << i % WORD;
    }
}

/* Draws the candidates of a round, in the order of rows. */
static shoal_status draw_round(const shoal_ctx *ctx, gathering *g, int round, shoal_error *err)
{
#pragma omp parallel for num_threads(g->threads) schedule(dynamic, SHOAL_CHUNK_TILES) if (g->threads > 1)
    for (int64_t tile = 0; tile < g->tiles->count; tile++)
        if (!shoal_cancelled(ctx)) draw_tile(g, round, tile);
    if (shoal_cancelled(ctx)) return shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted");
    for (int64_t word = 0; word < g->tiles->count * TILE_WORDS; word++)
        for (uint64_t left = g->drawn[word]; left != 0; left &= left - 1) {
            SHOAL_TRY(shoal_grow(&g->rows, &g->capacity, g->count, g->count + 1, sizeof *g->rows, err));
            g->rows[g->count++] = word * WORD + __builtin_ctzll(left);
        }
    return SHOAL_OK;
}

/* The number of different candidates: of equal ones the first owns them all. */
static int64_t count_different(const gathering *g)
{
    int64_t different = 0;
    for (int64_t c = 0; c < g->count; c++) different += g->owner[g->rows[c]] == c;
    return different;
}

static shoal_status gather(const shoal_ctx *ctx, gathering *g, int64_t first, shoal_error *err)
{
    SHOAL_TRY(shoal_grow(&g->rows, &g->capacity, 0, 1, sizeof *g->rows, err));
    g->rows[g->count++] = first;
    SHOAL_TRY(meet(ctx, g, 0, err));
    for (int round = 0; g->total > 0 && (round < ROUNDS || count_different(g) < g->k); round++) {
        const int64_t before = g->count;
        SHOAL_TRY(draw_round(ctx, g, round, err));
        if (g->count > before) SHOAL_TRY(meet(ctx, g, before, err));
    }
    return SHOAL_OK;
}

/* The share of each candidate in the weight of all rows: exact sums, whatever their order. */
static shoal_status share_weight(const gathering *g, double **shares, shoal_error *err)
{
    const shoal_tiles *tiles = g->tiles;
    shoal_wide_int *sum;
    *shares = NULL;
    SHOAL_TRY(shoal_alloc_zero(g->count, sizeof *sum, &sum, err));
    const shoal_status status = shoal_alloc(g->count, sizeof **shares, shares, err);
    for (int64_t row = 0; row < tiles->n && status == SHOAL_OK; row++)
        sum[g->owner[row]] += shoal_tiles_steps(tiles, row);
    for (int64_t c = 0; c < g->count && status == SHOAL_OK; c++)
        (*shares)[c] = (double)sum[c] / tiles->weight_grid / tiles->total_weight;
    free(sum);
    return status;
}

/* k-means++ and Lloyd iterations over the candidates. */
static shoal_status recluster(const shoal_ctx *ctx, const gathering *g, shoal_tiles *candidates,
                              shoal_centroids *centroids, shoal_error *err)
{
    shoal_lloyd lloyd;
    SHOAL_TRY(shoal_lloyd_make(ctx, candidates, g->k, &lloyd, err));
    const shoal_lloyd_opts opts = {.max_iter = RECLUSTER_ITER};
    shoal_status status;
    SHOAL_TRY_OUT(shoal_seed_plusplus(ctx, candidates, g->seed, RECLUSTER_STREAM | g->stream, &lloyd.centroids, err));
    SHOAL_TRY_OUT(shoal_lloyd_run(ctx, &opts, &lloyd, err));
    for (int c = 0; c < g->k; c++)
        shoal_centroids_set(g->tiles, centroids, c, lloyd.centroids.wide + (int64_t)c * g->tiles->d);
out:
    shoal_lloyd_free(&lloyd);
    return status;
}

static shoal_status cluster_candidates(const shoal_ctx *ctx, const gathering *g, shoal_centroids *centroids,
                                       shoal_error *err)
{
    shoal_tiles candidates = {0};
    double *shares;
    shoal_status status;
    SHOAL_TRY(share_weight(g, &shares, err));
    SHOAL_TRY_OUT(shoal_tiles_sample(g->tiles, g->rows, g->count, &candidates, err));
    SHOAL_TRY_OUT(shoal_sample_weigh(shares, &candidates, err));
    SHOAL_TRY_OUT(recluster(ctx, g, &candidates, centroids, err));
out:
    shoal_tiles_free(&candidates);
    free(shares);
    return status;
}

shoal_status shoal_seed_parallel(const shoal_ctx *ctx, const shoal_tiles *tiles, uint64_t seed, uint64_t stream,
                                 shoal_centroids *centroids, shoal_error *err)
{
    gathering g;
    shoal_row_draw draw;
    shoal_rng rng = shoal_rng_start(seed, stream);
    SHOAL_TRY(shoal_row_draw_make(tiles, &draw, err));
    const int64_t first = shoal_row_draw_next(&draw, &rng);
    shoal_row_draw_free(&draw);
    SHOAL_TRY(gathering_make(ctx, tiles, centroids->k, &g, err));
    g.seed = seed;
    g.stream = stream;
    shoal_status status = gather(ctx, &g, first, err);
    if (status == SHOAL_OK) status = cluster_candidates(ctx, &g, centroids, err);
    gathering_free(&g);
    return status;
}

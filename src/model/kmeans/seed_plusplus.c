#include <math.h>
#include <omp.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/threads.h"
#include "model/kmeans/lane_sum.h"
#include "model/kmeans/row_draw.h"
#include "model/kmeans/seed.h"

enum { T = SHOAL_TILE_ROWS, CHUNK_TILES = 16 };
enum { MOST_TRIALS = 32 }; /* 2 + ln(k) <= 23 */

typedef struct seeding {
    const shoal_tiles *tiles;
    const shoal_kernels *kernels;
    int64_t chunks;
    int threads, trials;
    /* count x T: squared distance to the nearest centroid so far, without the last one; 0 behind the last row. */
    float *narrow_closest; /* where tiles are not wide */
    double *closest;       /* where they are */
    /* The last centroid and the candidates for the next one. */
    shoal_centroids positions;
    /* 1 + trials rows: weight x distance by tile and by chunk, as it is and were the candidate taken. */
    double *tile_sums, *chunk_sums;
    int drawn;              /* the row of sums that came true */
    shoal_nearest *nearest; /* threads */
} seeding;

static const double *tile_weight(const shoal_tiles *tiles, int64_t tile)
{
    return tiles->weight == NULL ? NULL : tiles->weight + tile * T;
}

/* closest of the rows of a tile, with position p counted in; rows behind the last get 0. */
static void lower_closest(const seeding *s, int p, int64_t tile, const double *closest, shoal_nearest *nearest,
                          double lowered[SHOAL_TILE_ROWS])
{
    const int rows = shoal_tiles_rows(s->tiles, tile);
    const int64_t at = (int64_t)p * s->tiles->d;
    const float *narrow = s->tiles->wide ? NULL : s->positions.narrow + at;
    shoal_nearest_distance(s->kernels, s->tiles, s->positions.wide + at, narrow, tile, nearest, lowered);
    for (int i = 0; i < rows; i++) lowered[i] = closest[i] < lowered[i] ? closest[i] : lowered[i];
    for (int i = rows; i < T; i++) lowered[i] = 0;
}

/* meet_tile where tiles are wide. */
static void meet_wide(const seeding *s, int positions, int64_t tile, shoal_nearest *nearest, double *sums)
{
    const double *weight = tile_weight(s->tiles, tile);
    double *closest = s->closest + tile * T;
    double lowered[T];
    lower_closest(s, 0, tile, closest, nearest, lowered);
    memcpy(closest, lowered, sizeof lowered);
    sums[0] = shoal_lane_sum(closest, weight, T);
    for (int p = 1; p < positions; p++) {
        lower_closest(s, p, tile, closest, nearest, lowered);
        sums[p] = shoal_lane_sum(lowered, weight, T);
    }
}

/* Counts the last centroid in and adds up what each of the positions leaves. */
static void meet_tile(const seeding *s, int positions, int64_t tile, shoal_nearest *nearest, double *sums)
{
    if (s->tiles->wide) {
        meet_wide(s, positions, tile, nearest, sums);
        return;
    }
    const int d = s->tiles->d;
    s->kernels->closest_f32(s->tiles->narrow_data + tile * d * T, d, tile_weight(s->tiles, tile), s->positions.narrow,
                            positions, 1, s->narrow_closest + tile * T, sums);
}

static int64_t chunk_end(const seeding *s, int64_t chunk)
{
    const int64_t end = (chunk + 1) * CHUNK_TILES;
    return end < s->tiles->count ? end : s->tiles->count;
}

/* Before the first pass counts a centroid in. */
static void start_tile(const seeding *s, int64_t tile)
{
    const int rows = shoal_tiles_rows(s->tiles, tile);
    for (int i = 0; i < T; i++) {
        if (s->tiles->wide) s->closest[tile * T + i] = i < rows ? (double)INFINITY : 0;
        else s->narrow_closest[tile * T + i] = i < rows ? INFINITY : 0;
    }
}

static void meet_chunk(const seeding *s, int positions, int64_t chunk, shoal_nearest *nearest)
{
    double sums[1 + MOST_TRIALS], total[1 + MOST_TRIALS] = {0};
    for (int64_t tile = chunk * CHUNK_TILES; tile < chunk_end(s, chunk); tile++) {
        if (positions == 1) start_tile(s, tile);
        meet_tile(s, positions, tile, nearest, sums);
        for (int p = 0; p < positions; p++) {
            s->tile_sums[p * s->tiles->count + tile] = sums[p];
            total[p] += sums[p];
        }
    }
    for (int p = 0; p < positions; p++) s->chunk_sums[p * s->chunks + chunk] = total[p];
}

/* The first pass has no candidates. */
static shoal_status pass(const shoal_ctx *ctx, const seeding *s, int candidates, shoal_error *err)
{
#pragma omp parallel for num_threads(s->threads) schedule(dynamic, 1) if (s->threads > 1)
    for (int64_t chunk = 0; chunk < s->chunks; chunk++)
        if (!shoal_cancelled(ctx)) meet_chunk(s, 1 + candidates, chunk, &s->nearest[omp_get_thread_num()]);
    return shoal_cancelled(ctx) ? shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted") : SHOAL_OK;
}

static double sum_chunks(const seeding *s, int p)
{
    double sum = 0;
    for (int64_t chunk = 0; chunk < s->chunks; chunk++) sum += s->chunk_sums[p * s->chunks + chunk];
    return sum;
}

/* The part of begin..end-1 where the running sum passes *target, the last that is not 0 where rounding hides it;
 * *target becomes what is left of it there. */
static int64_t draw_part(const double *sums, int64_t begin, int64_t end, double *target)
{
    int64_t drawn = begin;
    double left = *target;
    for (int64_t at = begin; at < end; at++) {
        if (sums[at] == 0) continue;
        drawn = at;
        *target = left;
        if (left < sums[at]) break;
        left -= sums[at];
    }
    return drawn;
}

/* The row of the tile where the running sum passes `target`, the last with a share where rounding hides it. */
static int64_t draw_in_tile(const seeding *s, int64_t tile, double target)
{
    double closest[T], share[T];
    for (int i = 0; i < T; i++)
        closest[i] = s->tiles->wide ? s->closest[tile * T + i] : (double)s->narrow_closest[tile * T + i];
    lower_closest(s, 0, tile, closest, &s->nearest[0], share);
    for (int i = 0; i < T && s->tiles->weight != NULL; i++) share[i] *= s->tiles->weight[tile * T + i];
    return tile * T + draw_part(share, 0, T, &target);
}

static int64_t draw_row(const seeding *s, double target)
{
    const int64_t chunk = draw_part(s->chunk_sums + s->drawn * s->chunks, 0, s->chunks, &target);
    const int64_t tile =
        draw_part(s->tile_sums + s->drawn * s->tiles->count, chunk * CHUNK_TILES, chunk_end(s, chunk), &target);
    return draw_in_tile(s, tile, target);
}

static void seeding_free(seeding *s)
{
    free(s->closest);
    free(s->narrow_closest);
    free(s->tile_sums);
    free(s->chunk_sums);
    shoal_centroids_free(&s->positions);
    shoal_nearest_free(s->threads, s->nearest);
}

static shoal_status make_closest(seeding *s, shoal_error *err)
{
    const int64_t cells = s->tiles->count * T;
    if (s->tiles->wide) return shoal_alloc(cells, sizeof *s->closest, &s->closest, err);
    return shoal_alloc(cells, sizeof *s->narrow_closest, &s->narrow_closest, err);
}

static shoal_status seeding_make(const shoal_ctx *ctx, const shoal_tiles *tiles, int k, seeding *s, shoal_error *err)
{
    *s = (seeding){.tiles = tiles, .kernels = shoal_kernels_get(), .trials = 2 + (int)log(k)};
    const int threads = shoal_threads_for(ctx, (double)tiles->n * tiles->d * s->trials);
    s->chunks = (tiles->count + CHUNK_TILES - 1) / CHUNK_TILES;
    s->threads = threads < s->chunks ? threads : (int)s->chunks;
    const int positions = 1 + s->trials;
    shoal_status status;
    SHOAL_TRY_OUT(make_closest(s, err));
    SHOAL_TRY_OUT(shoal_alloc(tiles->count * positions, sizeof *s->tile_sums, &s->tile_sums, err));
    SHOAL_TRY_OUT(shoal_alloc(s->chunks * positions, sizeof *s->chunk_sums, &s->chunk_sums, err));
    SHOAL_TRY_OUT(shoal_centroids_make(tiles, positions, &s->positions, err));
    SHOAL_TRY_OUT(shoal_nearest_make(tiles, s->threads, &s->nearest, err));
out:
    if (status < 0) seeding_free(s);
    return status;
}

/* Draws the candidates for centroid c, finds what each would leave, and takes the best, the first on ties. */
static shoal_status add_centroid(const shoal_ctx *ctx, seeding *s, shoal_rng *rng, shoal_centroids *centroids, int c,
                                 shoal_error *err)
{
    const double total = sum_chunks(s, s->drawn);
    int64_t rows[1 + MOST_TRIALS] = {0};
    for (int p = 1; p <= s->trials; p++) {
        rows[p] = draw_row(s, shoal_rng_uniform(rng) * total);
        shoal_centroids_set_row(s->tiles, &s->positions, p, rows[p]);
    }
    SHOAL_TRY(pass(ctx, s, s->trials, err));
    s->drawn = 1;
    double least = sum_chunks(s, 1);
    for (int p = 2; p <= s->trials; p++) {
        const double sum = sum_chunks(s, p);
        if (sum < least) {
            least = sum;
            s->drawn = p;
        }
    }
    shoal_centroids_set_row(s->tiles, centroids, c, rows[s->drawn]);
    shoal_centroids_set_row(s->tiles, &s->positions, 0, rows[s->drawn]);
    return SHOAL_OK;
}

shoal_status shoal_seed_plusplus(const shoal_ctx *ctx, const shoal_tiles *tiles, uint64_t seed, uint64_t stream,
                                 shoal_centroids *centroids, shoal_error *err)
{
    seeding s;
    shoal_row_draw draw;
    shoal_rng rng = shoal_rng_start(seed, stream);
    SHOAL_TRY(shoal_row_draw_make(tiles, &draw, err));
    const int64_t first = shoal_row_draw_next(&draw, &rng);
    shoal_row_draw_free(&draw);
    for (int c = 0; c < centroids->k; c++) shoal_centroids_set_row(tiles, centroids, c, first);
    SHOAL_TRY(seeding_make(ctx, tiles, centroids->k, &s, err));
    shoal_centroids_set_row(tiles, &s.positions, 0, first);
    shoal_status status;
    SHOAL_TRY_OUT(pass(ctx, &s, 0, err));
    for (int c = 1; c < centroids->k && sum_chunks(&s, s.drawn) > 0; c++)
        SHOAL_TRY_OUT(add_centroid(ctx, &s, &rng, centroids, c, err));
out:
    seeding_free(&s);
    return status;
}

#include "model/kmeans/seed.h"

#include <math.h>
#include <omp.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/threads.h"

enum { T = SHOAL_TILE_ROWS, CHUNK_TILES = 16, CHUNK_ROWS = CHUNK_TILES * T, LANES = SHOAL_SUM_LANES };
enum { MOST_TRIALS = 32 }; /* 2 + ln(k) <= 23 */

typedef struct seeding {
    const shoal_tiles *tiles;
    const shoal_kernels *kernels;
    int64_t chunks;
    int threads, trials;
    /* count x T: squared distance to the nearest centroid so far, without the last one; 0 behind the last row. In the
     * precision of the tiles, and in float64 where rows have weights. */
    float *narrow_closest;
    double *closest;
    double *sums;           /* trials x chunks: weight x distance, were the candidate taken */
    const double *drawn;    /* chunks: the row of `sums` that came true */
    shoal_centroids trial;  /* the candidates */
    shoal_nearest *nearest; /* threads */
} seeding;

/* Sums over LANES interleaved partial sums: a fixed order that vectorises. */
static double sum_tile(const double *values, const double *weight)
{
    double lane[LANES] = {0};
    if (weight == NULL)
        for (int i = 0; i < T; i += LANES)
            for (int l = 0; l < LANES; l++) lane[l] += values[i + l];
    else
        for (int i = 0; i < T; i += LANES)
            for (int l = 0; l < LANES; l++) lane[l] += weight[i + l] * values[i + l];
    double sum = 0;
    for (int l = 0; l < LANES; l++) sum += lane[l];
    return sum;
}

static const double *tile_weight(const shoal_tiles *tiles, int64_t tile)
{
    return tiles->weight == NULL ? NULL : tiles->weight + tile * T;
}

static const double *wide_of(const shoal_tiles *tiles, const shoal_centroids *centroids, int c)
{
    return centroids->wide + (int64_t)c * tiles->d;
}

static const float *narrow_of(const shoal_tiles *tiles, const shoal_centroids *centroids, int c)
{
    return centroids->narrow == NULL ? NULL : centroids->narrow + (int64_t)c * tiles->d;
}

/* closest of the rows of a tile, with centroid c counted in; rows behind the last get 0. */
static void lower_closest(const seeding *s, const shoal_centroids *centroids, int c, int64_t tile,
                          const double *closest, shoal_nearest *nearest, double lowered[SHOAL_TILE_ROWS])
{
    const int rows = shoal_tiles_rows(s->tiles, tile);
    shoal_nearest_distance(s->kernels, s->tiles, wide_of(s->tiles, centroids, c), narrow_of(s->tiles, centroids, c),
                           tile, nearest, lowered);
    for (int i = 0; i < rows; i++) lowered[i] = closest[i] < lowered[i] ? closest[i] : lowered[i];
    for (int i = rows; i < T; i++) lowered[i] = 0;
}

/* pass_chunk by one kernel a tile: float32 without weights. */
static void pass_narrow(const seeding *s, const shoal_centroids *centroids, int last, int candidates, int64_t chunk)
{
    const int64_t end = (chunk + 1) * CHUNK_TILES < s->tiles->count ? (chunk + 1) * CHUNK_TILES : s->tiles->count;
    const int d = s->tiles->d;
    double sums[MOST_TRIALS], total[MOST_TRIALS] = {0};
    for (int64_t tile = chunk * CHUNK_TILES; tile < end; tile++) {
        const float *values = s->tiles->narrow_data + tile * d * T;
        float *closest = s->narrow_closest + tile * T;
        s->kernels->closest_f32(values, d, narrow_of(s->tiles, centroids, last), 1, 1, closest, sums);
        if (candidates > 0) s->kernels->closest_f32(values, d, s->trial.narrow, candidates, 0, closest, sums);
        for (int t = 0; t < s->trials; t++) total[t] += t < candidates || candidates + t == 0 ? sums[t] : 0;
    }
    for (int t = 0; t < s->trials; t++) s->sums[t * s->chunks + chunk] = total[t];
}

/* Counts centroid `last` in and adds up what each of `candidates` (0: the sum as it stands) would leave. */
static void pass_chunk(const seeding *s, const shoal_centroids *centroids, int last, int candidates, int64_t chunk,
                       shoal_nearest *nearest)
{
    if (s->narrow_closest != NULL) {
        pass_narrow(s, centroids, last, candidates, chunk);
        return;
    }
    const int64_t end = (chunk + 1) * CHUNK_TILES < s->tiles->count ? (chunk + 1) * CHUNK_TILES : s->tiles->count;
    for (int t = 0; t < s->trials; t++) s->sums[t * s->chunks + chunk] = 0;
    for (int64_t tile = chunk * CHUNK_TILES; tile < end; tile++) {
        double *closest = s->closest + tile * T;
        double lowered[T];
        lower_closest(s, centroids, last, tile, closest, nearest, lowered);
        memcpy(closest, lowered, sizeof lowered);
        if (candidates == 0) s->sums[chunk] += sum_tile(closest, tile_weight(s->tiles, tile));
        for (int t = 0; t < candidates; t++) {
            lower_closest(s, &s->trial, t, tile, closest, nearest, lowered);
            s->sums[t * s->chunks + chunk] += sum_tile(lowered, tile_weight(s->tiles, tile));
        }
    }
}

static shoal_status pass(const shoal_ctx *ctx, const seeding *s, const shoal_centroids *centroids, int last,
                         int candidates, shoal_error *err)
{
#pragma omp parallel for num_threads(s->threads) schedule(dynamic, 1) if (s->threads > 1)
    for (int64_t chunk = 0; chunk < s->chunks; chunk++)
        if (!shoal_cancelled(ctx)) pass_chunk(s, centroids, last, candidates, chunk, &s->nearest[omp_get_thread_num()]);
    return shoal_cancelled(ctx) ? shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted") : SHOAL_OK;
}

static double sum_chunks(const double *sums, int64_t chunks)
{
    double sum = 0;
    for (int64_t chunk = 0; chunk < chunks; chunk++) sum += sums[chunk];
    return sum;
}

static void closest_of(const seeding *s, int64_t tile, double closest[SHOAL_TILE_ROWS])
{
    for (int i = 0; i < T; i++)
        closest[i] = s->narrow_closest == NULL ? s->closest[tile * T + i] : (double)s->narrow_closest[tile * T + i];
}

/* The row of the chunk where its cumulative sum passes `target`; the last row with a share where rounding hides it. */
static int64_t draw_in_chunk(const seeding *s, const shoal_centroids *centroids, int last, int64_t chunk, double target)
{
    const int64_t end = (chunk + 1) * CHUNK_TILES < s->tiles->count ? (chunk + 1) * CHUNK_TILES : s->tiles->count;
    int64_t drawn = chunk * CHUNK_ROWS;
    double sum = 0, closest[T], lowered[T];
    for (int64_t tile = chunk * CHUNK_TILES; tile < end; tile++) {
        closest_of(s, tile, closest);
        lower_closest(s, centroids, last, tile, closest, &s->nearest[0], lowered);
        for (int i = 0; i < shoal_tiles_rows(s->tiles, tile); i++) {
            const double share = lowered[i] * shoal_tiles_weight(s->tiles, tile * T + i);
            if (share == 0) continue;
            drawn = tile * T + i;
            sum += share;
            if (sum > target) return drawn;
        }
    }
    return drawn;
}

static int64_t draw_row(const seeding *s, const shoal_centroids *centroids, int last, double target)
{
    int64_t chosen = 0;
    double left = target;
    for (int64_t chunk = 0; chunk < s->chunks; chunk++) {
        if (s->drawn[chunk] == 0) continue;
        chosen = chunk;
        if (left < s->drawn[chunk]) break;
        left -= s->drawn[chunk];
    }
    return draw_in_chunk(s, centroids, last, chosen, left);
}

/* A row drawn with probability proportional to weight. */
static int64_t draw_by_weight(const shoal_tiles *tiles, shoal_rng *rng)
{
    if (tiles->weight == NULL) {
        const double at = shoal_rng_uniform(rng) * (double)tiles->n;
        return (int64_t)fmin(at, (double)(tiles->n - 1));
    }
    const double target = shoal_rng_uniform(rng) * tiles->total_weight;
    int64_t drawn = 0;
    double sum = 0;
    for (int64_t row = 0; row < tiles->n; row++) {
        if (tiles->weight[row] == 0) continue;
        drawn = row;
        sum += tiles->weight[row];
        if (sum > target) break;
    }
    return drawn;
}

static void seeding_free(seeding *s)
{
    free(s->closest);
    free(s->narrow_closest);
    free(s->sums);
    shoal_centroids_free(&s->trial);
    shoal_nearest_free(s->threads, s->nearest);
}

static shoal_status make_closest(seeding *s, shoal_error *err)
{
    const shoal_tiles *tiles = s->tiles;
    const int64_t cells = tiles->count * T;
    if (tiles->wide || tiles->weight != NULL) {
        SHOAL_TRY(shoal_alloc(cells, sizeof *s->closest, &s->closest, err));
        for (int64_t at = 0; at < cells; at++) s->closest[at] = at < tiles->n ? (double)INFINITY : 0;
        return SHOAL_OK;
    }
    SHOAL_TRY(shoal_alloc(cells, sizeof *s->narrow_closest, &s->narrow_closest, err));
    for (int64_t at = 0; at < cells; at++) s->narrow_closest[at] = at < tiles->n ? INFINITY : 0;
    return SHOAL_OK;
}

static shoal_status seeding_make(const shoal_ctx *ctx, const shoal_tiles *tiles, int k, seeding *s, shoal_error *err)
{
    *s = (seeding){.tiles = tiles, .kernels = shoal_kernels_get(), .trials = 2 + (int)log(k)};
    const int threads = shoal_threads_for(ctx, (double)tiles->n * tiles->d * s->trials);
    s->chunks = (tiles->count + CHUNK_TILES - 1) / CHUNK_TILES;
    s->threads = threads < s->chunks ? threads : (int)s->chunks;
    s->drawn = NULL;
    shoal_status status;
    SHOAL_TRY_OUT(make_closest(s, err));
    SHOAL_TRY_OUT(shoal_alloc(s->chunks * s->trials, sizeof *s->sums, &s->sums, err));
    SHOAL_TRY_OUT(shoal_centroids_make(tiles, s->trials, &s->trial, err));
    SHOAL_TRY_OUT(shoal_nearest_make(tiles, s->threads, &s->nearest, err));
    s->drawn = s->sums;
out:
    if (status < 0) seeding_free(s);
    return status;
}

/* Draws the candidates for centroid c, finds what each would leave, and takes the best, the first on ties. */
static shoal_status add_centroid(const shoal_ctx *ctx, seeding *s, shoal_rng *rng, shoal_centroids *centroids, int c,
                                 shoal_error *err)
{
    const double total = sum_chunks(s->drawn, s->chunks);
    int64_t rows[MOST_TRIALS] = {0};
    for (int t = 0; t < s->trials; t++) {
        rows[t] = draw_row(s, centroids, c - 1, shoal_rng_uniform(rng) * total);
        shoal_centroids_set_row(s->tiles, &s->trial, t, rows[t]);
    }
    SHOAL_TRY(pass(ctx, s, centroids, c - 1, s->trials, err));
    int best = 0;
    double least = INFINITY;
    for (int t = 0; t < s->trials; t++) {
        const double sum = sum_chunks(s->sums + t * s->chunks, s->chunks);
        if (sum < least) {
            least = sum;
            best = t;
        }
    }
    s->drawn = s->sums + best * s->chunks;
    shoal_centroids_set_row(s->tiles, centroids, c, rows[best]);
    return SHOAL_OK;
}

shoal_status shoal_seed_plusplus(const shoal_ctx *ctx, const shoal_tiles *tiles, uint64_t seed, uint64_t stream,
                                 shoal_centroids *centroids, shoal_error *err)
{
    seeding s;
    shoal_rng rng = shoal_rng_start(seed, stream);
    const int64_t first = draw_by_weight(tiles, &rng);
    for (int c = 0; c < centroids->k; c++) shoal_centroids_set_row(tiles, centroids, c, first);
    SHOAL_TRY(seeding_make(ctx, tiles, centroids->k, &s, err));
    shoal_status status;
    SHOAL_TRY_OUT(pass(ctx, &s, centroids, 0, 0, err));
    for (int c = 1; c < centroids->k && sum_chunks(s.drawn, s.chunks) > 0; c++)
        SHOAL_TRY_OUT(add_centroid(ctx, &s, &rng, centroids, c, err));
out:
    seeding_free(&s);
    return status;
}

static bool same_rows(const shoal_tiles *tiles, int64_t a, int64_t b)
{
    for (int j = 0; j < tiles->d; j++)
        if (shoal_tiles_value(tiles, a, j) != shoal_tiles_value(tiles, b, j)) return false;
    return true;
}

static bool among(const shoal_tiles *tiles, int64_t row, const int64_t *rows, int n)
{
    for (int i = 0; i < n; i++)
        if (same_rows(tiles, row, rows[i])) return true;
    return false;
}

shoal_status shoal_seed_random(const shoal_tiles *tiles, uint64_t seed, uint64_t stream, shoal_centroids *centroids,
                               shoal_error *err)
{
    enum { DRAWS = 64 }; /* a centroid */
    shoal_rng rng = shoal_rng_start(seed, stream);
    int64_t *rows;
    SHOAL_TRY(shoal_alloc(centroids->k, sizeof *rows, &rows, err));
    for (int c = 0; c < centroids->k; c++) {
        rows[c] = draw_by_weight(tiles, &rng);
        for (int draw = 1; draw < DRAWS && among(tiles, rows[c], rows, c); draw++)
            rows[c] = draw_by_weight(tiles, &rng);
        shoal_centroids_set_row(tiles, centroids, c, rows[c]);
    }
    free(rows);
    return SHOAL_OK;
}

void shoal_seed_given(const shoal_tiles *tiles, const double *given, shoal_centroids *centroids)
{
    for (int c = 0; c < centroids->k; c++)
        for (int j = 0; j < tiles->d; j++) {
            const int64_t at = (int64_t)c * tiles->d + j;
            centroids->wide[at] = given[at] - tiles->offset[j];
            if (centroids->narrow != NULL) centroids->narrow[at] = (float)centroids->wide[at];
        }
}

shoal_status shoal_tiles_distinct(const shoal_tiles *tiles, int limit, int *distinct, shoal_error *err)
{
    int64_t *rows;
    SHOAL_TRY(shoal_alloc(limit, sizeof *rows, &rows, err));
    int count = 0;
    for (int64_t row = 0; row < tiles->n && count < limit; row++)
        if (shoal_tiles_weight(tiles, row) > 0 && !among(tiles, row, rows, count)) rows[count++] = row;
    *distinct = count;
    free(rows);
    return SHOAL_OK;
}

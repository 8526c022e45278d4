#include "model/kmeans/numbering.h"

#include <math.h>
#include <omp.h>
#include <string.h>

#include "base/memory.h"
#include "base/threads.h"

enum { T = SHOAL_TILE_ROWS };

typedef struct tied_row {
    int64_t row;
    double distance; /* squared, to the nearest centroids */
} tied_row;

/* What a thread needs. */
typedef struct weigher {
    shoal_wide_int *weight; /* k: of the rows nearest to it, in steps of the grid */
    double *values;         /* d x T: rows that are looked at in float64 */
    int row[T], count;      /* of the tile */
    int32_t label[T];
    double best[T], second[T], distance[T];
} weigher;

typedef struct numbering {
    shoal_lloyd *lloyd;
    shoal_wide_int *weight; /* k: of the rows nearest to it that no number has taken */
    bool *copy;             /* k: equal to a centroid before it */
    bool *numbered;         /* k */
    int *order;             /* k: the cluster that gets number i */
    weigher *scratch;       /* threads */
    int64_t n_tied;
    tied_row *tied; /* those that no number has taken */
} numbering;

static const double *centroid(const numbering *s, int c)
{
    return s->lloyd->centroids.wide + (int64_t)c * s->lloyd->tiles->d;
}

/* -1, 0 or 1: centroid a before, equal to, or after b, column after column. */
static int compare(const numbering *s, int a, int b)
{
    for (int j = 0; j < s->lloyd->tiles->d; j++)
        if (centroid(s, a)[j] != centroid(s, b)[j]) return centroid(s, a)[j] < centroid(s, b)[j] ? -1 : 1;
    return 0;
}

static void distances_to(const numbering *s, int c, int rows, weigher *scratch)
{
    int32_t label[T];
    double second[T];
    shoal_kernels_get()->nearest_f64(scratch->values, rows, s->lloyd->tiles->d, centroid(s, c), 1, label,
                                     scratch->distance, second);
}

/* --- the weights of the clusters, and the rows at ties ---
 * The label of a tied row is stored as -1 - label until all are listed. */

/* The rows of the tile that the kernel for labels left open. */
static void settle_open(const numbering *s, int64_t tile, weigher *scratch)
{
    const shoal_tiles *tiles = s->lloyd->tiles;
    const int count = scratch->count, k = s->lloyd->centroids.k;
    int nearest[T] = {0};
    bool tied = false;
    for (int j = 0; j < tiles->d; j++)
        for (int i = 0; i < count; i++)
            scratch->values[j * T + i] = shoal_tiles_value(tiles, tile * T + scratch->row[i], j);
    shoal_kernels_get()->nearest_f64(scratch->values, count, tiles->d, s->lloyd->centroids.wide, k, scratch->label,
                                     scratch->best, scratch->second);
    for (int i = 0; i < count; i++) tied = tied || scratch->second[i] == scratch->best[i];
    for (int c = 0; c < k && tied; c++) {
        if (s->copy[c]) continue;
        distances_to(s, c, count, scratch);
        for (int i = 0; i < count; i++) {
            if (scratch->distance[i] != scratch->best[i]) continue;
            nearest[i]++;
            scratch->weight[c] += shoal_tiles_steps(tiles, tile * T + scratch->row[i]);
        }
    }
    for (int i = 0; i < count; i++) {
        const int64_t row = tile * T + scratch->row[i];
        s->lloyd->labels[row] = nearest[i] > 1 ? -1 - scratch->label[i] : scratch->label[i];
        if (!tied) scratch->weight[scratch->label[i]] += shoal_tiles_steps(tiles, row);
    }
}

static void weigh_tile(const numbering *s, int64_t tile, shoal_nearest *nearest, weigher *scratch)
{
    const shoal_tiles *tiles = s->lloyd->tiles;
    const int rows = shoal_tiles_rows(tiles, tile);
    scratch->count = 0;
    shoal_nearest_label(shoal_kernels_get(), tiles, &s->lloyd->centroids, tile, nearest);
    for (int i = 0; i < rows; i++) {
        s->lloyd->labels[tile * T + i] = nearest->label[i];
        if (nearest->gap[i] > 0) scratch->weight[nearest->label[i]] += shoal_tiles_steps(tiles, tile * T + i);
        else scratch->row[scratch->count++] = i;
    }
    if (scratch->count > 0) settle_open(s, tile, scratch);
}

static shoal_status weigh(const shoal_ctx *ctx, numbering *s, shoal_error *err)
{
    shoal_lloyd *lloyd = s->lloyd;
    shoal_centroids_pack(lloyd->tiles, &lloyd->centroids);
#pragma omp parallel for num_threads(lloyd->threads) schedule(dynamic, 16) if (lloyd->threads > 1)
    for (int64_t tile = 0; tile < lloyd->tiles->count; tile++)
        if (!shoal_cancelled(ctx))
            weigh_tile(s, tile, &lloyd->nearest[omp_get_thread_num()], &s->scratch[omp_get_thread_num()]);
    for (int t = 0; t < lloyd->threads; t++)
        for (int c = 0; c < lloyd->centroids.k; c++) s->weight[c] += s->scratch[t].weight[c];
    return shoal_cancelled(ctx) ? shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted") : SHOAL_OK;
}

static shoal_status list_tied(numbering *s, shoal_error *err)
{
    const shoal_lloyd *lloyd = s->lloyd;
    int64_t count = 0;
    for (int64_t row = 0; row < lloyd->tiles->n; row++) count += lloyd->labels[row] < 0;
    SHOAL_TRY(shoal_alloc(count, sizeof *s->tied, &s->tied, err));
    for (int64_t row = 0; row < lloyd->tiles->n; row++) {
        if (lloyd->labels[row] >= 0) continue;
        const double *own = centroid(s, -1 - lloyd->labels[row]);
        double distance = 0; /* as the kernels sum it */
        for (int j = 0; j < lloyd->tiles->d; j++) {
            const double difference = shoal_tiles_value(lloyd->tiles, row, j) - own[j];
            distance = fma(difference, difference, distance);
        }
        s->tied[s->n_tied++] = (tied_row){row, distance};
    }
    return SHOAL_OK;
}

/* --- the order --- */

/* Takes tied rows from..from+rows-1 of the list out of all clusters where cluster c is among their nearest; the others
 * go to s->tied + kept. Gives the number of those. */
static int64_t take_batch(numbering *s, int c, int64_t from, int rows, int64_t kept, weigher *scratch)
{
    const shoal_tiles *tiles = s->lloyd->tiles;
    tied_row taken[T];
    int count = 0;
    for (int j = 0; j < tiles->d; j++)
        for (int i = 0; i < rows; i++) scratch->values[j * T + i] = shoal_tiles_value(tiles, s->tied[from + i].row, j);
    distances_to(s, c, rows, scratch);
    for (int i = 0; i < rows; i++) {
        const tied_row row = s->tied[from + i];
        if (scratch->distance[i] == row.distance) taken[count++] = row;
        else s->tied[kept++] = row;
    }
    for (int j = 0; j < tiles->d; j++)
        for (int i = 0; i < count; i++) scratch->values[j * T + i] = shoal_tiles_value(tiles, taken[i].row, j);
    for (int other = 0; other < s->lloyd->centroids.k && count > 0; other++) {
        if (s->copy[other]) continue;
        distances_to(s, other, count, scratch);
        for (int i = 0; i < count; i++)
            if (scratch->distance[i] == taken[i].distance) s->weight[other] -= shoal_tiles_steps(tiles, taken[i].row);
    }
    return kept;
}

static void take_tied(numbering *s, int c)
{
    int64_t kept = 0;
    for (int64_t from = 0; from < s->n_tied; from += T) {
        const int rows = s->n_tied - from < T ? (int)(s->n_tied - from) : T;
        kept = take_batch(s, c, from, rows, kept, &s->scratch[0]);
    }
    s->n_tied = kept;
}

static bool before(const numbering *s, const shoal_kmeans_opts *opts, int a, int b)
{
    if (opts->numbering == SHOAL_NUMBERING_COLUMN) {
        const double first = centroid(s, a)[opts->number_column], second = centroid(s, b)[opts->number_column];
        if (first != second) return first > second;
    } else if (s->weight[a] != s->weight[b]) return s->weight[a] > s->weight[b];
    return compare(s, a, b) < 0;
}

static shoal_status order_clusters(const shoal_ctx *ctx, numbering *s, const shoal_kmeans_opts *opts, shoal_error *err)
{
    for (int number = 0; number < s->lloyd->centroids.k; number++) {
        int first = -1;
        for (int c = 0; c < s->lloyd->centroids.k; c++)
            if (!s->numbered[c] && (first < 0 || before(s, opts, c, first))) first = c;
        s->order[number] = first;
        s->numbered[first] = true;
        take_tied(s, first);
        if (shoal_cancelled(ctx)) return shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted");
    }
    return SHOAL_OK;
}

shoal_status shoal_centroids_permute(int d, const int *order, shoal_centroids *centroids, shoal_error *err)
{
    const int64_t cells = (int64_t)centroids->k * d;
    double *wide;
    SHOAL_TRY(shoal_alloc(cells, sizeof *wide, &wide, err));
    for (int c = 0; c < centroids->k; c++)
        memcpy(wide + (int64_t)c * d, centroids->wide + (int64_t)order[c] * d, (size_t)d * sizeof *wide);
    memcpy(centroids->wide, wide, (size_t)cells * sizeof *wide);
    for (int64_t at = 0; at < cells && centroids->narrow != NULL; at++) centroids->narrow[at] = (float)wide[at];
    free(wide);
    return SHOAL_OK;
}

static void numbering_free(numbering *s)
{
    for (int t = 0; t < s->lloyd->threads && s->scratch != NULL; t++) {
        free(s->scratch[t].weight);
        free(s->scratch[t].values);
    }
    free(s->scratch);
    free(s->weight);
    free(s->copy);
    free(s->numbered);
    free(s->order);
    free(s->tied);
}

static shoal_status numbering_make(shoal_lloyd *lloyd, numbering *s, shoal_error *err)
{
    const int k = lloyd->centroids.k;
    *s = (numbering){.lloyd = lloyd};
    shoal_status status;
    SHOAL_TRY_OUT(shoal_alloc_zero(k, sizeof *s->weight, &s->weight, err));
    SHOAL_TRY_OUT(shoal_alloc_zero(k, sizeof *s->copy, &s->copy, err));
    SHOAL_TRY_OUT(shoal_alloc_zero(k, sizeof *s->numbered, &s->numbered, err));
    SHOAL_TRY_OUT(shoal_alloc_zero(k, sizeof *s->order, &s->order, err));
    SHOAL_TRY_OUT(shoal_alloc_zero(lloyd->threads, sizeof *s->scratch, &s->scratch, err));
    for (int t = 0; t < lloyd->threads; t++) {
        SHOAL_TRY_OUT(shoal_alloc_zero(k, sizeof *s->scratch[t].weight, &s->scratch[t].weight, err));
        SHOAL_TRY_OUT(shoal_alloc_zero(lloyd->tiles->d, T * sizeof *s->scratch[t].values, &s->scratch[t].values, err));
    }
    for (int c = 0; c < k; c++)
        for (int other = 0; other < c && !s->copy[c]; other++) s->copy[c] = compare(s, c, other) == 0;
out:
    if (status < 0) numbering_free(s);
    return status;
}

shoal_status shoal_kmeans_number(const shoal_ctx *ctx, const shoal_kmeans_opts *opts, shoal_lloyd *lloyd,
                                 shoal_error *err)
{
    numbering s;
    if (opts->numbering == SHOAL_NUMBERING_FITTED || lloyd->centroids.k < 2) return SHOAL_OK;
    SHOAL_TRY(numbering_make(lloyd, &s, err));
    shoal_status status = SHOAL_OK;
    if (opts->numbering == SHOAL_NUMBERING_SIZE) {
        SHOAL_TRY_OUT(weigh(ctx, &s, err));
        SHOAL_TRY_OUT(list_tied(&s, err));
    }
    SHOAL_TRY_OUT(order_clusters(ctx, &s, opts, err));
    SHOAL_TRY_OUT(shoal_centroids_permute(lloyd->tiles->d, s.order, &lloyd->centroids, err));
out:
    numbering_free(&s);
    return status;
}

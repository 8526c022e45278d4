#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/threads.h"
#include "model/kmeans/algorithm.h"
#include "model/kmeans/choose_k_rank.h"
#include "model/kmeans/data.h"
#include "model/kmeans/fit.h"
#include "model/kmeans/mini_batch.h"
#include "model/kmeans/numbering.h"
#include "model/kmeans/sample.h"
#include "model/kmeans/seed.h"

/* Above SAMPLE_FROM rows the restarts run on SAMPLE_ROWS rows and only the best goes on over all rows. */
enum { SAMPLE_FROM = 200000, SAMPLE_ROWS = 100000 };

/* Streams of random numbers: restarts of a fit use 0, 1, 2 …; the sample uses one far from them. */
static const uint64_t SAMPLE_STREAM = UINT64_C(1) << 32;

/* All that the candidates share. */
typedef struct k_choice {
    const shoal_ctx *ctx;
    const shoal_kmeans_opts *opts;
    shoal_kmeans_data data;
    shoal_tiles sample;                    /* sample.n is 0 where all rows are used */
    double *centroids[SHOAL_CHOOSE_K_MAX]; /* k x d, shifted coordinates, of each candidate's fit */
    int iterations[SHOAL_CHOOSE_K_MAX];
    bool converged[SHOAL_CHOOSE_K_MAX];
    bool mini_batch[SHOAL_CHOOSE_K_MAX];
    double moved[SHOAL_CHOOSE_K_MAX], inertia_before[SHOAL_CHOOSE_K_MAX];
    shoal_kmeans_time time;
} k_choice;

/* The sample, where there are rows enough. */
static shoal_status draw_sample(k_choice *choice, shoal_error *err)
{
    if (choice->data.tiles.n <= SAMPLE_FROM) return SHOAL_OK;
    return shoal_sample_make(&choice->data.tiles, SAMPLE_ROWS, choice->opts->seed, SAMPLE_STREAM, &choice->sample, err);
}

/* Sampled restarts for the start, then all rows from there. */
static shoal_status fit_from_sample(k_choice *choice, const shoal_kmeans_opts *opts, const shoal_lloyd_report *report,
                                    shoal_lloyd *best, shoal_error *err)
{
    shoal_lloyd start = {0};
    shoal_lloyd_report half = *report;
    half.span /= 2;
    *best = (shoal_lloyd){0};
    shoal_status status;
    SHOAL_TRY_OUT(shoal_kmeans_restarts(choice->ctx, &choice->sample, opts, &half, &start, &choice->time, err));
    SHOAL_TRY_OUT(shoal_lloyd_make(choice->ctx, &choice->data.tiles, opts->n_clusters, best, err));
    for (int c = 0; c < opts->n_clusters; c++)
        shoal_centroids_set(&choice->data.tiles, &best->centroids, c,
                            start.centroids.wide + (int64_t)c * choice->data.tiles.d);
    half.begin += half.span;
    half.restart = half.n_init = 1;
    const shoal_lloyd_opts run = {.max_iter = opts->max_iter,
                                  .tol = shoal_kmeans_tolerance(&choice->data.tiles, opts->tol),
                                  .report = half,
                                  .algorithm = opts->algorithm};
    const double begun = shoal_clock_ms();
    SHOAL_TRY_OUT(shoal_lloyd_run(choice->ctx, &run, best, err));
    choice->time.iterate_ms += shoal_clock_ms() - begun;
out:
    shoal_lloyd_free(&start);
    if (status < 0) shoal_lloyd_free(best);
    return status;
}

static double distance_between(const double *a, const double *b, int d)
{
    double squares = 0;
    for (int j = 0; j < d; j++) squares += (a[j] - b[j]) * (a[j] - b[j]);
    return sqrt(squares);
}

/* Caliński & Harabasz 1974 (doi:10.1080/03610927408827101) over the clusters with weight. */
static double calinski_harabasz(const shoal_tiles *tiles, const double *centroids, int k, const double *weights,
                                double inertia)
{
    double between = 0;
    int used = 0;
    for (int c = 0; c < k; c++) {
        if (weights[c] == 0) continue;
        const double distance = distance_between(centroids + (int64_t)c * tiles->d, tiles->mean, tiles->d);
        between += weights[c] * distance * distance;
        used++;
    }
    if (used < 2 || tiles->total_weight <= used) return 0;
    return between / (used - 1) / (inertia / (tiles->total_weight - used));
}

/* Davies & Bouldin 1979 (doi:10.1109/TPAMI.1979.4766909) over the clusters with weight; spread: mean distance. */
static double davies_bouldin(const double *centroids, int k, int d, const double *weights, const double *spread)
{
    double sum = 0;
    int used = 0;
    for (int a = 0; a < k; a++) {
        if (weights[a] == 0) continue;
        double worst = 0;
        for (int b = 0; b < k; b++) {
            if (b == a || weights[b] == 0) continue;
            const double distance = distance_between(centroids + (int64_t)a * d, centroids + (int64_t)b * d, d);
            const double ratio = (spread[a] / weights[a] + spread[b] / weights[b]) / distance;
            if (distance > 0 && ratio > worst) worst = ratio;
        }
        sum += worst;
        used++;
    }
    return sum / used;
}

static shoal_status judge(k_choice *choice, shoal_lloyd *lloyd, int slot, shoal_choose_k_candidate *candidate,
                          shoal_error *err)
{
    const shoal_tiles *tiles = &choice->data.tiles;
    const int k = lloyd->centroids.k;
    const double *centroids = lloyd->centroids.wide;
    shoal_measure measure;
    SHOAL_TRY(shoal_lloyd_measure(choice->ctx, lloyd, &measure, NULL, err));
    *candidate = (shoal_choose_k_candidate){
        .k = k,
        .inertia = measure.inertia,
        .silhouette = measure.silhouette,
        .calinski_harabasz = calinski_harabasz(tiles, centroids, k, measure.weights, measure.inertia),
        .davies_bouldin = davies_bouldin(centroids, k, tiles->d, measure.weights, measure.spread),
    };
    shoal_measure_free(&measure);
    choice->iterations[slot] = lloyd->iterations;
    choice->converged[slot] = lloyd->converged;
    choice->moved[slot] = lloyd->moved;
    choice->inertia_before[slot] = lloyd->inertia_before;
    SHOAL_TRY(shoal_alloc((int64_t)k * tiles->d, sizeof **choice->centroids, &choice->centroids[slot], err));
    memcpy(choice->centroids[slot], centroids, (size_t)k * (size_t)tiles->d * sizeof *centroids);
    return SHOAL_OK;
}

static shoal_status try_k(k_choice *choice, int slot, int k, const shoal_lloyd_report *report,
                          shoal_choose_k_candidate *candidate, shoal_error *err)
{
    shoal_kmeans_opts opts = *choice->opts;
    opts.n_clusters = k;
    shoal_lloyd best;
    if (opts.mini_batch)
        SHOAL_TRY(shoal_kmeans_mini_batch(choice->ctx, &choice->data.tiles, &opts, report, &best,
                                          &choice->mini_batch[slot], &choice->time, err));
    else if (choice->sample.n > 0) SHOAL_TRY(fit_from_sample(choice, &opts, report, &best, err));
    else SHOAL_TRY(shoal_kmeans_restarts(choice->ctx, &choice->data.tiles, &opts, report, &best, &choice->time, err));
    const shoal_status status = judge(choice, &best, slot, candidate, err);
    shoal_lloyd_free(&best);
    return status;
}

/* The fit of one candidate again, from its centroids. */
static shoal_status rebuild(k_choice *choice, int slot, int k, shoal_kmeans_result *result, shoal_error *err)
{
    shoal_lloyd lloyd;
    SHOAL_TRY(shoal_lloyd_make(choice->ctx, &choice->data.tiles, k, &lloyd, err));
    for (int c = 0; c < k; c++)
        shoal_centroids_set(&choice->data.tiles, &lloyd.centroids, c,
                            choice->centroids[slot] + (int64_t)c * choice->data.tiles.d);
    lloyd.iterations = choice->iterations[slot];
    lloyd.converged = choice->converged[slot];
    result->n_init = choice->opts->n_init;
    result->mini_batch = choice->mini_batch[slot];
    result->time = choice->time;
    lloyd.moved = choice->moved[slot];
    lloyd.inertia_before = choice->inertia_before[slot];
    shoal_status status = shoal_kmeans_number(choice->ctx, choice->opts, &lloyd, err);
    if (status >= 0) status = shoal_kmeans_finish(choice->ctx, &lloyd, result, NULL, err);
    if (status == SHOAL_OK) {
        shoal_algorithm_note(&choice->data.tiles, choice->opts->algorithm, result);
        shoal_kmeans_data_finish(choice->ctx, &choice->data, result);
    }
    shoal_lloyd_free(&lloyd);
    return status;
}

static shoal_status check_range(int k_min, int k_max, const shoal_kmeans_opts *opts, shoal_error *err)
{
    if (k_min < 2 || k_max < k_min)
        return shoal_fail(err, SHOAL_ERR_USAGE, "k from %d to %d: the range must begin at 2 or more and not fall",
                          k_min, k_max);
    if (k_max - k_min >= SHOAL_CHOOSE_K_MAX)
        return shoal_fail(err, SHOAL_ERR_USAGE, "k from %d to %d: at most %d candidates are compared", k_min, k_max,
                          SHOAL_CHOOSE_K_MAX);
    if (opts->init == SHOAL_INIT_GIVEN)
        return shoal_fail(err, SHOAL_ERR_USAGE,
                          "given centroids fix the number of clusters; leave them out to choose it");
    return shoal_kmeans_check_opts(opts, err);
}

/* Lowers k_max to the number of different rows. */
static shoal_status limit_k(k_choice *choice, int k_min, int *k_max, shoal_error *err)
{
    int distinct;
    SHOAL_TRY(shoal_tiles_distinct(&choice->data.tiles, *k_max, &distinct, err));
    if (distinct < k_min)
        return shoal_fail(
            err, SHOAL_ERR_INPUT,
            "only %d different row%s in the matrix: %d clusters cannot be told apart; add features or rows", distinct,
            distinct == 1 ? "" : "s", k_min);
    if (distinct < *k_max)
        shoal_notice(choice->ctx, "only %d rows differ: k is chosen between %d and %d", distinct, k_min, distinct);
    *k_max = distinct;
    return SHOAL_OK;
}

static void choice_free(k_choice *choice)
{
    for (int slot = 0; slot < SHOAL_CHOOSE_K_MAX; slot++) free(choice->centroids[slot]);
    shoal_tiles_free(&choice->sample);
    shoal_kmeans_data_free(&choice->data);
}

shoal_status shoal_choose_k(const shoal_ctx *ctx, const shoal_matrix *x, int k_min, int k_max,
                            const shoal_kmeans_opts *opts, shoal_choose_k_result *result, shoal_error *err)
{
    *result = (shoal_choose_k_result){0};
    SHOAL_TRY(check_range(k_min, k_max, opts, err));
    SHOAL_TRY(shoal_kmeans_check_numbering(x, opts, err));
    k_choice choice = {.ctx = ctx, .opts = opts};
    const double start = shoal_clock_ms();
    shoal_progress(ctx, "choose k", 0, "preparing the matrix");
    SHOAL_TRY(shoal_kmeans_data_build(ctx, x, opts->weight, true, &choice.data, err));
    shoal_status status;
    SHOAL_TRY_OUT(limit_k(&choice, k_min, &k_max, err));
    SHOAL_TRY_OUT(draw_sample(&choice, err));
    choice.time.prepare_ms = shoal_clock_ms() - start;
    const int candidates = k_max - k_min + 1;
    for (int slot = 0; slot < candidates; slot++) {
        const shoal_lloyd_report report = {
            .phase = "choose k", .begin = (double)slot / candidates, .span = 1.0 / candidates};
        SHOAL_TRY_OUT(try_k(&choice, slot, k_min + slot, &report, &result->candidates[slot], err));
    }
    result->n_candidates = candidates;
    shoal_choose_k_rank(choice.data.tiles.total_squares, result);
    SHOAL_TRY_OUT(rebuild(&choice, result->k - k_min, result->k, &result->best, err));
    if (opts->mini_batch) shoal_kmeans_mini_batch_notice(ctx, &result->best);
    shoal_progress(ctx, "choose k", 1, NULL);
    if (!result->best.converged) status = SHOAL_NOT_CONVERGED;
out:
    choice_free(&choice);
    if (status < 0) shoal_choose_k_result_free(result);
    return status;
}

void shoal_choose_k_result_free(shoal_choose_k_result *result)
{
    shoal_kmeans_result_free(&result->best);
    *result = (shoal_choose_k_result){0};
}

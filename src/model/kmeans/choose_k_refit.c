/* Gap statistic and stability: references and bootstrap samples, fitted for every k in one go. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/threads.h"
#include "model/kmeans/adjusted_rand.h"
#include "model/kmeans/choose_k.h"
#include "model/kmeans/choose_k_gap.h"
#include "model/kmeans/choose_k_sample.h"

enum { SAMPLE_ROWS = 10000 }; /* and of each reference */

typedef struct refits {
    const shoal_choice *choice;
    int n_references, n_bootstraps;
    shoal_tiles sample;
    shoal_tiles *references, *bootstraps;
    int per_slot; /* models of a slot: of the sample, of each reference, of each bootstrap */
    shoal_model_task *tasks;
    shoal_model *models; /* those of the largest k first */
    shoal_kmeans_time time;
} refits;

static int64_t sample_draws(const shoal_choice *choice)
{
    return choice->data.n < SAMPLE_ROWS ? choice->data.n : SAMPLE_ROWS;
}

/* Matrix number i: the references, then the bootstraps. */
static shoal_status make_matrix(const refits *all, int i, shoal_error *err)
{
    const shoal_choice *choice = all->choice;
    const uint64_t seed = choice->opts->kmeans.seed;
    if (shoal_cancelled(choice->ctx)) return shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted");
    if (i < all->n_references)
        return shoal_gap_reference(&all->sample, sample_draws(choice), seed, SHOAL_STREAM_REFERENCE + (uint64_t)i,
                                   &all->references[i], err);
    const int bootstrap = i - all->n_references;
    return shoal_sample_bootstrap(&all->sample, seed, SHOAL_STREAM_BOOTSTRAP + (uint64_t)bootstrap,
                                  &all->bootstraps[bootstrap], err);
}

static shoal_status make_matrices(refits *all, shoal_error *err)
{
    const shoal_choice *choice = all->choice;
    const int count = all->n_references + all->n_bootstraps;
    const int threads = shoal_threads_for(choice->ctx, (double)all->sample.n * all->sample.d * all->sample.d * count);
    shoal_status status;
    SHOAL_TRY(shoal_sample_draw(&choice->data.tiles, sample_draws(choice), choice->opts->kmeans.seed,
                                SHOAL_STREAM_JUDGE, &all->sample, err));
    SHOAL_TRY(shoal_alloc_zero(all->n_references, sizeof *all->references, &all->references, err));
    SHOAL_TRY(shoal_alloc_zero(all->n_bootstraps, sizeof *all->bootstraps, &all->bootstraps, err));
    status = SHOAL_OK;
#pragma omp parallel for num_threads(threads) schedule(dynamic, 1) if (threads > 1)
    for (int i = 0; i < count; i++) {
        shoal_error own = {0};
        const shoal_status made = make_matrix(all, i, &own);
#pragma omp critical(shoal_refits)
        if (made < 0 && status == SHOAL_OK) status = shoal_fail(err, made, "%s", own.message);
    }
    return status;
}

static int first_of(const refits *all, int slot)
{
    return (all->choice->n_candidates - 1 - slot) * all->per_slot;
}

/* Fit number i of a slot: the candidate's own centroids go on over the sample; the others start anew. */
static shoal_model_task task_of(const refits *all, int slot, int i)
{
    const shoal_choice *choice = all->choice;
    const int matrix = i - 1;
    shoal_model_task task = {.k = choice->k_min + slot, .tiles = &all->sample};
    if (i == 0) {
        task.centroids = choice->models[slot].centroids;
        return task;
    }
    task.tiles = matrix < all->n_references ? &all->references[matrix] : &all->bootstraps[matrix - all->n_references];
    task.stream = (uint64_t)matrix;
    return task;
}

static shoal_status fit_all(refits *all, double begin, double span, shoal_error *err)
{
    const shoal_choice *choice = all->choice;
    const int count = choice->n_candidates * all->per_slot;
    shoal_kmeans_opts opts = choice->opts->kmeans;
    opts.init = SHOAL_INIT_KMEANSPP;
    SHOAL_TRY(shoal_alloc(count, sizeof *all->tasks, &all->tasks, err));
    SHOAL_TRY(shoal_alloc_zero(count, sizeof *all->models, &all->models, err));
    for (int slot = 0; slot < choice->n_candidates; slot++)
        for (int i = 0; i < all->per_slot; i++) all->tasks[first_of(all, slot) + i] = task_of(all, slot, i);
    const shoal_lloyd_report report = {.phase = "choose k", .begin = begin, .span = span};
    return shoal_models_fit(choice->ctx, &opts, all->tasks, count, &report, all->models, &all->time, err);
}

/* The fit to matrix number `matrix`. */
static const shoal_model *model_of(const refits *all, int slot, int matrix)
{
    return &all->models[first_of(all, slot) + 1 + matrix];
}

static shoal_status find_gaps(const refits *all, shoal_choose_k_result *result, shoal_error *err)
{
    const shoal_choice *choice = all->choice;
    const int n = all->n_references;
    if (n == 0) return SHOAL_OK;
    double *logs, gaps[SHOAL_CHOOSE_K_MAX + 1], errors[SHOAL_CHOOSE_K_MAX + 1];
    SHOAL_TRY(shoal_alloc(n, sizeof *logs, &logs, err));
    for (int b = 0; b < n; b++) logs[b] = log(all->references[b].total_squares);
    shoal_gap_statistic(n, logs, log(all->sample.total_squares), &gaps[0], &errors[0]);
    for (int slot = 0; slot < choice->n_candidates; slot++) {
        for (int b = 0; b < n; b++) logs[b] = log(model_of(all, slot, b)->inertia);
        shoal_gap_statistic(n, logs, log(all->models[first_of(all, slot)].inertia), &gaps[slot + 1], &errors[slot + 1]);
        choice->candidates[slot].gap = gaps[slot + 1];
        choice->candidates[slot].gap_error = errors[slot + 1];
    }
    const int chosen = shoal_gap_choice(choice->n_candidates + 1, gaps, errors);
    result->gap_one = gaps[0];
    result->gap_one_error = errors[0];
    result->gap_k = chosen == 0 ? 1 : choice->k_min + chosen - 1;
    free(logs);
    return SHOAL_OK;
}

/* Labels of the rows by the model. centroids: of its k. */
static void label_rows(const shoal_tiles *tiles, const shoal_model *model, shoal_centroids *centroids,
                       shoal_nearest *nearest, int32_t *labels)
{
    shoal_model_centroids(tiles, model, centroids);
    for (int64_t tile = 0; tile < tiles->count; tile++) {
        (void)shoal_nearest_label(shoal_kernels_get(), tiles, centroids, tile, nearest);
        memcpy(labels + tile * SHOAL_TILE_ROWS, nearest->label, (size_t)shoal_tiles_rows(tiles, tile) * sizeof *labels);
    }
}

static shoal_status find_stability(const refits *all, int slot, double *stability, shoal_error *err)
{
    const shoal_tiles *rows = &all->sample;
    const int k = all->choice->k_min + slot;
    shoal_centroids centroids = {0};
    shoal_nearest *nearest = NULL;
    int32_t *own = NULL, *again = NULL;
    double sum = 0;
    shoal_status status;
    SHOAL_TRY_OUT(shoal_centroids_make(rows, k, &centroids, err));
    SHOAL_TRY_OUT(shoal_nearest_make(rows, 1, &nearest, err));
    SHOAL_TRY_OUT(shoal_alloc(rows->n, sizeof *own, &own, err));
    SHOAL_TRY_OUT(shoal_alloc(rows->n, sizeof *again, &again, err));
    label_rows(rows, &all->models[first_of(all, slot)], &centroids, nearest, own);
    for (int b = 0; b < all->n_bootstraps; b++) {
        double index;
        label_rows(rows, model_of(all, slot, all->n_references + b), &centroids, nearest, again);
        SHOAL_TRY_OUT(shoal_adjusted_rand(rows->n, own, k, again, k, rows->weight, &index, err));
        sum += index;
    }
    *stability = sum / all->n_bootstraps;
out:
    shoal_centroids_free(&centroids);
    shoal_nearest_free(1, nearest);
    free(own);
    free(again);
    return status;
}

static shoal_status find_stabilities(const refits *all, shoal_error *err)
{
    const shoal_choice *choice = all->choice;
    const int slots = all->n_bootstraps == 0 ? 0 : choice->n_candidates;
    const int threads =
        shoal_threads_for(choice->ctx, (double)all->sample.n * all->sample.d * slots * all->n_bootstraps);
    shoal_status status = SHOAL_OK;
#pragma omp parallel for num_threads(threads) schedule(dynamic, 1) if (threads > 1)
    for (int slot = 0; slot < slots; slot++) {
        shoal_error own = {0};
        const shoal_status found = find_stability(all, slot, &choice->candidates[slot].stability, &own);
#pragma omp critical(shoal_refits)
        if (found < 0 && status == SHOAL_OK) status = shoal_fail(err, found, "%s", own.message);
    }
    return status;
}

static void refits_free(refits *all)
{
    for (int i = 0; i < all->n_references && all->references != NULL; i++) shoal_tiles_free(&all->references[i]);
    for (int i = 0; i < all->n_bootstraps && all->bootstraps != NULL; i++) shoal_tiles_free(&all->bootstraps[i]);
    if (all->models != NULL) shoal_models_free(all->choice->n_candidates * all->per_slot, all->models);
    shoal_tiles_free(&all->sample);
    free(all->references);
    free(all->bootstraps);
    free(all->tasks);
    free(all->models);
}

shoal_status shoal_choice_refit(shoal_choice *choice, double begin, double span, shoal_choose_k_result *result,
                                shoal_error *err)
{
    const int n_references = choice->opts->n_references, n_bootstraps = choice->opts->n_bootstraps;
    refits all = {.choice = choice,
                  .n_references = n_references,
                  .n_bootstraps = n_bootstraps,
                  .per_slot = 1 + n_references + n_bootstraps};
    shoal_status status = SHOAL_OK;
    result->gap_one = result->gap_one_error = NAN;
    if (n_references == 0 && n_bootstraps == 0) return SHOAL_OK;
    SHOAL_TRY_OUT(make_matrices(&all, err));
    SHOAL_TRY_OUT(fit_all(&all, begin, span, err));
    SHOAL_TRY_OUT(find_gaps(&all, result, err));
    SHOAL_TRY_OUT(find_stabilities(&all, err));
out:
    refits_free(&all);
    return status;
}

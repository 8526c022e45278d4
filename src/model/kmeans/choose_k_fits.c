#include "base/clock.h"
#include "base/memory.h"
#include "base/threads.h"
#include "model/kmeans/choose_k_finalists.h"
#include "model/kmeans/fit.h"
#include "model/kmeans/mini_batch.h"

/* With samples: starts for each of opts->n_init, and how many go on to the larger sample and to all rows. */
enum { MORE_STARTS = 3, MOST_SECOND = 8, MOST_LAST = 4 };

static void round_free(shoal_round *round)
{
    shoal_models_free(round->models == NULL ? 0 : round->count, round->models);
    free(round->models);
}

/* How many models every slot has. */
static void lay_out(const shoal_choice *choice, const shoal_finalists *starts, int n, shoal_round *round)
{
    round->count = 0;
    for (int slot = choice->n_candidates - 1; slot >= 0; slot--) { /* the longest fits first */
        round->first[slot] = round->count;
        round->n[slot] = starts == NULL ? n : starts[slot].n;
        round->count += round->n[slot];
    }
}

/* Fits n drawn starts a slot to the tiles, or the models of `before` that `starts` names. */
static shoal_status fit_round(shoal_choice *choice, const shoal_tiles *tiles, int n, const shoal_round *before,
                              const shoal_finalists *starts, const shoal_lloyd_report *report, shoal_round *round,
                              shoal_error *err)
{
    shoal_model_task *tasks = NULL;
    shoal_status status;
    *round = (shoal_round){.tiles = tiles};
    lay_out(choice, starts, n, round);
    SHOAL_TRY_OUT(shoal_alloc_zero(round->count, sizeof *tasks, &tasks, err));
    SHOAL_TRY_OUT(shoal_alloc_zero(round->count, sizeof *round->models, &round->models, err));
    for (int slot = 0; slot < choice->n_candidates; slot++)
        for (int i = 0; i < round->n[slot]; i++) {
            shoal_model_task *task = &tasks[round->first[slot] + i];
            *task = (shoal_model_task){.tiles = tiles, .k = choice->k_min + slot, .stream = (uint64_t)i};
            if (starts != NULL) task->centroids = before->models[before->first[slot] + starts[slot].index[i]].centroids;
        }
    SHOAL_TRY_OUT(shoal_models_fit(choice->ctx, &choice->opts->kmeans, tasks, round->count, report, round->models,
                                   &choice->time, err));
out:
    free(tasks);
    return status;
}

/* Measures all rows by the centroids of `lloyd`, and keeps model and figures where they beat those of the slot. */
static shoal_status enter(shoal_choice *choice, int slot, shoal_lloyd *lloyd, shoal_error *err)
{
    shoal_measure measure;
    shoal_model model = {0}, *best = &choice->models[slot];
    SHOAL_TRY(shoal_lloyd_measure(choice->ctx, lloyd, true, &measure, err));
    const shoal_status status = shoal_model_keep(lloyd, measure.inertia, &model, err);
    if (status == SHOAL_OK && (best->k == 0 || model.inertia < best->inertia * SHOAL_CLEARLY_LESS)) {
        const shoal_model worse = *best;
        *best = model;
        model = worse;
        shoal_choice_figures(&choice->data.tiles, best, &measure, &choice->candidates[slot]);
    }
    shoal_models_free(1, &model);
    shoal_measure_free(&measure);
    return status;
}

/* A fit to all rows: `start` as it is where it saw all rows, else what becomes of it. */
static shoal_status run_last(shoal_choice *choice, int slot, const shoal_model *start, bool saw_all,
                             const shoal_lloyd_report *report, shoal_error *err)
{
    const shoal_kmeans_opts *opts = &choice->opts->kmeans;
    const shoal_lloyd_opts run = {.max_iter = opts->max_iter,
                                  .tol = shoal_kmeans_tolerance(&choice->data.tiles, opts->tol),
                                  .algorithm = opts->algorithm,
                                  .report = *report};
    const double begun = shoal_clock_ms();
    shoal_lloyd lloyd;
    SHOAL_TRY(shoal_lloyd_make(choice->ctx, &choice->data.tiles, start->k, &lloyd, err));
    shoal_model_take(start, &lloyd);
    shoal_status status = SHOAL_OK;
    if (!saw_all) status = shoal_lloyd_run(choice->ctx, &run, &lloyd, err);
    choice->time.iterate_ms += shoal_clock_ms() - begun;
    if (status >= 0) status = enter(choice, slot, &lloyd, err);
    shoal_lloyd_free(&lloyd);
    return status;
}

/* The best of each slot of the round. */
static void choose_best(const shoal_choice *choice, const shoal_round *round, shoal_finalists *chosen)
{
    for (int slot = 0; slot < choice->n_candidates; slot++)
        chosen[slot] =
            (shoal_finalists){.n = 1, .index = {shoal_models_best(round->models + round->first[slot], round->n[slot])}};
}

/* All rows: one fit after another, each on all threads. */
static shoal_status last_round(shoal_choice *choice, const shoal_round *before, const shoal_lloyd_report *report,
                               shoal_error *err)
{
    const int slots = choice->n_candidates;
    const bool saw_all = before->tiles == &choice->data.tiles;
    shoal_finalists chosen[SHOAL_CHOOSE_K_MAX] = {0};
    if (saw_all) choose_best(choice, before, chosen);
    else SHOAL_TRY(shoal_finalists_choose(choice, before, MOST_LAST, chosen, err));
    for (int slot = 0; slot < slots; slot++)
        for (int i = 0; i < chosen[slot].n; i++) {
            shoal_lloyd_report each = {
                .phase = report->phase, .restart = i + 1, .n_init = chosen[slot].n, .span = report->span / slots};
            each.span /= chosen[slot].n;
            each.begin = report->begin + report->span * slot / slots + each.span * i;
            const shoal_model *start = &before->models[before->first[slot] + chosen[slot].index[i]];
            SHOAL_TRY(run_last(choice, slot, start, saw_all, &each, err));
        }
    return SHOAL_OK;
}

/* Mini-batch fits, one after another. */
static shoal_status fit_batches(shoal_choice *choice, double begin, double span, shoal_error *err)
{
    const int slots = choice->n_candidates;
    shoal_kmeans_opts opts = choice->opts->kmeans;
    for (int slot = 0; slot < slots; slot++) {
        const shoal_lloyd_report report = {
            .phase = "choose k", .begin = begin + span * slot / slots, .span = span / slots};
        shoal_lloyd best;
        opts.n_clusters = choice->k_min + slot;
        SHOAL_TRY(shoal_kmeans_mini_batch(choice->ctx, &choice->data.tiles, &opts, &report, &best,
                                          &choice->mini_batch[slot], &choice->time, err));
        const shoal_status status = enter(choice, slot, &best, err);
        shoal_lloyd_free(&best);
        SHOAL_TRY(status);
    }
    return SHOAL_OK;
}

shoal_status shoal_choice_fit(shoal_choice *choice, double begin, double span, shoal_error *err)
{
    const bool sampled = choice->sample.n > 0;
    const int n_init = choice->opts->kmeans.n_init;
    const shoal_lloyd_report first = {.phase = "choose k", .begin = begin, .span = (sampled ? 0.4 : 0.9) * span};
    const shoal_lloyd_report second = {.phase = "choose k", .begin = begin + first.span, .span = 0.2 * span};
    shoal_lloyd_report last = {.phase = "choose k", .begin = begin + first.span + (sampled ? second.span : 0)};
    last.span = begin + span - last.begin;
    shoal_finalists chosen[SHOAL_CHOOSE_K_MAX] = {0};
    shoal_round round = {0}, larger = {0};
    shoal_status status;
    if (choice->opts->kmeans.mini_batch) return fit_batches(choice, begin, span, err);
    SHOAL_TRY_OUT(fit_round(choice, sampled ? &choice->small_sample : &choice->data.tiles,
                            sampled ? MORE_STARTS * n_init : n_init, NULL, NULL, &first, &round, err));
    if (sampled) {
        SHOAL_TRY_OUT(shoal_finalists_choose(choice, &round, MOST_SECOND, chosen, err));
        SHOAL_TRY_OUT(fit_round(choice, &choice->sample, 0, &round, chosen, &second, &larger, err));
    }
    SHOAL_TRY_OUT(last_round(choice, sampled ? &larger : &round, &last, err));
out:
    round_free(&larger);
    round_free(&round);
    return status;
}

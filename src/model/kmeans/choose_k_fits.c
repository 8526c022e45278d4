#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/threads.h"
#include "model/kmeans/choose_k.h"
#include "model/kmeans/fit.h"
#include "model/kmeans/mini_batch.h"

/* Restarts that go on from the sample to all rows. */
enum { MOST_FINALISTS = 4 };
/* Inertia on the sample, against the least: further away a restart does not come first on all rows. */
static const double FINAL_MARGIN = 0.005;
/* Two runs found one optimum where moving each centroid to its counterpart raises the inertia by less than this. */
static const double SAME_OPTIMUM = 1e-3;

typedef struct finalists {
    int n, index[MOST_FINALISTS]; /* of models */
} finalists;

/* The centroid of b, not taken yet, that is nearest to a; by squared distance. */
static int counterpart(const double *a, const shoal_model *b, int d, const bool *taken, double *square)
{
    int nearest = -1;
    *square = INFINITY;
    for (int c = 0; c < b->k; c++) {
        double sum = 0;
        if (taken[c]) continue;
        for (int j = 0; j < d; j++) {
            const double off = a[j] - b->centroids[(int64_t)c * d + j];
            sum += off * off;
        }
        if (nearest < 0 || sum < *square) {
            *square = sum;
            nearest = c;
        }
    }
    return nearest;
}

/* taken: k, scratch. Counterparts are paired off greedily: for one optimum they lie far nearer than any other. */
static bool same_optimum(const shoal_model *a, const shoal_model *b, int d, bool *taken)
{
    double raised = 0;
    memset(taken, 0, (size_t)b->k * sizeof *taken);
    for (int c = 0; c < a->k; c++) {
        double square;
        taken[counterpart(a->centroids + (int64_t)c * d, b, d, taken, &square)] = true;
        raised += a->weights[c] * square;
    }
    return raised <= SAME_OPTIMUM * fmin(a->inertia, b->inertia);
}

/* Of n models of one k, the best of each optimum that may come first. */
static shoal_status choose_finalists(const shoal_model *models, int n, int d, finalists *chosen, shoal_error *err)
{
    bool *taken, *seen;
    const double least = models[shoal_models_best(models, n)].inertia;
    *chosen = (finalists){0};
    SHOAL_TRY(shoal_alloc(models[0].k, sizeof *taken, &taken, err));
    const shoal_status status = shoal_alloc_zero(n, sizeof *seen, &seen, err);
    while (status == SHOAL_OK && chosen->n < MOST_FINALISTS) {
        int best = -1;
        for (int i = 0; i < n; i++)
            if (!seen[i] && (best < 0 || models[i].inertia < models[best].inertia)) best = i;
        if (best < 0 || models[best].inertia > least * (1 + FINAL_MARGIN)) break;
        for (int i = 0; i < n; i++) seen[i] = seen[i] || i == best || same_optimum(&models[best], &models[i], d, taken);
        chosen->index[chosen->n++] = best;
    }
    free(seen);
    free(taken);
    return status;
}

/* Measures all rows by the centroids of `lloyd`, and keeps model and figures where they beat those of the slot. */
static shoal_status enter(shoal_choice *choice, int slot, shoal_lloyd *lloyd, shoal_error *err)
{
    shoal_measure measure;
    shoal_model model = {0}, *best = &choice->models[slot];
    SHOAL_TRY(shoal_lloyd_measure(choice->ctx, lloyd, &measure, NULL, err));
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

/* From the sample's centroids over all rows. */
static shoal_status run_final(shoal_choice *choice, int slot, const shoal_model *start,
                              const shoal_lloyd_report *report, shoal_error *err)
{
    const shoal_kmeans_opts *opts = &choice->opts->kmeans;
    const shoal_lloyd_opts run = {.max_iter = opts->max_iter,
                                  .tol = shoal_kmeans_tolerance(&choice->data.tiles, opts->tol),
                                  .report = *report,
                                  .algorithm = opts->algorithm};
    const double begun = shoal_clock_ms();
    shoal_lloyd lloyd;
    SHOAL_TRY(shoal_lloyd_make(choice->ctx, &choice->data.tiles, start->k, &lloyd, err));
    shoal_model_take(start, &lloyd);
    shoal_status status = SHOAL_OK;
    if (choice->sample.n > 0) status = shoal_lloyd_run(choice->ctx, &run, &lloyd, err);
    choice->time.iterate_ms += shoal_clock_ms() - begun;
    if (status >= 0) status = enter(choice, slot, &lloyd, err);
    shoal_lloyd_free(&lloyd);
    return status;
}

/* models: the n restarts of the slot. */
static shoal_status finish_slot(shoal_choice *choice, int slot, const shoal_model *models, int n,
                                const shoal_lloyd_report *report, shoal_error *err)
{
    finalists chosen = {.n = 1, .index = {shoal_models_best(models, n)}};
    if (choice->sample.n > 0) SHOAL_TRY(choose_finalists(models, n, choice->data.tiles.d, &chosen, err));
    shoal_lloyd_report each = *report;
    each.span /= chosen.n;
    each.n_init = chosen.n;
    for (int i = 0; i < chosen.n; i++) {
        each.begin = report->begin + each.span * i;
        each.restart = i + 1;
        SHOAL_TRY(run_final(choice, slot, &models[chosen.index[i]], &each, err));
    }
    return SHOAL_OK;
}

/* The slot by growing samples. */
static shoal_status fit_mini_batch(shoal_choice *choice, int slot, const shoal_lloyd_report *report, shoal_error *err)
{
    shoal_kmeans_opts opts = choice->opts->kmeans;
    shoal_lloyd lloyd;
    opts.n_clusters = choice->k_min + slot;
    SHOAL_TRY(shoal_kmeans_mini_batch(choice->ctx, &choice->data.tiles, &opts, report, &lloyd,
                                      &choice->mini_batch[slot], &choice->time, err));
    const shoal_status status = enter(choice, slot, &lloyd, err);
    shoal_lloyd_free(&lloyd);
    return status;
}

static shoal_status fit_mini_batches(shoal_choice *choice, double begin, double span, shoal_error *err)
{
    for (int slot = 0; slot < choice->n_candidates; slot++) {
        const double each = span / choice->n_candidates;
        const shoal_lloyd_report report = {.phase = "choose k", .begin = begin + each * slot, .span = each};
        SHOAL_TRY(fit_mini_batch(choice, slot, &report, err));
    }
    return SHOAL_OK;
}

shoal_status shoal_choice_fit(shoal_choice *choice, double begin, double span, shoal_error *err)
{
    const int n_init = choice->opts->kmeans.n_init, slots = choice->n_candidates, count = slots * n_init;
    const shoal_tiles *rows = choice->sample.n > 0 ? &choice->sample : &choice->data.tiles;
    const double share = choice->sample.n > 0 ? 0.5 : 0.9; /* of the restarts */
    if (choice->opts->kmeans.mini_batch) return fit_mini_batches(choice, begin, span, err);
    shoal_model_task *tasks = NULL;
    shoal_model *models = NULL;
    shoal_status status;
    SHOAL_TRY_OUT(shoal_alloc_zero(count, sizeof *tasks, &tasks, err));
    SHOAL_TRY_OUT(shoal_alloc_zero(count, sizeof *models, &models, err));
    for (int i = 0; i < count; i++) /* the largest k first */
        tasks[i] = (shoal_model_task){
            .tiles = rows, .k = choice->k_min + slots - 1 - i / n_init, .stream = (uint64_t)(i % n_init)};
    const shoal_lloyd_report restarts = {.phase = "choose k", .begin = begin, .span = span * share};
    SHOAL_TRY_OUT(
        shoal_models_fit(choice->ctx, &choice->opts->kmeans, tasks, count, &restarts, models, &choice->time, err));
    for (int slot = 0; slot < slots; slot++) {
        const double each = span * (1 - share) / slots;
        const shoal_lloyd_report report = {
            .phase = "choose k", .begin = begin + span * share + each * slot, .span = each};
        SHOAL_TRY_OUT(finish_slot(choice, slot, models + (ptrdiff_t)(slots - 1 - slot) * n_init, n_init, &report, err));
    }
out:
    shoal_models_free(models == NULL ? 0 : count, models);
    free(models);
    free(tasks);
    return status;
}

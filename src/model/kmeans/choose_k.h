/* What the parts of shoal_choose_k share. */
#ifndef SHOAL_MODEL_KMEANS_CHOOSE_K_H
#define SHOAL_MODEL_KMEANS_CHOOSE_K_H

#include <shoal/kmeans.h>

#include "model/kmeans/data.h"
#include "model/kmeans/models.h"

typedef struct shoal_choice {
    const shoal_ctx *ctx;
    const shoal_choose_k_opts *opts;
    int k_min, n_candidates;                /* slot s stands for k_min + s clusters */
    shoal_kmeans_data data;                 /* all rows */
    shoal_tiles sample, small_sample;       /* rows of the restarts; n is 0 where all are used */
    shoal_model models[SHOAL_CHOOSE_K_MAX]; /* the fit of each slot to all rows */
    bool mini_batch[SHOAL_CHOOSE_K_MAX];    /* whether that fit used samples */
    shoal_choose_k_candidate *candidates;   /* n_candidates, of the result */
    shoal_kmeans_time time;
} shoal_choice;

/* Streams of random numbers; restarts of a fit use 0, 1, 2 … */
#define SHOAL_STREAM_SAMPLE (UINT64_C(1) << 32)
#define SHOAL_STREAM_JUDGE (UINT64_C(2) << 32)
#define SHOAL_STREAM_REFERENCE (UINT64_C(3) << 32)
#define SHOAL_STREAM_BOOTSTRAP (UINT64_C(4) << 32)

/* Fits all slots; fills models and the figures of candidates that are of all rows. begin and span frame the progress.
 * Errors: MEMORY, INTERRUPTED. */
SHOAL_MUST_USE shoal_status shoal_choice_fit(shoal_choice *choice, double begin, double span, shoal_error *err);

/* The figures of a partition of all rows, `measure` being that of `model`. */
void shoal_choice_figures(const shoal_tiles *tiles, const shoal_model *model, const shoal_measure *measure,
                          shoal_choose_k_candidate *candidate);

/* Fills gap, gap_error and stability of the candidates, and the gap of one cluster, as far as they are asked for. Needs
 * the models. Errors: MEMORY, INTERRUPTED. */
SHOAL_MUST_USE shoal_status shoal_choice_refit(shoal_choice *choice, double begin, double span,
                                               shoal_choose_k_result *result, shoal_error *err);

#endif

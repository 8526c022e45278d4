#include "model/kmeans/choose_k.h"

#include "base/clock.h"
#include "base/threads.h"
#include "model/kmeans/algorithm.h"
#include "model/kmeans/choose_k_rank.h"
#include "model/kmeans/fit.h"
#include "model/kmeans/mini_batch.h"
#include "model/kmeans/numbering.h"
#include "model/kmeans/sample.h"
#include "model/kmeans/seed.h"

/* Above SHOAL_ONE_THREAD_ROWS rows the restarts run on so many, first on the smaller number. */
enum { SAMPLE_ROWS = 100000, SMALL_ROWS = 25000 };

shoal_choose_k_opts shoal_choose_k_opts_default(void)
{
    return (shoal_choose_k_opts){
        .k_min = 2, .k_max = 10, .n_references = 10, .n_bootstraps = 20, .kmeans = shoal_kmeans_opts_default()};
}

static shoal_status check_repeats(const char *what, int n, int least, shoal_error *err)
{
    enum { MOST = 1000 };
    if (n == 0 || (n >= least && n <= MOST)) return SHOAL_OK;
    return shoal_fail(err, SHOAL_ERR_USAGE, "%d %s: use 0 for none, or %d to %d", n, what, least, MOST);
}

static shoal_status check_opts(const shoal_choose_k_opts *opts, shoal_error *err)
{
    const int k_min = opts->k_min, k_max = opts->k_max;
    if (k_min < 2 || k_max < k_min)
        return shoal_fail(err, SHOAL_ERR_USAGE, "k from %d to %d: the range must begin at 2 or more and not fall",
                          k_min, k_max);
    if (k_max - k_min >= SHOAL_CHOOSE_K_MAX)
        return shoal_fail(err, SHOAL_ERR_USAGE, "k from %d to %d: at most %d candidates", k_min, k_max,
                          SHOAL_CHOOSE_K_MAX);
    SHOAL_TRY(check_repeats("references for the gap statistic", opts->n_references, 2, err));
    SHOAL_TRY(check_repeats("bootstrap samples", opts->n_bootstraps, 1, err));
    if (opts->kmeans.init == SHOAL_INIT_GIVEN)
        return shoal_fail(err, SHOAL_ERR_USAGE,
                          "given centroids fix the number of clusters; leave them out to choose it");
    return shoal_kmeans_check_opts(&opts->kmeans, err);
}

/* As many candidates as different rows allow. */
static shoal_status count_candidates(shoal_choice *choice, shoal_error *err)
{
    const int k_min = choice->opts->k_min, k_max = choice->opts->k_max;
    int distinct;
    SHOAL_TRY(shoal_tiles_distinct(&choice->data.tiles, k_max, &distinct, err));
    if (distinct < k_min)
        return shoal_fail(
            err, SHOAL_ERR_INPUT,
            "only %d different row%s in the matrix: %d clusters cannot be told apart; add features or rows", distinct,
            distinct == 1 ? "" : "s", k_min);
    if (distinct < k_max)
        shoal_notice(choice->ctx, "only %d rows differ: k is chosen between %d and %d", distinct, k_min, distinct);
    choice->k_min = k_min;
    choice->n_candidates = distinct - k_min + 1;
    return SHOAL_OK;
}

static shoal_status prepare(shoal_choice *choice, const shoal_matrix *x, shoal_error *err)
{
    const double start = shoal_clock_ms();
    const shoal_kmeans_opts *opts = &choice->opts->kmeans;
    const shoal_tiles *tiles = &choice->data.tiles;
    shoal_progress(choice->ctx, "choose k", 0, "preparing the matrix");
    SHOAL_TRY(shoal_kmeans_data_build(choice->ctx, x, opts->weight, true, &choice->data, err));
    SHOAL_TRY(count_candidates(choice, err));
    if (tiles->n > SHOAL_ONE_THREAD_ROWS && !opts->mini_batch) {
        SHOAL_TRY(shoal_sample_make(tiles, SAMPLE_ROWS, opts->seed, SHOAL_STREAM_SAMPLE, &choice->sample, err));
        SHOAL_TRY(
            shoal_sample_make(tiles, SMALL_ROWS, opts->seed, SHOAL_STREAM_SAMPLE + 1, &choice->small_sample, err));
    }
    choice->time.prepare_ms = shoal_clock_ms() - start;
    return SHOAL_OK;
}

/* The fit of the recommended k, from its centroids. */
static shoal_status rebuild(shoal_choice *choice, int k, shoal_kmeans_result *result, shoal_error *err)
{
    const shoal_kmeans_opts *opts = &choice->opts->kmeans;
    shoal_lloyd lloyd;
    SHOAL_TRY(shoal_lloyd_make(choice->ctx, &choice->data.tiles, k, &lloyd, err));
    shoal_model_take(&choice->models[k - choice->k_min], &lloyd);
    result->n_init = opts->n_init;
    result->mini_batch = choice->mini_batch[k - choice->k_min];
    result->time = choice->time;
    shoal_status status = shoal_kmeans_number(choice->ctx, opts, &lloyd, err);
    if (status >= 0) status = shoal_kmeans_finish(choice->ctx, &lloyd, result, err);
    if (status >= 0) {
        shoal_algorithm_note(&choice->data.tiles, opts->algorithm, result);
        shoal_kmeans_data_finish(choice->ctx, &choice->data, result);
    }
    shoal_lloyd_free(&lloyd);
    return status;
}

static void choice_free(shoal_choice *choice)
{
    shoal_models_free(SHOAL_CHOOSE_K_MAX, choice->models);
    shoal_tiles_free(&choice->small_sample);
    shoal_tiles_free(&choice->sample);
    shoal_kmeans_data_free(&choice->data);
}

shoal_status shoal_choose_k(const shoal_ctx *ctx, const shoal_matrix *x, const shoal_choose_k_opts *opts,
                            shoal_choose_k_result *result, shoal_error *err)
{
    const double share = opts->n_references > 0 || opts->n_bootstraps > 0 ? 0.7 : 1; /* of the fits to all rows */
    *result = (shoal_choose_k_result){0};
    SHOAL_TRY(check_opts(opts, err));
    SHOAL_TRY(shoal_kmeans_check_numbering(x, &opts->kmeans, err));
    shoal_choice choice = {.ctx = ctx, .opts = opts, .candidates = result->candidates};
    shoal_status status;
    SHOAL_TRY_OUT(prepare(&choice, x, err));
    SHOAL_TRY_OUT(shoal_choice_fit(&choice, 0, share, err));
    SHOAL_TRY_OUT(shoal_choice_refit(&choice, share, 1 - share, result, err));
    result->n_candidates = choice.n_candidates;
    shoal_choose_k_rank(choice.data.tiles.total_squares, result);
    SHOAL_TRY_OUT(rebuild(&choice, result->k, &result->best, err));
    if (opts->kmeans.mini_batch) shoal_kmeans_mini_batch_notice(ctx, &result->best);
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

/* What the rfm step is asked for, and thresholds from it or from the customers. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/threads.h"
#include "pipeline/steps.h"
#include "report/rfm_map_read.h"

static const char *const variables[] = {"recency", "frequency", "monetary"};

/* Numbers separated by commas, at most `most`; -1 where one cannot be read. */
static int read_numbers(const char *list, double *numbers, int most)
{
    int n = 0;
    for (const char *at = list; at != NULL; n++) {
        const char *comma = strchr(at, ',');
        const size_t length = comma != NULL ? (size_t)(comma - at) : strlen(at);
        if (n == most || !shoal_text_to_double(at, length, &numbers[n]) || !isfinite(numbers[n])) return -1;
        at = comma != NULL ? comma + 1 : NULL;
    }
    return n;
}

static const double MOST_WEIGHT = 1e6;

static shoal_status parse_weights(const char *list, double *weights, shoal_error *err)
{
    for (int v = 0; v < 3; v++) weights[v] = 1;
    if (list == NULL) return SHOAL_OK;
    bool good = read_numbers(list, weights, 3) == 3;
    for (int v = 0; v < 3; v++) good = good && weights[v] >= 0 && weights[v] <= MOST_WEIGHT;
    if (good && weights[0] + weights[1] + weights[2] > 0) return SHOAL_OK;
    char shown[256];
    return shoal_fail(
        err, SHOAL_ERR_USAGE,
        "weights %s: give three numbers for recency, frequency and money, from 0 to %.0f and not all 0, such as "
        "2,1,1",
        shoal_text_quote(list, strlen(list), shown, sizeof shown), MOST_WEIGHT);
}

static shoal_status parse_cuts(const char *list, const char *variable, shoal_rfm_cuts *cuts, shoal_error *err)
{
    const int n = read_numbers(list, cuts->cut, SHOAL_RFM_MAX_SCORES - 1);
    bool good = n > 0;
    for (int j = 1; good && j < n; j++) good = cuts->cut[j] > cuts->cut[j - 1];
    cuts->n_scores = n + 1;
    if (good) return SHOAL_OK;
    char shown[256];
    return shoal_fail(err, SHOAL_ERR_USAGE,
                      "cuts of %s %s: give 1 to %d numbers, each above the one before it, such as 30,90,365", variable,
                      shoal_text_quote(list, strlen(list), shown, sizeof shown), SHOAL_RFM_MAX_SCORES - 1);
}

/* What excludes a model is refused, not passed over. */
static shoal_status check_alone(const shoal_rfm_opts *opts, shoal_error *err)
{
    if (opts->model == NULL && opts->model_store != NULL)
        return shoal_fail(err, SHOAL_ERR_USAGE, "a model's store needs the model's name: say which");
    const bool others = opts->n_scores != 0 || opts->weights != NULL || opts->cuts[0] != NULL ||
                        opts->cuts[1] != NULL || opts->cuts[2] != NULL || opts->segment_map != NULL ||
                        opts->binning != SHOAL_RFM_INDEPENDENT;
    if (opts->model != NULL && others)
        return shoal_fail(
            err, SHOAL_ERR_USAGE,
            "the model \"%s\" brings its number of scores, cuts, binning, weights and map: leave these out",
            opts->model);
    return SHOAL_OK;
}

shoal_status shoal_rfm_settle(const shoal_rfm_opts *opts, shoal_rfm_run *run, shoal_error *err)
{
    int n_scores = opts->n_scores;
    shoal_rfm_cuts given[3];
    SHOAL_TRY(check_alone(opts, err));
    SHOAL_TRY(parse_weights(opts->weights, run->weights, err));
    for (int v = 0; v < 3; v++) {
        if (opts->cuts[v] == NULL) continue;
        SHOAL_TRY(parse_cuts(opts->cuts[v], variables[v], &given[v], err));
        if (n_scores == 0) n_scores = given[v].n_scores;
        if (given[v].n_scores != n_scores)
            return shoal_fail(err, SHOAL_ERR_USAGE, "%d cuts of %s make %d scores, not %d: give %d",
                              given[v].n_scores - 1, variables[v], given[v].n_scores, n_scores, n_scores - 1);
    }
    if (opts->segment_map != NULL) SHOAL_TRY(shoal_rfm_map_read(opts->segment_map, &n_scores, &run->map, err));
    run->n_scores = n_scores > 0 ? n_scores : 5;
    run->binning = opts->binning;
    return SHOAL_OK;
}

/* --- thresholds --- */

static shoal_status cut_variable(const shoal_ctx *ctx, const char *given, const shoal_column *column,
                                 const char *variable, int n_scores, shoal_rfm_cuts *cuts, shoal_error *err)
{
    if (given != NULL) return parse_cuts(given, variable, cuts, err);
    return shoal_rfm_cuts_fit(ctx, column, n_scores, cuts, err);
}

void shoal_rfm_cells(const shoal_ctx *ctx, int64_t n, int n_scores, const int8_t *r, const int8_t *f, int32_t *cell)
{
#pragma omp parallel for schedule(static) num_threads(shoal_threads_for(ctx, (double)n))
    for (int64_t i = 0; i < n; i++) {
        const bool scored = r[i] > 0 && (f == NULL || f[i] > 0);
        const int32_t own = f == NULL ? r[i] - 1 : (r[i] - 1) * n_scores + f[i] - 1;
        cell[i] = scored ? own : -1;
    }
}

/* Cuts within the cells, or the given ones in all of them. */
static shoal_status cut_cells(const shoal_ctx *ctx, const char *given, const shoal_column *column, const int32_t *cell,
                              int64_t n_cells, const shoal_rfm_cuts *all, double **cuts, shoal_error *err)
{
    const int n_cuts = all->n_scores - 1;
    SHOAL_TRY(shoal_alloc(n_cells * n_cuts, sizeof **cuts, cuts, err));
    if (given == NULL) return shoal_rfm_nested_fit(ctx, column, cell, n_cells, all, *cuts, err);
    for (int64_t c = 0; c < n_cells; c++) memcpy(*cuts + c * n_cuts, all->cut, (size_t)n_cuts * sizeof **cuts);
    return SHOAL_OK;
}

static shoal_status learn_nested(const shoal_ctx *ctx, const shoal_rfm_opts *opts, const shoal_rfm_input *input,
                                 shoal_rfm_run *run, shoal_error *err)
{
    const int64_t rows = input->recency->length, n = run->n_scores;
    int8_t *r = NULL, *f = NULL;
    int32_t *cell = NULL;
    shoal_status status;
    SHOAL_TRY_OUT(shoal_alloc(rows, 1, &r, err));
    SHOAL_TRY_OUT(shoal_alloc(rows, 1, &f, err));
    SHOAL_TRY_OUT(shoal_alloc(rows, sizeof *cell, &cell, err));
    shoal_rfm_score(ctx, input->recency, &run->recency, true, r);
    shoal_rfm_cells(ctx, rows, run->n_scores, r, NULL, cell);
    SHOAL_TRY_OUT(
        cut_cells(ctx, opts->cuts[1], input->frequency, cell, n, &run->frequency, &run->nested_frequency, err));
    if (input->monetary != NULL) {
        shoal_rfm_nested_score(ctx, input->frequency, cell, run->n_scores, run->nested_frequency, f);
        shoal_rfm_cells(ctx, rows, run->n_scores, r, f, cell);
        SHOAL_TRY_OUT(
            cut_cells(ctx, opts->cuts[2], input->monetary, cell, n * n, &run->monetary, &run->nested_monetary, err));
    }
out:
    free(r);
    free(f);
    free(cell);
    return status;
}

shoal_status shoal_rfm_learn(const shoal_ctx *ctx, const shoal_rfm_opts *opts, const shoal_rfm_input *input,
                             shoal_rfm_run *run, shoal_error *err)
{
    if (input->monetary == NULL && !(run->weights[0] + run->weights[1] > 0))
        return shoal_fail(err, SHOAL_ERR_USAGE,
                          "--weights leave money alone, and these data have no amounts: weigh recency or frequency");
    const int n = run->n_scores;
    if (input->monetary == NULL && (opts->cuts[2] != NULL || run->map.uses_m))
        return shoal_fail(err, SHOAL_ERR_USAGE, "the store has no amounts: leave out %s",
                          opts->cuts[2] != NULL ? "the cuts of monetary" : "\"m\" in the map of segments");
    SHOAL_TRY(cut_variable(ctx, opts->cuts[0], input->recency, variables[0], n, &run->recency, err));
    SHOAL_TRY(cut_variable(ctx, opts->cuts[1], input->frequency, variables[1], n, &run->frequency, err));
    if (input->monetary != NULL)
        SHOAL_TRY(cut_variable(ctx, opts->cuts[2], input->monetary, variables[2], n, &run->monetary, err));
    if (run->binning == SHOAL_RFM_NESTED) return learn_nested(ctx, opts, input, run, err);
    return SHOAL_OK;
}

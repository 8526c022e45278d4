/* RFM scores of customers by thresholds that are there, as columns of a store. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/sum.h"
#include "base/text.h"
#include "base/threads.h"
#include "pipeline/steps.h"

static shoal_status rate_nested(const shoal_ctx *ctx, const shoal_rfm_input *input, const shoal_rfm_run *run,
                                int8_t *const score[3], shoal_error *err)
{
    const int64_t n = input->recency->length;
    int32_t *cell;
    SHOAL_TRY(shoal_alloc(n, sizeof *cell, &cell, err));
    shoal_rfm_cells(ctx, n, run->n_scores, score[0], NULL, cell);
    shoal_rfm_nested_score(ctx, input->frequency, cell, run->n_scores, run->nested_frequency, score[1]);
    if (input->monetary != NULL) {
        shoal_rfm_cells(ctx, n, run->n_scores, score[0], score[1], cell);
        shoal_rfm_nested_score(ctx, input->monetary, cell, run->n_scores, run->nested_monetary, score[2]);
    }
    free(cell);
    return SHOAL_OK;
}

shoal_status shoal_rfm_rate(const shoal_ctx *ctx, const shoal_rfm_input *input, const shoal_rfm_run *run,
                            int8_t *score[3], shoal_error *err)
{
    const int64_t n = input->recency->length;
    const shoal_column *const columns[] = {input->recency, input->frequency, input->monetary};
    const shoal_rfm_cuts *const cuts[] = {&run->recency, &run->frequency, &run->monetary};
    for (int v = 0; v < 3; v++)
        if (columns[v] != NULL) SHOAL_TRY(shoal_alloc(n, 1, &score[v], err));
    shoal_rfm_score(ctx, input->recency, cuts[0], true, score[0]);
    if (run->binning == SHOAL_RFM_NESTED) return rate_nested(ctx, input, run, score, err);
    for (int v = 1; v < 3; v++) {
        if (columns[v] == NULL) continue;
        shoal_rfm_score(ctx, columns[v], cuts[v], false, score[v]);
        /* who bought nothing has no recency and takes part in no score */
        for (int64_t i = 0; i < n; i++)
            if (score[0][i] == 0) score[v][i] = 0;
    }
    return SHOAL_OK;
}

void shoal_rfm_count(const int8_t *const score[3], int64_t n, const shoal_column *monetary, shoal_rfm_run *run)
{
    shoal_sum revenue[SHOAL_RFM_MAX_SEGMENTS] = {{0}};
    const int8_t *r = score[0], *f = score[1], *m = score[2];
    run->customers = 0;
    run->n_segments = run->map.cell != NULL ? run->map.n_segments : run->n_scores == 5 ? SHOAL_RFM_SEGMENTS : 0;
    memset(run->bins, 0, sizeof run->bins);
    memset(run->segments, 0, sizeof run->segments);
    for (int64_t i = 0; i < n; i++) {
        if (r[i] <= 0) continue;
        run->customers++;
        for (int p = 0; p < (m != NULL ? 3 : 2); p++)
            if (score[p][i] > 0 && score[p][i] <= run->n_scores) run->bins[p][score[p][i] - 1]++;
        const int segment =
            run->n_segments > 0 ? shoal_rfm_map_segment(&run->map, r[i], f[i], m != NULL ? m[i] : 1) : -1;
        if (segment < 0) continue;
        run->segments[segment].customers++;
        if (monetary != NULL) shoal_sum_add(&revenue[segment], shoal_column_f64(monetary, i));
    }
    for (int s = 0; s < SHOAL_RFM_MAX_SEGMENTS; s++) run->segments[s].revenue = shoal_sum_value(revenue[s]);
}

/* --- columns --- */

static shoal_status write_scores(shoal_store *store, const char *group, int64_t n, int8_t *const score[3],
                                 shoal_error *err)
{
    static const char *const names[] = {"r", "f", "m"};
    static const char *const captions[] = {"recency score, high is recent", "frequency score, high is often",
                                           "monetary score, high is much"};
    for (int v = 0; v < 3; v++) {
        if (score[v] == NULL) continue;
        const shoal_column column = {
            .name = names[v], .type = SHOAL_I8, .length = n, .data = score[v], .units = "1", .long_name = captions[v]};
        SHOAL_TRY(shoal_store_write(store, group, &column, "score", err));
    }
    return SHOAL_OK;
}

static shoal_status write_combined(const shoal_ctx *ctx, shoal_store *store, const char *group, int64_t n,
                                   int8_t *const score[3], const double *weights, shoal_error *err)
{
    double *combined, all = 0;
    SHOAL_TRY(shoal_alloc(n, sizeof *combined, &combined, err));
    for (int v = 0; v < 3; v++) all += score[v] != NULL ? weights[v] : 0;
#pragma omp parallel for schedule(static) num_threads(shoal_threads_for(ctx, (double)n))
    for (int64_t i = 0; i < n; i++) {
        double sum = 0;
        for (int v = 0; v < 3; v++) sum += score[v] != NULL ? weights[v] * score[v][i] : 0;
        combined[i] = score[0][i] > 0 && all > 0 ? sum / all : NAN;
    }
    const shoal_column column = {.name = "score",
                                 .type = SHOAL_F64,
                                 .length = n,
                                 .data = combined,
                                 .units = "1",
                                 .long_name = "weighted mean of the scores"};
    const shoal_status status = shoal_store_write(store, group, &column, "score", err);
    free(combined);
    return status;
}

static shoal_status write_names(shoal_store *store, const char *group, const shoal_rfm_run *run, const char *dictionary,
                                shoal_error *err)
{
    char(*texts)[SHOAL_RFM_NAME_SIZE];
    SHOAL_TRY(shoal_alloc_zero(run->n_segments, sizeof *texts, &texts, err));
    for (int s = 0; s < run->n_segments; s++)
        shoal_text_copy(texts[s], sizeof texts[s], shoal_rfm_map_name(&run->map, s));
    const shoal_column names = {
        .name = dictionary, .type = SHOAL_TEXT, .width = sizeof *texts, .length = run->n_segments, .data = texts};
    shoal_status status;
    SHOAL_TRY_OUT(shoal_store_write(store, "dictionaries", &names, NULL, err));
    SHOAL_TRY_OUT(shoal_store_set_text(store, group, "segment_dictionary", dictionary, err));
    SHOAL_TRY_OUT(shoal_store_write_flags(store, group, "segment", &names, err));
out:
    free(texts);
    return status;
}

static shoal_status write_segments(shoal_store *store, const char *group, int64_t n, int8_t *const score[3],
                                   const shoal_rfm_run *run, shoal_error *err)
{
    char dictionary[sizeof run->name + 16];
    int8_t *segment = NULL;
    uint8_t *valid = NULL;
    shoal_status status;
    /* results of the ten segments share theirs; a map of one's own must not change what they mean */
    if (run->map.cell == NULL) snprintf(dictionary, sizeof dictionary, "rfm_segment");
    else snprintf(dictionary, sizeof dictionary, "%s_map", strchr(group, '/') + 1);
    SHOAL_TRY_OUT(shoal_alloc(n, 1, &segment, err));
    SHOAL_TRY_OUT(shoal_alloc(n, 1, &valid, err));
    for (int64_t i = 0; i < n; i++) {
        const int m = score[2] != NULL ? score[2][i] : 1;
        segment[i] = (int8_t)shoal_rfm_map_segment(&run->map, score[0][i], score[1][i], m);
        valid[i] = segment[i] >= 0;
    }
    const shoal_column column = {.name = "segment",
                                 .type = SHOAL_I8,
                                 .length = n,
                                 .data = segment,
                                 .valid = valid,
                                 .long_name = "named segment of the scores"};
    SHOAL_TRY_OUT(shoal_store_write(store, group, &column, "category", err));
    SHOAL_TRY_OUT(write_names(store, group, run, dictionary, err));
out:
    free(segment);
    free(valid);
    return status;
}

shoal_status shoal_rfm_score_and_write(const shoal_ctx *ctx, shoal_store *store, const char *name,
                                       const shoal_rfm_input *input, shoal_rfm_run *run, shoal_error *err)
{
    char group[SHOAL_GROUP_SIZE];
    const int64_t n = input->recency->length;
    int8_t *score[3] = {NULL};
    shoal_status status;
    SHOAL_TRY_OUT(shoal_result_group(name, group, err));
    SHOAL_TRY_OUT(shoal_rfm_rate(ctx, input, run, score, err));
    shoal_rfm_count((const int8_t *const *)score, n, input->monetary, run);
    SHOAL_TRY_OUT(shoal_store_remove(store, group, err));
    SHOAL_TRY_OUT(shoal_store_set_text(store, group, "model", run->name, err));
    SHOAL_TRY_OUT(shoal_store_set_text(store, group, "kind", "rfm", err));
    SHOAL_TRY_OUT(write_scores(store, group, n, score, err));
    SHOAL_TRY_OUT(write_combined(ctx, store, group, n, score, run->weights, err));
    if (run->n_segments > 0) SHOAL_TRY_OUT(write_segments(store, group, n, score, run, err));
out:
    for (int v = 0; v < 3; v++) free(score[v]);
    return status;
}

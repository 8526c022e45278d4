/* Scores 1 to 5 of three columns by their quantiles. Values are all different and their number is a multiple of the
 * scores: only then do the rules of all tools ask for the same scores. */
#include <stdio.h>

#include <shoal/rfm.h>

#include "base/memory.h"
#include "base/random.h"
#include "peers/tasks.h"

enum { COLUMNS = 3, SEED = 3 };

typedef struct scores_state {
    int64_t n;
    int n_scores;
    double *value[COLUMNS];
    int8_t *score[COLUMNS];
} scores_state;

static shoal_status prepare(const shoal_ctx *ctx, const bench_params *params, bench_files *files, void **state,
                            shoal_error *err)
{
    (void)ctx;
    scores_state *s;
    SHOAL_TRY(shoal_alloc_zero(1, sizeof *s, &s, err));
    *state = s;
    s->n = (int64_t)bench_params_get(params, "n");
    s->n_scores = (int)bench_params_get(params, "scores");
    for (int j = 0; j < COLUMNS; j++) {
        shoal_rng rng = shoal_rng_start(SEED, (uint64_t)j);
        SHOAL_TRY(shoal_alloc(s->n, sizeof *s->value[j], &s->value[j], err));
        SHOAL_TRY(shoal_alloc(s->n, sizeof *s->score[j], &s->score[j], err));
        for (int64_t i = 0; i < s->n; i++) s->value[j][i] = shoal_rng_exponential(&rng);
    }
    const void *const parts[COLUMNS] = {s->value[0], s->value[1], s->value[2]};
    return bench_files_write(files, "values", COLUMNS, parts, (size_t)s->n * sizeof(double), err);
}

static shoal_status run(void *state, const shoal_ctx *ctx, shoal_error *err)
{
    scores_state *s = state;
    for (int j = 0; j < COLUMNS; j++) {
        const shoal_column column = {.name = "value", .type = SHOAL_F64, .length = s->n, .data = s->value[j]};
        shoal_rfm_cuts cuts;
        SHOAL_TRY(shoal_rfm_cuts_fit(ctx, &column, s->n_scores, &cuts, err));
        shoal_rfm_score(ctx, &column, &cuts, false, s->score[j]);
    }
    return SHOAL_OK;
}

static shoal_status judge(void *state, const bench_values *theirs, char *differs, shoal_error *err)
{
    (void)err;
    const scores_state *s = state;
    int64_t different = 0;
    if (!bench_right_size(theirs, COLUMNS * s->n, differs)) return SHOAL_OK;
    for (int j = 0; j < COLUMNS; j++)
        for (int64_t i = 0; i < s->n; i++) different += theirs->value[j * s->n + i] != s->score[j][i];
    if (different > 0)
        snprintf(differs, BENCH_DIFFERS_SIZE, "%lld of %lld scores", (long long)different, (long long)(COLUMNS * s->n));
    return SHOAL_OK;
}

static void release(void *state)
{
    scores_state *s = state;
    for (int j = 0; s != NULL && j < COLUMNS; j++) {
        free(s->value[j]);
        free(s->score[j]);
    }
    free(s);
}

const bench_task bench_task_scores = {
    .name = "rfm/scores",
    .what = "quintile scores of three columns without ties",
    .sizes = {"n=1000000 scores=5"},
    .quick = {"n=100000 scores=5"},
    .peers = {"pandas", "DuckDB", "polars"},
    .prepare = prepare,
    .run = run,
    .judge = judge,
    .release = release,
};

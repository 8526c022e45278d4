/* From transactions to customers, their scores, and the profile of a segmentation. */
#include <stddef.h>

#include <shoal/profile.h>

#include "base/memory.h"
#include "instructions/case.h"
#include "instructions/inputs.h"

enum { CUSTOMERS = 1000, SCORES = 5, SEGMENTS = 5, VARIABLES = 3 };

typedef struct rfm_state {
    shoal_ctx ctx;
    bench_input_sales sales;
    shoal_summary summary;
    shoal_column variables[VARIABLES]; /* recency, frequency, monetary */
    shoal_rfm_cuts cuts;               /* of recency */
    int8_t score[CUSTOMERS];
    int32_t label[CUSTOMERS];
} rfm_state;

static void release(void *state)
{
    rfm_state *s = state;
    if (s == NULL) return;
    bench_input_sales_free(&s->sales);
    shoal_summary_free(&s->summary);
    free(s);
}

static void view_summary(rfm_state *s)
{
    const shoal_summary *from = &s->summary;
    s->variables[0] = (shoal_column){.name = "recency_days", .type = SHOAL_F64, .data = from->recency_days};
    s->variables[1] = (shoal_column){.name = "frequency", .type = SHOAL_I32, .data = from->frequency};
    s->variables[2] = (shoal_column){.name = "monetary", .type = SHOAL_F64, .data = from->monetary};
    for (int j = 0; j < VARIABLES; j++) s->variables[j].length = from->n;
}

static shoal_status prepare(const bench_counted *counted, void **state, shoal_error *err)
{
    (void)counted;
    rfm_state *s;
    SHOAL_TRY(shoal_alloc_zero(1, sizeof *s, &s, err));
    *state = s;
    s->ctx = bench_input_ctx();
    SHOAL_TRY(bench_input_sales_make(CUSTOMERS, &s->sales, err));
    SHOAL_TRY(bench_input_summary(CUSTOMERS, &s->summary, err));
    view_summary(s);
    SHOAL_TRY(shoal_rfm_cuts_fit(&s->ctx, &s->variables[0], SCORES, &s->cuts, err));
    shoal_rfm_score(&s->ctx, &s->variables[0], &s->cuts, true, s->score);
    for (int i = 0; i < CUSTOMERS; i++) s->label[i] = s->score[i] - 1;
    return SHOAL_OK;
}

static shoal_status run_summary(void *state, shoal_error *err)
{
    rfm_state *s = state;
    const shoal_transactions view = bench_input_sales_view(&s->sales);
    const shoal_summary_opts opts = shoal_summary_opts_default();
    shoal_summary made = {0};
    SHOAL_TRY(shoal_summary_run(&s->ctx, &view, &opts, &made, err));
    shoal_summary_free(&made);
    return SHOAL_OK;
}

static shoal_status run_cuts(void *state, shoal_error *err)
{
    rfm_state *s = state;
    shoal_rfm_cuts cuts;
    return shoal_rfm_cuts_fit(&s->ctx, &s->variables[2], SCORES, &cuts, err);
}

static shoal_status run_score(void *state, shoal_error *err)
{
    (void)err;
    rfm_state *s = state;
    shoal_rfm_score(&s->ctx, &s->variables[0], &s->cuts, true, s->score);
    return SHOAL_OK;
}

static shoal_status run_profile(void *state, shoal_error *err)
{
    rfm_state *s = state;
    const shoal_matrix variables = {.n = CUSTOMERS, .d = VARIABLES, .columns = s->variables};
    shoal_profile profile = {0};
    SHOAL_TRY(shoal_profile_run(&s->ctx, &variables, s->label, SEGMENTS, &s->variables[2], NULL, &profile, err));
    shoal_profile_name(&profile);
    shoal_profile_free(&profile);
    return SHOAL_OK;
}

const bench_counted bench_rfm_cases[] = {
    {"rfm/summary customers=1000", "avx2", 0, 0, prepare, run_summary, release},
    {"rfm/cuts customers=1000", "avx2", 0, 0, prepare, run_cuts, release},
    {"rfm/score customers=1000", "avx2", 0, 0, prepare, run_score, release},
    {"profile customers=1000 segments=5", "avx2", VARIABLES, SEGMENTS, prepare, run_profile, release},
};
const int bench_n_rfm_cases = sizeof bench_rfm_cases / sizeof bench_rfm_cases[0];

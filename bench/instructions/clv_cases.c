/* Customer lifetime value: an evaluation of the likelihood, the fits, the prediction. */
#include <stddef.h>

#include "base/memory.h"
#include "instructions/case.h"
#include "instructions/inputs.h"
#include "model/bgnbd_likelihood.h"

enum { CUSTOMERS = 500 };

static const shoal_bgnbd purchase = {.r = 0.8, .alpha = 20, .a = 0.8, .b = 3};
static const shoal_gamma_gamma spend = {.p = 6, .q = 4, .gamma = 15};

typedef struct clv_state {
    shoal_ctx ctx;
    shoal_summary summary;
    shoal_bgnbd_data data;
    double p_alive[CUSTOMERS], purchases[CUSTOMERS], mean_spend[CUSTOMERS], clv[CUSTOMERS];
} clv_state;

static void release(void *state)
{
    clv_state *s = state;
    if (s == NULL) return;
    shoal_bgnbd_data_free(&s->data);
    shoal_summary_free(&s->summary);
    free(s);
}

static shoal_status prepare(const bench_counted *counted, void **state, shoal_error *err)
{
    (void)counted;
    clv_state *s;
    SHOAL_TRY(shoal_alloc_zero(1, sizeof *s, &s, err));
    *state = s;
    s->ctx = bench_input_ctx();
    SHOAL_TRY(bench_input_summary(CUSTOMERS, &s->summary, err));
    const shoal_rows rows = {.n = CUSTOMERS, .x = s->summary.x, .u = s->summary.T, .v = s->summary.t_x};
    shoal_distinct distinct = {0};
    shoal_status status;
    SHOAL_TRY_OUT(shoal_compress(&s->ctx, &rows, &distinct, err));
    SHOAL_TRY_OUT(shoal_bgnbd_data_make(&s->ctx, &distinct, 1, &s->data, err));
out:
    shoal_distinct_free(&distinct);
    return status;
}

static shoal_status run_likelihood(void *state, shoal_error *err)
{
    (void)err;
    clv_state *s = state;
    const double theta[SHOAL_BGNBD_PARAMS] = {-0.22, 3, -0.22, 1.1}; /* logarithms of about `purchase` */
    double value, gradient[SHOAL_BGNBD_PARAMS], hessian[SHOAL_BGNBD_PARAMS * SHOAL_BGNBD_PARAMS];
    shoal_bgnbd_evaluate(&s->ctx, &s->data, theta, &value, gradient, hessian);
    return SHOAL_OK;
}

static shoal_status run_bgnbd(void *state, shoal_error *err)
{
    clv_state *s = state;
    shoal_bgnbd_fit fit;
    return shoal_bgnbd_estimate(&s->ctx, CUSTOMERS, s->summary.x, s->summary.t_x, s->summary.T, NULL, &fit, err);
}

static shoal_status run_gamma_gamma(void *state, shoal_error *err)
{
    clv_state *s = state;
    shoal_gamma_gamma_fit fit;
    return shoal_gamma_gamma_estimate(&s->ctx, CUSTOMERS, s->summary.x, s->summary.mean_repeat_spend, NULL, &fit, err);
}

static shoal_status run_predict(void *state, shoal_error *err)
{
    clv_state *s = state;
    const shoal_clv_opts opts = {.horizon = 365, .period = 365.25 / 12, .discount_rate = 0.01};
    return shoal_clv_predict(&s->ctx, &purchase, &spend, &opts, CUSTOMERS, s->summary.x, s->summary.t_x, s->summary.T,
                             s->summary.mean_repeat_spend, s->p_alive, s->purchases, s->mean_spend, s->clv, err);
}

const bench_counted bench_clv_cases[] = {
    {"bgnbd/likelihood customers=500", "avx2", 0, 0, prepare, run_likelihood, release},
    {"bgnbd/fit customers=500", "avx2", 0, 0, prepare, run_bgnbd, release},
    {"gamma_gamma/fit customers=500", "avx2", 0, 0, prepare, run_gamma_gamma, release},
    {"clv/predict customers=500", "avx2", 0, 0, prepare, run_predict, release},
};
const int bench_n_clv_cases = sizeof bench_clv_cases / sizeof bench_clv_cases[0];

/* P(alive), expected purchases, expected spend and lifetime value of every customer. */
#include <inttypes.h>
#include <math.h>

#include "base/memory.h"
#include "cases/plain_clv.h"
#include "cases/states.h"

enum { CHECKED_ROWS = 500 };

static const shoal_clv_opts options = {.horizon = 365, .period = 365.25 / 12, .discount_rate = 0.01};

static void release(void *state)
{
    bench_predict_state *s = state;
    bench_histories_free(&s->histories);
    free(s->p_alive);
    free(s->purchases);
    free(s->spend);
    free(s->clv);
    free(s);
}

static shoal_status fill(void *state, const bench_params *params, const char *folder, shoal_error *err)
{
    bench_predict_state *made = state;
    const int64_t n = bench_params_count(params, "n");
    (void)folder;
    SHOAL_TRY(bench_histories_make(NULL, n, &made->histories, err));
    SHOAL_TRY(shoal_alloc(n, sizeof *made->p_alive, &made->p_alive, err));
    SHOAL_TRY(shoal_alloc(n, sizeof *made->purchases, &made->purchases, err));
    SHOAL_TRY(shoal_alloc(n, sizeof *made->spend, &made->spend, err));
    return shoal_alloc(n, sizeof *made->clv, &made->clv, err);
}

// NOLINTNEXTLINE(readability-non-const-parameter): a bench_run_fn
static shoal_status run(void *state, const shoal_ctx *ctx, double *phase_ms, shoal_error *err)
{
    bench_predict_state *s = state;
    const bench_histories *h = &s->histories;
    (void)phase_ms;
    return shoal_clv_predict(ctx, &bench_true_purchase, &bench_true_spend, &options, h->n, h->x, h->t_x, h->T,
                             h->mean_spend, s->p_alive, s->purchases, s->spend, s->clv, err);
}

/* Purchases of a period are paid at its end. */
static double plain_value(double x, double t_x, double T, double spend)
{
    double value = 0, before = 0;
    for (int period = 1; before < options.horizon * (1 - 1e-12); period++) {
        const double end = fmin(period * options.period, options.horizon);
        const double purchases = bench_plain_purchases(&bench_true_purchase, end, x, t_x, T) -
                                 (before > 0 ? bench_plain_purchases(&bench_true_purchase, before, x, t_x, T) : 0);
        value += purchases * spend / pow(1 + options.discount_rate, period);
        before = end;
    }
    return value;
}

static shoal_status expect(int64_t row, const char *name, double said, double is, shoal_error *err)
{
    if (bench_close(said, is, 1e-8)) return SHOAL_OK;
    return shoal_fail(err, SHOAL_ERR_INPUT, "row %" PRId64 ": %s %.15g; by the formula it is %.15g", row, name, said,
                      is);
}

/* P(alive) and spend of every row; the series of the others for rows drawn evenly. */
static shoal_status judge(const bench_predict_state *s, shoal_error *err)
{
    const bench_histories *h = &s->histories;
    const int64_t step = h->n < CHECKED_ROWS ? 1 : h->n / CHECKED_ROWS;
    for (int64_t i = 0; i < h->n; i++) {
        const double x = h->x[i], t_x = h->t_x[i], T = h->T[i];
        const double spend = bench_plain_spend(&bench_true_spend, x, h->mean_spend[i]);
        SHOAL_TRY(expect(i, "P(alive)", s->p_alive[i], bench_plain_p_alive(&bench_true_purchase, x, t_x, T), err));
        SHOAL_TRY(expect(i, "expected spend", s->spend[i], spend, err));
        if (i % step != 0) continue;
        SHOAL_TRY(expect(i, "expected purchases", s->purchases[i],
                         bench_plain_purchases(&bench_true_purchase, options.horizon, x, t_x, T), err));
        SHOAL_TRY(expect(i, "lifetime value", s->clv[i], plain_value(x, t_x, T, spend), err));
    }
    return SHOAL_OK;
}

static shoal_status check(void *state, shoal_error *err)
{
    bench_predict_state *s = state;
    const double *const outputs[] = {s->p_alive, s->purchases, s->spend, s->clv};
    uint64_t digest = 0;
    for (int i = 0; i < 4; i++) digest = bench_digest(digest, outputs[i], (size_t)s->histories.n * sizeof *outputs[i]);
    if (!s->verdict.judged) {
        SHOAL_TRY(judge(s, err));
        bench_verdict_right(&s->verdict, digest);
    }
    return bench_verdict_compare(&s->verdict, digest, "clv_predict", err);
}

/* Four columns read and four written. The series of the hypergeometric function has no fixed number of terms. */
static bench_cost cost(const void *state, int phase)
{
    const bench_predict_state *s = state;
    (void)phase;
    return (bench_cost){.bytes = (double)s->histories.n * (sizeof(int32_t) + 7 * sizeof(double))};
}

const bench_case bench_case_predict = {
    .name = "clv_predict",
    .what = "P(alive), purchases, spend and lifetime value of a year in monthly periods, no two customers equal",
    .params = "n=200000",
    .quick = "n=3000",
    .sizes = {"n"},
    .weak = "n",
    .state_size = sizeof(bench_predict_state),
    .fill = fill,
    .run = run,
    .check = check,
    .cost = cost,
    .release = release,
};

/* Maximum likelihood of BG/NBD and of Gamma-Gamma over histories in continuous time. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "cases/plain_clv.h"
#include "cases/states.h"

static shoal_status fill(void *state, const bench_params *params, const char *folder, shoal_error *err)
{
    bench_fit_state *made = state;
    (void)folder;
    return bench_histories_make(NULL, bench_params_count(params, "n"), &made->histories, err);
}

static void release(void *state)
{
    bench_fit_state *s = state;
    bench_histories_free(&s->histories);
    free(s);
}

/* A model's parameters and log-likelihood as the check sees them. */
typedef struct model {
    const char *name;
    int n;
    const char *label[4];
    double value[4], se[4], truth[4];
    const shoal_fit_info *info;
    shoal_status (*likelihood)(const double *value, const bench_histories *h, double *log_likelihood, shoal_error *err);
} model;

static shoal_status check_near_truth(const model *m, shoal_error *err)
{
    const double standard_errors = 6;
    for (int i = 0; i < m->n; i++)
        if (!(fabs(m->value[i] - m->truth[i]) <= standard_errors * m->se[i]))
            return shoal_fail(err, SHOAL_ERR_INPUT, "%s: %s = %.6g (standard error %.3g) is far from the true %.6g",
                              m->name, m->label[i], m->value[i], m->se[i], m->truth[i]);
    return SHOAL_OK;
}

/* A percent to either side of any parameter must not be better. */
static shoal_status check_maximum(const model *m, const bench_histories *h, double log_likelihood, shoal_error *err)
{
    for (int side = 0; side < 2 * m->n; side++) {
        double moved[4], other;
        memcpy(moved, m->value, sizeof moved);
        moved[side / 2] *= side % 2 == 0 ? 1.01 : 0.99;
        SHOAL_TRY(m->likelihood(moved, h, &other, err));
        if (!(other <= log_likelihood + 1e-10 * fabs(log_likelihood)))
            return shoal_fail(err, SHOAL_ERR_INPUT, "%s: log-likelihood %.12g, but %s = %.6g gives %.12g", m->name,
                              log_likelihood, m->label[side / 2], moved[side / 2], other);
    }
    return SHOAL_OK;
}

static shoal_status judge(const model *m, const bench_fit_state *s, shoal_error *err)
{
    double log_likelihood;
    if (s->status != SHOAL_OK)
        return shoal_fail(err, SHOAL_ERR_INPUT, "%s: %s %s", m->name, shoal_status_name(s->status), m->info->boundary);
    SHOAL_TRY(m->likelihood(m->value, &s->histories, &log_likelihood, err));
    if (!bench_close(log_likelihood, m->info->log_likelihood, 1e-9))
        return shoal_fail(err, SHOAL_ERR_INPUT, "%s: log-likelihood %.15g; summed over the rows it is %.15g", m->name,
                          m->info->log_likelihood, log_likelihood);
    SHOAL_TRY(check_maximum(m, &s->histories, log_likelihood, err));
    return check_near_truth(m, err);
}

static shoal_status check_model(const model *m, bench_fit_state *s, shoal_error *err)
{
    uint64_t digest = bench_digest(0, m->value, sizeof m->value);
    digest = bench_digest(digest, m->se, sizeof m->se);
    digest = bench_digest(digest, &m->info->log_likelihood, sizeof m->info->log_likelihood);
    if (!s->verdict.judged) {
        SHOAL_TRY(judge(m, s, err));
        bench_verdict_right(&s->verdict, digest);
    }
    return bench_verdict_compare(&s->verdict, digest, m->name, err);
}

/* --- BG/NBD --- */

// NOLINTNEXTLINE(readability-non-const-parameter): a bench_run_fn
static shoal_status run_purchases(void *state, const shoal_ctx *ctx, double *phase_ms, shoal_error *err)
{
    bench_fit_state *s = state;
    const bench_histories *h = &s->histories;
    (void)phase_ms;
    s->status = shoal_bgnbd_estimate(ctx, h->n, h->x, h->t_x, h->T, NULL, &s->purchase, err);
    return s->status;
}

static shoal_status purchase_likelihood(const double *value, const bench_histories *h, double *log_likelihood,
                                        shoal_error *err)
{
    const shoal_bgnbd p = {value[0], value[1], value[2], value[3]};
    return bench_plain_purchase_likelihood(&p, h, log_likelihood, err);
}

static shoal_status check_purchases(void *state, shoal_error *err)
{
    bench_fit_state *s = state;
    const shoal_bgnbd *p = &s->purchase.params, *se = &s->purchase.se, *truth = &bench_true_purchase;
    const model m = {.name = "clv_fit_purchases",
                     .n = 4,
                     .label = {"r", "alpha", "a", "b"},
                     .value = {p->r, p->alpha, p->a, p->b},
                     .se = {se->r, se->alpha, se->a, se->b},
                     .truth = {truth->r, truth->alpha, truth->a, truth->b},
                     .info = &s->purchase.info,
                     .likelihood = purchase_likelihood};
    return check_model(&m, s, err);
}

/* How many of the evaluations run over all rows is not told: at the least x, t_x and T are read once. */
static bench_cost cost_purchases(const void *state, int phase)
{
    const bench_fit_state *s = state;
    (void)phase;
    return (bench_cost){.bytes = (double)s->histories.n * (sizeof(int32_t) + 2 * sizeof(double))};
}

/* --- Gamma-Gamma --- */

// NOLINTNEXTLINE(readability-non-const-parameter): a bench_run_fn
static shoal_status run_spend(void *state, const shoal_ctx *ctx, double *phase_ms, shoal_error *err)
{
    bench_fit_state *s = state;
    const bench_histories *h = &s->histories;
    (void)phase_ms;
    s->status = shoal_gamma_gamma_estimate(ctx, h->n, h->x, h->mean_spend, NULL, &s->spend, err);
    return s->status;
}

static shoal_status spend_likelihood(const double *value, const bench_histories *h, double *log_likelihood,
                                     shoal_error *err)
{
    const shoal_gamma_gamma p = {value[0], value[1], value[2]};
    return bench_plain_spend_likelihood(&p, h, log_likelihood, err);
}

static shoal_status check_spend(void *state, shoal_error *err)
{
    bench_fit_state *s = state;
    const shoal_gamma_gamma *p = &s->spend.params, *se = &s->spend.se, *truth = &bench_true_spend;
    const model m = {.name = "clv_fit_spend",
                     .n = 3,
                     .label = {"p", "q", "gamma"},
                     .value = {p->p, p->q, p->gamma},
                     .se = {se->p, se->q, se->gamma},
                     .truth = {truth->p, truth->q, truth->gamma},
                     .info = &s->spend.info,
                     .likelihood = spend_likelihood};
    return check_model(&m, s, err);
}

static bench_cost cost_spend(const void *state, int phase)
{
    const bench_fit_state *s = state;
    (void)phase;
    return (bench_cost){.bytes = (double)s->histories.n * (sizeof(int32_t) + sizeof(double))};
}

const bench_case bench_case_fit_purchases = {
    .name = "clv_fit_purchases",
    .what = "BG/NBD by maximum likelihood, continuous times: no two customers are equal",
    .params = "n=300000",
    .quick = "n=5000",
    .sizes = {"n"},
    .weak = "n",
    .state_size = sizeof(bench_fit_state),
    .fill = fill,
    .run = run_purchases,
    .check = check_purchases,
    .cost = cost_purchases,
    .release = release,
};

const bench_case bench_case_fit_spend = {
    .name = "clv_fit_spend",
    .what = "Gamma-Gamma by maximum likelihood, no two customers equal",
    .params = "n=300000",
    .quick = "n=5000",
    .sizes = {"n"},
    .weak = "n",
    .state_size = sizeof(bench_fit_state),
    .fill = fill,
    .run = run_spend,
    .check = check_spend,
    .cost = cost_spend,
    .release = release,
};

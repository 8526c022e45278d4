/* Fits of BG/NBD and Gamma-Gamma, and predictions, on histories drawn from the models. whole_days: times as dates give
 * them, where many histories are equal; else all differ. */
#include <math.h>
#include <stdio.h>

#include <shoal/clv.h>

#include "base/memory.h"
#include "cases/plain_clv.h"
#include "peers/tasks.h"

/* Optimisers stop at a gradient that is not quite 0: the likelihood is flat there, the parameters less so. */
static const double SAME_LIKELIHOOD = 1e-7, SAME_PARAMETERS = 0.02, SAME_PREDICTION = 1e-6;

typedef struct clv_state {
    bench_histories made;
    double horizon;
    double *column; /* n, scratch: x as float64 */
    shoal_bgnbd_fit purchase;
    shoal_gamma_gamma_fit spend;
    double *alive, *expected; /* n */
} clv_state;

static void round_up(bench_histories *made)
{
    for (int64_t i = 0; i < made->n; i++) {
        made->t_x[i] = ceil(made->t_x[i]);
        made->T[i] = ceil(made->T[i]);
    }
}

static shoal_status prepare(const shoal_ctx *ctx, const bench_params *params, void **state, shoal_error *err)
{
    clv_state *s;
    SHOAL_TRY(shoal_alloc_zero(1, sizeof *s, &s, err));
    *state = s;
    const int64_t n = (int64_t)bench_params_get(params, "n");
    s->horizon = bench_params_get(params, "horizon");
    SHOAL_TRY(bench_histories_make(ctx, n, &s->made, err));
    if (bench_params_get(params, "whole_days") > 0) round_up(&s->made);
    SHOAL_TRY(shoal_alloc(n, sizeof *s->column, &s->column, err));
    SHOAL_TRY(shoal_alloc(n, sizeof *s->alive, &s->alive, err));
    return shoal_alloc(n, sizeof *s->expected, &s->expected, err);
}

static shoal_status prepare_history(const shoal_ctx *ctx, const bench_params *params, bench_files *files, void **state,
                                    shoal_error *err)
{
    SHOAL_TRY(prepare(ctx, params, state, err));
    const clv_state *s = *state;
    for (int64_t i = 0; i < s->made.n; i++) s->column[i] = s->made.x[i];
    const void *const parts[] = {s->column, s->made.t_x, s->made.T};
    const shoal_bgnbd *true_model = &bench_true_purchase;
    const double model[] = {true_model->r, true_model->alpha, true_model->a, true_model->b};
    const void *const model_part = model;
    SHOAL_TRY(bench_files_write(files, "history", 3, parts, (size_t)s->made.n * sizeof(double), err));
    return bench_files_write(files, "model", 1, &model_part, sizeof model, err);
}

/* Repeat buyers alone: peers take no others. */
static shoal_status prepare_spend(const shoal_ctx *ctx, const bench_params *params, bench_files *files, void **state,
                                  shoal_error *err)
{
    SHOAL_TRY(prepare(ctx, params, state, err));
    clv_state *s = *state;
    bench_histories *made = &s->made;
    int64_t kept = 0;
    for (int64_t i = 0; i < made->n; i++) {
        if (made->x[i] == 0) continue;
        made->x[kept] = made->x[i];
        made->mean_spend[kept] = made->mean_spend[i];
        s->column[kept++] = made->x[i];
    }
    made->n = kept;
    const void *const parts[] = {s->column, made->mean_spend};
    return bench_files_write(files, "spend", 2, parts, (size_t)kept * sizeof(double), err);
}

static shoal_status run_bgnbd(void *state, const shoal_ctx *ctx, shoal_error *err)
{
    clv_state *s = state;
    return shoal_bgnbd_estimate(ctx, s->made.n, s->made.x, s->made.t_x, s->made.T, NULL, &s->purchase, err);
}

static shoal_status run_gamma_gamma(void *state, const shoal_ctx *ctx, shoal_error *err)
{
    clv_state *s = state;
    return shoal_gamma_gamma_estimate(ctx, s->made.n, s->made.x, s->made.mean_spend, NULL, &s->spend, err);
}

static shoal_status run_predict(void *state, const shoal_ctx *ctx, shoal_error *err)
{
    clv_state *s = state;
    const shoal_clv_opts opts = {.horizon = s->horizon, .period = s->horizon};
    return shoal_clv_predict(ctx, &bench_true_purchase, &bench_true_spend, &opts, s->made.n, s->made.x, s->made.t_x,
                             s->made.T, NULL, s->alive, s->expected, NULL, NULL, err);
}

static void compare_fit(int n, const double *theirs, const double *ours, double their_likelihood, double likelihood,
                        char *differs)
{
    if (!(fabs(their_likelihood - likelihood) <= SAME_LIKELIHOOD * fabs(likelihood))) {
        snprintf(differs, BENCH_DIFFERS_SIZE, "log-likelihood %.9g, shoal %.9g", their_likelihood, likelihood);
        return;
    }
    for (int i = 0; i < n; i++)
        if (!(fabs(theirs[i] / ours[i] - 1) <= SAME_PARAMETERS))
            snprintf(differs, BENCH_DIFFERS_SIZE, "parameter %d is %.6g, shoal %.6g", i + 1, theirs[i], ours[i]);
}

static shoal_status judge_bgnbd(void *state, const bench_values *theirs, char *differs, shoal_error *err)
{
    const clv_state *s = state;
    const shoal_bgnbd *ours = &s->purchase.params;
    if (!bench_right_size(theirs, 4, differs)) return SHOAL_OK;
    const double *value = theirs->value, parameters[] = {ours->r, ours->alpha, ours->a, ours->b};
    const shoal_bgnbd found = {.r = value[0], .alpha = value[1], .a = value[2], .b = value[3]};
    double likelihood, their_likelihood;
    SHOAL_TRY(bench_plain_purchase_likelihood(ours, &s->made, &likelihood, err));
    SHOAL_TRY(bench_plain_purchase_likelihood(&found, &s->made, &their_likelihood, err));
    compare_fit(4, value, parameters, their_likelihood, likelihood, differs);
    return SHOAL_OK;
}

static shoal_status judge_gamma_gamma(void *state, const bench_values *theirs, char *differs, shoal_error *err)
{
    const clv_state *s = state;
    const shoal_gamma_gamma *ours = &s->spend.params;
    if (!bench_right_size(theirs, 3, differs)) return SHOAL_OK;
    const double *value = theirs->value, parameters[] = {ours->p, ours->q, ours->gamma};
    const shoal_gamma_gamma found = {.p = value[0], .q = value[1], .gamma = value[2]};
    double likelihood, their_likelihood;
    SHOAL_TRY(bench_plain_spend_likelihood(ours, &s->made, &likelihood, err));
    SHOAL_TRY(bench_plain_spend_likelihood(&found, &s->made, &their_likelihood, err));
    compare_fit(3, value, parameters, their_likelihood, likelihood, differs);
    return SHOAL_OK;
}

static bool same(double a, double b)
{
    return fabs(a - b) <= SAME_PREDICTION * fmax(fabs(a), fabs(b));
}

static shoal_status judge_predict(void *state, const bench_values *theirs, char *differs, shoal_error *err)
{
    (void)err;
    const clv_state *s = state;
    const int64_t n = s->made.n;
    int64_t wrong = 0;
    if (!bench_right_size(theirs, 2 * n, differs)) return SHOAL_OK;
    for (int64_t i = 0; i < n; i++) {
        const double alive = theirs->value[i], expected = theirs->value[n + i];
        if ((same(alive, s->alive[i]) && same(expected, s->expected[i])) || wrong++ > 0) continue;
        snprintf(differs, BENCH_DIFFERS_SIZE, "customer %lld: P(alive) %.9g, %.9g purchases, shoal %.9g, %.9g",
                 (long long)i, alive, expected, s->alive[i], s->expected[i]);
    }
    return SHOAL_OK;
}

static void release(void *state)
{
    clv_state *s = state;
    if (s == NULL) return;
    bench_histories_free(&s->made);
    free(s->column);
    free(s->alive);
    free(s->expected);
    free(s);
}

const bench_task bench_task_bgnbd = {
    .name = "clv/bgnbd",
    .what = "BG/NBD by maximum likelihood",
    .sizes = {"n=100000 whole_days=0", "n=100000 whole_days=1"},
    .quick = {"n=10000 whole_days=0", "n=10000 whole_days=1"},
    .peers = {"lifetimes", "scipy"},
    .prepare = prepare_history,
    .run = run_bgnbd,
    .judge = judge_bgnbd,
    .release = release,
};

const bench_task bench_task_gamma_gamma = {
    .name = "clv/gamma-gamma",
    .what = "Gamma-Gamma by maximum likelihood",
    .sizes = {"n=100000"},
    .quick = {"n=10000"},
    .peers = {"lifetimes", "scipy"},
    .prepare = prepare_spend,
    .run = run_gamma_gamma,
    .judge = judge_gamma_gamma,
    .release = release,
};

const bench_task bench_task_predict = {
    .name = "clv/predict",
    .what = "P(alive) and purchases expected in a year, from given parameters",
    .sizes = {"n=100000 horizon=365"},
    .quick = {"n=20000 horizon=365"},
    .peers = {"lifetimes", "scipy"},
    .prepare = prepare_history,
    .run = run_predict,
    .judge = judge_predict,
    .release = release,
};

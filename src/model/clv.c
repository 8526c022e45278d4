#include <shoal/clv.h>

#include <inttypes.h>
#include <math.h>

#include "base/memory.h"
#include "base/threads.h"
#include "model/bgnbd.h"
#include "model/compress.h"

enum { MAX_PERIODS = 10000 };

/* What a customer with that x and T who is alive will do: t_x does not matter to it. */
typedef struct future {
    double purchases, discounted;
} future;

static int count_periods(const shoal_clv_opts *opts)
{
    /* a last period that is a rounding error of the division is none */
    return (int)fmax(1, ceil(opts->horizon / opts->period - 1e-9));
}

static future future_of(const shoal_bgnbd *p, const shoal_clv_opts *opts, int n_periods, double x, double T)
{
    const double factor = 1 / (1 + opts->discount_rate);
    future f = {0, 0};
    double discount = 1;
    for (int period = 1; period <= n_periods; period++) {
        const double end = period < n_periods ? period * opts->period : opts->horizon;
        const double until = shoal_bgnbd_expected_alive(p, end, x, T);
        discount *= factor;
        f.discounted += (until - f.purchases) * discount;
        f.purchases = until;
    }
    return f;
}

typedef struct outputs {
    double *p_alive, *purchases, *discounted; /* by distinct row; the latter two NULL where not wanted */
} outputs;

/* Distinct rows ascend in x, then T, then t_x: equal (x, T) follow each other and share their future. */
static void predict_distinct(const shoal_ctx *ctx, const shoal_bgnbd *p, const shoal_clv_opts *opts,
                             const shoal_distinct *d, const outputs *out)
{
    const shoal_blocks blocks = {.n = d->n, .rows = 512, .count = (int)((d->n + 511) / 512)};
    const int n_periods = count_periods(opts);
#pragma omp parallel for schedule(dynamic) num_threads(shoal_ctx_threads(ctx))
    for (int block = 0; block < blocks.count; block++) {
        if (shoal_cancelled(ctx)) continue;
        const int64_t begin = shoal_block_begin(&blocks, block), end = shoal_block_end(&blocks, block);
        future f = {0, 0};
        for (int64_t i = begin; i < end; i++) {
            const double alive = shoal_bgnbd_p_alive(p, d->x[i], d->v[i], d->u[i]);
            out->p_alive[i] = alive;
            if (out->purchases == NULL) continue;
            if (i == begin || d->x[i] != d->x[i - 1] || d->u[i] != d->u[i - 1])
                f = future_of(p, opts, n_periods, d->x[i], d->u[i]);
            out->purchases[i] = alive * f.purchases;
            out->discounted[i] = alive * f.discounted;
        }
    }
}

static shoal_status check(const shoal_clv_opts *opts, int64_t n, const int32_t *x, const double *t_x, const double *T,
                          shoal_error *err)
{
    if (!(opts->horizon > 0 && isfinite(opts->horizon)))
        return shoal_fail(err, SHOAL_ERR_USAGE, "the horizon is %g: choose a positive length", opts->horizon);
    if (!(opts->period > 0) || opts->horizon / opts->period > MAX_PERIODS)
        return shoal_fail(err, SHOAL_ERR_USAGE,
                          "the discounting period is %g and the horizon %g: choose a positive period that goes at most "
                          "%d times into the horizon",
                          opts->period, opts->horizon, MAX_PERIODS);
    if (!(opts->discount_rate >= 0 && isfinite(opts->discount_rate)))
        return shoal_fail(err, SHOAL_ERR_USAGE, "the discount rate is %g: choose 0 or more", opts->discount_rate);
    for (int64_t i = 0; i < n; i++) {
        if (isnan(T[i])) continue;
        if (x[i] < 0 || !(t_x[i] >= 0 && t_x[i] <= T[i] && isfinite(T[i])))
            return shoal_fail(err, SHOAL_ERR_INPUT,
                              "row %" PRId64 " (counted from 0): x is negative or 0 <= t_x <= T does not hold; x = "
                              "%" PRId32 ", t_x = %g, T = %g",
                              i, x[i], t_x[i], T[i]);
    }
    return SHOAL_OK;
}

static double look_up(const double *values, int64_t at)
{
    return at >= 0 ? values[at] : NAN;
}

shoal_status shoal_clv_predict(const shoal_ctx *ctx, const shoal_bgnbd *purchase, const shoal_gamma_gamma *spend,
                               const shoal_clv_opts *opts, int64_t n, const int32_t *x, const double *t_x,
                               const double *T, const double *mean_spend, double *p_alive, double *expected_purchases,
                               double *expected_spend, double *clv, shoal_error *err)
{
    shoal_status status;
    shoal_distinct d = {0};
    outputs out = {0};
    SHOAL_TRY_OUT(check(opts, n, x, t_x, T, err));
    SHOAL_TRY_OUT(shoal_compress(ctx, &(shoal_rows){.n = n, .x = x, .u = T, .v = t_x}, &d, err));
    SHOAL_TRY_OUT(shoal_alloc(d.n, sizeof(double), &out.p_alive, err));
    if (expected_purchases != NULL || clv != NULL) {
        SHOAL_TRY_OUT(shoal_alloc(d.n, sizeof(double), &out.purchases, err));
        SHOAL_TRY_OUT(shoal_alloc(d.n, sizeof(double), &out.discounted, err));
    }
    predict_distinct(ctx, purchase, opts, &d, &out);
    if (shoal_cancelled(ctx)) {
        status = shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted");
        goto out;
    }
#pragma omp parallel for schedule(static) num_threads(shoal_ctx_threads(ctx))
    for (int64_t i = 0; i < n; i++) {
        const int64_t at = d.of_row[i];
        const double money =
            spend == NULL || at < 0
                ? NAN
                : shoal_gamma_gamma_expected_spend(spend, x[i], mean_spend != NULL ? mean_spend[i] : NAN);
        if (p_alive != NULL) p_alive[i] = look_up(out.p_alive, at);
        if (expected_purchases != NULL) expected_purchases[i] = look_up(out.purchases, at);
        if (expected_spend != NULL) expected_spend[i] = money;
        if (clv != NULL) clv[i] = look_up(out.discounted, at) * money;
    }
out:
    free(out.p_alive);
    free(out.purchases);
    free(out.discounted);
    shoal_distinct_free(&d);
    return status;
}

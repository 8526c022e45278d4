/* Reference numbers: Fader, Hardie & Lee 2005 and their notes; Online Retail and CDNOW master recomputed. */
#include <criterion/criterion.h>
#include <fenv.h>
#include <math.h>
#include <string.h>

#include <shoal/clv.h>
#include <shoal/rfm.h>

#include "base/date.h"
#include "load.h"
#include "model/bgnbd_likelihood.h"

static const shoal_bgnbd exact = {.2425945, 4.4136019, .7929199, 2.4258881};
static const shoal_bgnbd published = {.243, 4.414, .793, 2.426}; /* as rounded in the paper */

static shoal_summary summary_of(loaded *d, const char *calibration_end, shoal_unit unit)
{
    shoal_summary_opts opts = shoal_summary_opts_default();
    opts.unit = unit;
    if (calibration_end != NULL) shoal_date_parse(calibration_end, strlen(calibration_end), &opts.calibration_end);
    shoal_summary s = {0};
    shoal_error err = {0};
    cr_assert_eq(shoal_summary_run(NULL, &d->view, &opts, &s, &err), SHOAL_OK, "%s", err.message);
    return s;
}

static shoal_status estimate(const shoal_summary *s, shoal_bgnbd_fit *fit)
{
    shoal_error err = {0};
    const shoal_status status = shoal_bgnbd_estimate(NULL, s->n, s->x, s->t_x, s->T, NULL, fit, &err);
    cr_assert_geq(status, 0, "%s", err.message);
    return status;
}

static void expect_params(const shoal_bgnbd *got, double r, double alpha, double a, double b)
{
    cr_assert_float_eq(got->r, r, 5e-5 * r, "r = %.7f", got->r);
    cr_assert_float_eq(got->alpha, alpha, 5e-5 * alpha, "alpha = %.7f", got->alpha);
    cr_assert_float_eq(got->a, a, 5e-5 * a, "a = %.7f", got->a);
    cr_assert_float_eq(got->b, b, 5e-5 * b, "b = %.7f", got->b);
}

Test(bgnbd, cdnow_sample)
{
    loaded d = load_cdnow(SHOAL_DATASETS "/CDNOW_sample.txt", 5);
    shoal_summary s = summary_of(&d, "1997-09-30", SHOAL_WEEK);
    shoal_bgnbd_fit fit;
    cr_assert_eq(estimate(&s, &fit), SHOAL_OK);
    expect_params(&fit.params, .2425945, 4.4136019, .7929199, 2.4258881);
    cr_assert_float_eq(fit.info.log_likelihood, -9582.429, 1e-3);
    cr_assert_float_eq(fit.se.r, .01256, 2e-5);
    cr_assert_float_eq(fit.se.alpha, .37822, 1e-4);
    cr_assert_float_eq(fit.se.a, .18572, 1e-4);
    cr_assert_float_eq(fit.se.b, .70534, 2e-4);
    cr_assert(fit.info.converged && fit.info.boundary[0] == '\0');
    cr_assert_eq(fit.info.n, 2357);
    cr_assert_eq(fit.info.n_distinct, 1016);

    double p_alive[2357], purchases[2357];
    const shoal_clv_opts opts = {.horizon = 39, .period = 39, .discount_rate = 0};
    shoal_error err = {0};
    cr_assert_eq(shoal_clv_predict(NULL, &fit.params, NULL, &opts, s.n, s.x, s.t_x, s.T, NULL, p_alive, purchases, NULL,
                                   NULL, &err),
                 SHOAL_OK, "%s", err.message);
    double total = 0, absolute = 0, square = 0;
    for (int64_t i = 0; i < s.n; i++) {
        const double error = s.holdout_x[i] - purchases[i];
        total += purchases[i];
        absolute += fabs(error);
        square += error * error;
    }
    cr_assert_float_eq(total, 1653.41, 0.005);
    cr_assert_float_eq(absolute / (double)s.n, .7855, 5e-5);
    cr_assert_float_eq(sqrt(square / (double)s.n), 1.6080, 5e-5);
    shoal_summary_free(&s);
    loaded_free(&d);
}

Test(bgnbd, cdnow_master)
{
    loaded d = load_cdnow(SHOAL_DATASETS "/CDNOW_master.txt", 4);
    shoal_summary s = summary_of(&d, "1997-09-30", SHOAL_WEEK);
    shoal_bgnbd_fit fit;
    cr_assert_eq(estimate(&s, &fit), SHOAL_OK);
    expect_params(&fit.params, .251624, 4.788943, .723434, 2.161089);
    cr_assert_float_eq(fit.info.log_likelihood, -95368.4439, 1e-3);
    cr_assert_eq(fit.info.n_distinct, 8685);
    shoal_summary_free(&s);
    loaded_free(&d);
}

Test(bgnbd, online_retail_is_a_boundary_in_words)
{
    loaded d = load_online_retail(SHOAL_DATASETS "/online_retail.csv.gz");
    shoal_summary s = summary_of(&d, NULL, SHOAL_DAY);
    shoal_bgnbd_fit fit;
    cr_assert_eq(estimate(&s, &fit), SHOAL_BOUNDARY);
    cr_assert_float_eq(fit.params.r, .82654, 5e-6);
    cr_assert_float_eq(fit.params.alpha, 68.9051, 5e-4);
    cr_assert_float_eq(fit.params.a, .00344, 5e-6);
    cr_assert_float_eq(fit.params.b, 6.745, 5e-4);
    cr_assert_float_eq(fit.info.log_likelihood, -61823.4713, 1e-3);
    cr_assert(strstr(fit.info.boundary, "a → 0: the data show no dropout") != NULL, "%s", fit.info.boundary);
    cr_assert(fit.info.converged);
    cr_assert(isnan(fit.se.a) && isnan(fit.se.b) && fit.se.r > 0 && fit.se.alpha > 0);
    shoal_summary_free(&s);
    loaded_free(&d);
}

Test(bgnbd, single_customers)
{
    const shoal_bgnbd p = {.25, 4, .8, 2.5};
    cr_assert_float_eq(shoal_bgnbd_log_likelihood(&p, 0, 0, 40), -.5994738, 5e-8);
    cr_assert_float_eq(shoal_bgnbd_log_likelihood(&p, 200, 38, 40), 100.7956931, 5e-8);
    cr_assert_float_eq(shoal_bgnbd_expected_purchases(&exact, 39, 2, 30.43, 38.86), 1.2259, 5e-5);
    cr_assert_float_eq(shoal_bgnbd_p_alive(&exact, 2, 30.43, 38.86), .726609, 1e-6);
    const double week_ahead[][4] = {{26, 30.86, 31, .710623},
                                    {29, 37.71, 38, .662396},
                                    {17, 28.43, 28.86, .486526},
                                    {19, 34, 34.14, .474738},
                                    {18, 35.14, 35.86, .424877}};
    for (int i = 0; i < 5; i++) {
        const double *w = week_ahead[i];
        cr_assert_float_eq(shoal_bgnbd_expected_purchases(&exact, 1, w[0], w[1], w[2]), w[3], 3e-6);
    }
}

Test(bgnbd, new_customers)
{
    /* At t = 78 the value often quoted is 1.8576; mpmath and scipy give 1.857956 for these parameters. */
    const double known[][2] = {{.1429, .0078}, {1, .0532}, {3, .1506}, {31.8571, 1.0405}, {32, 1.0437}, {78, 1.857956}};
    for (int i = 0; i < 6; i++)
        cr_assert_float_eq(shoal_bgnbd_expected_new(&exact, known[i][0]), known[i][1], 5e-5, "t = %g", known[i][0]);
    cr_assert_float_eq(shoal_bgnbd_expected_new(&exact, 78), 1.8579560091180786, 1e-13);
}

Test(bgnbd, pmf)
{
    cr_assert_float_eq(shoal_bgnbd_pmf(&published, 39, 0), .5737864, 5e-8);
    cr_assert_float_eq(shoal_bgnbd_pmf(&published, 2, 10), 1.07869e-7, 5e-13);
    double sum = 0, mean = 0;
    for (int x = 0; x < 3000; x++) {
        const double p = shoal_bgnbd_pmf(&exact, 39, x);
        sum += p;
        mean += x * p;
    }
    cr_assert_float_eq(sum, 1, 1e-12);
    cr_assert_float_eq(mean, shoal_bgnbd_expected_new(&exact, 39), 1e-11);
    cr_assert(shoal_bgnbd_pmf(&exact, 0, 0) == 1 && shoal_bgnbd_pmf(&exact, 0, 3) == 0);
    cr_assert_eq(shoal_bgnbd_pmf(&exact, 10, -1), 0);
}

Test(bgnbd, p_alive_raises_no_floating_point_exception)
{
    feclearexcept(FE_ALL_EXCEPT);
    const double value = shoal_bgnbd_p_alive(&exact, 1000, 10, 100);
    const int raised = fetestexcept(FE_OVERFLOW | FE_UNDERFLOW | FE_INVALID | FE_DIVBYZERO);
    cr_assert_eq(value, 0);
    cr_assert_eq(raised, 0);
    feclearexcept(FE_ALL_EXCEPT);
    cr_assert_eq(shoal_bgnbd_p_alive(&exact, 0, 0, 1e300), 1);
    for (int x = 1; x < 100000; x = x * 5 / 4 + 1)
        for (double t = 0; t <= 100; t += 6.25) {
            const double p = shoal_bgnbd_p_alive(&exact, x, t, 100);
            cr_assert(p >= 0 && p <= 1, "x = %d, t_x = %g: %g", x, t, p);
        }
    cr_assert_eq(fetestexcept(FE_OVERFLOW | FE_UNDERFLOW | FE_INVALID | FE_DIVBYZERO), 0);
}

/* mpmath, 60 digits: r, α, a, b, t, x, T, purchases expected of a customer alive. They cover the pole at a = 1, C = 0,
 * many purchases, horizons far beyond α + T, and r above and below a + b. */
static const double extremes[][8] = {
#include "bgnbd_extremes.inc"
};

Test(bgnbd, expected_purchases_at_the_extremes)
{
    for (size_t i = 0; i < sizeof extremes / sizeof extremes[0]; i++) {
        const double *e = extremes[i];
        const shoal_bgnbd p = {e[0], e[1], e[2], e[3]};
        /* t_x = T with one purchase or more, or none: P(alive) is the same factor on both sides */
        const double got = shoal_bgnbd_expected_purchases(&p, e[4], e[5], e[6], e[6]);
        const double expected = e[7] * shoal_bgnbd_p_alive(&p, e[5], e[6], e[6]);
        cr_assert_float_eq(got, expected, 2e-10 * expected, "case %zu: %.15g, not %.15g", i, got, expected);
    }
}

Test(bgnbd, expected_purchases_grow_with_time)
{
    const shoal_bgnbd p = {.7, 30, 1, 3}; /* on the pole of the textbook formula */
    double before = 0;
    for (double t = 1e-3; t < 1e6; t *= 1.3) {
        const double now = shoal_bgnbd_expected_purchases(&p, t, 10000, 500, 500);
        cr_assert(now > before && isfinite(now), "t = %g: %g after %g", t, now, before);
        before = now;
    }
    cr_assert_eq(shoal_bgnbd_expected_new(&p, 0), 0);
}

/* Derivatives against central differences, and the sum against the single-customer function. */
Test(bgnbd, likelihood_and_derivatives)
{
    enum { N = 40 };
    int32_t x[N];
    double t_x[N], T[N], weight[N];
    for (int i = 0; i < N; i++) {
        x[i] = i % 7 == 0 ? 0 : i % 11 + i / 20 * 40;
        T[i] = (1 + i % 13) / 13.0;
        t_x[i] = x[i] > 0 ? T[i] * (i % 5) / 4.0 : 0;
        weight[i] = 1 + i % 3;
    }
    shoal_distinct distinct = {0};
    shoal_bgnbd_data data = {0};
    shoal_error err = {0};
    const shoal_rows rows = {.n = N, .x = x, .u = T, .v = t_x, .weight = weight};
    cr_assert_eq(shoal_compress(NULL, &rows, &distinct, &err), SHOAL_OK);
    cr_assert_eq(shoal_bgnbd_data_make(NULL, &distinct, 1, &data, &err), SHOAL_OK);
    const double points[][4] = {{-1.4, 0.5, -0.2, 0.9}, {1, -2, -5, 2}, {-3, 1, 2, -1}};
    for (int k = 0; k < 3; k++) {
        double value, gradient[4], hessian[16], expected = 0;
        shoal_bgnbd_evaluate(NULL, &data, points[k], &value, gradient, hessian);
        const double *q = points[k];
        const shoal_bgnbd p = {exp(q[0]), exp(q[1]), exp(q[2]), exp(q[3])};
        for (int i = 0; i < N; i++) expected += weight[i] * shoal_bgnbd_log_likelihood(&p, x[i], t_x[i], T[i]);
        cr_assert_float_eq(value, expected, 1e-11 * fabs(expected));
        for (int i = 0; i < 4; i++) {
            const double h = 1e-5;
            double theta[4], low, high, low_gradient[4], high_gradient[4];
            memcpy(theta, q, sizeof theta);
            theta[i] = q[i] + h;
            shoal_bgnbd_evaluate(NULL, &data, theta, &high, high_gradient, NULL);
            theta[i] = q[i] - h;
            shoal_bgnbd_evaluate(NULL, &data, theta, &low, low_gradient, NULL);
            /* rounding eps |L| / h about 1e-7 for |L| up to 1e4, curvature h^2 */
            cr_assert_float_eq(gradient[i], (high - low) / (2 * h), 1e-6 * (1 + fabs(gradient[i])), "point %d, %d", k,
                               i);
            for (int j = 0; j < 4; j++)
                cr_assert_float_eq(hessian[i * 4 + j], (high_gradient[j] - low_gradient[j]) / (2 * h),
                                   1e-6 * (1 + fabs(hessian[i * 4 + j])), "point %d, %d %d", k, i, j);
        }
    }
    shoal_bgnbd_data_free(&data);
    shoal_distinct_free(&distinct);
}

static shoal_status fit_rows(int64_t n, const int32_t *x, const double *t_x, const double *T, shoal_bgnbd_fit *fit,
                             shoal_error *err)
{
    *err = (shoal_error){0};
    return shoal_bgnbd_estimate(NULL, n, x, t_x, T, NULL, fit, err);
}

Test(bgnbd, refuses_bad_rows_by_name)
{
    shoal_bgnbd_fit fit;
    shoal_error err;
    const int32_t x[] = {1, 0, 2}, negative[] = {1, -1, 2}, none[] = {0, 0, 0};
    const double t_x[] = {3, 0, 5}, T[] = {4, 4, 6}, zeros[] = {0, 0, 0};
    const double early[] = {4, 4, 4.5}, infinite[] = {4, INFINITY, 6}, missing[] = {NAN, NAN, NAN};
    const double misplaced[] = {3, 1, 5}, hole[] = {3, 0, NAN};
    cr_assert_eq(fit_rows(3, negative, t_x, T, &fit, &err), SHOAL_ERR_INPUT);
    cr_assert(strstr(err.message, "row 1") != NULL && strstr(err.message, "negative") != NULL, "%s", err.message);
    cr_assert_eq(fit_rows(3, x, t_x, early, &fit, &err), SHOAL_ERR_INPUT);
    cr_assert(strstr(err.message, "row 2") != NULL && strstr(err.message, "later than T") != NULL, "%s", err.message);
    cr_assert_eq(fit_rows(3, x, t_x, infinite, &fit, &err), SHOAL_ERR_INPUT);
    cr_assert_eq(fit_rows(3, x, misplaced, T, &fit, &err), SHOAL_ERR_INPUT);
    cr_assert_eq(fit_rows(3, x, hole, T, &fit, &err), SHOAL_ERR_INPUT);
    cr_assert_eq(fit_rows(3, none, zeros, T, &fit, &err), SHOAL_ERR_INPUT);
    cr_assert(strstr(err.message, "nobody bought twice") != NULL, "%s", err.message);
    cr_assert_eq(fit_rows(3, x, t_x, missing, &fit, &err), SHOAL_ERR_INPUT);
    cr_assert_eq(fit_rows(0, x, t_x, T, &fit, &err), SHOAL_ERR_INPUT);
    const double weight[] = {1, 0, 1};
    cr_assert_eq(shoal_bgnbd_estimate(NULL, 3, x, t_x, T, weight, &fit, &err), SHOAL_ERR_INPUT);
    volatile sig_atomic_t cancel = 1;
    const shoal_ctx ctx = {.cancel = &cancel};
    cr_assert_eq(shoal_bgnbd_estimate(&ctx, 3, x, t_x, T, NULL, &fit, &err), SHOAL_ERR_INTERRUPTED);
}

static void expect_sane(const shoal_bgnbd_fit *fit)
{
    const shoal_bgnbd *p = &fit->params;
    cr_assert(p->r > 0 && p->alpha > 0 && p->a > 0 && p->b > 0);
    cr_assert(isfinite(p->r) && isfinite(p->alpha) && isfinite(p->a) && isfinite(p->b));
    cr_assert(isfinite(fit->info.log_likelihood));
}

Test(bgnbd, degenerate_data_end_at_a_named_boundary)
{
    shoal_bgnbd_fit fit;
    shoal_error err;
    enum { N = 200 };
    int32_t x[N];
    double t_x[N], T[N];
    /* one customer */
    const int32_t one = 2;
    const double late = 5, length = 6;
    cr_assert_eq(fit_rows(1, &one, &late, &length, &fit, &err), SHOAL_BOUNDARY, "%s", err.message);
    cr_assert(strstr(fit.info.boundary, "same rate") != NULL, "%s", fit.info.boundary);
    expect_sane(&fit);
    /* all alike: no heterogeneity, and no dropout to be seen */
    for (int i = 0; i < N; i++) {
        x[i] = 9;
        t_x[i] = 95;
        T[i] = 100;
    }
    cr_assert_eq(fit_rows(N, x, t_x, T, &fit, &err), SHOAL_BOUNDARY, "%s", err.message);
    cr_assert(strstr(fit.info.boundary, "a → 0") != NULL && strstr(fit.info.boundary, "same rate") != NULL, "%s",
              fit.info.boundary);
    expect_sane(&fit);
    /* the rate of 9 purchases in 100 days is what the forecast must carry on */
    cr_assert_float_eq(shoal_bgnbd_expected_purchases(&fit.params, 100, 9, 95, 100), 9, 0.1);
    /* everyone comes once more, at once, and never again */
    for (int i = 0; i < N; i++) {
        x[i] = 1;
        t_x[i] = 1 + i % 5;
        T[i] = 500 + i;
    }
    cr_assert_eq(fit_rows(N, x, t_x, T, &fit, &err), SHOAL_BOUNDARY, "%s", err.message);
    cr_assert(strstr(fit.info.boundary, "b → 0") != NULL, "%s", fit.info.boundary);
    expect_sane(&fit);
    /* customers of the last day (T = 0) and huge times */
    for (int i = 0; i < N; i++) {
        T[i] = i % 3 == 0 ? 0 : 1e12 * (1 + i % 17);
        x[i] = i % 3 == 0 ? 0 : i % 4;
        t_x[i] = x[i] > 0 ? T[i] * (0.1 + 0.09 * (i % 10)) : 0;
    }
    cr_assert_geq(fit_rows(N, x, t_x, T, &fit, &err), 0, "%s", err.message);
    expect_sane(&fit);
    /* T = 0 alone with repeat purchases */
    for (int i = 0; i < N; i++) {
        T[i] = t_x[i] = 0;
        x[i] = i % 3;
    }
    cr_assert_geq(fit_rows(N, x, t_x, T, &fit, &err), 0, "%s", err.message);
    expect_sane(&fit);
}

/* Reference numbers: note 025 of Fader & Hardie; CDNOW master and Online Retail recomputed. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include <shoal/clv.h>
#include <shoal/rfm.h>

#include "base/date.h"
#include "base/random.h"
#include "load.h"
#include "model/gamma_gamma_likelihood.h"

static shoal_summary summary_of(loaded *d, const char *calibration_end)
{
    shoal_summary_opts opts = shoal_summary_opts_default();
    if (calibration_end != NULL) shoal_date_parse(calibration_end, strlen(calibration_end), &opts.calibration_end);
    shoal_summary s = {0};
    shoal_error err = {0};
    cr_assert_eq(shoal_summary_run(NULL, &d->view, &opts, &s, &err), SHOAL_OK, "%s", err.message);
    return s;
}

static shoal_gamma_gamma_fit estimate(const shoal_summary *s)
{
    shoal_gamma_gamma_fit fit = {0};
    shoal_error err = {0};
    cr_assert_eq(shoal_gamma_gamma_estimate(NULL, s->n, s->x, s->mean_repeat_spend, NULL, &fit, &err), SHOAL_OK, "%s",
                 err.message);
    return fit;
}

static void expect_fit(const shoal_gamma_gamma_fit *fit, double p, double q, double gamma, double log_likelihood,
                       int64_t n)
{
    cr_assert_float_eq(fit->params.p, p, 5e-5 * p, "p = %.6f", fit->params.p);
    cr_assert_float_eq(fit->params.q, q, 5e-5 * q, "q = %.6f", fit->params.q);
    cr_assert_float_eq(fit->params.gamma, gamma, 5e-5 * gamma, "gamma = %.6f", fit->params.gamma);
    cr_assert_float_eq(fit->info.log_likelihood, log_likelihood, 1e-3);
    cr_assert_eq(fit->info.n, n);
    cr_assert(fit->info.converged && fit->se.p > 0 && fit->se.q > 0 && fit->se.gamma > 0);
}

Test(gamma_gamma, cdnow_sample)
{
    loaded d = load_cdnow(SHOAL_DATASETS "/CDNOW_sample.txt", 5);
    shoal_summary s = summary_of(&d, "1997-09-30");
    const shoal_gamma_gamma_fit fit = estimate(&s);
    expect_fit(&fit, 6.24957, 3.74423, 15.44353, -4055.9177, 946);
    cr_assert_eq(fit.n_dropped, 0);
    cr_assert_float_eq(fit.correlation, 0.1139, 5e-4);
    const double first_ten[] = {24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17};
    for (int i = 0; i < 10; i++)
        cr_assert_float_eq(shoal_gamma_gamma_expected_spend(&fit.params, s.x[i], s.mean_repeat_spend[i]), first_ten[i],
                           0.005, "customer %d", i);
    shoal_summary_free(&s);
    loaded_free(&d);
}

Test(gamma_gamma, cdnow_master)
{
    loaded d = load_cdnow(SHOAL_DATASETS "/CDNOW_master.txt", 4);
    shoal_summary s = summary_of(&d, "1997-09-30");
    const shoal_gamma_gamma_fit fit = estimate(&s);
    expect_fit(&fit, 6.27536, 3.62445, 14.98369, -40763.4763, 9450);
    cr_assert_eq(fit.n_dropped, 1);
    shoal_summary_free(&s);
    loaded_free(&d);
}

Test(gamma_gamma, online_retail)
{
    loaded d = load_online_retail(SHOAL_DATASETS "/online_retail.csv.gz");
    shoal_summary s = summary_of(&d, NULL);
    const shoal_gamma_gamma_fit fit = estimate(&s);
    expect_fit(&fit, 2.10338, 3.45118, 485.888, -19083.3306, 2790);
    shoal_summary_free(&s);
    loaded_free(&d);
}

Test(gamma_gamma, expected_spend)
{
    const shoal_gamma_gamma p = {6.25, 3.74, 15.44};
    cr_assert_float_eq(shoal_gamma_gamma_expected_spend(&p, 0, NAN), 6.25 * 15.44 / 2.74, 1e-13);
    /* between the population's mean and the customer's own, nearer the latter the more is known */
    const double population = shoal_gamma_gamma_expected_spend(&p, 0, 0);
    double before = population;
    for (int x = 1; x < 1000; x *= 3) {
        const double now = shoal_gamma_gamma_expected_spend(&p, x, 80);
        cr_assert(now > before && now < 80);
        before = now;
    }
    cr_assert_float_eq(shoal_gamma_gamma_expected_spend(&p, 1e9, 80), 80, 1e-6);
    /* money given back on balance counts as nothing spent */
    cr_assert_eq(shoal_gamma_gamma_expected_spend(&p, 2, -50), shoal_gamma_gamma_expected_spend(&p, 2, 0));
    cr_assert(isnan(shoal_gamma_gamma_expected_spend(&p, 2, NAN)));
    const shoal_gamma_gamma heavy = {.5, .8, 10};
    cr_assert(isnan(shoal_gamma_gamma_expected_spend(&heavy, 0, NAN)), "q <= 1: no finite mean");
    cr_assert(shoal_gamma_gamma_expected_spend(&heavy, 1, 20) > 0);
}

Test(gamma_gamma, likelihood_and_derivatives)
{
    enum { N = 30 };
    int32_t x[N];
    double mean[N], weight[N];
    for (int i = 0; i < N; i++) {
        x[i] = 1 + i % 6 * (i % 4);
        mean[i] = 0.05 + (i * 7 % 13) * 0.4;
        weight[i] = 1 + i % 2;
    }
    shoal_distinct distinct = {0};
    shoal_gamma_gamma_data data = {0};
    shoal_error err = {0};
    const shoal_rows rows = {.n = N, .x = x, .u = mean, .weight = weight};
    cr_assert_eq(shoal_compress(NULL, &rows, &distinct, &err), SHOAL_OK);
    cr_assert_eq(shoal_gamma_gamma_data_make(&distinct, 1, &data, &err), SHOAL_OK);
    const double points[][3] = {{1.8, 1.3, 0.2}, {-1, -0.5, 3}, {3, 4, -2}};
    for (int k = 0; k < 3; k++) {
        const double *at = points[k];
        const shoal_gamma_gamma p = {exp(at[0]), exp(at[1]), exp(at[2])};
        double value, gradient[3], hessian[9], expected = 0;
        shoal_gamma_gamma_evaluate(NULL, &data, at, &value, gradient, hessian);
        for (int i = 0; i < N; i++) expected += weight[i] * shoal_gamma_gamma_log_likelihood(&p, x[i], mean[i]);
        cr_assert_float_eq(value, expected, 1e-11 * fabs(expected));
        for (int i = 0; i < 3; i++) {
            const double h = 1e-5;
            double theta[3], low, high, low_gradient[3], high_gradient[3];
            memcpy(theta, at, sizeof theta);
            theta[i] = at[i] + h;
            shoal_gamma_gamma_evaluate(NULL, &data, theta, &high, high_gradient, NULL);
            theta[i] = at[i] - h;
            shoal_gamma_gamma_evaluate(NULL, &data, theta, &low, low_gradient, NULL);
            cr_assert_float_eq(gradient[i], (high - low) / (2 * h), 1e-6 * (1 + fabs(gradient[i])));
            for (int j = 0; j < 3; j++)
                cr_assert_float_eq(hessian[i * 3 + j], (high_gradient[j] - low_gradient[j]) / (2 * h),
                                   1e-6 * (1 + fabs(hessian[i * 3 + j])));
        }
    }
    shoal_gamma_gamma_data_free(&data);
    shoal_distinct_free(&distinct);
}

Test(gamma_gamma, boundaries_and_refusals)
{
    enum { N = 300 };
    int32_t x[N];
    double mean[N];
    shoal_gamma_gamma_fit fit = {0};
    shoal_error err = {0};
    for (int i = 0; i < N; i++) {
        x[i] = i % 4;
        mean[i] = x[i] > 0 ? 20 : NAN;
    }
    cr_assert_eq(shoal_gamma_gamma_estimate(NULL, N, x, mean, NULL, &fit, &err), SHOAL_BOUNDARY, "%s", err.message);
    cr_assert(strstr(fit.info.boundary, "all customers spend the same") != NULL, "%s", fit.info.boundary);
    cr_assert_float_eq(shoal_gamma_gamma_expected_spend(&fit.params, 0, NAN), 20, 0.01);
    cr_assert(isnan(fit.correlation), "a constant has no correlation");
    cr_assert_eq(fit.info.n, 225);
    /* drawn from the model itself with q = 0.6 */
    shoal_rng rng = shoal_rng_start(4, 4);
    for (int i = 0; i < N; i++) {
        x[i] = 1 + i % 5;
        mean[i] = 10 * shoal_rng_gamma(&rng, 2.0 * x[i]) / x[i] / shoal_rng_gamma(&rng, 0.6);
    }
    cr_assert_eq(shoal_gamma_gamma_estimate(NULL, N, x, mean, NULL, &fit, &err), SHOAL_BOUNDARY, "%s", err.message);
    cr_assert(strstr(fit.info.boundary, "q ≤ 1") != NULL && fit.params.q <= 1, "%s", fit.info.boundary);
    /* one customer */
    const int32_t one = 3;
    const double spend = 12.5;
    cr_assert_geq(shoal_gamma_gamma_estimate(NULL, 1, &one, &spend, NULL, &fit, &err), 0, "%s", err.message);
    /* nobody to learn from; a negative mean is dropped and counted */
    const int32_t few[] = {0, 2};
    const double bad[] = {NAN, -3};
    cr_assert_eq(shoal_gamma_gamma_estimate(NULL, 2, few, bad, NULL, &fit, &err), SHOAL_ERR_INPUT);
    cr_assert(strstr(err.message, "nobody bought twice") != NULL, "%s", err.message);
    const double infinite[] = {NAN, INFINITY};
    cr_assert_eq(shoal_gamma_gamma_estimate(NULL, 2, few, infinite, NULL, &fit, &err), SHOAL_ERR_INPUT);
    cr_assert(strstr(err.message, "row 1") != NULL, "%s", err.message);
}

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <shoal/clv.h>

static const shoal_bgnbd purchase = {.2425945, 4.4136019, .7929199, 2.4258881};
static const shoal_gamma_gamma spend = {6.24957, 3.74423, 15.44353};

enum { N = 6 };
static const int32_t x[N] = {0, 2, 0, 10, 2, 0};
static const double t_x[N] = {0, 30.43, 0, 12, 30.43, NAN};
static const double T[N] = {38.86, 38.86, 0, 13, 38.86, NAN};
static const double mean[N] = {NAN, 22.35, NAN, 40, 10, NAN};

Test(clv, sum_of_discounted_periods)
{
    /* 10 units in periods of 4: two whole and half a one, which counts as the third */
    const shoal_clv_opts opts = {.horizon = 10, .period = 4, .discount_rate = 0.02};
    double p_alive[N], purchases[N], money[N], clv[N];
    shoal_error err = {0};
    cr_assert_eq(
        shoal_clv_predict(NULL, &purchase, &spend, &opts, N, x, t_x, T, mean, p_alive, purchases, money, clv, &err),
        SHOAL_OK, "%s", err.message);
    for (int i = 0; i < N - 1; i++) {
        const double e4 = shoal_bgnbd_expected_purchases(&purchase, 4, x[i], t_x[i], T[i]);
        const double e8 = shoal_bgnbd_expected_purchases(&purchase, 8, x[i], t_x[i], T[i]);
        const double e10 = shoal_bgnbd_expected_purchases(&purchase, 10, x[i], t_x[i], T[i]);
        const double m = shoal_gamma_gamma_expected_spend(&spend, x[i], mean[i]);
        const double expected = m * (e4 / 1.02 + (e8 - e4) / (1.02 * 1.02) + (e10 - e8) / (1.02 * 1.02 * 1.02));
        cr_assert_eq(p_alive[i], shoal_bgnbd_p_alive(&purchase, x[i], t_x[i], T[i]));
        cr_assert_float_eq(purchases[i], e10, 1e-14 * e10);
        cr_assert_eq(money[i], m);
        cr_assert_float_eq(clv[i], expected, 1e-12 * expected);
    }
    cr_assert(isnan(p_alive[5]) && isnan(purchases[5]) && isnan(money[5]) && isnan(clv[5]), "no purchase, no answer");
}

Test(clv, outputs_are_optional)
{
    const shoal_clv_opts opts = {.horizon = 12, .period = 1, .discount_rate = 0};
    double one[N], all[4][N];
    shoal_error err = {0};
    cr_assert_eq(
        shoal_clv_predict(NULL, &purchase, &spend, &opts, N, x, t_x, T, mean, all[0], all[1], all[2], all[3], &err),
        SHOAL_OK);
    for (int k = 0; k < 4; k++) {
        double *out[4] = {NULL, NULL, NULL, NULL};
        out[k] = one;
        cr_assert_eq(
            shoal_clv_predict(NULL, &purchase, &spend, &opts, N, x, t_x, T, mean, out[0], out[1], out[2], out[3], &err),
            SHOAL_OK);
        cr_assert_arr_eq(one, all[k], (N - 1) * sizeof *one);
    }
    /* without discount the value is purchases times spend; without a spend model there is none */
    for (int i = 0; i < N - 1; i++) cr_assert_float_eq(all[3][i], all[1][i] * all[2][i], 1e-12 * all[3][i]);
    cr_assert_eq(shoal_clv_predict(NULL, &purchase, NULL, &opts, N, x, t_x, T, NULL, NULL, one, all[2], all[3], &err),
                 SHOAL_OK);
    cr_assert_arr_eq(one, all[1], (N - 1) * sizeof *one);
    for (int i = 0; i < N; i++) cr_assert(isnan(all[2][i]) && isnan(all[3][i]));
}

static shoal_status refused(const shoal_clv_opts *opts, const double *times, shoal_error *err)
{
    double out[N];
    return shoal_clv_predict(NULL, &purchase, &spend, opts, N, x, t_x, times, mean, out, out, out, out, err);
}

Test(clv, refusals)
{
    shoal_error err = {0};
    cr_assert_eq(refused(&(shoal_clv_opts){0, 1, 0}, T, &err), SHOAL_ERR_USAGE);
    cr_assert_eq(refused(&(shoal_clv_opts){NAN, 1, 0}, T, &err), SHOAL_ERR_USAGE);
    cr_assert_eq(refused(&(shoal_clv_opts){12, 0, 0}, T, &err), SHOAL_ERR_USAGE);
    cr_assert_eq(refused(&(shoal_clv_opts){1e9, 1, 0}, T, &err), SHOAL_ERR_USAGE);
    cr_assert_eq(refused(&(shoal_clv_opts){12, 1, -0.1}, T, &err), SHOAL_ERR_USAGE);
    const double early[N] = {38, 38, 0, 11, 38, 38};
    cr_assert_eq(refused(&(shoal_clv_opts){12, 1, 0}, early, &err), SHOAL_ERR_INPUT);
    cr_assert(strstr(err.message, "row 3") != NULL, "%s", err.message);
    volatile sig_atomic_t cancel = 1;
    const shoal_ctx ctx = {.cancel = &cancel};
    const shoal_clv_opts opts = {12, 1, 0};
    double out[N];
    cr_assert_eq(shoal_clv_predict(&ctx, &purchase, &spend, &opts, N, x, t_x, T, mean, out, NULL, NULL, NULL, &err),
                 SHOAL_ERR_INTERRUPTED);
}

#include <criterion/criterion.h>
#include <math.h>

#include "model/special.h"

/* Reference values computed with mpmath at 40 digits. */

Test(special, digamma)
{
    const double known[][2] = {{1e-10, -10000000000.5772153},   {0.1, -10.423754940411076232},
                               {1, -0.57721566490153286061},    {1.4616321449683622, -9.2412655217294274e-17},
                               {2.5, 0.70315664064524318723},   {10, 2.2517525890667211076},
                               {1234.5, 7.1180162318279978433}, {1e8, 18.420680738952365464}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        const double expected = known[i][1];
        cr_assert_float_eq(shoal_digamma(known[i][0]), expected, 4 * 0x1p-52 * fmax(1, fabs(expected)), "%g",
                           known[i][0]);
    }
}

Test(special, trigamma)
{
    const double known[][2] = {{1e-5, 10000000001.64490839},   {0.1, 101.4332991507927477},
                               {1, 1.6449340668482264365},     {2.5, 0.49035775610023486497},
                               {10, 0.10516633568168574612},   {1234.5, 0.0008103727271269666527},
                               {1e8, 1.0000000050000000167e-8}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        const double expected = known[i][1];
        cr_assert_float_eq(shoal_trigamma(known[i][0]), expected, 4 * 0x1p-52 * expected, "%g", known[i][0]);
    }
}

Test(special, beta_regularised)
{
    cr_assert_float_eq(shoal_beta_regularised(1, 1, 0.3, 0.7), 0.3, 1e-16);
    /* I_x(a, 1) = x^a; I_x(1, b) = 1 - (1 - x)^b */
    cr_assert_float_eq(shoal_beta_regularised(10, 1, 0.2, 0.8), pow(0.2, 10), 1e-14 * pow(0.2, 10));
    cr_assert_float_eq(shoal_beta_regularised(1, 7, 0.9, 0.1), 1 - pow(0.1, 7), 1e-15);
    cr_assert_float_eq(shoal_beta_regularised(0.5, 0.5, 0.25, 0.75), 1.0 / 3, 1e-15);
    cr_assert_float_eq(shoal_beta_regularised(200, 0.24, 0.5, 0.5) + shoal_beta_regularised(0.24, 200, 0.5, 0.5), 1,
                       1e-14);
    cr_assert(shoal_beta_regularised(2, 3, 0, 1) == 0 && shoal_beta_regularised(2, 3, 1, 0) == 1);
}

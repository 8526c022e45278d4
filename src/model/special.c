#include "model/special.h"

#include <math.h>

double shoal_log_gamma(double x)
{
    int sign;
    return lgamma_r(x, &sign);
}

/* Both polygamma functions climb by recurrence to x >= 10, where eight terms of the asymptotic series (Abramowitz &
 * Stegun 6.3.18 and 6.4.12) leave less than 1e-16. */

double shoal_digamma(double x)
{
    double below = 0;
    while (x < 10) {
        below += 1 / x;
        x += 1;
    }
    const double z = 1 / (x * x);
    const double tail =
        z *
        (1.0 / 12 -
         z * (1.0 / 120 - z * (1.0 / 252 - z * (1.0 / 240 - z * (1.0 / 132 - z * (691.0 / 32760 - z * (1.0 / 12)))))));
    return log(x) - 0.5 / x - tail - below;
}

double shoal_trigamma(double x)
{
    double below = 0;
    while (x < 10) {
        below += 1 / (x * x);
        x += 1;
    }
    const double z = 1 / (x * x);
    const double tail =
        1.0 / 6 -
        z * (1.0 / 30 -
             z * (1.0 / 42 - z * (1.0 / 30 - z * (5.0 / 66 - z * (691.0 / 2730 - z * (7.0 / 6 - z * 3617.0 / 510))))));
    return below + 1 / x + z * (0.5 + tail / x);
}

/* The continued fraction of DLMF 8.17.22 by the modified Lentz method; converges fast for x < (a + 1) / (a + b + 2). */
static double beta_fraction(double a, double b, double x)
{
    enum { MAX_STEPS = 100000 };
    const double tiny = 1e-300;
    double c = 1;
    double d = 1 - (a + b) * x / (a + 1);
    d = 1 / (fabs(d) < tiny ? tiny : d);
    double fraction = d;
    for (int m = 1; m <= MAX_STEPS; m++) {
        const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        d = 1 + even * d;
        d = 1 / (fabs(d) < tiny ? tiny : d);
        c = 1 + even / c;
        c = fabs(c) < tiny ? tiny : c;
        fraction *= d * c;
        const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 + odd * d;
        d = 1 / (fabs(d) < tiny ? tiny : d);
        c = 1 + odd / c;
        c = fabs(c) < tiny ? tiny : c;
        fraction *= d * c;
        if (fabs(d * c - 1) < 1e-16) break;
    }
    return fraction;
}

double shoal_beta_regularised(double a, double b, double x, double y)
{
    if (x <= 0) return 0;
    if (y <= 0) return 1;
    const double front =
        exp(shoal_log_gamma(a + b) - shoal_log_gamma(a) - shoal_log_gamma(b) + a * log(x) + b * log(y));
    if (x < (a + 1) / (a + b + 2)) return front * beta_fraction(a, b, x) / a;
    return 1 - front * beta_fraction(b, a, y) / b;
}

#include <shoal/clv.h>

#include <math.h>

#include "model/special.h"

double shoal_gamma_gamma_log_likelihood(const shoal_gamma_gamma *p, double x, double mean_spend)
{
    const double px = p->p * x;
    return shoal_log_gamma(px + p->q) - shoal_log_gamma(px) - shoal_log_gamma(p->q) + p->q * log(p->gamma) +
           (px - 1) * log(mean_spend) + px * log(x) - (px + p->q) * log(p->gamma + x * mean_spend);
}

double shoal_gamma_gamma_expected_spend(const shoal_gamma_gamma *p, double x, double mean_spend)
{
    const double shape = p->p * x + p->q;
    if (shape <= 1) return NAN;
    const double spent = x > 0 ? x * (mean_spend < 0 ? 0 : mean_spend) : 0;
    return (p->gamma + spent) * p->p / (shape - 1);
}

#include "cases/plain_clv.h"

#include <math.h>

#include "base/memory.h"

static double ln_gamma(double value)
{
    int sign;
    return lgamma_r(value, &sign);
}

static double ln_beta(double a, double b)
{
    return ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b);
}

/* Terms of a row that depend on x alone, for x = 0 .. most. */
typedef struct x_terms {
    int32_t most;
    double *term;
} x_terms;

static shoal_status terms_start(const bench_histories *h, x_terms *terms, shoal_error *err)
{
    terms->most = 0;
    for (int64_t i = 0; i < h->n; i++)
        if (h->x[i] > terms->most) terms->most = h->x[i];
    return shoal_alloc((int64_t)terms->most + 1, sizeof *terms->term, &terms->term, err);
}

/* The logarithm of the odds of having left: a / (b + x - 1) [(alpha + T) / (alpha + t_x)]^(r + x). */
static double log_odds(const shoal_bgnbd *p, double x, double t_x, double T)
{
    return log(p->a) - log(p->b + x - 1) + (p->r + x) * (log(p->alpha + T) - log(p->alpha + t_x));
}

/* L = A [(alpha + T)^-(r + x) + [x > 0] a / (b + x - 1) (alpha + t_x)^-(r + x)] */
static double purchase_row(const shoal_bgnbd *p, const x_terms *terms, double x, double t_x, double T)
{
    const double alive = terms->term[(int32_t)x] - (p->r + x) * log(p->alpha + T);
    if (x == 0) return alive;
    const double odds = log_odds(p, x, t_x, T);
    return alive + fmax(odds, 0) + log1p(exp(-fabs(odds)));
}

shoal_status bench_plain_purchase_likelihood(const shoal_bgnbd *p, const bench_histories *h, double *log_likelihood,
                                             shoal_error *err)
{
    x_terms terms;
    SHOAL_TRY(terms_start(h, &terms, err));
    for (int32_t x = 0; x <= terms.most; x++)
        terms.term[x] =
            ln_gamma(p->r + x) - ln_gamma(p->r) + p->r * log(p->alpha) + ln_beta(p->a, p->b + x) - ln_beta(p->a, p->b);
    double sum = 0;
#pragma omp parallel for schedule(static) reduction(+ : sum)
    for (int64_t i = 0; i < h->n; i++)
        if (!isnan(h->T[i])) sum += purchase_row(p, &terms, h->x[i], h->t_x[i], h->T[i]);
    free(terms.term);
    *log_likelihood = sum;
    return SHOAL_OK;
}

/* f(z | x) = [x^px z^(px - 1) gamma^q / B(px, q)] (gamma + x z)^-(px + q) */
static double spend_row(const shoal_gamma_gamma *p, const x_terms *terms, double x, double z)
{
    return terms->term[(int32_t)x] + (p->p * x - 1) * log(z) - (p->p * x + p->q) * log(p->gamma + x * z);
}

shoal_status bench_plain_spend_likelihood(const shoal_gamma_gamma *p, const bench_histories *h, double *log_likelihood,
                                          shoal_error *err)
{
    x_terms terms;
    SHOAL_TRY(terms_start(h, &terms, err));
    for (int32_t x = 1; x <= terms.most; x++)
        terms.term[x] = p->p * x * log(x) + p->q * log(p->gamma) - ln_beta(p->p * x, p->q);
    double sum = 0;
#pragma omp parallel for schedule(static) reduction(+ : sum)
    for (int64_t i = 0; i < h->n; i++)
        if (h->x[i] > 0 && h->mean_spend[i] > 0) sum += spend_row(p, &terms, h->x[i], h->mean_spend[i]);
    free(terms.term);
    *log_likelihood = sum;
    return SHOAL_OK;
}

double bench_plain_p_alive(const shoal_bgnbd *p, double x, double t_x, double T)
{
    return x > 0 ? 1 / (1 + exp(log_odds(p, x, t_x, T))) : 1;
}

/* The Gauss series of 2F1; 0 <= z < 1, all terms positive. */
static long double hypergeometric(long double a, long double b, long double c, long double z)
{
    long double term = 1, sum = 1;
    for (int j = 0; j < 100000 && term > sum * 1e-20L; j++) {
        term *= (a + j) * (b + j) / ((c + j) * (j + 1)) * z;
        sum += term;
    }
    return sum;
}

double bench_plain_purchases(const shoal_bgnbd *p, double t, double x, double t_x, double T)
{
    const long double shrink = powl((p->alpha + T) / ((long double)p->alpha + T + t), p->r + x);
    const long double f = hypergeometric(p->r + x, p->b + x, p->a + p->b + x - 1, t / (p->alpha + T + t));
    return (double)((p->a + p->b + x - 1) / (p->a - 1) * (1 - shrink * f) * bench_plain_p_alive(p, x, t_x, T));
}

double bench_plain_spend(const shoal_gamma_gamma *p, double x, double mean_spend)
{
    if (x == 0) return p->p * p->gamma / (p->q - 1);
    return (p->gamma + x * mean_spend) * p->p / (p->p * x + p->q - 1);
}

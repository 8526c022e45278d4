#include "model/bgnbd.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

#include "model/special.h"

double shoal_bgnbd_log_likelihood(const shoal_bgnbd *p, double x, double t_x, double T)
{
    const double ab = p->a + p->b, m = p->r + x;
    const double counts = shoal_log_gamma(m) - shoal_log_gamma(p->r) + p->r * log(p->alpha) + shoal_log_gamma(ab) +
                          shoal_log_gamma(p->b + x) - shoal_log_gamma(p->b) - shoal_log_gamma(ab + x);
    const double alive = -m * log(p->alpha + T);
    if (x == 0) return counts + alive;
    const double gone = log(p->a) - log(p->b + x - 1) - m * log(p->alpha + t_x);
    return counts + fmax(alive, gone) + log1p(exp(-fabs(gone - alive)));
}

double shoal_bgnbd_p_alive(const shoal_bgnbd *p, double x, double t_x, double T)
{
    if (x == 0) return 1;
    const double log_odds_gone = log(p->a / (p->b + x - 1)) + (p->r + x) * log1p((T - t_x) / (p->alpha + t_x));
    if (log_odds_gone > 700) return 0; /* e^-700 is 0 to any purpose, and exp would underflow soon after */
    return log_odds_gone > 0 ? exp(-log_odds_gone) / (1 + exp(-log_odds_gone)) : 1 / (1 + exp(log_odds_gone));
}

/* Expected purchases of a customer alive. With z = t / (α + T + t), q = 1 - z, A = a + b - 1 - r, C = a + b + x - 1
 * the textbook form (C / (a - 1)) [1 - q^(r+x) F(r+x, b+x; C; z)] becomes by Euler's transformation
 *
 *   C (1 - q^(a-1)) / (a - 1) - q^(a-1) Y(z),   Y(z) = Σ_{j>=1} (A)_j (a)_{j-1} / ((C+1)_{j-1} j!) z^j
 *
 * which neither overflows nor has a pole at a = 1 or C = 0. Y solves
 *   z (1 - z) Y'' + (C - (A + a) z) Y' - A (a - 1) Y = A C,
 * so that near z = 1, where the series is slow, it is carried on in Taylor steps of half the distance to 1. */
typedef struct series {
    double A, a, C;
} series;

enum { MAX_TERMS = 200000, MAX_COUNT = 10000000 };

/* Y(z), and Y'(z) where slope is given. */
static double sum_series(const series *s, double z, double *slope)
{
    double term = s->A * z, sum = term, derivative = s->A;
    for (int j = 1; j < MAX_TERMS; j++) {
        term *= (s->A + j) * (s->a + j - 1) / ((s->C + j) * (j + 1)) * z;
        sum += term;
        derivative += term * (j + 1) / z;
        if (fabs(term) * (j + 1) <= DBL_EPSILON / 4 * fabs(derivative) * z && fabs(term) <= DBL_EPSILON / 4 * fabs(sum))
            break;
        if (term == 0) break;
    }
    if (slope != NULL) *slope = derivative;
    return sum;
}

/* Carries Y and Y' from z by the step h; both change in place. The terms y_n h^n shrink at least by half in the end. */
static void taylor_step(const series *s, double z, double h, double *value, double *slope)
{
    const double K = s->A + s->a, c0 = z * (1 - z), c1 = 1 - 2 * z, d0 = s->C - K * z;
    double before = *value, term = *slope * h; /* of degree n and n + 1 */
    double sum = before + term, derivative = term;
    int small = 0; /* terms in a row */
    for (int n = 0; n < MAX_TERMS && small < 2; n++) {
        const double constant = n == 0 ? s->A * s->C : 0;
        const double next = ((constant + (n * (n - 1.0) + K * n + s->A * (s->a - 1)) * before) * h * h -
                             (n + 1.0) * (c1 * n + d0) * term * h) /
                            (c0 * (n + 2.0) * (n + 1.0));
        derivative += (n + 2.0) * next;
        sum += next;
        const bool done =
            fabs(next) * (n + 2.0) <= DBL_EPSILON / 4 * fabs(derivative) && fabs(next) <= DBL_EPSILON / 4 * fabs(sum);
        small = done ? small + 1 : 0;
        before = term;
        term = next;
    }
    *value = sum;
    *slope = derivative / h;
}

/* Y(1 - q) from Y(1 - start), where the series is still fast. */
static double carry_series(const series *s, double start, double q)
{
    double slope, value = sum_series(s, 1 - start, &slope), left = start; /* left: distance to 1 */
    while (left > 2 * q) {
        taylor_step(s, 1 - left, left / 2, &value, &slope);
        left /= 2;
    }
    if (left > q) taylor_step(s, 1 - left, left - q, &value, &slope);
    return value;
}

/* The textbook form, for a well above r + x, where its series is fast at z = 1 too and Y would overflow. */
static double expected_textbook(const shoal_bgnbd *p, double x, double z, double log_q)
{
    const double m = p->r + x, C = p->a + p->b + x - 1;
    double term = 1, sum = 1;
    for (int j = 0; j < MAX_TERMS && term > DBL_EPSILON / 8 * sum; j++) {
        term *= (m + j) * (p->b + x + j) / ((C + j) * (j + 1)) * z;
        sum += term;
    }
    return -C / (p->a - 1) * expm1(m * log_q + log(sum));
}

/* For r well above a + b, where the terms of Y would cancel, and for large a: purchases before t, dropout aside, are
 * negative binomial with m = r + x and z; k of them leave S_k = Σ_{i<k} (b+x)_i / (a+b+x)_i before dropout. All terms
 * are positive; the sum is scaled so that q^m may underflow. */
static double expected_by_count(const shoal_bgnbd *p, double x, double z, double log_q)
{
    const double m = p->r + x, huge = 1e200;
    double log_scale = m * log_q, probability = 1, before = 0, stays = 1, sum = 0;
    for (int k = 1; k < MAX_COUNT; k++) {
        const double ratio = (m + k - 1) / k * z;
        probability *= ratio;
        before += stays;
        stays *= (p->b + x + k - 1) / (p->a + p->b + x + k - 1);
        sum += probability * before;
        if (sum > huge) {
            sum /= huge;
            probability /= huge;
            log_scale += log(huge);
        }
        if (ratio < 1 && probability * (before + k * stays) < DBL_EPSILON / 4 * sum * (1 - ratio))
            return exp(log_scale + log(sum));
    }
    return NAN; /* millions of purchases a customer */
}

double shoal_bgnbd_expected_alive(const shoal_bgnbd *p, double t, double x, double T)
{
    if (t <= 0) return 0;
    const double whole = p->alpha + T + t, z = t / whole, q = (p->alpha + T) / whole;
    const double log_q = z < 0.5 ? log1p(-z) : log(q);
    const series s = {.A = p->a + p->b - 1 - p->r, .a = p->a, .C = p->a + p->b + x - 1};
    const double decay = p->r + x + 1 - p->a; /* the terms of Y fall like z^j / j^(decay + 1) */
    const bool cancels = -s.A > fmax(5, s.C / 2);
    const bool overflows = p->a > 30; /* Y might, as q^(a-1) underflows */
    const bool textbook = decay < -10;
    if (cancels || (overflows && (z <= 0.9 || !textbook))) return expected_by_count(p, x, z, log_q);
    /* Taylor steps from 1 - start lose about C start / 2 in powers of e, the series takes about 40 / start terms */
    const double start = fmin(0.1, 20 / fmax(s.C, 1));
    if (overflows || (q < start && textbook)) return expected_textbook(p, x, z, log_q);
    const double exponent = (p->a - 1) * log_q;
    const double head = p->a == 1 ? -log_q : -expm1(exponent) / (p->a - 1);
    const double tail = q < start && decay < 10 ? carry_series(&s, start, q) : sum_series(&s, z, NULL);
    return s.C * head - exp(exponent) * tail;
}

double shoal_bgnbd_expected_purchases(const shoal_bgnbd *p, double t, double x, double t_x, double T)
{
    return shoal_bgnbd_p_alive(p, x, t_x, T) * shoal_bgnbd_expected_alive(p, t, x, T);
}

double shoal_bgnbd_expected_new(const shoal_bgnbd *p, double t)
{
    return shoal_bgnbd_expected_alive(p, t, 0, 0);
}

double shoal_bgnbd_pmf(const shoal_bgnbd *p, double t, int64_t x)
{
    if (x < 0) return 0;
    if (t <= 0) return x == 0;
    const double k = (double)x, ab = p->a + p->b;
    const double q = p->alpha / (p->alpha + t), z = t / (p->alpha + t);
    const double beta = shoal_log_gamma(ab) - shoal_log_gamma(p->b); /* ln of Γ(a+b) / Γ(b) */
    const double stayed = beta + shoal_log_gamma(p->b + k) - shoal_log_gamma(ab + k);
    const double count = shoal_log_gamma(p->r + k) - shoal_log_gamma(p->r) - shoal_log_gamma(k + 1);
    const double alive = exp(stayed + count + p->r * log(q) + k * log(z));
    if (x == 0) return alive;
    /* dropped out at the x-th purchase, which came before t: the tail of the negative binomial is I_z(x, r) */
    const double left = log(p->a) + beta + shoal_log_gamma(p->b + k - 1) - shoal_log_gamma(ab + k);
    return alive + exp(left) * shoal_beta_regularised(k, p->r, z, q);
}

#include "model/bgnbd_likelihood.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/threads.h"
#include "model/special.h"

/* Per customer (notes 004 and 039 of Fader & Hardie):
 *
 *   L = G(x) + ln(e^A + [x > 0] e^B)
 *   G = lnΓ(r+x) - lnΓ(r) + r ln α + lnΓ(a+b) + lnΓ(b+x) - lnΓ(b) - lnΓ(a+b+x)
 *   A = -(r+x) ln(α+T)                                  alive
 *   B = ln a - ln(b+x-1) - (r+x) ln(α+t_x)              gone since t_x
 *
 * With dead = e^B / (e^A + e^B) and D = B - A, the second derivatives are those of A and B weighted by 1 - dead and
 * dead, plus dead (1 - dead) ∇D ∇Dᵀ. Sums are taken by (r, α, ln a, b): by ln a, so that a may be as small as it
 * likes. */

enum { VALUE, R, ALPHA, A, B, RR, RALPHA, RA, RB, ALPHAALPHA, ALPHAA, ALPHAB, AA, AB, BB, N_SUMS };

typedef struct tables {
    const double *log_time, *inverse_time;
} tables;

/* The part of n rows that depends on times. Arrays in, sums out; x ascending. */
static inline void sum_rows(int64_t n, const double *x, const double *weight, const int64_t *t_x_at,
                            const int64_t *T_at, const tables *at, const shoal_bgnbd *p, bool derivatives, double *sums)
{
    double s[N_SUMS] = {0};
    const double log_a = log(p->a);
    for (int64_t i = 0; i < n; i++) {
        const double w = weight[i], m = p->r + x[i];
        const double log_T = at->log_time[T_at[i]], inverse_T = at->inverse_time[T_at[i]];
        if (x[i] == 0) {
            s[VALUE] -= w * m * log_T;
            if (!derivatives) continue;
            s[R] -= w * log_T;
            s[ALPHA] -= w * m * inverse_T;
            s[RALPHA] -= w * inverse_T;
            s[ALPHAALPHA] += w * m * inverse_T * inverse_T;
            continue;
        }
        const double log_t = at->log_time[t_x_at[i]], inverse_t = at->inverse_time[t_x_at[i]];
        const double c = p->b + x[i] - 1;
        const double d_r = log_T - log_t;
        const double d = log_a - log(c) + m * d_r;
        const double e = exp(-fabs(d));
        s[VALUE] += w * (fmax(d, 0) + log1p(e) - m * log_T);
        if (!derivatives) continue;
        const double dead = d > 0 ? 1 / (1 + e) : e / (1 + e), alive = d > 0 ? e / (1 + e) : 1 / (1 + e);
        const double inverse = alive * inverse_T + dead * inverse_t;
        const double d_alpha = m * (inverse_T - inverse_t), d_b = -1 / c, both = dead * alive;
        s[R] -= w * (alive * log_T + dead * log_t);
        s[ALPHA] -= w * m * inverse;
        s[A] += w * dead;
        s[B] += w * dead * d_b;
        s[RR] += w * both * d_r * d_r;
        s[RALPHA] += w * (both * d_r * d_alpha - inverse);
        s[RA] += w * both * d_r;
        s[RB] += w * both * d_r * d_b;
        s[ALPHAALPHA] +=
            w * (both * d_alpha * d_alpha + m * (alive * inverse_T * inverse_T + dead * inverse_t * inverse_t));
        s[ALPHAA] += w * both * d_alpha;
        s[ALPHAB] += w * both * d_alpha * d_b;
        s[AA] += w * both;
        s[AB] += w * both * d_b;
        s[BB] += w * (both + dead) * d_b * d_b;
    }
    memcpy(sums, s, sizeof s);
}

/* The part that depends on x alone, for n distinct x. */
static inline void sum_groups(int64_t n, const double *x, const double *weight, const shoal_bgnbd *p, bool derivatives,
                              double *sums)
{
    double s[N_SUMS] = {0};
    const double ab = p->a + p->b;
    const double log_gamma = shoal_log_gamma(ab) - shoal_log_gamma(p->b) - shoal_log_gamma(p->r);
    const double log_alpha = log(p->alpha);
    const double psi_r = shoal_digamma(p->r), psi_b = shoal_digamma(p->b), psi_ab = shoal_digamma(ab);
    const double psi1_r = shoal_trigamma(p->r), psi1_b = shoal_trigamma(p->b), psi1_ab = shoal_trigamma(ab);
    for (int64_t i = 0; i < n; i++) {
        const double w = weight[i], k = x[i];
        s[VALUE] += w * p->r * log_alpha;
        if (derivatives) {
            s[R] += w * log_alpha;
            s[ALPHA] += w * p->r / p->alpha;
            s[RALPHA] += w / p->alpha;
            s[ALPHAALPHA] -= w * p->r / p->alpha / p->alpha;
        }
        if (k == 0) continue;
        s[VALUE] += w * (shoal_log_gamma(p->r + k) + shoal_log_gamma(p->b + k) - shoal_log_gamma(ab + k) + log_gamma);
        if (!derivatives) continue;
        const double ab_1 = psi_ab - shoal_digamma(ab + k), ab_2 = psi1_ab - shoal_trigamma(ab + k);
        s[R] += w * (shoal_digamma(p->r + k) - psi_r);
        s[RR] += w * (shoal_trigamma(p->r + k) - psi1_r);
        s[A] += w * p->a * ab_1;
        s[AA] += w * p->a * (ab_1 + p->a * ab_2);
        s[AB] += w * p->a * ab_2;
        s[B] += w * (ab_1 + shoal_digamma(p->b + k) - psi_b);
        s[BB] += w * (ab_2 + shoal_trigamma(p->b + k) - psi1_b);
    }
    memcpy(sums, s, sizeof s);
}

static void fill_tables(const shoal_ctx *ctx, const shoal_bgnbd_data *data, double alpha)
{
#pragma omp parallel for schedule(static) num_threads(shoal_ctx_threads(ctx)) if (data->n_times > SHOAL_BLOCK_ROWS)
    for (int64_t i = 0; i < data->n_times; i++) {
        data->log_time[i] = log(alpha + data->time[i]);
        data->inverse_time[i] = 1 / (alpha + data->time[i]);
    }
}

static void sum_all(const shoal_ctx *ctx, const shoal_bgnbd_data *data, const shoal_bgnbd *p, bool derivatives,
                    double *sums)
{
    double partial[2 * SHOAL_MAX_BLOCKS][N_SUMS];
    const tables at = {data->log_time, data->inverse_time};
    const shoal_blocks rows = shoal_blocks_of(data->n), groups = shoal_blocks_of(data->n_groups);
    const int count = rows.count + groups.count;
#pragma omp parallel for schedule(dynamic) num_threads(shoal_ctx_threads(ctx)) if (count > 2)
    for (int i = 0; i < count; i++) {
        if (i < groups.count) {
            const int64_t begin = shoal_block_begin(&groups, i);
            sum_groups(shoal_block_end(&groups, i) - begin, &data->group_x[begin], &data->group_weight[begin], p,
                       derivatives, partial[i]);
        } else {
            const int64_t begin = shoal_block_begin(&rows, i - groups.count);
            const int64_t n = shoal_block_end(&rows, i - groups.count) - begin;
            if (derivatives)
                sum_rows(n, &data->x[begin], &data->weight[begin], &data->t_x_at[begin], &data->T_at[begin], &at, p,
                         true, partial[i]);
            else
                sum_rows(n, &data->x[begin], &data->weight[begin], &data->t_x_at[begin], &data->T_at[begin], &at, p,
                         false, partial[i]);
        }
    }
    memset(sums, 0, N_SUMS * sizeof *sums);
    for (int i = 0; i < count; i++)
        for (int j = 0; j < N_SUMS; j++) sums[j] += partial[i][j];
}

void shoal_bgnbd_evaluate(const shoal_ctx *ctx, shoal_bgnbd_data *data, const double *theta, double *value,
                          double *gradient, double *hessian)
{
    enum { N = SHOAL_BGNBD_PARAMS };
    const shoal_bgnbd p = {exp(theta[0]), exp(theta[1]), exp(theta[2]), exp(theta[3])};
    double s[N_SUMS];
    fill_tables(ctx, data, p.alpha);
    sum_all(ctx, data, &p, gradient != NULL, s);
    *value = s[VALUE];
    if (gradient == NULL) return;
    const double scale[N] = {p.r, p.alpha, 1, p.b};
    for (int i = 0; i < N; i++) gradient[i] = scale[i] * s[R + i];
    if (hessian == NULL) return;
    for (int i = 0, k = RR; i < N; i++)
        for (int j = i; j < N; j++, k++) {
            const double curved = i == j && i != A - R ? gradient[i] : 0; /* ln a has no such term left */
            hessian[i * N + j] = hessian[j * N + i] = scale[i] * scale[j] * s[k] + curved;
        }
}

static shoal_status make_groups(const shoal_distinct *distinct, shoal_bgnbd_data *data, shoal_error *err)
{
    for (int64_t i = 0; i < distinct->n; i++)
        if (i == 0 || distinct->x[i] != distinct->x[i - 1]) data->n_groups++;
    SHOAL_TRY(shoal_alloc(data->n_groups, sizeof(double), &data->group_x, err));
    SHOAL_TRY(shoal_alloc_zero(data->n_groups, sizeof(double), &data->group_weight, err));
    int64_t group = -1;
    for (int64_t i = 0; i < distinct->n; i++) {
        if (i == 0 || distinct->x[i] != distinct->x[i - 1]) data->group_x[++group] = distinct->x[i];
        data->group_weight[group] += distinct->weight[i];
        data->total_purchases += distinct->weight[i] * distinct->x[i];
    }
    return SHOAL_OK;
}

/* Every time once, so that an evaluation takes its logarithm once. */
static shoal_status make_times(const shoal_ctx *ctx, const shoal_distinct *distinct, double time_scale,
                               shoal_bgnbd_data *data, shoal_error *err)
{
    shoal_status status;
    const int64_t n = distinct->n;
    double *all = NULL;
    shoal_distinct times = {0};
    SHOAL_TRY_OUT(shoal_alloc(2 * n, sizeof *all, &all, err));
    for (int64_t i = 0; i < n; i++) {
        all[i] = distinct->v[i] / time_scale;
        all[n + i] = distinct->u[i] / time_scale;
    }
    SHOAL_TRY_OUT(shoal_compress(ctx, &(shoal_rows){.n = 2 * n, .u = all}, &times, err));
    SHOAL_TRY_OUT(shoal_alloc(n, sizeof(int64_t), &data->t_x_at, err));
    SHOAL_TRY_OUT(shoal_alloc(n, sizeof(int64_t), &data->T_at, err));
    SHOAL_TRY_OUT(shoal_alloc(times.n, sizeof(double), &data->time, err));
    SHOAL_TRY_OUT(shoal_alloc(times.n, sizeof(double), &data->log_time, err));
    SHOAL_TRY_OUT(shoal_alloc(times.n, sizeof(double), &data->inverse_time, err));
    data->n_times = times.n;
    memcpy(data->t_x_at, times.of_row, (size_t)n * sizeof(int64_t));
    memcpy(data->T_at, times.of_row + n, (size_t)n * sizeof(int64_t));
    memcpy(data->time, times.u, (size_t)times.n * sizeof(double));
out:
    free(all);
    shoal_distinct_free(&times);
    return status;
}

shoal_status shoal_bgnbd_data_make(const shoal_ctx *ctx, const shoal_distinct *distinct, double time_scale,
                                   shoal_bgnbd_data *data, shoal_error *err)
{
    shoal_status status;
    const int64_t n = distinct->n;
    shoal_bgnbd_data made = {.n = n, .total_weight = distinct->total_weight};
    SHOAL_TRY_OUT(shoal_alloc(n, sizeof(double), &made.x, err));
    SHOAL_TRY_OUT(shoal_alloc(n, sizeof(double), &made.weight, err));
    memcpy(made.x, distinct->x, (size_t)n * sizeof(double));
    memcpy(made.weight, distinct->weight, (size_t)n * sizeof(double));
    SHOAL_TRY_OUT(make_groups(distinct, &made, err));
    SHOAL_TRY_OUT(make_times(ctx, distinct, time_scale, &made, err));
out:
    if (status < 0) shoal_bgnbd_data_free(&made);
    else *data = made;
    return status;
}

void shoal_bgnbd_data_free(shoal_bgnbd_data *data)
{
    free(data->x);
    free(data->weight);
    free(data->t_x_at);
    free(data->T_at);
    free(data->time);
    free(data->log_time);
    free(data->inverse_time);
    free(data->group_x);
    free(data->group_weight);
    *data = (shoal_bgnbd_data){0};
}

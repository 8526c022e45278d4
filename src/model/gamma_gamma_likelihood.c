#include "model/gamma_gamma_likelihood.h"

#include <math.h>
#include <string.h>

#include <shoal/clv.h>

#include "base/memory.h"
#include "base/threads.h"
#include "model/special.h"

/* Per customer (note 025 of Fader & Hardie), m the mean spend:
 *
 *   L = lnΓ(px+q) - lnΓ(px) - lnΓ(q) + q ln γ + (px-1) ln m + px ln x - (px+q) ln(γ+xm)
 *
 * Only the last term needs every row; it enters through six sums. The others need the rows by x. */

enum { LOG, X_LOG, INVERSE, X_INVERSE, INVERSE2, X_INVERSE2, N_ROW_SUMS };
enum { VALUE, P, Q, PP, PQ, QQ, N_GROUP_SUMS };
enum { N_SUMS = 6 };
_Static_assert((int)N_ROW_SUMS <= (int)N_SUMS && (int)N_GROUP_SUMS <= (int)N_SUMS, "room for both kinds of sums");

/* Sums over n rows of ln(γ+xm), 1/(γ+xm) and its square, plain and times x. Arrays in, sums out. */
static void sum_rows(int64_t n, const double *x, const double *total, const double *weight, double gamma, double *sums)
{
    double s[N_ROW_SUMS] = {0};
    for (int64_t i = 0; i < n; i++) {
        const double w = weight[i], wx = w * x[i];
        const double l = log(gamma + total[i]), inverse = 1 / (gamma + total[i]);
        s[LOG] += w * l;
        s[X_LOG] += wx * l;
        s[INVERSE] += w * inverse;
        s[X_INVERSE] += wx * inverse;
        s[INVERSE2] += w * inverse * inverse;
        s[X_INVERSE2] += wx * inverse * inverse;
    }
    memcpy(sums, s, sizeof s);
}

static void sum_groups(int64_t n, const double *x, const double *weight, const shoal_gamma_gamma *at, bool derivatives,
                       double *sums)
{
    double s[N_GROUP_SUMS] = {0};
    const double p = at->p, q = at->q;
    const double log_gamma_q = shoal_log_gamma(q), psi_q = shoal_digamma(q), psi1_q = shoal_trigamma(q);
    for (int64_t i = 0; i < n; i++) {
        const double w = weight[i], k = x[i], log_x = log(k);
        s[VALUE] += w * (shoal_log_gamma(p * k + q) - shoal_log_gamma(p * k) - log_gamma_q + p * k * log_x);
        if (!derivatives) continue;
        const double psi = shoal_digamma(p * k + q), psi1 = shoal_trigamma(p * k + q);
        s[P] += w * k * (psi - shoal_digamma(p * k) + log_x);
        s[Q] += w * (psi - psi_q);
        s[PP] += w * k * k * (psi1 - shoal_trigamma(p * k));
        s[PQ] += w * k * psi1;
        s[QQ] += w * (psi1 - psi1_q);
    }
    memcpy(sums, s, sizeof s);
}

static void sum_all(const shoal_ctx *ctx, const shoal_gamma_gamma_data *data, const shoal_gamma_gamma *at,
                    bool derivatives, double *row_sums, double *group_sums)
{
    double partial[2 * SHOAL_MAX_BLOCKS][N_SUMS];
    const shoal_blocks rows = shoal_blocks_of(data->n), groups = shoal_blocks_of(data->n_groups);
    const int count = rows.count + groups.count;
#pragma omp parallel for schedule(dynamic) num_threads(shoal_ctx_threads(ctx)) if (count > 2)
    for (int i = 0; i < count; i++) {
        if (i < groups.count) {
            const int64_t begin = shoal_block_begin(&groups, i);
            sum_groups(shoal_block_end(&groups, i) - begin, &data->group_x[begin], &data->group_weight[begin], at,
                       derivatives, partial[i]);
        } else {
            const int64_t begin = shoal_block_begin(&rows, i - groups.count);
            sum_rows(shoal_block_end(&rows, i - groups.count) - begin, &data->x[begin], &data->total[begin],
                     &data->weight[begin], at->gamma, partial[i]);
        }
    }
    memset(row_sums, 0, N_ROW_SUMS * sizeof *row_sums);
    memset(group_sums, 0, N_GROUP_SUMS * sizeof *group_sums);
    for (int i = 0; i < groups.count; i++)
        for (int j = 0; j < N_GROUP_SUMS; j++) group_sums[j] += partial[i][j];
    for (int i = groups.count; i < count; i++)
        for (int j = 0; j < N_ROW_SUMS; j++) row_sums[j] += partial[i][j];
}

void shoal_gamma_gamma_evaluate(const shoal_ctx *ctx, const shoal_gamma_gamma_data *data, const double *theta,
                                double *value, double *gradient, double *hessian)
{
    enum { N = SHOAL_GAMMA_GAMMA_PARAMS };
    const shoal_gamma_gamma at = {exp(theta[0]), exp(theta[1]), exp(theta[2])};
    const double p = at.p, q = at.q, gamma = at.gamma, w = data->total_weight;
    double s[N_ROW_SUMS], g[N_GROUP_SUMS];
    sum_all(ctx, data, &at, gradient != NULL, s, g);
    *value = g[VALUE] + w * q * log(gamma) + p * data->x_log_sum - data->log_sum - p * s[X_LOG] - q * s[LOG];
    if (gradient == NULL) return;
    gradient[0] = p * (g[P] + data->x_log_sum - s[X_LOG]);
    gradient[1] = q * (g[Q] + w * log(gamma) - s[LOG]);
    gradient[2] = gamma * (w * q / gamma - p * s[X_INVERSE] - q * s[INVERSE]);
    if (hessian == NULL) return;
    const double scale[N] = {p, q, gamma};
    const double by_gamma = w / gamma - s[INVERSE];
    const double natural[N][N] = {
        {g[PP], g[PQ], -s[X_INVERSE]},
        {g[PQ], g[QQ], by_gamma},
        {-s[X_INVERSE], by_gamma, p * s[X_INVERSE2] + q * s[INVERSE2] - w * q / gamma / gamma},
    };
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
            hessian[i * N + j] = scale[i] * scale[j] * natural[i][j] + (i == j ? gradient[i] : 0);
}

static shoal_status make_groups(shoal_gamma_gamma_data *data, shoal_error *err)
{
    for (int64_t i = 0; i < data->n; i++)
        if (i == 0 || data->x[i] != data->x[i - 1]) data->n_groups++;
    SHOAL_TRY(shoal_alloc(data->n_groups, sizeof(double), &data->group_x, err));
    SHOAL_TRY(shoal_alloc_zero(data->n_groups, sizeof(double), &data->group_weight, err));
    int64_t group = -1;
    for (int64_t i = 0; i < data->n; i++) {
        if (i == 0 || data->x[i] != data->x[i - 1]) data->group_x[++group] = data->x[i];
        data->group_weight[group] += data->weight[i];
    }
    return SHOAL_OK;
}

shoal_status shoal_gamma_gamma_data_make(const shoal_distinct *distinct, double scale, shoal_gamma_gamma_data *data,
                                         shoal_error *err)
{
    shoal_status status;
    const int64_t n = distinct->n;
    shoal_gamma_gamma_data made = {.n = n, .total_weight = distinct->total_weight};
    SHOAL_TRY_OUT(shoal_alloc(n, sizeof(double), &made.x, err));
    SHOAL_TRY_OUT(shoal_alloc(n, sizeof(double), &made.total, err));
    SHOAL_TRY_OUT(shoal_alloc(n, sizeof(double), &made.weight, err));
    for (int64_t i = 0; i < n; i++) {
        const double mean = distinct->u[i] / scale, log_mean = log(mean);
        made.x[i] = distinct->x[i];
        made.weight[i] = distinct->weight[i];
        made.total[i] = made.x[i] * mean;
        made.log_sum += made.weight[i] * log_mean;
        made.x_log_sum += made.weight[i] * made.x[i] * log_mean;
    }
    SHOAL_TRY_OUT(make_groups(&made, err));
out:
    if (status < 0) shoal_gamma_gamma_data_free(&made);
    else *data = made;
    return status;
}

void shoal_gamma_gamma_data_free(shoal_gamma_gamma_data *data)
{
    free(data->x);
    free(data->total);
    free(data->weight);
    free(data->group_x);
    free(data->group_weight);
    *data = (shoal_gamma_gamma_data){0};
}

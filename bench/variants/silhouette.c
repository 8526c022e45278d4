#include "variants/silhouette.h"

#include <math.h>

#include "base/memory.h"

static double distance(const double *a, const double *b, int d)
{
    double sum = 0;
    for (int j = 0; j < d; j++) sum += (a[j] - b[j]) * (a[j] - b[j]);
    return sqrt(sum);
}

/* The silhouette of a row in cluster `own`, from its summed distances to the rows of each cluster. */
static double of_row(int own, int k, const int *sizes, const double *sums)
{
    if (sizes[own] == 1) return 0;
    const double within = sums[own] / (sizes[own] - 1);
    double nearest = INFINITY;
    for (int c = 0; c < k; c++)
        if (c != own && sizes[c] > 0) nearest = fmin(nearest, sums[c] / sizes[c]);
    const double larger = fmax(within, nearest);
    return larger > 0 ? (nearest - within) / larger : 0;
}

shoal_status bench_silhouette(int n, int d, const double *rows, const int32_t *labels, int k, double *mean,
                              shoal_error *err)
{
    int *sizes = NULL, used = 0;
    double *sums = NULL, total = 0;
    shoal_status status;
    *mean = NAN;
    SHOAL_TRY_OUT(shoal_alloc_zero(k, sizeof *sizes, &sizes, err));
    SHOAL_TRY_OUT(shoal_alloc(k, sizeof *sums, &sums, err));
    for (int i = 0; i < n; i++) used += sizes[labels[i]]++ == 0;
    if (used < 2 || used == n) goto out;
    for (int i = 0; i < n; i++) {
        for (int c = 0; c < k; c++) sums[c] = 0;
        for (int other = 0; other < n; other++)
            sums[labels[other]] += distance(rows + (int64_t)i * d, rows + (int64_t)other * d, d);
        total += of_row(labels[i], k, sizes, sums);
    }
    *mean = total / n;
out:
    free(sizes);
    free(sums);
    return status;
}

static double weight_of(const double *weight, int64_t row)
{
    return weight == NULL ? 1 : weight[row];
}

/* Clusters of weighted rows. */
typedef struct clusters {
    double *mean;   /* k x d */
    double *weight; /* k */
    double *spread; /* k: mean distance to the mean */
} clusters;

static void measure(const shoal_matrix *x, const double *weight, const int32_t *labels, int k, clusters *c)
{
    const int d = x->d;
    for (int64_t i = 0; i < x->n; i++) {
        const double w = weight_of(weight, i);
        c->weight[labels[i]] += w;
        for (int j = 0; j < d; j++) c->mean[(int64_t)labels[i] * d + j] += w * shoal_column_f64(&x->columns[j], i);
    }
    for (int64_t at = 0; at < (int64_t)k * d; at++)
        if (c->weight[at / d] > 0) c->mean[at] /= c->weight[at / d];
    for (int64_t i = 0; i < x->n; i++) {
        const double *mean = c->mean + (int64_t)labels[i] * d;
        double squared = 0;
        for (int j = 0; j < d; j++) {
            const double off = shoal_column_f64(&x->columns[j], i) - mean[j];
            squared += off * off;
        }
        if (c->weight[labels[i]] > 0)
            c->spread[labels[i]] += weight_of(weight, i) * sqrt(squared) / c->weight[labels[i]];
    }
}

static double worst_ratio(const clusters *c, int own, int k, int d)
{
    double worst = 0;
    for (int other = 0; other < k; other++) {
        if (other == own || c->weight[other] == 0) continue;
        const double apart = distance(c->mean + (int64_t)own * d, c->mean + (int64_t)other * d, d);
        if (apart > 0) worst = fmax(worst, (c->spread[own] + c->spread[other]) / apart);
    }
    return worst;
}

shoal_status bench_davies_bouldin(const shoal_matrix *x, const double *weight, const int32_t *labels, int k,
                                  double *index, shoal_error *err)
{
    clusters c = {0};
    shoal_status status;
    *index = NAN;
    SHOAL_TRY_OUT(shoal_alloc_zero((int64_t)k * x->d, sizeof *c.mean, &c.mean, err));
    SHOAL_TRY_OUT(shoal_alloc_zero(k, sizeof *c.weight, &c.weight, err));
    SHOAL_TRY_OUT(shoal_alloc_zero(k, sizeof *c.spread, &c.spread, err));
    measure(x, weight, labels, k, &c);
    double sum = 0;
    int used = 0;
    for (int own = 0; own < k; own++) {
        if (c.weight[own] == 0) continue;
        sum += worst_ratio(&c, own, k, x->d);
        used++;
    }
    if (used > 1) *index = sum / used;
out:
    free(c.mean);
    free(c.weight);
    free(c.spread);
    return status;
}

double bench_total_scatter(const shoal_matrix *x, const double *weight)
{
    double scatter = 0;
    for (int j = 0; j < x->d; j++) {
        double sum = 0, total = 0;
        for (int64_t i = 0; i < x->n; i++) {
            sum += weight_of(weight, i) * shoal_column_f64(&x->columns[j], i);
            total += weight_of(weight, i);
        }
        const double mean = sum / total;
        for (int64_t i = 0; i < x->n; i++) {
            const double off = shoal_column_f64(&x->columns[j], i) - mean;
            scatter += weight_of(weight, i) * off * off;
        }
    }
    return scatter;
}

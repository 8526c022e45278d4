#include "kmeans_naive.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fused.h"

naive_data naive_read(const shoal_matrix *x, const double *weight)
{
    const size_t d = (size_t)x->d;
    naive_data data = {.n = x->n,
                       .d = x->d,
                       .rows = malloc((size_t)x->n * d * sizeof(double)),
                       .weight = weight,
                       .range = malloc(d * sizeof(double)),
                       .most = malloc(d * sizeof(double))};
    for (int j = 0; j < x->d; j++) {
        double least = INFINITY, largest = -INFINITY;
        for (int64_t i = 0; i < x->n; i++) {
            const double value = shoal_column_f64(&x->columns[j], i);
            data.rows[i * x->d + j] = value;
            least = fmin(least, value);
            largest = fmax(largest, value);
        }
        data.range[j] = largest - least;
        data.most[j] = fmax(-least, largest);
    }
    return data;
}

void naive_data_free(naive_data *data)
{
    free(data->rows);
    free(data->range);
    free(data->most);
    *data = (naive_data){0};
}

FUSED double naive_distance(const naive_data *data, int64_t row, const double *centroid)
{
    const double *value = data->rows + row * data->d;
    double sum = 0;
    for (int j = 0; j < data->d; j++) sum = fma(value[j] - centroid[j], value[j] - centroid[j], sum);
    return sum;
}

long double naive_exact_distance(const naive_data *data, int64_t row, const double *centroid)
{
    const double *value = data->rows + row * data->d;
    long double sum = 0;
    for (int j = 0; j < data->d; j++) {
        const long double difference = (long double)value[j] - (long double)centroid[j];
        sum += difference * difference;
    }
    return sum;
}

int naive_nearest(const naive_data *data, int64_t row, const double *centroids, int k)
{
    int nearest = 0;
    double least = INFINITY;
    for (int c = 0; c < k; c++) {
        const double distance = naive_distance(data, row, centroids + (int64_t)c * data->d);
        if (distance < least) {
            least = distance;
            nearest = c;
        }
    }
    return nearest;
}

long double naive_inertia(const naive_data *data, const double *centroids, const int32_t *labels)
{
    long double sum = 0;
    for (int64_t i = 0; i < data->n; i++)
        sum += (long double)naive_weight(data, i) *
               naive_exact_distance(data, i, centroids + (int64_t)labels[i] * data->d);
    return sum;
}

naive_run naive_start(const naive_data *data, int k, const double *start)
{
    const size_t cells = (size_t)k * (size_t)data->d, n = (size_t)data->n;
    naive_run run = {.data = data, .k = k, .centroids = malloc(cells * sizeof(double)), .labels = malloc(n * 4)};
    memcpy(run.centroids, start, cells * sizeof(double));
    memset(run.labels, -1, n * 4);
    return run;
}

void naive_run_free(naive_run *run)
{
    free(run->centroids);
    free(run->labels);
    *run = (naive_run){0};
}

void naive_labels(const naive_run *run, int32_t *labels)
{
    for (int64_t i = 0; i < run->data->n; i++) labels[i] = naive_nearest(run->data, i, run->centroids, run->k);
}

/* equal: k, whether the rows with weight of a cluster are all equal. */
static void find_equal(const naive_run *run, bool *equal)
{
    const naive_data *data = run->data;
    const size_t bytes = (size_t)data->d * sizeof(double);
    int64_t *first = malloc((size_t)run->k * sizeof *first);
    memset(first, -1, (size_t)run->k * sizeof *first);
    memset(equal, 1, (size_t)run->k * sizeof *equal);
    for (int64_t i = 0; i < data->n; i++) {
        const int c = run->labels[i];
        if (naive_weight(data, i) == 0) continue;
        if (first[c] < 0) first[c] = i;
        equal[c] = equal[c] && memcmp(data->rows + i * data->d, data->rows + first[c] * data->d, bytes) == 0;
    }
    free(first);
}

/* The row that the next empty cluster takes; -1 where every row with weight lies on a centroid or among equals. */
static int64_t farthest_row(const naive_run *run, const bool *equal, const int64_t *taken, int n_taken)
{
    const naive_data *data = run->data;
    double most = 0;
    int64_t farthest = -1;
    for (int64_t i = 0; i < data->n; i++) {
        if (naive_weight(data, i) == 0 || equal[run->labels[i]]) continue;
        double distance = naive_distance(data, i, run->centroids + (int64_t)run->labels[i] * data->d);
        for (int t = 0; t < n_taken; t++)
            distance = fmin(distance, naive_distance(data, i, data->rows + taken[t] * data->d));
        if (distance > most) {
            most = distance;
            farthest = i;
        }
    }
    return farthest;
}

/* weight: k; position: k x d, the means of the clusters with weight. */
static void find_means(const naive_run *run, long double *weight, double *position)
{
    const naive_data *data = run->data;
    const int64_t d = data->d;
    long double *sum = calloc((size_t)(run->k * d), sizeof *sum);
    for (int64_t i = 0; i < data->n; i++) {
        const int64_t c = run->labels[i];
        const long double w = (long double)naive_weight(data, i);
        weight[c] += w;
        for (int64_t j = 0; j < d; j++) sum[c * d + j] += w * (long double)data->rows[i * d + j];
    }
    for (int64_t at = 0; at < run->k * d; at++)
        if (weight[at / d] > 0) position[at] = (double)sum[at] / (double)weight[at / d];
    free(sum);
}

void naive_step(naive_run *run)
{
    const int64_t n = run->data->n, d = run->data->d;
    const int k = run->k;
    int32_t *labels = malloc((size_t)n * sizeof *labels);
    naive_labels(run, labels);
    const bool same = memcmp(labels, run->labels, (size_t)n * sizeof *labels) == 0;
    free(run->labels);
    run->labels = labels;
    run->iterations++;
    const size_t bytes = (size_t)(k * d) * sizeof(double);
    long double *weight = calloc((size_t)k, sizeof *weight);
    double *position = malloc(bytes);
    int64_t *taken = malloc((size_t)k * sizeof *taken);
    int n_taken = 0, served = -1, used = 0;
    bool *equal = malloc((size_t)k * sizeof *equal);
    find_equal(run, equal);
    memcpy(position, run->centroids, bytes);
    find_means(run, weight, position);
    for (int c = 0; c < k; c++) {
        if (weight[c] > 0) continue;
        const int64_t row = farthest_row(run, equal, taken, n_taken);
        if (row < 0) break;
        taken[n_taken++] = row;
        served = c;
        memcpy(position + c * d, run->data->rows + row * d, (size_t)d * sizeof(double));
    }
    while (weight[used] == 0) used++;
    for (int c = served + 1; c < k; c++)
        if (weight[c] == 0) memcpy(position + c * d, position + used * d, (size_t)d * sizeof(double));
    const bool still = memcmp(position, run->centroids, bytes) == 0;
    run->converged = n_taken == 0 && (same || still);
    if (!(same && n_taken == 0)) memcpy(run->centroids, position, bytes);
    run->relocated += n_taken;
    free(weight);
    free(position);
    free(equal);
    free(taken);
}

void naive_iterate(naive_run *run, int max_iter)
{
    while (run->iterations < max_iter && !run->converged) naive_step(run);
}

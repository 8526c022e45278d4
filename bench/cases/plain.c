#include "cases/plain.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"

/* Rounding apart, for sums in another order. */
static const double TOLERANCE = 1e-9;

enum { CHECKED_ROWS = 4096, REFERENCE_ROWS = 8192 };

shoal_matrix bench_matrix_of(const shoal_table *table)
{
    return (shoal_matrix){.n = table->n_rows, .d = table->n_columns, .columns = table->columns};
}

double bench_plain_squared(const shoal_matrix *x, int64_t row, const double *centroid)
{
    double sum = 0;
    for (int j = 0; j < x->d; j++) {
        const double difference = shoal_column_f64(&x->columns[j], row) - centroid[j];
        sum += difference * difference;
    }
    return sum;
}

static int nearest(const shoal_matrix *x, int64_t row, int k, const double *centroids, double *squared)
{
    int best = 0;
    *squared = INFINITY;
    for (int c = 0; c < k; c++) {
        const double distance = bench_plain_squared(x, row, centroids + (int64_t)c * x->d);
        if (distance < *squared) {
            *squared = distance;
            best = c;
        }
    }
    return best;
}

double bench_plain_inertia(const shoal_matrix *x, const double *centroids, const int32_t *labels)
{
    double sum = 0;
#pragma omp parallel for schedule(static) reduction(+ : sum)
    for (int64_t i = 0; i < x->n; i++) sum += bench_plain_squared(x, i, centroids + (int64_t)labels[i] * x->d);
    return sum;
}

double bench_plain_silhouette(const shoal_matrix *x, int k, const double *centroids, const int32_t *labels)
{
    double sum = 0;
#pragma omp parallel for schedule(static) reduction(+ : sum)
    for (int64_t i = 0; i < x->n; i++) {
        double own = 0, next = INFINITY;
        for (int c = 0; c < k; c++) {
            const double squared = bench_plain_squared(x, i, centroids + (int64_t)c * x->d);
            if (c == labels[i]) own = squared;
            else if (squared < next) next = squared;
        }
        const double a = sqrt(own), b = sqrt(next);
        sum += fmax(a, b) > 0 ? (b - a) / fmax(a, b) : 0;
    }
    return sum / (double)x->n;
}

shoal_status bench_plain_between(const shoal_matrix *x, int k, const double *centroids, const int64_t *sizes,
                                 double *between, shoal_error *err)
{
    double *mean;
    SHOAL_TRY(shoal_alloc(x->d, sizeof *mean, &mean, err));
    for (int j = 0; j < x->d; j++) {
        double sum = 0;
        for (int64_t i = 0; i < x->n; i++) sum += shoal_column_f64(&x->columns[j], i);
        mean[j] = sum / (double)x->n;
    }
    *between = 0;
    for (int c = 0; c < k; c++)
        for (int j = 0; j < x->d; j++) {
            const double difference = centroids[(int64_t)c * x->d + j] - mean[j];
            *between += (double)sizes[c] * difference * difference;
        }
    free(mean);
    return SHOAL_OK;
}

static shoal_status check_row(const shoal_matrix *x, int64_t row, int k, const double *centroids, int32_t label,
                              const double *distance, shoal_error *err)
{
    if (label < 0 || label >= k)
        return shoal_fail(err, SHOAL_ERR_INPUT, "row %" PRId64 " has label %d of %d clusters", row, label, k);
    double least;
    const int best = nearest(x, row, k, centroids, &least);
    const double own = bench_plain_squared(x, row, centroids + (int64_t)label * x->d);
    if (!(own <= least + TOLERANCE * (1 + least)))
        return shoal_fail(err, SHOAL_ERR_INPUT,
                          "row %" PRId64 " has label %d (squared distance %.17g), but centroid %d is nearer (%.17g)",
                          row, label, own, best, least);
    if (distance != NULL && !(fabs(distance[row] - sqrt(own)) <= TOLERANCE * (1 + sqrt(own))))
        return shoal_fail(err, SHOAL_ERR_INPUT, "row %" PRId64 " has distance %.17g; it is %.17g", row, distance[row],
                          sqrt(own));
    return SHOAL_OK;
}

/* Row i of `rows` that are drawn evenly from n. */
static int64_t drawn_row(int64_t i, int64_t rows, int64_t n)
{
    return rows == 1 ? 0 : (int64_t)((double)i * (double)(n - 1) / (double)(rows - 1));
}

shoal_status bench_check_nearest(const shoal_matrix *x, int k, const double *centroids, const int32_t *labels,
                                 const double *distance, shoal_error *err)
{
    const int64_t rows = x->n < CHECKED_ROWS ? x->n : CHECKED_ROWS;
    for (int64_t i = 0; i < rows; i++) {
        const int64_t row = drawn_row(i, rows, x->n);
        SHOAL_TRY(check_row(x, row, k, centroids, labels[row], distance, err));
    }
    return SHOAL_OK;
}

static shoal_status check_second(const shoal_matrix *x, int64_t row, int k, const double *centroids,
                                 const shoal_kmeans_assignment *out, shoal_error *err)
{
    const int32_t label = out->labels[row], second = out->second[row];
    if (second < 0 || second >= k || second == label)
        return shoal_fail(err, SHOAL_ERR_INPUT, "row %" PRId64 " has second %d beside label %d of %d clusters", row,
                          second, label, k);
    double least = INFINITY;
    for (int c = 0; c < k; c++)
        if (c != label) least = fmin(least, bench_plain_squared(x, row, centroids + (int64_t)c * x->d));
    const double own = bench_plain_squared(x, row, centroids + (int64_t)second * x->d);
    if (!(own <= least + TOLERANCE * (1 + least)))
        return shoal_fail(err, SHOAL_ERR_INPUT,
                          "row %" PRId64 " has second %d (squared distance %.17g), but another is nearer (%.17g)", row,
                          second, own, least);
    if (!(fabs(out->second_distance[row] - sqrt(own)) <= TOLERANCE * (1 + sqrt(own))))
        return shoal_fail(err, SHOAL_ERR_INPUT, "row %" PRId64 " has second distance %.17g; it is %.17g", row,
                          out->second_distance[row], sqrt(own));
    return SHOAL_OK;
}

shoal_status bench_check_second(const shoal_matrix *x, int k, const double *centroids,
                                const shoal_kmeans_assignment *out, shoal_error *err)
{
    const int64_t rows = x->n < CHECKED_ROWS ? x->n : CHECKED_ROWS;
    for (int64_t i = 0; i < rows; i++) SHOAL_TRY(check_second(x, drawn_row(i, rows, x->n), k, centroids, out, err));
    return SHOAL_OK;
}

shoal_status bench_check_sizes(int64_t n, int k, const int32_t *labels, const int64_t *sizes, shoal_error *err)
{
    int64_t *counted;
    shoal_status status = SHOAL_OK;
    SHOAL_TRY(shoal_alloc_zero(k, sizeof *counted, &counted, err));
    for (int64_t i = 0; i < n && status >= 0; i++)
        if (labels[i] < 0 || labels[i] >= k)
            status = shoal_fail(err, SHOAL_ERR_INPUT, "row %" PRId64 " has label %d of %d clusters", i, labels[i], k);
        else counted[labels[i]]++;
    for (int c = 0; c < k && status >= 0; c++)
        if (counted[c] != sizes[c])
            status =
                shoal_fail(err, SHOAL_ERR_INPUT, "cluster %d is said to have %" PRId64 " rows; %" PRId64 " carry it", c,
                           sizes[c], counted[c]);
    free(counted);
    return status;
}

/* One iteration over x: sums (k x d) and counts (k) are working space. Returns the inertia before the step. */
static double lloyd_step(const shoal_matrix *x, int k, double *centroids, double *sums, int64_t *counts)
{
    const size_t values = (size_t)k * (size_t)x->d;
    double inertia = 0;
    memset(sums, 0, values * sizeof *sums);
    memset(counts, 0, (size_t)k * sizeof *counts);
    for (int64_t i = 0; i < x->n; i++) {
        double squared;
        const int label = nearest(x, i, k, centroids, &squared);
        inertia += squared;
        counts[label]++;
        for (int j = 0; j < x->d; j++) sums[(int64_t)label * x->d + j] += shoal_column_f64(&x->columns[j], i);
    }
    for (int c = 0; c < k; c++)
        for (int j = 0; j < x->d && counts[c] > 0; j++)
            centroids[(int64_t)c * x->d + j] = sums[(int64_t)c * x->d + j] / (double)counts[c];
    return inertia;
}

shoal_status bench_check_not_worse(const shoal_matrix *x, int k, const double *centroids, int iterations,
                                   shoal_error *err)
{
    const shoal_matrix part = {.n = x->n < REFERENCE_ROWS ? x->n : REFERENCE_ROWS, .d = x->d, .columns = x->columns};
    double *start = NULL, *sums = NULL, inertia = 0, reference = 0;
    int64_t *counts = NULL;
    shoal_status status;
    SHOAL_TRY_OUT(shoal_alloc((int64_t)k * x->d, sizeof *start, &start, err));
    SHOAL_TRY_OUT(shoal_alloc((int64_t)k * x->d, sizeof *sums, &sums, err));
    SHOAL_TRY_OUT(shoal_alloc(k, sizeof *counts, &counts, err));
    for (int c = 0; c < k; c++)
        for (int j = 0; j < x->d; j++) start[(int64_t)c * x->d + j] = shoal_column_f64(&x->columns[j], c);
    for (int iteration = 0; iteration <= iterations; iteration++) reference = lloyd_step(&part, k, start, sums, counts);
    for (int64_t i = 0; i < part.n; i++) {
        double squared;
        nearest(&part, i, k, centroids, &squared);
        inertia += squared;
    }
    if (!(inertia <= 1.2 * reference))
        status = shoal_fail(err, SHOAL_ERR_INPUT,
                            "inertia %.9g over the first %" PRId64 " rows; plain Lloyd from the first rows gives %.9g",
                            inertia, part.n, reference);
out:
    free(start);
    free(sums);
    free(counts);
    return status;
}

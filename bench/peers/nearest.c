#include "peers/nearest.h"

#include <math.h>
#include <stddef.h>

enum { ROWS = 64 };

/* Of ROWS rows at once, so that the loops over rows become vector instructions. */
static double search_block(const shoal_table *x, int64_t begin, int rows, int k, const double *centroids,
                           int32_t *labels)
{
    const int d = x->n_columns;
    double best[ROWS], inertia = 0;
    int32_t label[ROWS] = {0};
    for (int i = 0; i < ROWS; i++) best[i] = INFINITY;
    for (int c = 0; c < k; c++) {
        double squared[ROWS] = {0};
        for (int j = 0; j < d; j++) {
            const float *column = (const float *)x->columns[j].data + begin;
            const double centre = centroids[(int64_t)c * d + j];
            for (int i = 0; i < rows; i++) squared[i] += (column[i] - centre) * (column[i] - centre);
        }
        for (int i = 0; i < rows; i++) {
            label[i] = squared[i] < best[i] ? c : label[i];
            best[i] = fmin(squared[i], best[i]);
        }
    }
    for (int i = 0; i < rows; i++) inertia += best[i];
    for (int i = 0; i < rows && labels != NULL; i++) labels[begin + i] = label[i];
    return inertia;
}

double bench_nearest(const shoal_table *x, int k, const double *centroids, int32_t *labels)
{
    double inertia = 0;
#pragma omp parallel for schedule(static) reduction(+ : inertia)
    for (int64_t begin = 0; begin < x->n_rows; begin += ROWS) {
        const int rows = x->n_rows - begin < ROWS ? (int)(x->n_rows - begin) : ROWS;
        inertia += search_block(x, begin, rows, k, centroids, labels);
    }
    return inertia;
}

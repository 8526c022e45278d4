#include "nearest.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>

void shoal_k_nearest_f32_scalar(const float *tile, int rows, int d, const float *centroids, int k, int32_t *label,
                                float *best, float *second)
{
    assert(rows >= 0 && rows <= SHOAL_TILE_ROWS && d >= 1 && k >= 1);
    for (int i = 0; i < rows; i++) {
        label[i] = 0;
        best[i] = second[i] = INFINITY;
        for (int c = 0; c < k; c++) {
            const float *centroid = centroids + (size_t)c * (size_t)d;
            float sum = 0;
            for (int j = 0; j < d; j++) {
                const float difference = tile[(size_t)j * SHOAL_TILE_ROWS + (size_t)i] - centroid[j];
                sum = fmaf(difference, difference, sum);
            }
            if (sum < best[i]) {
                second[i] = best[i];
                best[i] = sum;
                label[i] = c;
            } else if (sum < second[i]) {
                second[i] = sum;
            }
        }
    }
}

void shoal_k_nearest_f64_scalar(const double *tile, int rows, int d, const double *centroids, int k, int32_t *label,
                                double *best, double *second)
{
    assert(rows >= 0 && rows <= SHOAL_TILE_ROWS && d >= 1 && k >= 1);
    for (int i = 0; i < rows; i++) {
        label[i] = 0;
        best[i] = second[i] = INFINITY;
        for (int c = 0; c < k; c++) {
            const double *centroid = centroids + (size_t)c * (size_t)d;
            double sum = 0;
            for (int j = 0; j < d; j++) {
                const double difference = tile[(size_t)j * SHOAL_TILE_ROWS + (size_t)i] - centroid[j];
                sum = fma(difference, difference, sum);
            }
            if (sum < best[i]) {
                second[i] = best[i];
                best[i] = sum;
                label[i] = c;
            } else if (sum < second[i]) {
                second[i] = sum;
            }
        }
    }
}

#include "model/kmeans/axes.h"

#include <math.h>
#include <string.h>

/* Rotates the pair of values. */
static void rotate(double c, double s, double *x, double *y)
{
    const double before = *x;
    *x = c * before - s * *y;
    *y = s * before + c * *y;
}

/* Makes a[p][q] zero. */
static void eliminate(int d, int p, int q, double *a, double *axes)
{
    const double theta = (a[q * d + q] - a[p * d + p]) / (2 * a[p * d + q]);
    const double t = (theta < 0 ? -1 : 1) / (fabs(theta) + sqrt(theta * theta + 1));
    const double c = 1 / sqrt(t * t + 1), s = t * c;
    for (int j = 0; j < d; j++) rotate(c, s, &a[p * d + j], &a[q * d + j]);
    for (int j = 0; j < d; j++) rotate(c, s, &a[j * d + p], &a[j * d + q]);
    for (int j = 0; j < d; j++) rotate(c, s, &axes[p * d + j], &axes[q * d + j]);
}

void shoal_principal_axes(int d, double *a, double *axes)
{
    enum { MOST_SWEEPS = 60 };
    memset(axes, 0, (size_t)d * (size_t)d * sizeof *axes);
    for (int j = 0; j < d; j++) axes[j * d + j] = 1;
    for (int sweep = 0; sweep < MOST_SWEEPS; sweep++) {
        int rotations = 0;
        for (int p = 0; p < d; p++)
            for (int q = p + 1; q < d; q++) {
                if (!(fabs(a[p * d + q]) > 1e-14 * sqrt(fabs(a[p * d + p] * a[q * d + q])))) continue;
                eliminate(d, p, q, a, axes);
                rotations++;
            }
        if (rotations == 0) return;
    }
}

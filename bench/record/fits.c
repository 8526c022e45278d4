#include <math.h>

#include "record/statistics.h"

/* Sums of the normal equations for ms = one + each / threads, every equation divided by its ms. */
typedef struct normal_equations {
    double one_one, one_each, each_each, one, each;
} normal_equations;

/* The fraction one / (one + each), for the least squares with both not negative: the problem is convex, so where the
 * free solution has a negative part, the best one lies on an edge. */
static double fraction(const normal_equations *sums)
{
    const double determinant = sums->one_one * sums->each_each - sums->one_each * sums->one_each;
    if (!(determinant > 1e-12 * sums->one_one * sums->each_each)) return NAN; /* one count of threads */
    const double one = sums->one * sums->each_each - sums->each * sums->one_each;
    const double each = sums->each * sums->one_one - sums->one * sums->one_each;
    if (one >= 0 && each >= 0) return one / (one + each);
    const double gain_one = sums->one * sums->one / sums->one_one;
    const double gain_each = sums->each * sums->each / sums->each_each;
    return gain_one > gain_each ? 1 : 0;
}

double bench_serial_fraction(const double *threads, const double *ms, int n)
{
    normal_equations sums = {0};
    for (int i = 0; i < n; i++) {
        if (!(ms[i] > 0) || !(threads[i] > 0)) return NAN;
        const double one = 1 / ms[i], each = one / threads[i];
        sums.one_one += one * one;
        sums.one_each += one * each;
        sums.each_each += each * each;
        sums.one += one;
        sums.each += each;
    }
    return fraction(&sums);
}

double bench_exponent(const double *size, const double *ms, int n)
{
    double mean_x = 0, mean_y = 0, xx = 0, xy = 0;
    for (int i = 0; i < n; i++) {
        if (!(size[i] > 0) || !(ms[i] > 0)) return NAN;
        mean_x += log(size[i]) / n;
        mean_y += log(ms[i]) / n;
    }
    for (int i = 0; i < n; i++) {
        const double x = log(size[i]) - mean_x;
        xx += x * x;
        xy += x * (log(ms[i]) - mean_y);
    }
    return xx > 1e-12 ? xy / xx : NAN;
}

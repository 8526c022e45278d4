#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <shoal/profile.h>

#include "base/random.h"

static shoal_column f64(int64_t n, const double *data)
{
    return (shoal_column){.name = "clv", .type = SHOAL_F64, .length = n, .data = data};
}

Test(distribution, by_hand)
{
    static const double values[] = {4, NAN, 0, 6, 2, 8};
    const shoal_column column = f64(6, values);
    shoal_distribution d;
    cr_assert_eq(shoal_distribution_run(NULL, &column, &d, NULL), SHOAL_OK);
    cr_assert_eq(d.n, 5);
    cr_assert(d.total == 20 && d.mean == 4 && d.median == 4 && d.max == 8);
    cr_assert_float_eq(d.gini, 0.4, 1e-15, "mean absolute difference 3.2 / (2 x mean 4)");
    cr_assert_float_eq(d.lorenz[0], 0, 0);
    cr_assert_float_eq(d.lorenz[20], 0, 1e-15);
    cr_assert_float_eq(d.lorenz[40], 0.1, 1e-15);
    cr_assert_float_eq(d.lorenz[50], 0.2, 1e-15, "half of the third value");
    cr_assert_float_eq(d.lorenz[100], 1, 0);
    cr_assert_float_eq(d.top_share[0], 0.05 * 8 / 20, 1e-12);
    cr_assert_float_eq(d.top_share[2], 0.4, 1e-12);
    cr_assert(d.bin_edge[0] == 0 && d.bin_edge[SHOAL_HISTOGRAM_BINS] == 8);
    cr_assert(d.bin[0] == 1 && d.bin[10] == 1 && d.bin[20] == 1 && d.bin[30] == 1 && d.bin[39] == 1);
}

Test(distribution, extremes)
{
    shoal_distribution d;
    static const double equal[] = {5, 5, 5, 5}, single[] = {0, 0, 0, 12}, none[] = {0, -0.0, 0}, owing[] = {-3, 1, 1};
    shoal_column column = f64(4, equal);
    cr_assert_eq(shoal_distribution_run(NULL, &column, &d, NULL), SHOAL_OK);
    cr_assert_float_eq(d.gini, 0, 1e-15);
    cr_assert_eq(d.bin[SHOAL_HISTOGRAM_BINS - 1], 4);
    column = f64(4, single);
    cr_assert_eq(shoal_distribution_run(NULL, &column, &d, NULL), SHOAL_OK);
    cr_assert_float_eq(d.gini, 0.75, 1e-15, "1 - 1/n");
    column = f64(3, none);
    cr_assert_eq(shoal_distribution_run(NULL, &column, &d, NULL), SHOAL_OK);
    cr_assert(isnan(d.gini) && isnan(d.lorenz[50]) && isnan(d.top_share[0]));
    cr_assert(d.bin[0] == 3 && d.median == 0);
    column = f64(3, owing);
    cr_assert_eq(shoal_distribution_run(NULL, &column, &d, NULL), SHOAL_OK);
    cr_assert(isnan(d.gini) && d.total == -1 && d.bin_edge[0] == -3 && d.bin[0] == 1);
}

Test(distribution, refuses)
{
    static const double missing[] = {NAN, NAN}, infinite[] = {1, INFINITY};
    shoal_distribution d;
    shoal_error err = {0};
    shoal_column column = f64(2, missing);
    cr_assert_eq(shoal_distribution_run(NULL, &column, &d, &err), SHOAL_ERR_INPUT);
    cr_assert_not_null(strstr(err.message, "clv"));
    column = f64(2, infinite);
    cr_assert_eq(shoal_distribution_run(NULL, &column, &d, &err), SHOAL_ERR_INPUT);
    cr_assert_not_null(strstr(err.message, "row 2"));
    column = f64(0, missing);
    cr_assert_eq(shoal_distribution_run(NULL, &column, &d, &err), SHOAL_ERR_INPUT);
}

/* The definition over all pairs: sum of |a - b| / (2 n^2 mean). */
Test(distribution, against_all_pairs)
{
    enum { N = 1500 };
    double values[N], pairs = 0, total = 0;
    int64_t above = 0;
    shoal_rng rng = shoal_rng_start(9, 0);
    for (int i = 0; i < N; i++) total += values[i] = 40 * shoal_rng_gamma(&rng, 0.4) - 1;
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) pairs += fabs(values[i] - values[j]);
    const shoal_column column = f64(N, values);
    shoal_distribution d;
    cr_assert_eq(shoal_distribution_run(NULL, &column, &d, NULL), SHOAL_OK);
    cr_assert_float_eq(d.gini, pairs / (2.0 * N * total), 1e-10);
    int64_t counted = 0;
    for (int b = 0; b < SHOAL_HISTOGRAM_BINS; b++) {
        int64_t expected = 0;
        for (int i = 0; i < N; i++)
            expected += values[i] >= d.bin_edge[b] && (values[i] < d.bin_edge[b + 1] || b + 1 == SHOAL_HISTOGRAM_BINS);
        cr_assert_eq(d.bin[b], expected);
        counted += d.bin[b];
    }
    cr_assert_eq(counted, N);
    for (int i = 0; i < N; i++) above += values[i] > d.bin_edge[SHOAL_HISTOGRAM_BINS];
    cr_assert_eq(above, N / 100, "the last edge is the 99th percentile");
    for (int i = 1; i < SHOAL_LORENZ_POINTS; i++)
        cr_assert(i < 2 || d.lorenz[i] - d.lorenz[i - 1] >= d.lorenz[i - 1] - d.lorenz[i - 2] - 1e-12, "convex");
}

/* The radix sort behind the median meets every sign, exponent and tie. */
Test(distribution, median_of_wild_values)
{
    shoal_rng rng = shoal_rng_start(21, 0);
    for (int n = 1; n <= 60; n++) {
        double values[60];
        for (int i = 0; i < n; i++)
            values[i] = shoal_rng_normal(&rng) * pow(10, (double)shoal_rng_below(&rng, 30) - 15);
        const shoal_column column = f64(n, values);
        shoal_distribution d;
        cr_assert_eq(shoal_distribution_run(NULL, &column, &d, NULL), SHOAL_OK);
        int below = 0, above = 0;
        for (int i = 0; i < n; i++) {
            below += values[i] < d.median;
            above += values[i] > d.median;
            cr_assert_leq(values[i], d.max);
        }
        cr_assert(below <= n / 2 && above <= n / 2 && abs(below - above) <= 1, "n = %d: %d, %d", n, below, above);
    }
}

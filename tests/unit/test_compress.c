#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "base/random.h"
#include "model/compress.h"

Test(compress, merges_sorts_and_maps)
{
    const int32_t x[] = {2, 0, 2, 0, 1, 2};
    const double u[] = {5, 3, 5, -0.0, NAN, 4}, v[] = {1, 0, 1, 0, 0, 9}, weight[] = {1, 2, 3, 4, 5, 6};
    shoal_distinct d = {0};
    shoal_error err = {0};
    const shoal_rows rows = {.n = 6, .x = x, .u = u, .v = v, .weight = weight};
    cr_assert_eq(shoal_compress(NULL, &rows, &d, &err), SHOAL_OK);
    cr_assert_eq(d.n, 4);
    const double expected[4][4] = {{0, 0, 0, 4}, {0, 3, 0, 2}, {2, 4, 9, 6}, {2, 5, 1, 4}};
    for (int i = 0; i < 4; i++)
        cr_assert(d.x[i] == expected[i][0] && d.u[i] == expected[i][1] && d.v[i] == expected[i][2] &&
                      d.weight[i] == expected[i][3],
                  "row %d", i);
    const int64_t of_row[] = {3, 1, 3, 0, -1, 2};
    for (int i = 0; i < 6; i++) cr_assert_eq(d.of_row[i], of_row[i]);
    cr_assert_eq(d.total_weight, 16);
    cr_assert_not(signbit(d.u[0]));
    shoal_distinct_free(&d);
}

Test(compress, many_rows_come_back)
{
    enum { N = 200000 };
    int32_t *x = malloc(N * sizeof *x);
    double *u = malloc(N * sizeof *u);
    shoal_rng rng = shoal_rng_start(1, 1);
    for (int i = 0; i < N; i++) {
        x[i] = (int32_t)shoal_rng_below(&rng, 30);
        u[i] = (double)shoal_rng_below(&rng, 5000) / 7;
    }
    shoal_distinct d = {0};
    shoal_error err = {0};
    cr_assert_eq(shoal_compress(NULL, &(shoal_rows){.n = N, .x = x, .u = u}, &d, &err), SHOAL_OK);
    for (int i = 0; i < N; i++) {
        const int64_t at = d.of_row[i];
        cr_assert(at >= 0 && at < d.n && d.x[at] == x[i] && d.u[at] == u[i] && d.v[at] == 0);
    }
    double total = 0;
    for (int64_t i = 0; i < d.n; i++) {
        total += d.weight[i];
        if (i > 0) cr_assert(d.x[i - 1] < d.x[i] || (d.x[i - 1] == d.x[i] && d.u[i - 1] < d.u[i]));
    }
    cr_assert_eq(total, N);
    shoal_distinct_free(&d);
    free(x);
    free(u);
}

Test(compress, nothing)
{
    shoal_distinct d = {0};
    shoal_error err = {0};
    cr_assert_eq(shoal_compress(NULL, &(shoal_rows){.n = 0}, &d, &err), SHOAL_OK);
    cr_assert_eq(d.n, 0);
    shoal_distinct_free(&d);
}

#include <criterion/criterion.h>
#include <math.h>

#include "record/statistics.h"

Test(quantile, interpolates_order_statistics)
{
    const double values[] = {5, 1, 4, 2, 3, 10};
    cr_assert_float_eq(bench_median(values, 6), 3.5, 1e-15);
    cr_assert_float_eq(bench_median(values, 5), 3, 1e-15);
    cr_assert_float_eq(bench_quantile(values, 6, 0.25), 2.25, 1e-15);
    cr_assert_eq(bench_quantile(values, 6, 0), 1);
    cr_assert_eq(bench_quantile(values, 6, 1), 10);
    cr_assert_eq(values[0], 5, "values stay as they are");
    cr_assert(isnan(bench_median(values, 0)));
    cr_assert_eq(bench_median(values + 5, 1), 10);
}

/* Critical values of Mann & Whitney's table: P(U <= 2) for 5 and 5 is 4 / 252, on both sides. */
Test(rank_test, known_probabilities)
{
    const double a[] = {1, 2, 3, 4, 5}, b[] = {6, 7, 8, 9, 10}, c[] = {1.5, 6, 7, 8, 9};
    cr_assert_float_eq(bench_rank_test(a, 5, b, 5), 2.0 / 252, 1e-15);
    cr_assert_float_eq(bench_rank_test(b, 5, a, 5), 2.0 / 252, 1e-15);
    cr_assert_float_eq(bench_rank_test(a, 5, c, 5), 2.0 * 12 / 252, 1e-15); /* U = 4: 1 + 1 + 2 + 3 + 5 ways */
    cr_assert_eq(bench_rank_test(a, 5, a, 5), 1);
    cr_assert(isnan(bench_rank_test(a, 0, b, 5)));
}

Test(rank_test, equal_values_say_nothing)
{
    const double a[] = {2, 2, 2};
    cr_assert_eq(bench_rank_test(a, 3, a, 3), 1);
}

/* 5 and 5: P(U < 3) is 4 / 252, P(U < 4) 7 / 252 and above 2.5%, so the third smallest and largest of 25 ratios. */
Test(ratio, interval_of_five_and_five)
{
    const double a[] = {1, 1, 1, 1, 1}, b[] = {2, 3, 4, 5, 6};
    const bench_ratio found = bench_ratio_of(a, 5, b, 5);
    cr_assert_float_eq(found.ratio, 4, 1e-15);
    cr_assert_float_eq(found.low, 2, 1e-14);
    cr_assert_float_eq(found.high, 6, 1e-14);
    const double wide[] = {1, 2, 4, 8, 16};
    /* ratios 2^-4 .. 2^4, of which 2^-4 once, 2^-3 twice */
    cr_assert_float_eq(bench_ratio_of(wide, 5, wide, 5).low, 0.125, 1e-14);
    cr_assert_float_eq(bench_ratio_of(wide, 5, wide, 5).high, 8, 1e-13);
}

Test(ratio, without_interval_or_meaning)
{
    const double a[] = {1, 2, 3}, b[] = {2, 4, 6}, none[] = {0, 1, 2};
    const bench_ratio small = bench_ratio_of(a, 3, b, 3);
    cr_assert_float_eq(small.ratio, 2, 1e-15);
    cr_assert(isnan(small.low) && isnan(small.high));
    cr_assert(isnan(bench_ratio_of(a, 3, none, 3).ratio));
    cr_assert(isnan(bench_ratio_of(a, 0, b, 3).ratio));
}

Test(fits, exact_laws)
{
    const double threads[] = {1, 2, 4, 8}, amdahl[] = {100, 55, 32.5, 21.25}; /* s = 0.1 */
    cr_assert_float_eq(bench_serial_fraction(threads, amdahl, 4), 0.1, 1e-12);
    const double size[] = {1000, 10000, 50000}, square[] = {1, 100, 2500};
    cr_assert_float_eq(bench_exponent(size, square, 3), 2, 1e-12);
    cr_assert(isnan(bench_exponent(size, square, 1)));
    cr_assert(isnan(bench_serial_fraction(threads, amdahl, 1)));
    cr_assert(isnan(bench_serial_fraction(threads, amdahl, 0)));
}

Test(fits, serial_fraction_keeps_within_bounds)
{
    const double threads[] = {1, 2, 4}, superlinear[] = {100, 40, 15}, slower[] = {100, 120, 150};
    cr_assert_eq(bench_serial_fraction(threads, superlinear, 3), 0);
    cr_assert_eq(bench_serial_fraction(threads, slower, 3), 1);
}

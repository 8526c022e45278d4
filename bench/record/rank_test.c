#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/memory.h"
#include "record/statistics.h"

/* Below this many values in all, U has at most 20 x 20 + 1 outcomes and their counts are exact in doubles. */
enum { EXACT_VALUES = 40, EXACT_OUTCOMES = 401 };

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double normal_tail(double z)
{
    return 0.5 * erfc(z / sqrt(2));
}

/* count[u]: arrangements of n and m values, all different, whose Mann-Whitney statistic is u. They are the coefficients
 * of the Gaussian binomial (n + m over n): the product of (1 - q^(m+i)) / (1 - q^i) for i = 1..n. count: all zero. */
static void count_arrangements(int n, int m, double *count)
{
    const int last = n * m;
    count[0] = 1;
    for (int i = 1; i <= n; i++) {
        for (int u = last; u >= m + i; u--) count[u] -= count[u - m - i];
        for (int u = i; u <= last; u++) count[u] += count[u - i];
    }
}

static double sum(const double *count, int n)
{
    double total = 0;
    for (int i = 0; i < n; i++) total += count[i];
    return total;
}

/* Both tails of the smaller of the two statistics. */
static double exact_p(int n, int m, double u)
{
    double count[EXACT_OUTCOMES] = {0};
    count_arrangements(n, m, count);
    const double p = 2 * sum(count, (int)u + 1) / sum(count, n * m + 1);
    return p < 1 ? p : 1;
}

/* Times that b is above a, equal values counting one half. */
static double statistic(const double *a, int n, const double *b, int m)
{
    double u = 0;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < m; j++) u += b[j] > a[i] ? 1 : b[j] == a[i] ? 0.5 : 0;
    return u;
}

/* The sum of t^3 - t over groups of t equal values, each of whose t members meets t others in the two samples. */
static double tie_term(const double *a, int n, const double *b, int m)
{
    double total = 0;
    for (int i = 0; i < n + m; i++) {
        const double value = i < n ? a[i] : b[i - n];
        double t = 0;
        for (int j = 0; j < n; j++) t += a[j] == value;
        for (int j = 0; j < m; j++) t += b[j] == value;
        total += t * t - 1;
    }
    return total;
}

double bench_rank_test(const double *a, int n, const double *b, int m)
{
    if (n <= 0 || m <= 0) return NAN;
    const double pairs = (double)n * m, all = (double)n + m;
    const double u = statistic(a, n, b, m), smaller = u < pairs - u ? u : pairs - u;
    const double ties = tie_term(a, n, b, m);
    if (ties == 0 && n + m <= EXACT_VALUES) return exact_p(n, m, smaller);
    const double variance = pairs / 12 * (all + 1 - ties / (all * (all - 1)));
    if (!(variance > 0)) return 1; /* all values are equal */
    const double p = 2 * normal_tail((pairs / 2 - smaller - 0.5) / sqrt(variance));
    return p < 1 ? p : 1;
}

/* The largest rank c for which P(U < c) stays within 2.5%: the interval goes from the c-th smallest pair to the c-th
 * largest. 0 where the samples are too small for any. */
static int interval_rank(int n, int m)
{
    const double tail = 0.025, z = 1.959963984540054;
    if (n + m > EXACT_VALUES) {
        const double rank = floor((double)n * m / 2 + 0.5 - z * sqrt((double)n * m * (n + m + 1) / 12));
        return rank > 0 ? (int)rank : 0;
    }
    double count[EXACT_OUTCOMES] = {0};
    count_arrangements(n, m, count);
    const double limit = tail * sum(count, n * m + 1);
    int rank = 0;
    while (sum(count, rank + 1) <= limit) rank++;
    return rank;
}

static bool all_positive(const double *values, int n)
{
    for (int i = 0; i < n; i++)
        if (!(values[i] > 0) || isinf(values[i])) return false;
    return n > 0;
}

bench_ratio bench_ratio_of(const double *a, int n, const double *b, int m)
{
    bench_ratio found = {NAN, NAN, NAN};
    if (!all_positive(a, n) || !all_positive(b, m)) return found;
    found.ratio = bench_median(b, m) / bench_median(a, n);
    const int rank = interval_rank(n, m);
    double *pairs;
    const int64_t n_pairs = (int64_t)n * m;
    if (rank == 0 || shoal_alloc(n_pairs, sizeof *pairs, &pairs, NULL) < 0) return found;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < m; j++) pairs[(int64_t)i * m + j] = log(b[j]) - log(a[i]);
    qsort(pairs, (size_t)n_pairs, sizeof *pairs, ascending);
    found.low = exp(pairs[rank - 1]);
    found.high = exp(pairs[n_pairs - rank]);
    free(pairs);
    return found;
}

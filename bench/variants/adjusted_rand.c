#include "variants/adjusted_rand.h"

#include "base/memory.h"

static double pairs(int64_t n)
{
    return 0.5 * (double)n * (double)(n - 1);
}

/* begin[c]..begin[c + 1]: the places in `sorted` of the b labels of the rows with a = c. */
static void sort_by_label(int64_t n, const int32_t *a, int k_a, const int32_t *b, int64_t *begin, int32_t *sorted)
{
    for (int64_t i = 0; i < n; i++) begin[a[i] + 1]++;
    for (int c = 0; c < k_a; c++) begin[c + 1] += begin[c];
    for (int64_t i = n - 1; i >= 0; i--) sorted[--begin[a[i] + 1]] = b[i];
    for (int c = 0; c < k_a; c++) begin[c] = begin[c + 1];
    begin[k_a] = n;
}

/* Pairs of rows that are together in both; count: k_b zeros, and zeros again afterwards. */
static double pairs_together(int k_a, const int64_t *begin, const int32_t *sorted, int64_t *count)
{
    double sum = 0;
    for (int c = 0; c < k_a; c++) {
        for (int64_t i = begin[c]; i < begin[c + 1]; i++) count[sorted[i]]++;
        for (int64_t i = begin[c]; i < begin[c + 1]; i++) {
            sum += pairs(count[sorted[i]]);
            count[sorted[i]] = 0;
        }
    }
    return sum;
}

shoal_status bench_adjusted_rand(int64_t n, const int32_t *a, int k_a, const int32_t *b, int k_b, double *index,
                                 shoal_error *err)
{
    int64_t *begin = NULL, *count = NULL;
    int32_t *sorted = NULL;
    shoal_status status;
    SHOAL_TRY_OUT(shoal_alloc_zero((int64_t)k_a + 1, sizeof *begin, &begin, err));
    SHOAL_TRY_OUT(shoal_alloc_zero(k_b, sizeof *count, &count, err));
    SHOAL_TRY_OUT(shoal_alloc(n, sizeof *sorted, &sorted, err));
    sort_by_label(n, a, k_a, b, begin, sorted);
    const double together = pairs_together(k_a, begin, sorted, count);
    double in_a = 0, in_b = 0;
    for (int c = 0; c < k_a; c++) in_a += pairs(begin[c + 1] - begin[c]);
    for (int64_t i = 0; i < n; i++) count[b[i]]++;
    for (int c = 0; c < k_b; c++) in_b += pairs(count[c]);
    const double chance = n > 1 ? in_a * in_b / pairs(n) : 0;
    const double largest = (in_a + in_b) / 2;
    /* both all in one group, or both all alone: nothing else can agree more */
    *index = largest == chance ? 1 : (together - chance) / (largest - chance);
out:
    free(begin);
    free(count);
    free(sorted);
    return status;
}

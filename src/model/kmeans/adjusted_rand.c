#include "model/kmeans/adjusted_rand.h"

#include "base/memory.h"

static double pairs(double rows)
{
    return rows * (rows - 1) / 2;
}

/* Pairs of rows in the same of `count` groups. */
static double pairs_within(const double *rows, int64_t count)
{
    double sum = 0;
    for (int64_t group = 0; group < count; group++) sum += pairs(rows[group]);
    return sum;
}

shoal_status shoal_adjusted_rand(int64_t n, const int32_t *a, int k_a, const int32_t *b, int k_b, const double *weight,
                                 double *index, shoal_error *err)
{
    double *both = NULL, *in_a = NULL, *in_b = NULL, all = 0;
    shoal_status status;
    SHOAL_TRY_OUT(shoal_alloc_zero((int64_t)k_a * k_b, sizeof *both, &both, err));
    SHOAL_TRY_OUT(shoal_alloc_zero(k_a, sizeof *in_a, &in_a, err));
    SHOAL_TRY_OUT(shoal_alloc_zero(k_b, sizeof *in_b, &in_b, err));
    for (int64_t i = 0; i < n; i++) {
        const double rows = weight == NULL ? 1 : weight[i];
        both[(int64_t)a[i] * k_b + b[i]] += rows;
        in_a[a[i]] += rows;
        in_b[b[i]] += rows;
        all += rows;
    }
    const double together = pairs_within(both, (int64_t)k_a * k_b);
    const double pairs_a = pairs_within(in_a, k_a), pairs_b = pairs_within(in_b, k_b);
    const double chance = all > 1 ? pairs_a * pairs_b / pairs(all) : 0, largest = (pairs_a + pairs_b) / 2;
    /* both all in one group, or both all alone: nothing else can agree more */
    *index = largest == chance ? 1 : (together - chance) / (largest - chance);
out:
    free(both);
    free(in_a);
    free(in_b);
    return status;
}

#include "segment/rfm_select.h"

#include "base/random.h"

/* Bounds of the values equal to the pivot: [equal, greater). */
typedef struct partition {
    int64_t equal, greater;
} partition;

/* Three-way, so that a column of few distinct values stays linear. */
static partition partition_around(double *values, int64_t begin, int64_t end, double pivot)
{
    int64_t less = begin, next = begin, greater = end;
    while (next < greater) {
        const double value = values[next];
        if (value < pivot) {
            values[next++] = values[less];
            values[less++] = value;
        } else if (value > pivot) {
            values[next] = values[--greater];
            values[greater] = value;
        } else {
            next++;
        }
    }
    return (partition){less, greater};
}

/* The value of rank `rank` within values[begin, end), which is left partitioned around it. The pivots are drawn, so
 * that no order of the data is a bad one; the result does not depend on them. */
static double select_rank(double *values, int64_t begin, int64_t end, int64_t rank, shoal_rng *rng)
{
    for (;;) {
        const double pivot = values[begin + (int64_t)shoal_rng_below(rng, (uint64_t)(end - begin))];
        const partition p = partition_around(values, begin, end, pivot);
        if (rank < p.equal) end = p.equal;
        else if (rank >= p.greater) begin = p.greater;
        else return pivot;
    }
}

/* The n ranks from *rank; values below `begin` and from `end` on are in place already. */
static void select_within(double *values, int64_t begin, int64_t end, const int64_t *rank, int n, double *value,
                          shoal_rng *rng)
{
    if (n == 0) return;
    const int middle = (n - 1) / 2;
    value[middle] = select_rank(values, begin, end, rank[middle], rng);
    select_within(values, begin, rank[middle] + 1, rank, middle, value, rng);
    select_within(values, rank[middle], end, rank + middle + 1, n - middle - 1, value + middle + 1, rng);
}

void shoal_select_ranks(double *values, int64_t m, const int64_t *rank, int n, double *value)
{
    shoal_rng rng = shoal_rng_start(0, 0);
    select_within(values, 0, m, rank, n, value, &rng);
}

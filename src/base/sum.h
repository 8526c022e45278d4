/* Sums that do not depend on the number of threads and keep money exact to the cent.
 *
 * A double-double holds about 106 bits: any realistic sum of amounts is exact to far below a cent. Add in a fixed
 * order (rows of a fixed block, then blocks in order) for the same bits every time. */
#ifndef SHOAL_BASE_SUM_H
#define SHOAL_BASE_SUM_H

typedef struct shoal_sum {
    double high, low;
} shoal_sum;

static inline void shoal_sum_add(shoal_sum *sum, double value)
{
    /* Knuth's two-sum, then renormalise */
    const double total = sum->high + value;
    const double part = total - sum->high;
    const double error = (sum->high - (total - part)) + (value - part);
    const double low = sum->low + error;
    sum->high = total + low;
    sum->low = low - (sum->high - total);
}

static inline void shoal_sum_merge(shoal_sum *sum, shoal_sum other)
{
    shoal_sum_add(sum, other.high);
    shoal_sum_add(sum, other.low);
}

static inline double shoal_sum_value(shoal_sum sum)
{
    return sum.high + sum.low;
}

#endif

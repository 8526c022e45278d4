/* Which variants no other beats in time and quality at once. */
#ifndef BENCH_PARETO_H
#define BENCH_PARETO_H

#include <stdbool.h>

typedef struct bench_point {
    double ms;
    double quality; /* the higher the better */
    int index;      /* whose it is; decides the order of equal points */
    bool front;     /* set by bench_pareto */
} bench_point;

/* Sorts the points by time, then quality from the best on, then index, and marks those on the front in one walk.
 * A point is beaten by one that is no worse in both and better in one, so equal points are on the front together; NaN
 * is never on it. */
void bench_pareto(int n, bench_point *points);

#endif

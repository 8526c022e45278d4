/* Axes: values to places, and where ticks stand. */
#ifndef BENCH_REPORT_AXIS_H
#define BENCH_REPORT_AXIS_H

#include <stdbool.h>

enum { BENCH_MAX_TICKS = 32 };

typedef struct bench_axis {
    bool log;
    double low, high; /* values at the ends; low < high, above zero where log */
    double from, to;  /* their places; to may lie before from */
} bench_axis;

typedef struct bench_ticks {
    int n;
    double at[BENCH_MAX_TICKS];
} bench_ticks;

/* Grows least..most to take in a value, NAN and what a logarithm does not know apart. Start with NAN, NAN. */
void bench_range_add(double *least, double *most, double value, bool log);
/* An axis over the range with a little room at both ends; any range, also none or a single value, gives a fit axis. */
bench_axis bench_axis_over(double least, double most, bool log, double from, double to);
double bench_axis_at(const bench_axis *axis, double value);
/* Round values within the axis, at most `most`: powers of ten, or 1, 2, 5 of each, or even steps. */
bench_ticks bench_axis_ticks(const bench_axis *axis, int most);

/* Moves places (ascending) apart until neighbours are `gap` from each other, within low..high where they fit. */
void bench_spread_apart(double *place, int n, double gap, double low, double high);

#endif

/* What strong, weak and size scaling share: lines of a chart from series of rows. */
#ifndef BENCH_REPORT_SCALING_H
#define BENCH_REPORT_SCALING_H

#include "charts.h"
#include "rows.h"

/* x and y of row i of a series; rows go by ascending x. */
typedef double (*bench_value_of)(const bench_groups *groups, int group, int i);

/* Draws the series that `chosen` marks, with what tells them apart as their names (whole: by the case's name too).
 * chart: all but n and lines. Errors: MEMORY. */
SHOAL_MUST_USE shoal_status bench_draw_series(shoal_text *html, const bench_groups *groups, const bool *chosen,
                                              bool whole, bench_line_chart chart, bench_value_of x, bench_value_of y,
                                              shoal_error *err);

/* One chart of the cases as wholes, where there are several, and one for each case that has phases, side by side.
 * chart: all but title, n and lines. overview: its title. Errors: MEMORY. */
SHOAL_MUST_USE shoal_status bench_draw_cases(shoal_text *html, const bench_groups *groups, const char *overview,
                                             bench_line_chart chart, bench_value_of x, bench_value_of y,
                                             shoal_error *err);

double bench_threads_at(const bench_groups *groups, int group, int i);
/* bench_record_speed_up of row i. */
double bench_speed_up(const bench_groups *groups, int group, int i);

#endif

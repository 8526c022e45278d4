/* The charts. Each is a <figure> with its caption; what has nothing to show adds nothing. Titles, labels and axis
 * names are escaped. */
#ifndef BENCH_REPORT_CHARTS_H
#define BENCH_REPORT_CHARTS_H

#include "axis.h"
#include "base/text.h"
#include "record/record.h"
#include "record/statistics.h"

enum { BENCH_LINE_POINTS = 40, BENCH_CHART_LABEL = 72 };

/* Points by ascending x; those that are not finite are left out. */
typedef struct bench_line {
    char label[BENCH_CHART_LABEL];
    int n;
    double x[BENCH_LINE_POINTS], y[BENCH_LINE_POINTS];
    bool hollow[BENCH_LINE_POINTS];
} bench_line;

typedef enum bench_ideal { BENCH_NO_IDEAL, BENCH_IDEAL_DIAGONAL, BENCH_IDEAL_ONE } bench_ideal;

typedef struct bench_line_chart {
    const char *title, *desc, *x_title, *y_title;
    bool y_log;        /* x is always logarithmic */
    bool x_counts;     /* ticks at the values of x, such as counts of threads */
    bool y_percent;    /* from zero, shown as percentages */
    bench_ideal ideal; /* y = x from 1 on, or y = 1 */
    int n;
    const bench_line *lines;
} bench_line_chart;

/* Lines with their names behind their ends. Needs a line of two points. */
void bench_chart_lines(shoal_text *html, const bench_line_chart *chart);

typedef struct bench_roof_point {
    char label[BENCH_CHART_LABEL];
    double intensity, gflops; /* flops / byte, 1e9 flops / second */
    int colour;
} bench_roof_point;
/* Points under the roofs of the machine's limits. */
void bench_chart_roofline(shoal_text *html, const char *title, const bench_limit *limit, const bench_roof_point *points,
                          int n);

/* A bar, or with a heading instead of a label the title of those that follow. */
typedef struct bench_ratio_bar {
    char label[BENCH_CHART_LABEL];
    bool heading;
    bench_ratio ratio; /* NAN: no bar but the note */
    const char *note;
} bench_ratio_bar;
void bench_chart_ratios(shoal_text *html, const char *title, const bench_ratio_bar *bars, int n);

typedef struct bench_variant_point {
    char label[BENCH_CHART_LABEL];
    double ms, quality;
    bool front; /* no other point is both faster and better */
} bench_variant_point;
/* points by ascending time. */
void bench_chart_variants(shoal_text *html, const char *quality, bool low_is_best, const bench_variant_point *points,
                          int n);

#endif

/* The charts of the report, as inline SVG without script: data in, a picture appended. */
#ifndef SHOAL_REPORT_CHART_H
#define SHOAL_REPORT_CHART_H

#include <stdint.h>

#include <shoal/profile.h>

#include "base/text.h"

/* Horizontal bars: a group a label, a bar a measure; values are shares 0..1, NaN where unknown. */
enum { SHOAL_MAX_MEASURES = 3 };
typedef struct shoal_bars {
    const char *title, *desc;
    int n_groups, n_measures;
    const char *const *labels;   /* n_groups, from the data */
    const char *const *measures; /* n_measures, ours, at most SHOAL_MAX_MEASURES */
    const double *values;        /* n_groups x n_measures */
} shoal_bars;
void shoal_chart_bars(shoal_text *html, const shoal_bars *bars);

/* A grid of R (rows, the best on top) by F (columns, the best at the right). values may be shown as counts or money.
 * region: the named part a cell belongs to (r, f from 1), or NULL; parts are rectangles. */
typedef struct shoal_heatmap {
    const char *title, *desc, *noun;
    int n;
    const double *values; /* [(r - 1) * n + (f - 1)] */
    int (*region)(int r, int f);
    const char *(*region_name)(int region);
} shoal_heatmap;
void shoal_chart_heatmap(shoal_text *html, const shoal_heatmap *map);

/* Every series as a line down the variables, one of them in colour. Values lie within -limit..limit of the axis and are
 * drawn at the edge, as a hollow point, where they exceed it; NaN leaves a gap. */
typedef struct shoal_snake {
    const char *title, *desc, *colour;
    int n_series, n_variables, highlight;
    const char *const *variables; /* captions */
    const double *values;         /* n_series x n_variables */
    double limit;
    int n_ticks;
    const double *ticks;
    const char *const *tick_labels;
} shoal_snake;
void shoal_chart_snake(shoal_text *html, const shoal_snake *snake);

/* One figure over the numbers of clusters, the chosen one marked. Figures that are not finite leave a gap. */
typedef struct shoal_index_chart {
    const char *title, *desc;
    int n, chosen;
    const int *k;         /* n, rising */
    const double *values; /* n */
    const double *errors; /* n, above and below; or NULL */
} shoal_index_chart;
void shoal_chart_index(shoal_text *html, const shoal_index_chart *chart);

void shoal_chart_histogram(shoal_text *html, const char *title, const char *desc,
                           const shoal_distribution *distribution);
/* Nothing where the distribution has no Lorenz curve. */
void shoal_chart_lorenz(shoal_text *html, const char *title, const char *desc, const shoal_distribution *distribution);

#endif

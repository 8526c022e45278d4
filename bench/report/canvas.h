/* What all charts draw the same way. */
#ifndef BENCH_REPORT_CANVAS_H
#define BENCH_REPORT_CANVAS_H

#include "axis.h"
#include "report/svg.h"

/* <figure><figcaption>title</figcaption> and its end. */
void bench_figure_begin(shoal_text *html, const char *title);
void bench_figure_end(shoal_text *html);

/* The frame, grid lines and tick labels of a plot, and the names of its axes. */
void bench_draw_axes(shoal_text *html, const bench_axis *x, const bench_axis *y, const bench_ticks *x_ticks,
                     const bench_ticks *y_ticks, bool y_percent, const char *x_title, const char *y_title);

/* A line that is added to point by point. class and colour are literals. */
void bench_polyline_begin(shoal_text *html, const char *class, const char *colour);
void bench_polyline_add(shoal_text *html, double x, double y);
void bench_polyline_end(shoal_text *html);
/* A filled point, or a ring. */
void bench_draw_point(shoal_text *html, double x, double y, const char *colour, bool hollow);

#endif

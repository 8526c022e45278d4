#include <math.h>
#include <stdio.h>

#include "canvas.h"
#include "charts.h"
#include "labels.h"

enum { WIDTH = 480, LEFT = 58, RIGHT = 20, TOP = 30, HEIGHT = 340, BOTTOM = 46, MOST = 28 };

typedef struct plot {
    bench_axis x, y;
    const bench_variant_point *points;
    int n;
    bench_labels labels;
} plot;

/* A stretch of the line, which no name may hide. */
static void add_step(plot *p, double x1, double y1, double x2, double y2)
{
    static const double half = 1.5;
    bench_labels_take(&p->labels,
                      (bench_box){fmin(x1, x2) - half, fmin(y1, y2) - half, fmax(x1, x2) + half, fmax(y1, y2) + half});
}

static void draw_front(shoal_text *html, plot *p)
{
    double last_x = NAN, last_y = NAN;
    bench_polyline_begin(html, "front", NULL);
    for (int i = 0; i < p->n; i++) {
        if (!p->points[i].front) continue;
        const double x = bench_axis_at(&p->x, p->points[i].ms), y = bench_axis_at(&p->y, p->points[i].quality);
        if (!isnan(last_y)) {
            bench_polyline_add(html, x, last_y);
            add_step(p, last_x, last_y, x, last_y);
            add_step(p, x, last_y, x, y);
        }
        bench_polyline_add(html, x, y);
        last_x = x;
        last_y = y;
    }
    if (!isnan(last_y)) {
        bench_polyline_add(html, p->x.to, last_y);
        add_step(p, last_x, last_y, p->x.to, last_y);
    }
    bench_polyline_end(html);
}

static void draw_names(shoal_text *html, plot *p)
{
    for (int i = 0; i < p->n; i++) {
        const double x = bench_axis_at(&p->x, p->points[i].ms), y = bench_axis_at(&p->y, p->points[i].quality);
        bench_labels_take(&p->labels, (bench_box){x - 5, y - 5, x + 5, y + 5});
    }
    for (int i = 0; i < p->n; i++) {
        const bench_variant_point *point = &p->points[i];
        const double x = bench_axis_at(&p->x, point->ms), y = bench_axis_at(&p->y, point->quality);
        bench_label_place place;
        if (!point->front || point->label[0] == '\0' ||
            !bench_labels_place(&p->labels, x, y, bench_characters(point->label, MOST), &place))
            continue;
        if (place.far) shoal_svg_line(html, "lead", x, y, place.x, place.y - 4);
        shoal_svg_text(html, "name", place.x, place.y, place.anchor, point->label, MOST);
    }
}

static plot plot_of(const bench_variant_point *points, int n)
{
    double x_least = NAN, x_most = NAN, y_least = NAN, y_most = NAN;
    for (int i = 0; i < n; i++) {
        bench_range_add(&x_least, &x_most, points[i].ms, true);
        bench_range_add(&y_least, &y_most, points[i].quality, false);
    }
    return (plot){bench_axis_over(x_least, x_most, true, LEFT, WIDTH - RIGHT),
                  bench_axis_over(y_least, y_most, false, HEIGHT - BOTTOM, TOP),
                  points,
                  n,
                  {.frame = {LEFT + 2, TOP + 2, WIDTH - 2, HEIGHT - BOTTOM - 2}}};
}

void bench_chart_variants(shoal_text *html, const char *quality, bool low_is_best, const bench_variant_point *points,
                          int n)
{
    char title[128], y_title[128];
    if (n < 2) return;
    plot p = plot_of(points, n);
    const bench_ticks x_ticks = bench_axis_ticks(&p.x, 8), y_ticks = bench_axis_ticks(&p.y, 7);
    snprintf(title, sizeof title, "Time against %s", quality);
    snprintf(y_title, sizeof y_title, "%s (%s is better)", quality, low_is_best ? "lower" : "higher");
    bench_figure_begin(html, title);
    shoal_svg_begin(html, "chart lines", WIDTH, HEIGHT, title,
                    "Each point is a variant. Those on the line are beaten by no other in both time and quality.");
    bench_draw_axes(html, &p.x, &p.y, &x_ticks, &y_ticks, false, "ms", y_title);
    draw_front(html, &p);
    for (int i = 0; i < n; i++)
        bench_draw_point(html, bench_axis_at(&p.x, points[i].ms), bench_axis_at(&p.y, points[i].quality),
                         points[i].front ? "#d55e00" : "#9aa7b3", false);
    draw_names(html, &p);
    shoal_svg_end(html);
    bench_figure_end(html);
}

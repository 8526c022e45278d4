#include "canvas.h"

#include <stdio.h>

#include "figure.h"
#include "report/html.h"

void bench_figure_begin(shoal_text *html, const char *title)
{
    shoal_text_add(html, "<figure class=\"scroll\"><figcaption>");
    shoal_html_text(html, title);
    shoal_text_add(html, "</figcaption>\n");
}

void bench_figure_end(shoal_text *html)
{
    shoal_text_add(html, "</figure>\n");
}

static void draw_x(shoal_text *html, const bench_axis *x, const bench_axis *y, const bench_ticks *ticks)
{
    for (int i = 0; i < ticks->n; i++) {
        const double place = bench_axis_at(x, ticks->at[i]);
        shoal_svg_line(html, "grid", place, y->from, place, y->to);
        shoal_svg_text(html, "tick", place, y->from + 17, SHOAL_MIDDLE, bench_short(ticks->at[i]).text, 12);
    }
}

static void draw_y(shoal_text *html, const bench_axis *x, const bench_axis *y, const bench_ticks *ticks, bool percent)
{
    for (int i = 0; i < ticks->n; i++) {
        const double place = bench_axis_at(y, ticks->at[i]);
        char text[64];
        snprintf(text, sizeof text, "%s%s", bench_short(ticks->at[i] * (percent ? 100 : 1)).text, percent ? "%" : "");
        shoal_svg_line(html, "grid", x->from, place, x->to, place);
        shoal_svg_text(html, "tick", x->from - 7, place + 4, SHOAL_END, text, 12);
    }
}

void bench_draw_axes(shoal_text *html, const bench_axis *x, const bench_axis *y, const bench_ticks *x_ticks,
                     const bench_ticks *y_ticks, bool y_percent, const char *x_title, const char *y_title)
{
    draw_x(html, x, y, x_ticks);
    draw_y(html, x, y, y_ticks, y_percent);
    shoal_svg_rect(html, "plot", x->from, y->to, x->to - x->from, y->from - y->to, NULL);
    shoal_svg_text(html, "axis", (x->from + x->to) / 2, y->from + 36, SHOAL_MIDDLE, x_title, 60);
    shoal_svg_text(html, "axis", x->from - 34, y->to - 10, SHOAL_START, y_title, 60);
}

void bench_polyline_begin(shoal_text *html, const char *class, const char *colour)
{
    shoal_text_addf(html, "<polyline class=\"%s\"", class);
    if (colour != NULL) shoal_text_addf(html, " stroke=\"%s\"", colour);
    shoal_text_add(html, " points=\"");
}

void bench_polyline_add(shoal_text *html, double x, double y)
{
    shoal_text_addf(html, "%.2f,%.2f ", x, y);
}

void bench_polyline_end(shoal_text *html)
{
    shoal_text_add(html, "\"/>\n");
}

void bench_draw_point(shoal_text *html, double x, double y, const char *colour, bool hollow)
{
    if (hollow)
        shoal_text_addf(html, "<circle class=\"hollow\" cx=\"%.2f\" cy=\"%.2f\" r=\"4\" stroke=\"%s\"/>\n", x, y,
                        colour);
    else shoal_svg_circle(html, "dot-mark", x, y, 4.6, colour);
}

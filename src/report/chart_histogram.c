#include <math.h>
#include <stdio.h>

#include "report/chart.h"
#include "report/svg.h"
#include "report/word.h"

enum { WIDTH = 520, HEIGHT = 370, LEFT = 52, RIGHT = 12, TOP = 34, BOTTOM = 40 };

static double x_of(const shoal_distribution *d, double value)
{
    const double low = d->bin_edge[0], high = d->bin_edge[SHOAL_HISTOGRAM_BINS];
    return LEFT + (value - low) / (high - low) * (WIDTH - LEFT - RIGHT);
}

static void draw_axes(shoal_text *html, const shoal_distribution *d, double unit, double largest)
{
    const double bottom = HEIGHT - BOTTOM, step = shoal_axis_step(largest, 5);
    for (int i = 0; i * step <= largest; i++) {
        const double tick = i * step;
        const double y = bottom - tick * unit;
        shoal_svg_line(html, i == 0 ? "zero" : "grid", LEFT, y, WIDTH - RIGHT, y);
        shoal_svg_text(html, "tick", LEFT - 8, y + 4, SHOAL_END, shoal_word_short(tick).text, 12);
    }
    const double low = d->bin_edge[0], high = d->bin_edge[SHOAL_HISTOGRAM_BINS];
    const double x_step = shoal_axis_step(high - low, 7);
    for (int64_t i = (int64_t)ceil(low / x_step); (double)i * x_step <= high; i++)
        shoal_svg_text(html, "tick", x_of(d, (double)i * x_step), bottom + 17, SHOAL_MIDDLE,
                       shoal_word_short((double)i * x_step).text, 12);
    shoal_svg_text(html, "axis", LEFT, HEIGHT - 6, SHOAL_START, "Value of a customer", 60);
    shoal_svg_text(html, "axis", WIDTH - RIGHT, HEIGHT - 6, SHOAL_END, "last bar: this much and more", 60);
    shoal_svg_text(html, "axis", LEFT, 12, SHOAL_START, "Customers", 60);
}

static void draw_mark(shoal_text *html, const shoal_distribution *d, double value, const char *name, double y)
{
    if (!(value <= d->bin_edge[SHOAL_HISTOGRAM_BINS])) return;
    const double x = x_of(d, value);
    char label[80];
    snprintf(label, sizeof label, "%s %s", name, shoal_word_money(value).text);
    shoal_svg_line(html, "mark", x, y - 10, x, HEIGHT - BOTTOM);
    shoal_svg_text(html, "mark-text", x + 6, y, SHOAL_START, label, 60);
}

void shoal_chart_histogram(shoal_text *html, const char *title, const char *desc,
                           const shoal_distribution *distribution)
{
    double largest = 1;
    for (int b = 0; b < SHOAL_HISTOGRAM_BINS; b++) largest = fmax(largest, (double)distribution->bin[b]);
    const double unit = (HEIGHT - TOP - BOTTOM) / largest;
    shoal_svg_begin(html, "chart histogram", WIDTH, HEIGHT, title, desc);
    draw_axes(html, distribution, unit, largest);
    for (int b = 0; b < SHOAL_HISTOGRAM_BINS; b++) {
        const double x = x_of(distribution, distribution->bin_edge[b]);
        const double width = x_of(distribution, distribution->bin_edge[b + 1]) - x;
        const double height = (double)distribution->bin[b] * unit;
        shoal_svg_rect(html, "bar", x + 0.5, HEIGHT - BOTTOM - height, width - 1, height,
                       b + 1 == SHOAL_HISTOGRAM_BINS ? "#98a2ad" : "#1f5fa8");
    }
    draw_mark(html, distribution, distribution->median, "half have less than", TOP + 12);
    draw_mark(html, distribution, distribution->mean, "average", TOP + 34);
    shoal_svg_end(html);
}

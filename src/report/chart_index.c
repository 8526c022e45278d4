#include <math.h>
#include <stdio.h>

#include "report/chart.h"
#include "report/svg.h"
#include "report/word.h"

enum { WIDTH = 360, HEIGHT = 190, LEFT = 58, RIGHT = 14, TOP = 12, BOTTOM = 40, TICKS = 4 };

/* The figures and their errors, with a little room. */
typedef struct scale {
    double low, high, step;
} scale;

static double error_of(const shoal_index_chart *chart, int i)
{
    return chart->errors == NULL || !isfinite(chart->errors[i]) ? 0 : chart->errors[i];
}

static scale scale_of(const shoal_index_chart *chart)
{
    scale s = {.low = INFINITY, .high = -INFINITY};
    for (int i = 0; i < chart->n; i++) {
        if (!isfinite(chart->values[i])) continue;
        s.low = fmin(s.low, chart->values[i] - error_of(chart, i));
        s.high = fmax(s.high, chart->values[i] + error_of(chart, i));
    }
    if (!(s.low < s.high)) {
        const double room = s.low == 0 ? 1 : fabs(s.low) / 2;
        s.low -= room;
        s.high += room;
    }
    s.step = shoal_axis_step(s.high - s.low, TICKS);
    return s;
}

static double x_of(const shoal_index_chart *chart, int i)
{
    const double inner = WIDTH - LEFT - RIGHT - 20;
    return LEFT + 10 + (chart->n > 1 ? inner * i / (chart->n - 1) : inner / 2);
}

static double y_of(scale s, double value)
{
    return TOP + 6 + (HEIGHT - TOP - BOTTOM - 12) * (s.high - value) / (s.high - s.low);
}

static void draw_axes(shoal_text *html, const shoal_index_chart *chart, scale s)
{
    const double first = ceil(s.low / s.step);
    for (int t = 0; t <= TICKS && (first + t) * s.step <= s.high; t++) {
        const double at = (first + t) * s.step;
        shoal_svg_line(html, "grid", LEFT, y_of(s, at), WIDTH - RIGHT, y_of(s, at));
        shoal_svg_text(html, "tick", LEFT - 8, y_of(s, at) + 4, SHOAL_END, shoal_word_plain(at).text, 8);
    }
    const int every = (chart->n + 11) / 12;
    for (int i = 0; i < chart->n; i += every) {
        char label[16];
        snprintf(label, sizeof label, "%d", chart->k[i]);
        shoal_svg_text(html, "tick", x_of(chart, i), HEIGHT - BOTTOM + 16, SHOAL_MIDDLE, label, 12);
    }
    shoal_svg_text(html, "axis", LEFT, HEIGHT - 6, SHOAL_START, "Number of segments", 30);
}

static void draw_line(shoal_text *html, const shoal_index_chart *chart, scale s)
{
    bool pen = false;
    shoal_text_add(html, "<path class=\"own index-line\" d=\"");
    for (int i = 0; i < chart->n; i++) {
        const bool known = isfinite(chart->values[i]);
        if (known) shoal_text_addf(html, "%s%.2f %.2f", pen ? "L" : "M", x_of(chart, i), y_of(s, chart->values[i]));
        pen = known;
    }
    shoal_text_add(html, "\"/>\n");
}

static void draw_points(shoal_text *html, const shoal_index_chart *chart, scale s)
{
    for (int i = 0; i < chart->n; i++) {
        if (!isfinite(chart->values[i])) continue;
        const double x = x_of(chart, i), y = y_of(s, chart->values[i]), error = error_of(chart, i);
        const bool chosen = chart->k[i] == chart->chosen;
        if (error > 0)
            shoal_svg_line(html, "zero", x, y_of(s, chart->values[i] - error), x, y_of(s, chart->values[i] + error));
        shoal_svg_circle(html, "point", x, y, chosen ? 5.5 : 3, chosen ? "#d55e00" : "#1f5fa8");
    }
}

void shoal_chart_index(shoal_text *html, const shoal_index_chart *chart)
{
    const scale s = scale_of(chart);
    shoal_svg_begin(html, "chart index", WIDTH, HEIGHT, chart->title, chart->desc);
    for (int i = 0; i < chart->n; i++)
        if (chart->k[i] == chart->chosen)
            shoal_svg_line(html, "mark", x_of(chart, i), TOP, x_of(chart, i), HEIGHT - BOTTOM);
    if (isfinite(s.low) && isfinite(s.high)) {
        draw_axes(html, chart, s);
        draw_line(html, chart, s);
        draw_points(html, chart, s);
    }
    shoal_svg_end(html);
}

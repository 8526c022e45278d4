#include <math.h>
#include <stdio.h>

#include "canvas.h"
#include "charts.h"
#include "figure.h"
#include "labels.h"

enum { WIDTH = 720, LEFT = 120, RIGHT = 176, TOP = 30, ROW = 22, BOTTOM = 46, BAR = 13, MOST = 15 };

static bench_axis axis_of(const bench_ratio_bar *bars, int n)
{
    double least = 1, most = 1;
    for (int i = 0; i < n; i++) {
        if (bars[i].heading) continue;
        bench_range_add(&least, &most, bars[i].ratio.ratio, true);
        bench_range_add(&least, &most, bars[i].ratio.low, true);
        bench_range_add(&least, &most, bars[i].ratio.high, true);
    }
    return bench_axis_over(fmin(least, 1 / 1.1), fmax(most, 1.1), true, LEFT, WIDTH - RIGHT);
}

static void draw_bar(shoal_text *html, const bench_axis *x, const bench_ratio_bar *bar, double y)
{
    const bench_ratio *r = &bar->ratio;
    char text[128];
    shoal_svg_text(html, "label", LEFT - 10, y + 4, SHOAL_END, bar->label, MOST);
    if (!(r->ratio > 0) || !isfinite(r->ratio)) {
        shoal_svg_text(html, "tick", bench_axis_at(x, 1) + 7, y + 4, SHOAL_START, bar->note, 40);
        return;
    }
    const double one = bench_axis_at(x, 1), end = bench_axis_at(x, r->ratio);
    shoal_svg_rect(html, "bar", fmin(one, end), y - BAR / 2.0, fabs(end - one), BAR,
                   r->ratio >= 1 ? "#9dbfe0" : "#f0b184");
    if (r->low > 0 && isfinite(r->high)) {
        const double low = bench_axis_at(x, r->low), high = bench_axis_at(x, r->high);
        shoal_svg_line(html, "whisker", low, y, high, y);
        shoal_svg_line(html, "whisker", low, y - 3, low, y + 3);
        shoal_svg_line(html, "whisker", high, y - 3, high, y + 3);
    }
    snprintf(text, sizeof text, "%s×  (%s)", bench_significant(r->ratio, 3).text, bench_interval(r->low, r->high).text);
    shoal_svg_text(html, "figure", WIDTH - RIGHT + 12, y + 4, SHOAL_START, text, 44);
}

void bench_chart_ratios(shoal_text *html, const char *title, const bench_ratio_bar *bars, int n)
{
    if (n == 0) return;
    const double plot = ROW * (double)n + 6;
    const bench_axis x = axis_of(bars, n);
    const bench_axis y = {false, 0, 1, TOP + plot, TOP};
    const bench_ticks ticks = bench_axis_ticks(&x, 10), none = {0};
    bench_figure_begin(html, title);
    shoal_svg_begin(html, "chart ratios", WIDTH, TOP + plot + BOTTOM, title,
                    "A bar is the time of a peer divided by shoal's; behind the line at one the peer is slower.");
    bench_draw_axes(html, &x, &y, &ticks, &none, false, "time of the peer / time of shoal (shoal = 1)", "");
    shoal_svg_line(html, "one", bench_axis_at(&x, 1), TOP, bench_axis_at(&x, 1), TOP + plot);
    for (int i = 0; i < n; i++) {
        const double middle = TOP + 3 + ROW * (i + 0.5);
        if (bars[i].heading) shoal_svg_text(html, "group", 4, middle + 5, SHOAL_START, bars[i].label, 70);
        else draw_bar(html, &x, &bars[i], middle);
    }
    shoal_svg_end(html);
    bench_figure_end(html);
}

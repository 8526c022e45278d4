#include <math.h>
#include <stdio.h>
#include <string.h>

#include "canvas.h"
#include "charts.h"
#include "labels.h"
#include "report/html.h"

enum { WIDTH = 480, LEFT = 52, TOP = 30, PLOT = 240, BOTTOM = 46, LABEL_GAP = 15, LABEL_CHARS = 20, MOST_LINES = 40 };

static bool is_shown(const bench_line_chart *chart, const bench_line *line, int i)
{
    return isfinite(line->y[i]) && line->x[i] > 0 && (!chart->y_log || line->y[i] > 0);
}

/* Index of the last point that is shown, -1 without one. */
static int last_point(const bench_line_chart *chart, const bench_line *line)
{
    int i = line->n - 1;
    while (i >= 0 && !is_shown(chart, line, i)) i--;
    return i;
}

typedef struct frame {
    bench_axis x, y;
    double height;
} frame;

/* The largest x that has a core for every thread: so far goes the ideal. NAN without any. */
static double ideal_end(const bench_line_chart *chart)
{
    double least = NAN, most = NAN;
    for (int l = 0; l < chart->n; l++)
        for (int i = 0; i < chart->lines[l].n; i++)
            if (is_shown(chart, &chart->lines[l], i) && !chart->lines[l].hollow[i])
                bench_range_add(&least, &most, chart->lines[l].x[i], true);
    return chart->ideal == BENCH_NO_IDEAL ? NAN : most;
}

static double ideal_at(const bench_line_chart *chart, double x)
{
    return chart->ideal == BENCH_IDEAL_DIAGONAL ? x : 1;
}

static frame frame_of(const bench_line_chart *chart)
{
    double x_least = NAN, x_most = NAN, y_least = NAN, y_most = NAN;
    int characters = 5, labels = chart->ideal == BENCH_NO_IDEAL ? 0 : 1;
    for (int l = 0; l < chart->n; l++) {
        const bench_line *line = &chart->lines[l];
        if (last_point(chart, line) < 0) continue;
        const int own = bench_characters(line->label, LABEL_CHARS);
        characters = own > characters ? own : characters;
        labels++;
        for (int i = 0; i < line->n; i++) {
            if (!is_shown(chart, line, i)) continue;
            bench_range_add(&x_least, &x_most, line->x[i], true);
            bench_range_add(&y_least, &y_most, line->y[i], chart->y_log);
        }
    }
    const double end = ideal_end(chart);
    if (!isnan(end)) bench_range_add(&y_least, &y_most, ideal_at(chart, end), chart->y_log);
    if (chart->y_percent) bench_range_add(&y_least, &y_most, 0, false);
    const double plot = fmax(PLOT, LABEL_GAP * labels);
    frame f = {bench_axis_over(x_least, x_most, true, LEFT, WIDTH - 26 - bench_text_width(characters)),
               bench_axis_over(y_least, y_most, chart->y_log, TOP + plot, TOP), TOP + plot + BOTTOM};
    if (chart->y_percent) f.y.low = 0;
    return f;
}

/* The smallest x of all lines beyond that one; INFINITY without any. */
static double next_x(const bench_line_chart *chart, double beyond)
{
    double next = INFINITY;
    for (int l = 0; l < chart->n; l++)
        for (int i = 0; i < chart->lines[l].n; i++)
            if (chart->lines[l].x[i] > beyond) next = fmin(next, chart->lines[l].x[i]);
    return next;
}

/* The values of x, those left out that would stand too close to the one before. */
static bench_ticks count_ticks(const bench_line_chart *chart, const bench_axis *x)
{
    bench_ticks ticks = {0};
    double value = next_x(chart, 0);
    while (ticks.n < BENCH_MAX_TICKS && isfinite(value)) {
        if (ticks.n == 0 || bench_axis_at(x, value) - bench_axis_at(x, ticks.at[ticks.n - 1]) > 18)
            ticks.at[ticks.n++] = value;
        value = next_x(chart, value);
    }
    return ticks;
}

/* Powers of two where the diagonal is the measure, so that both axes read alike. */
static bench_ticks value_ticks(const bench_line_chart *chart, const bench_axis *y)
{
    if (chart->ideal != BENCH_IDEAL_DIAGONAL || y->high / y->low < 3) return bench_axis_ticks(y, 8);
    bench_ticks ticks = {0};
    const int first = (int)ceil(log2(y->low)), last = (int)floor(log2(y->high));
    const int step = (last - first) / 6 + 1; /* at most seven */
    for (int power = -step * (-first / step); power <= last; power += step)
        if (power >= first) ticks.at[ticks.n++] = exp2(power);
    return ticks;
}

static void draw_ideal(shoal_text *html, const bench_line_chart *chart, const frame *f, const bench_ticks *x_ticks)
{
    const double end = ideal_end(chart);
    if (isnan(end) || x_ticks->n == 0) return;
    const double first = x_ticks->at[0];
    shoal_svg_line(html, "ideal", bench_axis_at(&f->x, first), bench_axis_at(&f->y, ideal_at(chart, first)),
                   bench_axis_at(&f->x, end), bench_axis_at(&f->y, ideal_at(chart, end)));
}

static void draw_line(shoal_text *html, const bench_line_chart *chart, const frame *f, int l)
{
    const bench_line *line = &chart->lines[l];
    const char *colour = shoal_segment_colour(l);
    bench_polyline_begin(html, "curve", colour);
    for (int i = 0; i < line->n; i++)
        if (is_shown(chart, line, i))
            bench_polyline_add(html, bench_axis_at(&f->x, line->x[i]), bench_axis_at(&f->y, line->y[i]));
    bench_polyline_end(html);
    for (int i = 0; i < line->n; i++)
        if (is_shown(chart, line, i))
            bench_draw_point(html, bench_axis_at(&f->x, line->x[i]), bench_axis_at(&f->y, line->y[i]), colour,
                             line->hollow[i]);
}

/* A name behind the end of a line. */
typedef struct end_label {
    const char *text, *colour;
    double x, y; /* where the line ends */
} end_label;

static void insert_label(end_label *labels, int *n, end_label added)
{
    if (*n == MOST_LINES + 1) return;
    int at = (*n)++;
    for (; at > 0 && labels[at - 1].y > added.y; at--) labels[at] = labels[at - 1];
    labels[at] = added;
}

static void draw_labels(shoal_text *html, const bench_line_chart *chart, const frame *f)
{
    end_label labels[MOST_LINES + 1];
    double place[MOST_LINES + 1];
    int n = 0;
    for (int l = 0; l < chart->n; l++) {
        const bench_line *line = &chart->lines[l];
        const int last = last_point(chart, line);
        if (last >= 0)
            insert_label(labels, &n,
                         (end_label){line->label, shoal_segment_colour(l), bench_axis_at(&f->x, line->x[last]),
                                     bench_axis_at(&f->y, line->y[last])});
    }
    const double end = ideal_end(chart);
    if (!isnan(end))
        insert_label(
            labels, &n,
            (end_label){"ideal", "#51606e", bench_axis_at(&f->x, end), bench_axis_at(&f->y, ideal_at(chart, end))});
    for (int i = 0; i < n; i++) place[i] = labels[i].y;
    bench_spread_apart(place, n, LABEL_GAP, f->y.to + 2, f->y.from);
    for (int i = 0; i < n; i++) {
        const double x = f->x.to + 16;
        shoal_svg_line(html, "lead", labels[i].x + 6, labels[i].y, x - 3, place[i]);
        shoal_text_addf(html, "<g style=\"--ink:%s\">", labels[i].colour);
        shoal_svg_text(html, "name", x, place[i] + 4, SHOAL_START, labels[i].text, LABEL_CHARS);
        shoal_text_add(html, "</g>\n");
    }
}

void bench_chart_lines(shoal_text *html, const bench_line_chart *chart)
{
    bool worth = false;
    for (int l = 0; l < chart->n; l++) {
        int shown = 0;
        for (int i = 0; i < chart->lines[l].n; i++) shown += is_shown(chart, &chart->lines[l], i);
        worth = worth || shown > 1;
    }
    if (!worth) return;
    const frame f = frame_of(chart);
    const bench_ticks x_ticks = chart->x_counts ? count_ticks(chart, &f.x) : bench_axis_ticks(&f.x, 7);
    const bench_ticks y_ticks = value_ticks(chart, &f.y);
    bench_figure_begin(html, chart->title);
    shoal_svg_begin(html, "chart lines", WIDTH, f.height, chart->title, chart->desc);
    bench_draw_axes(html, &f.x, &f.y, &x_ticks, &y_ticks, chart->y_percent, chart->x_title, chart->y_title);
    draw_ideal(html, chart, &f, &x_ticks);
    for (int l = 0; l < chart->n; l++) draw_line(html, chart, &f, l);
    draw_labels(html, chart, &f);
    shoal_svg_end(html);
    bench_figure_end(html);
}

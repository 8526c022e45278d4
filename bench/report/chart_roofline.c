#include <math.h>
#include <stdio.h>

#include "canvas.h"
#include "charts.h"
#include "figure.h"
#include "labels.h"
#include "report/html.h"

enum { WIDTH = 900, LEFT = 48, RIGHT = 168, TOP = 30, HEIGHT = 440, BOTTOM = 46, MOST = 28 };

typedef struct flat_roof {
    const char *name;
    double gflops;
    bool blas; /* what OpenBLAS reaches, below the peak */
} flat_roof;
enum { N_FLAT = 4 };

typedef struct plot {
    const bench_limit *limit;
    flat_roof flat[N_FLAT];
    double top, fastest; /* the highest flat roof; the largest bandwidth */
    bench_axis x, y;
} plot;

static void range_of(plot *p, const bench_roof_point *points, int n)
{
    double x_least = NAN, x_most = NAN, y_least = NAN, y_most = NAN;
    for (int i = 0; i < n; i++) {
        bench_range_add(&x_least, &x_most, points[i].intensity, true);
        bench_range_add(&y_least, &y_most, points[i].gflops, true);
    }
    for (int i = 0; i < N_FLAT; i++) {
        bench_range_add(&y_least, &y_most, p->flat[i].gflops, true);
        if (isfinite(p->flat[i].gflops)) p->top = fmax(p->top, p->flat[i].gflops);
    }
    for (int level = 0; level < BENCH_N_LEVELS; level++) {
        const double gbs = p->limit->read_gbs[level];
        bench_range_add(&x_least, &x_most, p->top / gbs, true);     /* where roofs meet */
        bench_range_add(&x_least, &x_most, p->top / gbs / 5, true); /* room for the name of the slope */
        if (isfinite(gbs)) p->fastest = fmax(p->fastest, gbs);
    }
    p->x = bench_axis_over(x_least / 1.5, x_most * 2, true, LEFT, WIDTH - RIGHT);
    p->y = bench_axis_over(y_least / 1.5, y_most * 1.15, true, HEIGHT - BOTTOM, TOP);
}

/* The bandwidth of a level: flops / second = flops / byte x bytes / second, up to the highest flat roof. */
static void draw_slope(shoal_text *html, const plot *p, const char *name, double gbs)
{
    if (!(gbs > 0) || !isfinite(gbs) || !(p->top > 0)) return;
    const double from = fmax(p->x.low, p->y.low / gbs), to = fmin(p->x.high, p->top / gbs);
    if (!(from < to)) return;
    const double x1 = bench_axis_at(&p->x, from), y1 = bench_axis_at(&p->y, from * gbs);
    const double x2 = bench_axis_at(&p->x, to), y2 = bench_axis_at(&p->y, to * gbs);
    const double angle = atan2(y2 - y1, x2 - x1), length = hypot(x2 - x1, y2 - y1);
    shoal_svg_line(html, "roof", x1, y1, x2, y2);
    if (length < 90) return;
    char label[64];
    snprintf(label, sizeof label, "%s %s GB/s", name, bench_significant(gbs, 3).text);
    shoal_text_addf(html, "<g transform=\"translate(%.2f %.2f) rotate(%.2f)\">", x1, y1, angle * 180 / acos(-1));
    shoal_svg_text(html, "roof-name", 12, -5, SHOAL_START, label, 40);
    shoal_text_add(html, "</g>\n");
}

static bool is_known(const flat_roof *roof)
{
    return roof->gflops > 0 && isfinite(roof->gflops);
}

static void draw_flat_roof(shoal_text *html, const plot *p, const flat_roof *roof, double label_y)
{
    const double y = bench_axis_at(&p->y, roof->gflops);
    const double from = p->fastest > 0 ? fmax(p->x.low, roof->gflops / p->fastest) : p->x.low;
    char label[64];
    snprintf(label, sizeof label, "%s %s GFLOP/s", roof->name, bench_significant(roof->gflops, 3).text);
    shoal_svg_line(html, roof->blas ? "roof-thin" : "roof", bench_axis_at(&p->x, from), y, p->x.to, y);
    shoal_svg_line(html, "lead", p->x.to, y, p->x.to + 8, label_y);
    shoal_svg_text(html, "roof-name", p->x.to + 11, label_y + 4, SHOAL_START, label, 40);
}

/* From the highest to the lowest, their names apart from each other. */
static void draw_flat(shoal_text *html, const plot *p)
{
    const flat_roof *roofs[N_FLAT] = {NULL};
    double place[N_FLAT] = {0};
    int n = 0;
    for (int i = 0; i < N_FLAT; i++) {
        if (!is_known(&p->flat[i])) continue;
        int at = n++;
        for (; at > 0 && roofs[at - 1]->gflops < p->flat[i].gflops; at--) roofs[at] = roofs[at - 1];
        roofs[at] = &p->flat[i];
    }
    for (int i = 0; i < n; i++) place[i] = bench_axis_at(&p->y, roofs[i]->gflops);
    bench_spread_apart(place, n, 15, TOP, HEIGHT - BOTTOM);
    for (int i = 0; i < n; i++) draw_flat_roof(html, p, roofs[i], place[i]);
}

static void draw_points(shoal_text *html, const plot *p, const bench_roof_point *points, int n)
{
    static const int margin = 2;
    bench_labels labels = {.frame = {LEFT + margin, TOP + margin, WIDTH - RIGHT - margin, HEIGHT - BOTTOM - margin}};
    for (int i = 0; i < N_FLAT; i++) {
        const double y = is_known(&p->flat[i]) ? bench_axis_at(&p->y, p->flat[i].gflops) : 0;
        bench_labels_take(&labels, (bench_box){LEFT, y - 1, WIDTH, y + 1});
    }
    for (int i = 0; i < n; i++) {
        const double x = bench_axis_at(&p->x, points[i].intensity), y = bench_axis_at(&p->y, points[i].gflops);
        bench_labels_take(&labels, (bench_box){x - 5, y - 5, x + 5, y + 5});
    }
    for (int i = 0; i < n; i++) {
        const double x = bench_axis_at(&p->x, points[i].intensity), y = bench_axis_at(&p->y, points[i].gflops);
        bench_label_place place;
        bench_draw_point(html, x, y, shoal_segment_colour(points[i].colour), false);
        if (!bench_labels_place(&labels, x, y, bench_characters(points[i].label, MOST), &place)) continue;
        if (place.far) shoal_svg_line(html, "lead", x, y, place.x, place.y - 4);
        shoal_svg_text(html, "name", place.x, place.y, place.anchor, points[i].label, MOST);
    }
}

void bench_chart_roofline(shoal_text *html, const char *title, const bench_limit *limit, const bench_roof_point *points,
                          int n)
{
    static const char *const levels[BENCH_N_LEVELS] = {"L2", "L3", "memory"};
    if (n == 0) return;
    plot p = {limit,
              {{"FMA float32", limit->fma32_gflops, false},
               {"FMA float64", limit->fma64_gflops, false},
               {"sgemm", limit->sgemm_gflops, true},
               {"dgemm", limit->dgemm_gflops, true}},
              0,
              0,
              {0},
              {0}};
    range_of(&p, points, n);
    const bench_ticks x_ticks = bench_axis_ticks(&p.x, 14), y_ticks = bench_axis_ticks(&p.y, 12);
    bench_figure_begin(html, title);
    shoal_svg_begin(html, "chart roofline", WIDTH, HEIGHT, title,
                    "Arithmetic speed of each row against its arithmetic per byte, below the lines that the machine's "
                    "read bandwidths and peaks draw.");
    bench_draw_axes(html, &p.x, &p.y, &x_ticks, &y_ticks, false, "flops / byte", "GFLOP/s");
    for (int level = 0; level < BENCH_N_LEVELS; level++) draw_slope(html, &p, levels[level], limit->read_gbs[level]);
    draw_flat(html, &p);
    draw_points(html, &p, points, n);
    shoal_svg_end(html);
    bench_figure_end(html);
}

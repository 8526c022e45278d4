#include <math.h>
#include <stdbool.h>
#include <stdio.h>

#include "report/chart.h"
#include "report/svg.h"
#include "report/word.h"

enum { GRID = 490, LEFT = 46, TOP = 8, BOTTOM = 46, TEXT_MOST = 10 /* scores: more cells are too small for figures */ };

/* from this shade on, white is easier to read than dark text */
static const double DARK = 0.65;

typedef struct layout {
    double cell_width, cell_height, largest, total;
} layout;

/* From a pale to a deep blue, t in 0..1. */
static void shade(double t, char colour[8])
{
    static const double stops[3][3] = {{237, 243, 250}, {111, 163, 216}, {13, 59, 112}};
    const int low = t < 0.5 ? 0 : 1;
    const double part = 2 * t - low;
    int rgb[3];
    for (int i = 0; i < 3; i++) rgb[i] = (int)lround(stops[low][i] + part * (stops[low + 1][i] - stops[low][i]));
    snprintf(colour, 8, "#%02x%02x%02x", (unsigned)rgb[0] & 255, (unsigned)rgb[1] & 255, (unsigned)rgb[2] & 255);
}

static double cell_x(const layout *l, int f)
{
    return LEFT + (f - 1) * l->cell_width;
}

static double cell_y(const layout *l, int n, int r)
{
    return TOP + (n - r) * l->cell_height;
}

static void draw_cell(shoal_text *html, const shoal_heatmap *map, const layout *l, int r, int f)
{
    const double value = map->values[(r - 1) * map->n + (f - 1)];
    const double t = value > 0 ? sqrt(value / l->largest) : 0;
    const double x = cell_x(l, f), y = cell_y(l, map->n, r), middle = x + l->cell_width / 2;
    char colour[8];
    shade(t, colour);
    shoal_svg_rect(html, "cell", x, y, l->cell_width, l->cell_height, colour);
    if (map->n > TEXT_MOST) return;
    const bool named = map->region != NULL;
    const double base = y + l->cell_height / 2 + (named ? 9 : 4);
    const bool tall = l->cell_height >= 40;
    shoal_svg_text(html, t > DARK ? "cell-value inverse" : "cell-value", middle, base, SHOAL_MIDDLE,
                   shoal_word_short(value).text, 20);
    if (tall && l->total > 0)
        shoal_svg_text(html, t > DARK ? "cell-share inverse" : "cell-share", middle, base + 14, SHOAL_MIDDLE,
                       shoal_word_percent(value / l->total).text, 20);
}

static bool is_other(const shoal_heatmap *map, int r, int f, int region)
{
    return r < 1 || f < 1 || r > map->n || f > map->n || map->region(r, f) != region;
}

/* The outline between named parts, and each name once, in the part's upper left cell. */
static void draw_regions(shoal_text *html, const shoal_heatmap *map, const layout *l)
{
    for (int r = map->n; r >= 1; r--)
        for (int f = 1; f <= map->n; f++) {
            const int region = map->region(r, f);
            const double x = cell_x(l, f), y = cell_y(l, map->n, r);
            const bool above = is_other(map, r + 1, f, region), left = is_other(map, r, f - 1, region);
            if (above && r < map->n) shoal_svg_line(html, "border", x, y, x + l->cell_width, y);
            if (left && f > 1) shoal_svg_line(html, "border", x, y, x, y + l->cell_height);
            if (!above || !left) continue;
            const double value = map->values[(r - 1) * map->n + (f - 1)];
            const bool dark = value > 0 && sqrt(value / l->largest) > DARK;
            const char *name = map->region_name(region);
            if (name != NULL)
                shoal_svg_text(html, dark ? "region inverse" : "region", x + 6, y + 15, SHOAL_START, name, 40);
        }
}

static void draw_axes(shoal_text *html, const shoal_heatmap *map, const layout *l)
{
    const int n = map->n, every = n > 20 ? 10 : 1;
    const double bottom = TOP + n * l->cell_height, right = LEFT + n * l->cell_width;
    char label[16];
    for (int s = 1; s <= n; s++) {
        if (s % every != 0) continue;
        snprintf(label, sizeof label, "%d", s);
        shoal_svg_text(html, "tick", cell_x(l, s) + l->cell_width / 2, bottom + 17, SHOAL_MIDDLE, label, 8);
        shoal_svg_text(html, "tick", LEFT - 8, cell_y(l, n, s) + l->cell_height / 2 + 4, SHOAL_END, label, 8);
    }
    shoal_svg_text(html, "axis", LEFT, bottom + 37, SHOAL_START, "Frequency score: seldom", 60);
    shoal_svg_text(html, "axis", right, bottom + 37, SHOAL_END, "often →", 60);
    shoal_text_addf(html,
                    "<text class=\"axis\" transform=\"translate(12 %.2f) rotate(-90)\" text-anchor=\"start\">"
                    "Recency score: long ago</text><text class=\"axis\" transform=\"translate(12 %.2f) rotate(-90)\" "
                    "text-anchor=\"end\">just now →</text>\n",
                    bottom, (double)TOP);
}

void shoal_chart_heatmap(shoal_text *html, const shoal_heatmap *map)
{
    layout l = {.cell_width = (double)GRID / map->n, .cell_height = (map->n <= TEXT_MOST ? 340.0 : GRID) / map->n};
    for (int i = 0; i < map->n * map->n; i++) {
        l.total += map->values[i];
        if (map->values[i] > l.largest) l.largest = map->values[i];
    }
    shoal_svg_begin(html, "chart heatmap", LEFT + GRID + 4, TOP + map->n * l.cell_height + BOTTOM, map->title,
                    map->desc);
    for (int r = map->n; r >= 1; r--)
        for (int f = 1; f <= map->n; f++) draw_cell(html, map, &l, r, f);
    if (map->region != NULL) draw_regions(html, map, &l);
    draw_axes(html, map, &l);
    shoal_svg_end(html);
}

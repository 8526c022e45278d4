#include <math.h>
#include <stdbool.h>

#include "report/chart.h"
#include "report/svg.h"

enum { WIDTH = 360, LEFT = 180, RIGHT = 14, TOP = 24, STEP = 27, BOTTOM = 8 };

static double place_x(const shoal_snake *snake, double value)
{
    const double half = (WIDTH - LEFT - RIGHT) / 2.0;
    const double clipped = fmax(-snake->limit, fmin(snake->limit, value));
    return LEFT + half + half * clipped / snake->limit;
}

static double place_y(int variable)
{
    return TOP + STEP * (variable + 0.5);
}

static void draw_grid(shoal_text *html, const shoal_snake *snake)
{
    const double bottom = TOP + STEP * snake->n_variables;
    for (int t = 0; t < snake->n_ticks; t++) {
        const double x = place_x(snake, snake->ticks[t]);
        shoal_svg_line(html, snake->ticks[t] == 0 ? "zero" : "grid", x, TOP, x, bottom);
        shoal_svg_text(html, "tick", x, TOP - 8, SHOAL_MIDDLE, snake->tick_labels[t], 12);
    }
    for (int v = 0; v < snake->n_variables; v++)
        shoal_svg_text(html, "label", LEFT - 14, place_y(v) + 4, SHOAL_END, snake->variables[v], 26);
}

/* One path; a gap where a value is not known. */
static void draw_line(shoal_text *html, const shoal_snake *snake, int series, const char *class, const char *colour)
{
    bool pen = false;
    shoal_text_addf(html, "<path class=\"%s\"", class);
    if (colour != NULL) shoal_text_addf(html, " stroke=\"%s\"", colour);
    shoal_text_add(html, " d=\"");
    for (int v = 0; v < snake->n_variables; v++) {
        const double value = snake->values[series * snake->n_variables + v];
        if (!isnan(value)) shoal_text_addf(html, "%s%.2f %.2f", pen ? "L" : "M", place_x(snake, value), place_y(v));
        pen = !isnan(value);
    }
    shoal_text_add(html, "\"/>\n");
}

static void draw_points(shoal_text *html, const shoal_snake *snake)
{
    for (int v = 0; v < snake->n_variables; v++) {
        const double value = snake->values[snake->highlight * snake->n_variables + v];
        if (isnan(value)) continue;
        const bool beyond = fabs(value) > snake->limit;
        shoal_text_addf(html, "<circle class=\"point\" cx=\"%.2f\" cy=\"%.2f\" r=\"4.5\" fill=\"%s\" stroke=\"%s\"/>\n",
                        place_x(snake, value), place_y(v), beyond ? "#ffffff" : snake->colour,
                        beyond ? snake->colour : "#ffffff");
    }
}

void shoal_chart_snake(shoal_text *html, const shoal_snake *snake)
{
    shoal_svg_begin(html, "chart snake", WIDTH, TOP + STEP * snake->n_variables + BOTTOM, snake->title, snake->desc);
    draw_grid(html, snake);
    for (int s = 0; s < snake->n_series; s++)
        if (s != snake->highlight) draw_line(html, snake, s, "others", NULL);
    draw_line(html, snake, snake->highlight, "own", snake->colour);
    draw_points(html, snake);
    shoal_svg_end(html);
}

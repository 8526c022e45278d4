#include <math.h>
#include <stdio.h>

#include "report/chart.h"
#include "report/svg.h"
#include "report/word.h"

enum { SIDE = 300, LEFT = 46, TOP = 26, BOTTOM = 44, RIGHT = 16 };

static double x_of(double share)
{
    return LEFT + share * SIDE;
}

static double y_of(double share)
{
    return TOP + (1 - share) * SIDE;
}

static void draw_axes(shoal_text *html)
{
    for (int i = 0; i <= 4; i++) {
        const double at = i / 4.0;
        shoal_svg_line(html, i == 0 ? "zero" : "grid", x_of(0), y_of(at), x_of(1), y_of(at));
        char label[8];
        snprintf(label, sizeof label, "%d%%", 25 * i);
        shoal_svg_text(html, "tick", LEFT - 8, y_of(at) + 4, SHOAL_END, label, 8);
        shoal_svg_text(html, "tick", x_of(at), y_of(0) + 17, SHOAL_MIDDLE, label, 8);
    }
    shoal_svg_line(html, "equal", x_of(0), y_of(0), x_of(1), y_of(1));
    shoal_svg_text(html, "axis", LEFT, 12, SHOAL_START, "Share of all value", 60);
    shoal_svg_text(html, "axis", LEFT, TOP + SIDE + 38, SHOAL_START, "Customers, the least valuable first", 60);
}

static void draw_curve(shoal_text *html, const double *lorenz, const char *class)
{
    shoal_text_addf(html, "<path class=\"%s\" d=\"", class);
    for (int i = 0; i < SHOAL_LORENZ_POINTS; i++)
        shoal_text_addf(html, "%s%.2f %.2f", i == 0 ? "M" : "L", x_of((double)i / (SHOAL_LORENZ_POINTS - 1)),
                        y_of(fmax(lorenz[i], 0)));
    shoal_text_add(html, "\"/>\n");
}

void shoal_chart_lorenz(shoal_text *html, const char *title, const char *desc, const shoal_distribution *distribution)
{
    if (isnan(distribution->gini)) return;
    const int eighty = (SHOAL_LORENZ_POINTS - 1) * 4 / 5;
    const double share = distribution->lorenz[eighty];
    shoal_svg_begin(html, "chart lorenz", LEFT + SIDE + RIGHT, TOP + SIDE + BOTTOM, title, desc);
    draw_axes(html);
    draw_curve(html, distribution->lorenz, "area");
    draw_curve(html, distribution->lorenz, "own lorenz-line");
    shoal_svg_circle(html, "point", x_of(0.8), y_of(fmax(share, 0)), 4.5, "#d55e00");
    char label[80];
    snprintf(label, sizeof label, "80%% of customers hold %s", shoal_word_percent(share).text);
    shoal_svg_text(html, "mark-text", x_of(0.8) - 10, y_of(fmax(share, 0)) - 8, SHOAL_END, label, 60);
    shoal_svg_end(html);
}

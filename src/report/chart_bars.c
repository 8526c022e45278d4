#include <math.h>
#include <string.h>

#include "report/chart.h"
#include "report/svg.h"
#include "report/word.h"

enum { WIDTH = 560, LEGEND = 30, LABEL = 19, BAR = 12, GAP = 14, ROOM = 56 /* for the figure after a bar */ };

static const char *const colours[SHOAL_MAX_MEASURES] = {"#98a2ad", "#1f5fa8", "#d55e00"};

static void draw_legend(shoal_text *html, const shoal_bars *bars)
{
    double x = 0;
    for (int m = 0; m < bars->n_measures && m < SHOAL_MAX_MEASURES; m++) {
        shoal_svg_rect(html, "bar", x, 4, 12, 12, colours[m]);
        shoal_svg_text(html, "label", x + 18, 14, SHOAL_START, bars->measures[m], 40);
        x += 40 + 7.0 * (double)strlen(bars->measures[m]);
    }
}

static double largest_of(const shoal_bars *bars)
{
    double largest = 0;
    for (int i = 0; i < bars->n_groups * bars->n_measures; i++)
        if (bars->values[i] > largest) largest = bars->values[i];
    return largest > 0 ? largest : 1;
}

static void draw_group(shoal_text *html, const shoal_bars *bars, int group, double y, double unit)
{
    shoal_svg_text(html, "label strong", 0, y + 13, SHOAL_START, bars->labels[group], 60);
    for (int m = 0; m < bars->n_measures && m < SHOAL_MAX_MEASURES; m++) {
        const double top = y + LABEL + m * (BAR + 2);
        const double value = bars->values[group * bars->n_measures + m];
        const double width = value > 0 ? fmax(value * unit, 1) : 0;
        shoal_svg_rect(html, "bar", 0, top, width, BAR, colours[m]);
        shoal_svg_text(html, "figure", width + 6, top + BAR - 2, SHOAL_START, shoal_word_percent(value).text, 20);
    }
}

void shoal_chart_bars(shoal_text *html, const shoal_bars *bars)
{
    const double step = LABEL + bars->n_measures * (BAR + 2.0) + GAP;
    const double unit = (WIDTH - ROOM) / largest_of(bars);
    shoal_svg_begin(html, "chart bars", WIDTH, LEGEND + bars->n_groups * step, bars->title, bars->desc);
    draw_legend(html, bars);
    for (int g = 0; g < bars->n_groups; g++) draw_group(html, bars, g, LEGEND + g * step, unit);
    shoal_svg_end(html);
}

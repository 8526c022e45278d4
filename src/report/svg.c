#include "report/svg.h"

#include <math.h>

#include "report/html.h"

void shoal_svg_begin(shoal_text *svg, const char *class, double width, double height, const char *title,
                     const char *desc)
{
    shoal_text_addf(svg,
                    "<svg class=\"%s\" role=\"img\" viewBox=\"0 0 %g %g\" "
                    "width=\"%g\" height=\"%g\"><title>",
                    class, width, height, width, height);
    shoal_html_text(svg, title);
    shoal_text_add(svg, "</title><desc>");
    shoal_html_text(svg, desc);
    shoal_text_add(svg, "</desc>\n");
}

void shoal_svg_end(shoal_text *svg)
{
    shoal_text_add(svg, "</svg>\n");
}

static void fill_attribute(shoal_text *svg, const char *fill)
{
    if (fill != NULL) shoal_text_addf(svg, " fill=\"%s\"", fill);
}

void shoal_svg_rect(shoal_text *svg, const char *class, double x, double y, double width, double height,
                    const char *fill)
{
    shoal_text_addf(svg, "<rect class=\"%s\" x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\"", class, x, y, width,
                    height);
    fill_attribute(svg, fill);
    shoal_text_add(svg, "/>\n");
}

void shoal_svg_line(shoal_text *svg, const char *class, double x1, double y1, double x2, double y2)
{
    shoal_text_addf(svg, "<line class=\"%s\" x1=\"%.2f\" y1=\"%.2f\" x2=\"%.2f\" y2=\"%.2f\"/>\n", class, x1, y1, x2,
                    y2);
}

void shoal_svg_circle(shoal_text *svg, const char *class, double x, double y, double r, const char *fill)
{
    shoal_text_addf(svg, "<circle class=\"%s\" cx=\"%.2f\" cy=\"%.2f\" r=\"%.2f\"", class, x, y, r);
    fill_attribute(svg, fill);
    shoal_text_add(svg, "/>\n");
}

void shoal_svg_text(shoal_text *svg, const char *class, double x, double y, shoal_anchor anchor, const char *text,
                    int most)
{
    static const char *const anchors[] = {"start", "middle", "end"};
    shoal_text_addf(svg, "<text class=\"%s\" x=\"%.2f\" y=\"%.2f\" text-anchor=\"%s\">", class, x, y, anchors[anchor]);
    shoal_html_text_cut(svg, text, most);
    shoal_text_add(svg, "</text>\n");
}

double shoal_axis_step(double range, int most)
{
    static const double mantissas[] = {1, 2, 5, 10};
    if (!(range > 0) || !isfinite(range)) return 1;
    const double power = pow(10, floor(log10(range / most)));
    for (int i = 0; i < 4; i++)
        if (range / (mantissas[i] * power) <= most) return mantissas[i] * power;
    return 20 * power;
}

/* SVG for the charts: one picture at a time, described for those who cannot see it. */
#ifndef SHOAL_REPORT_SVG_H
#define SHOAL_REPORT_SVG_H

#include "base/text.h"

typedef enum shoal_anchor { SHOAL_START, SHOAL_MIDDLE, SHOAL_END } shoal_anchor;

/* <svg role="img"> of width x height units with <title> and <desc>; both are escaped here. `class` is a literal. */
void shoal_svg_begin(shoal_text *svg, const char *class, double width, double height, const char *title,
                     const char *desc);
void shoal_svg_end(shoal_text *svg);

/* `class` names a rule of style.c; `fill` is a literal colour, or NULL for the class's own. */
void shoal_svg_rect(shoal_text *svg, const char *class, double x, double y, double width, double height,
                    const char *fill);
void shoal_svg_line(shoal_text *svg, const char *class, double x1, double y1, double x2, double y2);
void shoal_svg_circle(shoal_text *svg, const char *class, double x, double y, double r, const char *fill);
/* Text of ours or of the data: escaped, cut after `most` characters. */
void shoal_svg_text(shoal_text *svg, const char *class, double x, double y, shoal_anchor anchor, const char *text,
                    int most);

/* The smallest of 1, 2, 5 x 10^n that cuts range into at most `most` steps. */
double shoal_axis_step(double range, int most);

#endif

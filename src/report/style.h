/* The look of the report. */
#ifndef SHOAL_REPORT_STYLE_H
#define SHOAL_REPORT_STYLE_H

#include "base/text.h"

/* A <style> element: screen, narrow screen and A4 print. */
void shoal_html_style(shoal_text *html);

#endif

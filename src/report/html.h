/* Writing HTML. Texts from the data go in through shoal_html_text alone; everything else that is appended is a
 * literal of this folder or a figure of word.h. */
#ifndef SHOAL_REPORT_HTML_H
#define SHOAL_REPORT_HTML_H

#include "base/text.h"

/* Escaped for element content and quoted attributes. Control characters become blanks, bytes that are not UTF-8 become
 * U+FFFD, and marks that turn the direction of text are left out. */
void shoal_html_text(shoal_text *html, const char *text);
/* The same, cut with an ellipsis after so many characters. */
void shoal_html_text_cut(shoal_text *html, const char *text, int most);

/* A segment's colour, "#rrggbb": ten hues that people with colour-blindness tell apart by lightness too, then again
 * from the first. */
const char *shoal_segment_colour(int segment);

/* A caption for a variable: "Days since last purchase" for recency_days, else its name with blanks for underscores. */
void shoal_html_variable(shoal_text *html, const char *name);
/* What a caption says, or NULL for a variable that is none of ours. */
const char *shoal_variable_caption(const char *name);

#endif

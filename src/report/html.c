#include "report/html.h"

#include <limits.h>
#include <string.h>

/* Bytes of the UTF-8 sequence at p, or 0. */
static size_t sequence(const char *p, size_t left)
{
    for (size_t n = 1; n <= 4 && n <= left; n++)
        if (shoal_text_is_utf8(p, n)) return n;
    return 0;
}

/* U+200E, U+200F, U+202A..U+202E, U+2066..U+2069: they could make one name look like another. */
static bool turns_direction(const char *p, size_t length)
{
    const unsigned char *u = (const unsigned char *)p;
    if (length != 3 || u[0] != 0xE2) return false;
    return (u[1] == 0x80 && (u[2] == 0x8E || u[2] == 0x8F || (u[2] >= 0xAA && u[2] <= 0xAE))) ||
           (u[1] == 0x81 && u[2] >= 0xA6 && u[2] <= 0xA9);
}

static void add_character(shoal_text *html, const char *p, size_t length)
{
    const unsigned char c = (unsigned char)p[0];
    const bool control =
        (length == 1 && (c < 0x20 || c == 0x7F)) || (length == 2 && c == 0xC2 && (unsigned char)p[1] < 0xA0);
    if (control) shoal_text_add(html, " ");
    else if (c == '&') shoal_text_add(html, "&amp;");
    else if (c == '<') shoal_text_add(html, "&lt;");
    else if (c == '>') shoal_text_add(html, "&gt;");
    else if (c == '"') shoal_text_add(html, "&quot;");
    else if (c == '\'') shoal_text_add(html, "&#39;");
    else shoal_text_add_n(html, p, length);
}

void shoal_html_text_cut(shoal_text *html, const char *text, int most)
{
    const size_t length = strlen(text);
    int shown = 0;
    for (size_t i = 0; i < length;) {
        const size_t step = sequence(text + i, length - i);
        if (shown == most - 1 && i + (step == 0 ? 1 : step) < length) {
            shoal_text_add(html, "…");
            return;
        }
        if (step == 0) shoal_text_add(html, "\xEF\xBF\xBD");
        else if (!turns_direction(text + i, step)) add_character(html, text + i, step);
        shown++;
        i += step == 0 ? 1 : step;
    }
}

void shoal_html_text(shoal_text *html, const char *text)
{
    shoal_html_text_cut(html, text, INT_MAX);
}

const char *shoal_segment_colour(int segment)
{
    static const char *const colours[] = {"#1f5fa8", "#d55e00", "#00835f", "#b0498a", "#8a6d00",
                                          "#3f9bd1", "#7a3b12", "#5b4fb3", "#5f6b76", "#c02942"};
    return colours[segment % (int)(sizeof colours / sizeof colours[0])];
}

const char *shoal_variable_caption(const char *name)
{
    static const char *const captions[][2] = {
        {"recency_days", "Days since last purchase"},
        {"frequency", "Days with a purchase"},
        {"monetary", "Total spend"},
        {"mean_repeat_spend", "Spend per purchase"},
        {"p_alive", "Chance of being active"},
        {"expected_purchases", "Expected purchases"},
        {"expected_spend", "Expected spend per purchase"},
        {"clv", "Customer lifetime value"},
    };
    const char *slash = strrchr(name, '/');
    const char *own = slash == NULL ? name : slash + 1;
    for (size_t i = 0; i < sizeof captions / sizeof captions[0]; i++)
        if (strcmp(own, captions[i][0]) == 0) return captions[i][1];
    return NULL;
}

void shoal_html_variable(shoal_text *html, const char *name)
{
    const char *caption = shoal_variable_caption(name);
    if (caption != NULL) {
        shoal_text_add(html, caption);
        return;
    }
    char spaced[64];
    shoal_text_copy(spaced, sizeof spaced, name);
    for (char *c = spaced; *c != '\0'; c++)
        if (*c == '_') *c = ' ';
    shoal_html_text(html, spaced);
}

#include "report/page.h"

#include <math.h>
#include <stdio.h>

#include "report/html.h"
#include "report/word.h"

void shoal_section_begin(shoal_page *page, const char *id, const char *heading)
{
    if (page->n_sections < SHOAL_MAX_SECTIONS) {
        const int at = page->n_sections++;
        shoal_text_copy(page->sections[at].id, sizeof page->sections[at].id, id);
        shoal_text_copy(page->sections[at].heading, sizeof page->sections[at].heading, heading);
    }
    shoal_text_addf(&page->html, "<section id=\"%s\" aria-labelledby=\"%s-heading\">\n<h2 id=\"%s-heading\">%s</h2>\n",
                    id, id, id, heading);
}

void shoal_section_end(shoal_page *page)
{
    shoal_text_add(&page->html, "</section>\n");
}

int64_t shoal_page_customers(const shoal_page *page)
{
    const shoal_report_content *c = page->content;
    if (c->import != NULL) return c->import->customers;
    if (c->rfm != NULL) return c->rfm->customers;
    if (c->profile != NULL) return c->profile->customers;
    return c->clv != NULL ? c->clv->customers : -1;
}

double shoal_page_revenue(const shoal_page *page)
{
    const shoal_report_content *c = page->content;
    if (!page->has_money) return NAN;
    if (c->import != NULL) return c->import->revenue;
    return c->profile != NULL ? c->profile->revenue : NAN;
}

const char *shoal_page_horizon(const shoal_page *page, char buffer[64])
{
    const double days = page->content->clv->horizon_days, months = days / (365.25 / 12);
    const bool whole = fabs(months - round(months)) < 0.02 && months > 1.5;
    snprintf(buffer, 64, "%s %s", shoal_word_plain(whole ? round(months) : days).text, whole ? "months" : "days");
    return buffer;
}

double shoal_share(double part, double whole)
{
    return whole > 0 ? part / whole : NAN;
}

void shoal_table_begin(shoal_text *html, const char *caption)
{
    shoal_text_add(html, "<div class=\"scroll\"><table>\n");
    if (caption != NULL) shoal_text_addf(html, "<caption>%s</caption>\n", caption);
}

void shoal_table_head(shoal_text *html, int n, const char *const *heads, int n_left)
{
    shoal_text_add(html, "<thead><tr>");
    for (int i = 0; i < n; i++)
        shoal_text_addf(html, "<th scope=\"col\"%s>%s</th>", i < n_left ? " class=\"left\"" : "", heads[i]);
    shoal_text_add(html, "</tr></thead>\n<tbody>\n");
}

void shoal_table_figure(shoal_text *html, const char *figure)
{
    shoal_text_addf(html, "<td>%s</td>", figure);
}

void shoal_table_text(shoal_text *html, const char *text)
{
    shoal_text_add(html, "<td class=\"left\">");
    shoal_html_text(html, text);
    shoal_text_add(html, "</td>");
}

void shoal_table_name(shoal_text *html, const char *colour, const char *text)
{
    shoal_text_addf(html, "<th scope=\"row\" class=\"left%s\">", colour == NULL ? "" : " name");
    if (colour != NULL)
        shoal_text_addf(html,
                        "<svg class=\"dot\" aria-hidden=\"true\" viewBox=\"0 0 1 1\"><rect width=\"1\" height=\"1\" "
                        "fill=\"%s\"/></svg>",
                        colour);
    shoal_html_text(html, text);
    shoal_text_add(html, "</th>");
}

void shoal_table_end(shoal_text *html)
{
    shoal_text_add(html, "</table></div>\n");
}

#include <math.h>
#include <stdio.h>

#include "report/html.h"
#include "report/page.h"
#include "report/word.h"

static void add_tile(shoal_text *html, const char *figure, const char *caption)
{
    shoal_text_addf(html, "<div class=\"tile\"><b>%s</b><span>%s</span></div>\n", figure, caption);
}

/* Money that fits a tile. */
static shoal_word big_money(double value)
{
    return fabs(value) >= 1e8 ? shoal_word_short(value) : shoal_word_money(value);
}

static void say_scope(const shoal_page *page, shoal_text *html)
{
    const shoal_report_content *c = page->content;
    const int64_t customers = shoal_page_customers(page);
    const double revenue = shoal_page_revenue(page);
    if (customers >= 0) shoal_text_addf(html, "This report is about %s customers", shoal_word_count(customers).text);
    else shoal_text_add(html, "This report is about the customers of the store");
    if (c->import != NULL && c->import->transactions > 0)
        shoal_text_addf(html, " who bought between %s and %s", shoal_word_date(c->import->start).text,
                        shoal_word_date(c->import->end).text);
    if (!isnan(revenue)) shoal_text_addf(html, " for %s in all", shoal_word_money(revenue).text);
    shoal_text_add(html, ". ");
}

/* The segment that is first by customers, and the one that is first by revenue (which the order begins with). */
static void say_segments(const shoal_page *page, shoal_text *html)
{
    const shoal_profile *p = page->content->profile;
    if (p == NULL || p->n_segments == 0) return;
    int largest = page->order[0];
    for (int s = 0; s < p->n_segments; s++)
        if (p->segments[s].customers > p->segments[largest].customers) largest = s;
    const shoal_profile_segment *crowd = &p->segments[largest], *best = &p->segments[page->order[0]];
    shoal_text_addf(html, "They fall into %d segments. The largest, <strong>", p->n_segments);
    shoal_html_text(html, crowd->name);
    shoal_text_addf(html, "</strong>, holds %s of the customers",
                    shoal_word_percent(shoal_share((double)crowd->customers, (double)p->customers)).text);
    if (page->has_money)
        shoal_text_addf(html, " and brings %s of the revenue",
                        shoal_word_percent(shoal_share(crowd->revenue, p->revenue)).text);
    if (page->has_money && best == crowd) shoal_text_add(html, ", more than any other");
    if (page->has_money && best != crowd) {
        shoal_text_add(html, "; most of the money comes from <strong>");
        shoal_html_text(html, best->name);
        shoal_text_addf(html, "</strong>: %s of the customers, %s of the revenue",
                        shoal_word_percent(shoal_share((double)best->customers, (double)p->customers)).text,
                        shoal_word_percent(shoal_share(best->revenue, p->revenue)).text);
    }
    shoal_text_add(html, ". ");
}

static void say_forecast(const shoal_page *page, shoal_text *html)
{
    const shoal_clv_run *clv = page->content->clv;
    char horizon[64];
    if (clv == NULL) return;
    shoal_page_horizon(page, horizon);
    if (clv->calibration_end == SHOAL_NO_DATE) shoal_text_addf(html, "Over the next %s", horizon);
    else shoal_text_addf(html, "Over the %s after %s", horizon, shoal_word_date(clv->calibration_end).text);
    shoal_text_addf(html, " they are expected to buy %s times",
                    shoal_word_count((int64_t)llround(clv->totals.expected_purchases)).text);
    if (page->has_value) shoal_text_addf(html, ", worth %s in today's money", shoal_word_money(clv->totals.clv).text);
    shoal_text_add(html, ".");
}

static void add_tiles(const shoal_page *page, shoal_text *html)
{
    const shoal_clv_run *clv = page->content->clv;
    const int64_t customers = shoal_page_customers(page);
    const double revenue = shoal_page_revenue(page);
    shoal_text_add(html, "<div class=\"tiles\">\n");
    if (customers >= 0) add_tile(html, shoal_word_count(customers).text, "customers");
    if (page->content->profile != NULL)
        add_tile(html, shoal_word_count(page->content->profile->n_segments).text, "segments");
    if (!isnan(revenue)) {
        add_tile(html, big_money(revenue).text, "revenue");
        add_tile(html, shoal_word_money(shoal_share(revenue, (double)customers)).text, "revenue per customer");
    }
    if (clv != NULL) {
        char horizon[64], caption[128];
        shoal_page_horizon(page, horizon);
        add_tile(html, shoal_word_count((int64_t)llround(clv->totals.p_alive)).text,
                 "customers expected still active, all who bought once among them");
        if (page->has_value) {
            snprintf(caption, sizeof caption, "customer lifetime value, next %s", horizon);
            add_tile(html, big_money(clv->totals.clv).text, caption);
        } else {
            snprintf(caption, sizeof caption, "purchases expected, next %s", horizon);
            add_tile(html, shoal_word_count((int64_t)llround(clv->totals.expected_purchases)).text, caption);
        }
    }
    shoal_text_add(html, "</div>\n");
}

static void point_to_notes(const shoal_page *page, shoal_text *html)
{
    const int n = page->content->n_warnings;
    if (n == 1) {
        shoal_text_add(html, "<div class=\"note\"><p>");
        shoal_html_text(html, page->content->warnings[0]);
        shoal_text_add(html, "</p></div>\n");
    } else if (n > 1)
        shoal_text_addf(html,
                        "<div class=\"note\"><p>%d <a href=\"#notes\">notes</a> on the data and the models are at the "
                        "end of this page.</p></div>\n",
                        n);
}

void shoal_section_summary(shoal_page *page)
{
    shoal_text *html = &page->html;
    shoal_section_begin(page, "summary", "In short");
    shoal_text_add(html, "<p class=\"lead\">");
    say_scope(page, html);
    say_segments(page, html);
    say_forecast(page, html);
    shoal_text_add(html, "</p>\n");
    add_tiles(page, html);
    point_to_notes(page, html);
    shoal_section_end(page);
}

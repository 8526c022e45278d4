#include <math.h>
#include <stdio.h>

#include "report/chart.h"
#include "report/page.h"
#include "report/word.h"

static void say_concentration(shoal_text *html, const shoal_distribution *d)
{
    if (isnan(d->gini)) return;
    shoal_text_addf(html,
                    "<ul class=\"facts\"><li>The best 1%% of customers hold <strong>%s</strong> of the value, the best "
                    "10%% <strong>%s</strong>, the best 20%% <strong>%s</strong>.</li>\n",
                    shoal_word_percent(d->top_share[0]).text, shoal_word_percent(d->top_share[1]).text,
                    shoal_word_percent(d->top_share[2]).text);
    shoal_text_addf(html,
                    "<li>The Gini coefficient is <strong>%.2f</strong>: 0 would be the same value for everyone, 1 all "
                    "value with a single customer.</li>\n",
                    d->gini);
    shoal_text_addf(html, "<li>An average customer is worth %s, the middle one %s, the best one %s.</li></ul>\n",
                    shoal_word_money(d->mean).text, shoal_word_money(d->median).text, shoal_word_money(d->max).text);
}

void shoal_section_value(shoal_page *page)
{
    const shoal_report_content *c = page->content;
    const shoal_distribution *d = c->clv_distribution;
    char horizon[64];
    if (d == NULL) return;
    shoal_section_begin(page, "value", "How value is spread");
    if (c->clv != NULL)
        shoal_text_addf(&page->html,
                        "<p>Customer lifetime value is the money that a customer is expected to bring over the next "
                        "%s, discounted at %s a year.</p>\n",
                        shoal_page_horizon(page, horizon), shoal_word_percent(c->clv->discount_rate).text);
    say_concentration(&page->html, d);
    shoal_text_add(
        &page->html,
        "<div class=\"pair\">\n<figure class=\"scroll\"><figcaption>Customers by lifetime value</figcaption>\n");
    shoal_chart_histogram(&page->html, "Customers by lifetime value",
                          "A bar counts the customers of a range of lifetime value.", d);
    shoal_text_add(&page->html, "</figure>\n");
    if (!isnan(d->gini)) {
        shoal_text_add(&page->html, "<figure><figcaption>Lorenz curve: who holds the value</figcaption>\n");
        shoal_chart_lorenz(&page->html, "Lorenz curve of lifetime value",
                           "The further the curve hangs below the dashed line of equal shares, the more the value "
                           "rests on few customers.",
                           d);
        shoal_text_add(&page->html, "</figure>\n");
    }
    shoal_text_add(&page->html, "</div>\n");
    shoal_section_end(page);
}

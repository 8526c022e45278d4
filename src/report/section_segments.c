#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "report/chart.h"
#include "report/html.h"
#include "report/page.h"
#include "report/word.h"
#include "segment/profile_name.h"

static double mean_of(const shoal_profile *p, int segment, const char *name)
{
    for (int v = 0; v < p->n_variables; v++) {
        const char *slash = strrchr(p->variables[v], '/');
        if (strcmp(slash == NULL ? p->variables[v] : slash + 1, name) == 0)
            return p->mean[(int64_t)segment * p->n_variables + v];
    }
    return NAN;
}

/* "last bought 35 days ago, 6.2 days with a purchase, spent 420" as far as it is known. */
static void say_habits(const shoal_profile *p, int segment, shoal_text *html)
{
    const double recency = mean_of(p, segment, "recency_days"), frequency = mean_of(p, segment, "frequency");
    const double monetary = mean_of(p, segment, "monetary"), clv = mean_of(p, segment, "clv");
    if (isnan(recency) && isnan(frequency) && isnan(monetary) && isnan(clv)) return;
    const char *between = "On average: ";
    shoal_text_add(html, "<p class=\"soft\">");
    if (!isnan(recency)) {
        shoal_text_addf(html, "%slast purchase %s days ago", between, shoal_word_index(recency).text);
        between = ", ";
    }
    if (!isnan(frequency)) {
        shoal_text_addf(html, "%s%s purchases", between, shoal_word_times(frequency).text);
        between = ", ";
    }
    if (!isnan(monetary)) {
        shoal_text_addf(html, "%s%s spent", between, shoal_word_money(monetary).text);
        between = ", ";
    }
    if (!isnan(clv)) shoal_text_addf(html, "%s%s still to come", between, shoal_word_money(clv).text);
    shoal_text_add(html, ".</p>");
}

static void add_card(shoal_page *page, int segment, const char *colour)
{
    const shoal_profile *p = page->content->profile;
    const shoal_profile_segment *s = &p->segments[segment];
    shoal_text *html = &page->html;
    const char *advice = shoal_profile_advice(s->name);
    shoal_text_addf(html, "<article class=\"card\" style=\"border-left-color:%s\"><h3>", colour);
    shoal_html_text(html, s->name);
    shoal_text_addf(html, "</h3><p class=\"share\"><strong>%s</strong> customers, %s of all",
                    shoal_word_count(s->customers).text,
                    shoal_word_percent(shoal_share((double)s->customers, (double)p->customers)).text);
    if (page->has_money)
        shoal_text_addf(html, ", bring <strong>%s</strong> of the revenue",
                        shoal_word_percent(shoal_share(s->revenue, p->revenue)).text);
    shoal_text_add(html, ".</p>");
    say_habits(p, segment, html);
    if (advice != NULL) shoal_text_addf(html, "<p class=\"advice\"><strong>What to do.</strong> %s</p>", advice);
    shoal_text_add(html, "</article>\n");
}

static void add_bars(shoal_page *page)
{
    static const char *const names[SHOAL_MAX_MEASURES] = {"Share of customers", "Share of revenue",
                                                          "Share of lifetime value"};
    const shoal_profile *p = page->content->profile;
    const int k = p->n_segments, measures = 1 + page->has_money + (page->has_money && page->has_value);
    const char **labels = NULL;
    double *values = NULL;
    if (shoal_alloc(k, sizeof *labels, &labels, NULL) < 0 ||
        shoal_alloc((int64_t)k * measures, sizeof *values, &values, NULL) < 0) {
        page->html.failed = true;
        goto out;
    }
    for (int i = 0; i < k; i++) {
        const shoal_profile_segment *s = &p->segments[page->order[i]];
        const double shares[SHOAL_MAX_MEASURES] = {shoal_share((double)s->customers, (double)p->customers),
                                                   shoal_share(s->revenue, p->revenue), shoal_share(s->clv, p->clv)};
        labels[i] = s->name;
        for (int m = 0; m < measures && m < SHOAL_MAX_MEASURES; m++) values[i * measures + m] = shares[m];
    }
    const char *const title = measures > 1 ? "Size and worth of the segments" : "Size of the segments";
    const shoal_bars bars = {.title = title,
                             .desc = "A group of bars a segment; the table below has the figures.",
                             .n_groups = k,
                             .n_measures = measures,
                             .labels = labels,
                             .measures = names,
                             .values = values};
    shoal_text_addf(&page->html, "<figure class=\"scroll\"><figcaption>%s</figcaption>\n", title);
    shoal_chart_bars(&page->html, &bars);
    shoal_text_add(&page->html, "</figure>\n");
out:
    free(labels);
    free(values);
}

static void add_figures(const shoal_page *page, shoal_text *html, const shoal_profile_segment *s)
{
    const shoal_profile *p = page->content->profile;
    const double customers = (double)s->customers;
    shoal_table_figure(html, shoal_word_count(s->customers).text);
    shoal_table_figure(html, shoal_word_percent(shoal_share(customers, (double)p->customers)).text);
    if (page->has_money) {
        shoal_table_figure(html, shoal_word_money(s->revenue).text);
        shoal_table_figure(html, shoal_word_percent(shoal_share(s->revenue, p->revenue)).text);
        shoal_table_figure(html, shoal_word_cents(shoal_share(s->revenue, customers)).text);
    }
    if (page->has_value) {
        shoal_table_figure(html, shoal_word_money(s->clv).text);
        shoal_table_figure(html, shoal_word_percent(shoal_share(s->clv, p->clv)).text);
        shoal_table_figure(html, shoal_word_cents(shoal_share(s->clv, customers)).text);
    }
}

static void add_table(shoal_page *page)
{
    static const char *const money[] = {"Revenue", "Share", "Per customer"};
    static const char *const value[] = {"Lifetime value", "Share", "Per customer"};
    const shoal_profile *p = page->content->profile;
    shoal_text *html = &page->html;
    const char *heads[9] = {"Segment", "Customers", "Share"};
    int n = 3;
    for (int i = 0; page->has_money && i < 3; i++) heads[n++] = money[i];
    for (int i = 0; page->has_value && i < 3; i++) heads[n++] = value[i];
    shoal_table_begin(html, NULL);
    shoal_table_head(html, n, heads, 1);
    for (int i = 0; i < p->n_segments; i++) {
        const shoal_profile_segment *s = &p->segments[page->order[i]];
        shoal_text_add(html, "<tr>");
        shoal_table_name(html, shoal_segment_colour(i), s->name);
        add_figures(page, html, s);
        shoal_text_add(html, "</tr>\n");
    }
    const shoal_profile_segment all = {.customers = p->customers, .revenue = p->revenue, .clv = p->clv};
    shoal_text_add(html, "</tbody>\n<tfoot><tr>");
    shoal_table_name(html, NULL, "All customers");
    add_figures(page, html, &all);
    shoal_text_add(html, "</tr></tfoot>\n");
    shoal_table_end(html);
}

void shoal_section_segments(shoal_page *page)
{
    const shoal_profile *p = page->content->profile;
    if (p == NULL || p->n_segments == 0) return;
    shoal_section_begin(page, "segments", "The segments");
    shoal_text_addf(&page->html,
                    "<p>Customers who behave alike were put together; the names and the advice come from how each "
                    "segment stands to the average. %s first.</p>\n",
                    page->has_money ? "The segment with most revenue comes" : "The largest segment comes");
    shoal_text_add(&page->html, "<div class=\"cards\">\n");
    for (int i = 0; i < p->n_segments; i++) add_card(page, page->order[i], shoal_segment_colour(i));
    shoal_text_add(&page->html, "</div>\n");
    add_bars(page);
    add_table(page);
    shoal_section_end(page);
}

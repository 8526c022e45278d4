#include <stdlib.h>

#include <shoal/version.h>

#include "base/memory.h"
#include "report/html.h"
#include "report/page.h"
#include "report/style.h"
#include "report/word.h"

/* Names from the data could hold anything: even if an escape failed, nothing would run or load. */
static const char policy[] = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
                             "form-action 'none'";

static bool shown_before(const shoal_page *page, int a, int b)
{
    const shoal_profile_segment *s = page->content->profile->segments;
    if (page->has_money && s[a].revenue != s[b].revenue) return s[a].revenue > s[b].revenue;
    if (s[a].customers != s[b].customers) return s[a].customers > s[b].customers;
    return a < b;
}

static void order_segments(shoal_page *page)
{
    const int n = page->content->profile == NULL ? 0 : page->content->profile->n_segments;
    if (shoal_alloc(n, sizeof *page->order, &page->order, NULL) < 0) {
        page->html.failed = true;
        return;
    }
    for (int i = 0; i < n; i++) {
        int at = i;
        for (; at > 0 && shown_before(page, i, page->order[at - 1]); at--) page->order[at] = page->order[at - 1];
        page->order[at] = i;
    }
}

static bool knows_money(const shoal_report_content *c)
{
    if (c->import != NULL) return c->import->has_amount;
    if (c->rfm != NULL) return c->rfm->has_amount;
    return c->profile != NULL && c->profile->revenue > 0;
}

static const char *title_of(const shoal_report_content *content)
{
    return content->title != NULL ? content->title : "Customer segments";
}

static void add_head(shoal_text *html, const shoal_report_content *content)
{
    shoal_text_addf(html,
                    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                    "<meta http-equiv=\"Content-Security-Policy\" content=\"%s\">\n"
                    "<meta name=\"referrer\" content=\"no-referrer\">\n"
                    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                    "<meta name=\"generator\" content=\"shoal %s\">\n<link rel=\"icon\" href=\"data:,\">\n<title>",
                    policy, shoal_version());
    shoal_html_text(html, title_of(content));
    shoal_text_add(html, "</title>\n");
    shoal_html_style(html);
    shoal_text_add(html, "</head>\n<body>\n");
}

static void add_header(shoal_text *html, const shoal_report_content *content)
{
    const shoal_import_report *import = content->import;
    shoal_text_add(html, "<header><div><h1>");
    shoal_html_text(html, title_of(content));
    shoal_text_add(html, "</h1>\n<p class=\"subtitle\">");
    if (import != NULL) {
        shoal_html_text(html, import->source);
        if (import->transactions > 0)
            shoal_text_addf(html, " · %s to %s", shoal_word_date(import->start).text,
                            shoal_word_date(import->end).text);
    } else if (content->rfm != NULL) shoal_text_addf(html, "As of %s", shoal_word_date(content->rfm->as_of).text);
    shoal_text_add(html, "</p></div></header>\n");
}

static void add_contents(shoal_text *html, const shoal_page *page)
{
    shoal_text_add(html, "<nav aria-label=\"Contents\"><ul>\n");
    for (int i = 0; i < page->n_sections; i++)
        shoal_text_addf(html, "<li><a href=\"#%s\">%s</a></li>\n", page->sections[i].id, page->sections[i].heading);
    shoal_text_add(html, "</ul></nav>\n");
}

static void add_clustering(shoal_text *html, const shoal_kmeans_run *run)
{
    shoal_text_addf(html, "segments by k-means (Lloyd's algorithm, seed %llu, %d restarts%s) on %s features",
                    (unsigned long long)run->seed, run->n_init, run->mini_batch ? ", fitted to samples" : "",
                    run->scale == SHOAL_SCALE_NONE ? "unscaled" : "scaled");
    if (run->alignment.matches != NULL) {
        shoal_text_add(html, ", numbered as in the model ");
        shoal_html_text(html, run->align_to);
        shoal_text_addf(html, ", with which %s of the customers agree",
                        shoal_word_percent(run->alignment.agreement).text);
    }
    shoal_text_add(html, "; ");
}

static void add_footer(shoal_text *html, const shoal_report_content *content)
{
    shoal_text_add(html, "<footer><div><p>Method: ");
    if (content->rfm != NULL) shoal_text_add(html, "RFM scores by quantiles, equal values sharing a score; ");
    if (content->clv != NULL)
        shoal_text_add(html, "purchases by BG/NBD (Fader, Hardie &amp; Lee 2005), spend by Gamma-Gamma (Fader &amp; "
                             "Hardie 2013), both by maximum likelihood; ");
    if (content->kmeans != NULL) add_clustering(html, content->kmeans);
    shoal_text_addf(html,
                    "sums exact to the cent.</p>\n<p>Made by shoal %s. The same data and options give this page again, "
                    "byte for byte.</p></div></footer>\n",
                    shoal_version());
}

static void add_sections(shoal_page *page)
{
    static void (*const sections[])(shoal_page *) = {
        shoal_section_summary, shoal_section_segments, shoal_section_profile, shoal_section_products,
        shoal_section_rfm,     shoal_section_value,    shoal_section_models,  shoal_section_choice,
        shoal_section_data,    shoal_section_notes,
    };
    order_segments(page);
    for (size_t i = 0; !page->html.failed && i < sizeof sections / sizeof sections[0]; i++) sections[i](page);
}

static char *assemble(const shoal_report_content *content, shoal_page *page)
{
    shoal_text html = {0};
    add_sections(page);
    add_head(&html, content);
    add_header(&html, content);
    add_contents(&html, page);
    shoal_text_add(&html, "<main>\n");
    if (page->html.data != NULL) shoal_text_add(&html, page->html.data);
    shoal_text_add(&html, "</main>\n");
    add_footer(&html, content);
    shoal_text_add(&html, "</body>\n</html>\n");
    if (page->html.failed || html.failed) shoal_text_free(&html);
    return html.data;
}

char *shoal_report_html(const shoal_report_content *content, int *n_sections, char (*sections)[48])
{
    shoal_locale locale;
    if (shoal_locale_pin(&locale, NULL) < 0) return NULL;
    shoal_page page = {.content = content,
                       .has_money = knows_money(content),
                       .has_value = content->clv != NULL ? content->clv->has_spend
                                                         : content->profile != NULL && content->profile->clv > 0};
    char *html = assemble(content, &page);
    shoal_locale_release(&locale);
    for (int i = 0; i < page.n_sections; i++)
        shoal_text_copy(sections[i], sizeof sections[i], page.sections[i].heading);
    *n_sections = page.n_sections;
    free(page.order);
    shoal_text_free(&page.html);
    return html;
}

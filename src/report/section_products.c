#include <math.h>
#include <string.h>

#include "report/html.h"
#include "report/page.h"
#include "report/word.h"

/* Texts in columns are padded with NUL and need none at the end. */
static void add_product_name(shoal_text *html, const shoal_column *names, int32_t code)
{
    char name[160];
    shoal_text_copy(name, sizeof name, "product without a name");
    if (code >= 0 && code < names->length) {
        const size_t width = names->width < sizeof name - 1 ? names->width : sizeof name - 1;
        memcpy(name, (const char *)names->data + (size_t)code * names->width, width);
        name[width] = '\0';
    }
    shoal_html_text_cut(html, name, 60);
}

static void add_segment(shoal_page *page, int shown)
{
    static const char *const heads[] = {"Product", "Revenue", "Share", "Index"};
    static const char *const row_heads[] = {"Product", "Lines", "Share", "Index"};
    const shoal_report_content *c = page->content;
    const int segment = page->order[shown];
    const shoal_top_product *top = c->top_products + (int64_t)segment * SHOAL_TOP_PRODUCTS;
    shoal_text *html = &page->html;
    if (top[0].product < 0) return;
    shoal_text_addf(html,
                    "<div><h3><svg class=\"dot\" aria-hidden=\"true\" viewBox=\"0 0 1 1\"><rect width=\"1\" "
                    "height=\"1\" fill=\"%s\"/></svg>",
                    shoal_segment_colour(shown));
    shoal_html_text(html, c->profile->segments[segment].name);
    shoal_text_add(html, "</h3>");
    shoal_table_begin(html, NULL);
    shoal_table_head(html, 4, page->has_money ? heads : row_heads, 1);
    for (int i = 0; i < SHOAL_TOP_PRODUCTS && top[i].product >= 0; i++) {
        shoal_text_add(html, "<tr><td class=\"left\">");
        add_product_name(html, c->product_names, top[i].product);
        shoal_text_add(html, "</td>");
        shoal_table_figure(html, page->has_money ? shoal_word_money(top[i].revenue).text
                                                 : shoal_word_count((int64_t)llround(top[i].revenue)).text);
        shoal_table_figure(html, shoal_word_percent(top[i].share).text);
        shoal_table_figure(html, shoal_word_index(top[i].index).text);
        shoal_text_add(html, "</tr>\n");
    }
    shoal_text_add(html, "</tbody>\n");
    shoal_table_end(html);
    shoal_text_add(html, "</div>\n");
}

void shoal_section_products(shoal_page *page)
{
    const shoal_report_content *c = page->content;
    if (c->profile == NULL || c->top_products == NULL || c->product_names == NULL) return;
    shoal_section_begin(page, "products", "What they buy");
    shoal_text_add(&page->html,
                   "<p>The best-selling products of each segment, by revenue. An index of 200 means that the "
                   "product's share of the segment is twice its share among all customers; below 100 it is bought less "
                   "than elsewhere.</p>\n<div class=\"pair\">\n");
    for (int i = 0; i < c->profile->n_segments; i++) add_segment(page, i);
    shoal_text_add(&page->html, "</div>\n");
    shoal_section_end(page);
}

#include <string.h>

#include "report/html.h"
#include "report/page.h"
#include "report/word.h"

/* A rejection in plain words; unknown reasons show their name. */
static void add_reason(shoal_text *html, const char *reason)
{
    static const char *const words[][2] = {
        {"missing_customer", "No customer given"},
        {"cancelled", "Cancelled orders"},
        {"return", "Returns, left out by the policy"},
        {"no_price", "Unit price of zero or less: no sale"},
        {"return_without_purchase", "Returns of customers who never bought in these data"},
        {"ragged", "Too few or too many fields"},
        {"bad_date", "The date could not be read"},
        {"bad_amount", "The amount could not be read"},
        {"bad_quantity", "The quantity could not be read"},
        {"bad_price", "The price could not be read"},
        {"bad_number", "A number could not be read"},
        {"nul_byte", "The row held a NUL byte"},
        {"bad_quote", "A quotation mark was never closed"},
        {"too_long", "The row was too long"},
        {"duplicate_customer", "The customer came up twice"},
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(reason, words[i][0]) == 0) {
            shoal_text_add(html, words[i][1]);
            return;
        }
    shoal_html_text(html, reason);
}

static void add_rows(shoal_text *html, const shoal_import_report *r)
{
    static const char *const heads[] = {"Rows", "Number", "Share"};
    shoal_table_begin(html, NULL);
    shoal_table_head(html, 3, heads, 1);
    shoal_text_addf(html, "<tr><th scope=\"row\" class=\"left\">Read</th><td>%s</td><td></td></tr>\n",
                    shoal_word_count(r->rows_read).text);
    for (int i = 0; i < r->n_reasons; i++) {
        shoal_text_add(html, "<tr><td class=\"left\">");
        add_reason(html, r->rejected[i].reason);
        shoal_text_add(html, "</td>");
        shoal_table_figure(html, shoal_word_count(-r->rejected[i].rows).text);
        shoal_table_figure(html,
                           shoal_word_percent(shoal_share((double)r->rejected[i].rows, (double)r->rows_read)).text);
        shoal_text_add(html, "</tr>\n");
    }
    shoal_text_addf(
        html, "</tbody>\n<tfoot><tr><th scope=\"row\" class=\"left\">Kept</th><td>%s</td><td>%s</td></tr></tfoot>\n",
        shoal_word_count(r->rows_kept).text,
        shoal_word_percent(shoal_share((double)r->rows_kept, (double)r->rows_read)).text);
    shoal_table_end(html);
}

static void add_columns(shoal_text *html, const shoal_import_report *r)
{
    static const char *const captions[SHOAL_N_ROLES] = {"Customer", "Date",    "Amount",  "Price", "Quantity", "Order",
                                                        "Product",  "Channel", "Country", "Cost",  "Discount"};
    static const char *const heads[] = {"Meaning", "Column of the file"};
    shoal_table_begin(html, NULL);
    shoal_table_head(html, 2, heads, 2);
    for (int role = 0; role < SHOAL_N_ROLES; role++) {
        if (r->column[role][0] == '\0') continue;
        shoal_text_add(html, "<tr>");
        shoal_table_text(html, captions[role]);
        shoal_table_text(html, r->column[role]);
        shoal_text_add(html, "</tr>\n");
    }
    shoal_text_add(html, "</tbody>\n");
    shoal_table_end(html);
}

static void say_returns(shoal_text *html, const shoal_import_report *r)
{
    shoal_text_add(html, "<p>");
    if (r->returns == SHOAL_RETURNS_DROP) shoal_text_add(html, "Returns and cancellations were left out.");
    else if (r->returns == SHOAL_RETURNS_ERROR)
        shoal_text_add(html, "Returns and cancellations were not allowed, and there were none.");
    else if (r->rows_returned > 0)
        shoal_text_addf(
            html,
            "Returns and cancellations (%s rows) were kept: they lower the money of the customer but are no purchases.",
            shoal_word_count(r->rows_returned).text);
    else
        shoal_text_add(html,
                       "Returns and cancellations would have lowered the money of the customer; there were none.");
    if (r->has_amount) shoal_text_addf(html, " The rows kept sum up to exactly %s.", shoal_word_cents(r->revenue).text);
    else
        shoal_text_add(html,
                       " There are no amounts in the data: everything rests on when and how often customers bought.");
    shoal_text_add(html, "</p>\n");
}

void shoal_section_data(shoal_page *page)
{
    const shoal_import_report *r = page->content->import;
    shoal_text *html = &page->html;
    if (r == NULL) return;
    shoal_section_begin(page, "data", "What was read");
    shoal_text_add(html, "<p>From <strong>");
    shoal_html_text(html, r->source);
    shoal_text_addf(html, "</strong>, %s rows were read and %s kept, of %s customers.</p>\n",
                    shoal_word_count(r->rows_read).text, shoal_word_count(r->rows_kept).text,
                    shoal_word_count(r->customers).text);
    say_returns(html, r);
    shoal_text_add(html, "<div class=\"pair\">\n");
    add_rows(html, r);
    add_columns(html, r);
    shoal_text_add(html, "</div>\n");
    shoal_section_end(page);
}

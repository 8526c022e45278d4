#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "report/chart.h"
#include "report/html.h"
#include "report/page.h"
#include "report/word.h"

enum { NAMED_SCORES = 5 };

static void add_map(shoal_page *page, const double *values, const char *caption, const char *desc)
{
    const int n = page->content->rfm_grid->n_scores;
    const shoal_rfm_run *run = page->content->rfm;
    const bool named = n == NAMED_SCORES && (run == NULL || run->map.cell == NULL);
    const shoal_heatmap map = {.title = caption,
                               .desc = desc,
                               .n = n,
                               .values = values,
                               .region = named ? shoal_rfm_segment : NULL,
                               .region_name = named ? shoal_rfm_segment_name : NULL};
    shoal_text_addf(&page->html, "<figure class=\"scroll\"><figcaption>%s</figcaption>\n", caption);
    shoal_chart_heatmap(&page->html, &map);
    shoal_text_add(&page->html, "</figure>\n");
}

/* Of the customers scored: a model that was learned without amounts scores without them. */
static bool has_money(const shoal_page *page)
{
    return page->has_money && (page->content->rfm == NULL || page->content->rfm->has_amount);
}

static void add_maps(shoal_page *page)
{
    const shoal_rfm_grid *grid = page->content->rfm_grid;
    const int64_t cells = (int64_t)grid->n_scores * grid->n_scores;
    double *counts;
    if (shoal_alloc(cells, sizeof *counts, &counts, NULL) < 0) {
        page->html.failed = true;
        return;
    }
    for (int64_t c = 0; c < cells; c++) counts[c] = (double)grid->customers[c];
    shoal_text_add(&page->html, "<div class=\"pair\">\n");
    add_map(page, counts, "Customers", "Customers by recency score (rows) and frequency score (columns).");
    if (has_money(page))
        add_map(page, grid->revenue, "Revenue", "Revenue by recency score (rows) and frequency score (columns).");
    shoal_text_add(&page->html, "</div>\n");
    free(counts);
}

static const char *meaning_of(const char *name)
{
    static const char *const meanings[][2] = {
        {"Champions", "Bought just now and buy often"},
        {"Loyal", "Buy often, not long ago"},
        {"Potential Loyalist", "Recent, on the way to buying often"},
        {"New", "First purchase just now"},
        {"Promising", "Bought once, not long ago"},
        {"Need Attention", "Average in both, could go either way"},
        {"About to Sleep", "Bought seldom and some time ago"},
        {"At Risk", "Bought several times, but long ago"},
        {"Can't Lose", "Bought very often, but long ago"},
        {"Hibernating", "Bought seldom and long ago"},
    };
    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++)
        if (strcmp(name, meanings[i][0]) == 0) return meanings[i][1];
    return "";
}

static void print_range(char *buffer, size_t size, const char *letter, int low, int high)
{
    if (low == high) snprintf(buffer, size, "%s %d", letter, low);
    else snprintf(buffer, size, "%s %d–%d", letter, low, high);
}

/* The cells of a segment: their number, and the box that holds them. */
static int64_t cells_of(const shoal_rfm_run *run, int segment, int low[3], int high[3])
{
    const int n = run->n_scores, last_m = run->map.uses_m ? n : 1;
    int64_t cells = 0;
    for (int v = 0; v < 3; v++) {
        low[v] = n;
        high[v] = 1;
    }
    for (int r = 1; r <= n; r++)
        for (int f = 1; f <= n; f++)
            for (int m = 1; m <= last_m; m++) {
                const int at[3] = {r, f, m};
                if (shoal_rfm_map_segment(&run->map, r, f, m) != segment) continue;
                cells++;
                for (int v = 0; v < 3; v++) {
                    if (at[v] < low[v]) low[v] = at[v];
                    if (at[v] > high[v]) high[v] = at[v];
                }
            }
    return cells;
}

static void add_scores(shoal_text *html, const shoal_rfm_run *run, int segment)
{
    int low[3], high[3];
    char text[3][24], all[96] = "several parts";
    const int64_t cells = cells_of(run, segment, low, high);
    int64_t box = 1;
    for (int v = 0; v < (run->map.uses_m ? 3 : 2); v++) {
        print_range(text[v], sizeof text[v], (const char *[]){"R", "F", "M"}[v], low[v], high[v]);
        box *= high[v] - low[v] + 1;
    }
    if (cells == box && run->map.uses_m) snprintf(all, sizeof all, "%s, %s, %s", text[0], text[1], text[2]);
    else if (cells == box) snprintf(all, sizeof all, "%s, %s", text[0], text[1]);
    shoal_table_text(html, all);
}

static void add_row(const shoal_page *page, shoal_text *html, int64_t customers, double revenue, int64_t all,
                    double all_revenue)
{
    shoal_table_figure(html, shoal_word_count(customers).text);
    shoal_table_figure(html, shoal_word_percent(shoal_share((double)customers, (double)all)).text);
    if (!has_money(page)) return;
    shoal_table_figure(html, shoal_word_money(revenue).text);
    shoal_table_figure(html, shoal_word_percent(shoal_share(revenue, all_revenue)).text);
    shoal_table_figure(html, shoal_word_cents(shoal_share(revenue, (double)customers)).text);
}

static void add_named(shoal_page *page)
{
    static const char *const heads[] = {"RFM segment", "Scores",  "Who they are", "Customers",
                                        "Share",       "Revenue", "Share",        "Per customer"};
    static const char *const own_heads[] = {"RFM segment", "Scores", "Customers",   "Share",
                                            "Revenue",     "Share",  "Per customer"};
    const shoal_rfm_run *run = page->content->rfm;
    const bool own = run->map.cell != NULL;
    shoal_text *html = &page->html;
    int64_t customers = 0;
    double revenue = 0;
    for (int s = 0; s < run->n_segments; s++) {
        customers += run->segments[s].customers;
        revenue += run->segments[s].revenue;
    }
    shoal_table_begin(html, own ? "The named parts of the map." : "The ten named parts of the map.");
    if (own) shoal_table_head(html, has_money(page) ? 7 : 4, own_heads, 2);
    else shoal_table_head(html, has_money(page) ? 8 : 5, heads, 3);
    for (int s = 0; s < run->n_segments; s++) {
        const char *name = shoal_rfm_map_name(&run->map, s);
        shoal_text_add(html, "<tr>");
        shoal_table_name(html, NULL, name);
        add_scores(html, run, s);
        if (!own) shoal_table_text(html, meaning_of(name));
        add_row(page, html, run->segments[s].customers, run->segments[s].revenue, customers, revenue);
        shoal_text_add(html, "</tr>\n");
    }
    shoal_text_add(html, "</tbody>\n<tfoot><tr>");
    shoal_table_name(html, NULL, "All customers");
    shoal_text_add(html, own ? "<td></td>" : "<td></td><td></td>");
    add_row(page, html, customers, revenue, customers, revenue);
    shoal_text_add(html, "</tr></tfoot>\n");
    shoal_table_end(html);
}

/* "1 up to 12, 2 up to 40, …" would be turned round for recency: plain cuts say it for all. */
static void add_cuts(shoal_text *html, const char *name, const shoal_rfm_cuts *cuts)
{
    enum { MOST = 9 };
    if (cuts->n_scores < 2 || cuts->n_scores - 1 > MOST) return;
    shoal_text_addf(html, "<li>%s is cut at ", name);
    for (int i = 0; i + 1 < cuts->n_scores; i++)
        shoal_text_addf(html, "%s%s",
                        i == 0                    ? ""
                        : i + 2 == cuts->n_scores ? " and "
                                                  : ", ",
                        shoal_word_exact(cuts->cut[i]).text);
    shoal_text_add(html, "</li>\n");
}

static void add_thresholds(shoal_page *page)
{
    const shoal_rfm_run *run = page->content->rfm;
    shoal_text_addf(&page->html,
                    "<p>Scores as of %s; a value equal to a cut belongs to the lower part.</p>\n<ul class=\"facts\">\n",
                    shoal_word_date(run->as_of).text);
    add_cuts(&page->html, "Recency (days since the last purchase; fewer is better)", &run->recency);
    if (run->binning == SHOAL_RFM_NESTED) {
        shoal_text_add(&page->html, "<li>Frequency (days with a purchase) is cut within each recency score");
        if (run->has_amount)
            shoal_text_add(&page->html, ", money (sum of all amounts) within each recency and frequency score");
        shoal_text_add(&page->html, "</li>\n");
    } else {
        add_cuts(&page->html, "Frequency (days with a purchase)", &run->frequency);
        add_cuts(&page->html, "Money (sum of all amounts)", &run->monetary);
    }
    if (run->model[0] != '\0') {
        shoal_text_add(&page->html, "<li>Scored by the thresholds of the model ");
        shoal_html_text(&page->html, run->model);
        shoal_text_add(&page->html, "</li>\n");
    }
    shoal_text_add(&page->html, "</ul>\n");
}

void shoal_section_rfm(shoal_page *page)
{
    const shoal_report_content *c = page->content;
    if (c->rfm == NULL && c->rfm_grid == NULL) return;
    shoal_section_begin(page, "rfm", "Recency and frequency");
    shoal_text_add(&page->html, "<p>Every customer gets a score for how lately (R) and how often (F) they bought: the "
                                "worst part of all customers gets 1, the best gets the highest score. Top right are "
                                "the customers to keep, bottom right the ones to win back.</p>\n");
    if (c->rfm_grid != NULL && c->rfm_grid->n_scores > 0) add_maps(page);
    if (c->rfm != NULL && c->rfm->n_segments > 0) add_named(page);
    if (c->rfm != NULL) add_thresholds(page);
    shoal_section_end(page);
}

#include <math.h>

#include "report/chart.h"
#include "report/html.h"
#include "report/page.h"
#include "report/word.h"

/* The figures of all candidates, one after the other. */
typedef struct figures {
    int k[SHOAL_CHOOSE_K_MAX];
    double inertia[SHOAL_CHOOSE_K_MAX], silhouette[SHOAL_CHOOSE_K_MAX], calinski_harabasz[SHOAL_CHOOSE_K_MAX],
        davies_bouldin[SHOAL_CHOOSE_K_MAX], gap[SHOAL_CHOOSE_K_MAX], gap_error[SHOAL_CHOOSE_K_MAX],
        stability[SHOAL_CHOOSE_K_MAX];
} figures;

static figures figures_of(const shoal_kmeans_run *run)
{
    figures f = {0};
    for (int i = 0; i < run->n_candidates; i++) {
        const shoal_choose_k_candidate *c = &run->candidates[i];
        f.k[i] = c->k;
        f.inertia[i] = c->inertia;
        f.silhouette[i] = c->silhouette;
        f.calinski_harabasz[i] = c->calinski_harabasz;
        f.davies_bouldin[i] = c->davies_bouldin;
        f.gap[i] = c->gap;
        f.gap_error[i] = c->gap_error;
        f.stability[i] = c->stability;
    }
    return f;
}

/* Nothing where the figure was not asked for. */
static void add_chart(shoal_text *html, const shoal_kmeans_run *run, const int *k, const char *title, const char *desc,
                      const double *values, const double *errors)
{
    if (isnan(values[0]) && isnan(values[run->n_candidates - 1])) return;
    const shoal_index_chart chart = {.title = title,
                                     .desc = desc,
                                     .n = run->n_candidates,
                                     .chosen = run->k,
                                     .k = k,
                                     .values = values,
                                     .errors = errors};
    shoal_text_addf(html, "<figure><figcaption>%s</figcaption>\n", title);
    shoal_chart_index(html, &chart);
    shoal_text_add(html, "</figure>\n");
}

static void add_charts(shoal_text *html, const shoal_kmeans_run *run)
{
    const figures f = figures_of(run);
    shoal_text_add(html, "<div class=\"panels\">\n");
    add_chart(html, run, f.k, "Silhouette, higher is better", "How clearly customers belong to one segment",
              f.silhouette, NULL);
    add_chart(html, run, f.k, "Calinski–Harabasz, higher is better",
              "How far segments lie apart, against how wide they are", f.calinski_harabasz, NULL);
    add_chart(html, run, f.k, "Davies–Bouldin, lower is better", "How much each segment looks like its nearest one",
              f.davies_bouldin, NULL);
    add_chart(html, run, f.k, "Inertia, best at the bend", "What of the variation the segments leave", f.inertia, NULL);
    add_chart(html, run, f.k, "Gap statistic, best where it stops rising",
              "How much tighter the segments are than segments of evenly spread customers", f.gap, f.gap_error);
    add_chart(html, run, f.k, "Stability, 1 is best", "How alike the segments of resampled customers are", f.stability,
              NULL);
    shoal_text_add(html, "</div>\n");
}

static void add_candidates(shoal_text *html, const shoal_kmeans_run *run)
{
    static const char *const heads[] = {"Segments",    "Silhouette ↑", "Calinski–Harabasz ↑", "Davies–Bouldin ↓", "Gap",
                                        "Stability ↑", "Inertia"};
    shoal_table_begin(
        html, "Higher is better where the arrow points up, lower where it points down. The chosen number is shaded.");
    shoal_table_head(html, 7, heads, 1);
    for (int i = 0; i < run->n_candidates; i++) {
        const shoal_choose_k_candidate *c = &run->candidates[i];
        shoal_text_addf(html, "<tr%s><th scope=\"row\" class=\"left\">%d</th>",
                        c->k == run->k ? " class=\"chosen\"" : "", c->k);
        shoal_table_figure(html, shoal_word_number(c->silhouette).text);
        shoal_table_figure(html, shoal_word_number(c->calinski_harabasz).text);
        shoal_table_figure(html, shoal_word_number(c->davies_bouldin).text);
        shoal_table_figure(html, shoal_word_number(c->gap).text);
        shoal_table_figure(html, shoal_word_number(c->stability).text);
        shoal_table_figure(html, shoal_word_number(c->inertia).text);
        shoal_text_add(html, "</tr>\n");
    }
    shoal_text_add(html, "</tbody>\n");
    shoal_table_end(html);
}

static void say_features(shoal_text *html, const shoal_kmeans_run *run)
{
    shoal_text_add(html, "<p>Customers were grouped by k-means on ");
    for (int j = 0; j < run->d; j++) {
        shoal_text_add(html, j == 0 ? "" : j + 1 == run->d ? " and " : ", ");
        shoal_html_variable(html, run->scalers[j].name);
        if (run->scalers[j].log1p) shoal_text_add(html, " (logarithm)");
    }
    shoal_text_addf(html, ", so that the members of a segment are as alike as can be. %s customers were grouped",
                    shoal_word_count(run->n).text);
    if (run->n_missing > 0)
        shoal_text_addf(html, "; %s lack a value and are in no segment", shoal_word_count(run->n_missing).text);
    shoal_text_addf(html, ". %s</p>\n",
                    run->converged
                        ? "The steps were repeated until the centres of the segments had settled."
                        : "The centres of the segments had not settled when the limit of steps was reached.");
}

void shoal_section_choice(shoal_page *page)
{
    const shoal_kmeans_run *run = page->content->kmeans;
    if (run == NULL) return;
    shoal_section_begin(page, "choice",
                        run->n_candidates > 0 ? "Why this number of segments" : "How the segments were made");
    say_features(&page->html, run);
    if (run->n_reasons > 0) shoal_text_add(&page->html, "<ul class=\"facts\">\n");
    for (int i = 0; i < run->n_reasons; i++) {
        shoal_text_add(&page->html, "<li>");
        shoal_html_text(&page->html, run->reasons[i]);
        shoal_text_add(&page->html, "</li>\n");
    }
    if (run->n_reasons > 0) shoal_text_add(&page->html, "</ul>\n");
    if (run->n_candidates > 0) {
        add_charts(&page->html, run);
        add_candidates(&page->html, run);
    }
    shoal_section_end(page);
}

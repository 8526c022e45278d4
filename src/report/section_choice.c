#include "report/html.h"
#include "report/page.h"
#include "report/word.h"

static void add_candidates(shoal_text *html, const shoal_kmeans_run *run)
{
    static const char *const heads[] = {"Segments", "Silhouette ↑", "Calinski–Harabasz ↑", "Davies–Bouldin ↓",
                                        "Inertia"};
    shoal_table_begin(
        html, "Higher is better where the arrow points up, lower where it points down. The chosen number is shaded.");
    shoal_table_head(html, 5, heads, 1);
    for (int i = 0; i < run->n_candidates; i++) {
        const shoal_choose_k_candidate *c = &run->candidates[i];
        shoal_text_addf(html, "<tr%s><th scope=\"row\" class=\"left\">%d</th>",
                        c->k == run->k ? " class=\"chosen\"" : "", c->k);
        shoal_table_figure(html, shoal_word_number(c->silhouette).text);
        shoal_table_figure(html, shoal_word_number(c->calinski_harabasz).text);
        shoal_table_figure(html, shoal_word_number(c->davies_bouldin).text);
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
    if (run->n_candidates > 0) add_candidates(&page->html, run);
    shoal_section_end(page);
}

#include <math.h>
#include <stdio.h>

#include "base/memory.h"
#include "report/chart.h"
#include "report/html.h"
#include "report/page.h"
#include "report/word.h"

/* How values are placed on the snakes' axis: as powers of two of the ratio to the average where every average is
 * positive and no segment is below zero, else as standard deviations from it. */
typedef struct axis {
    bool ratios;
    double limit;
    int n_ticks;
    double ticks[9];
    const char *labels[9];
} axis;

static bool all_ratios(const shoal_profile *p)
{
    for (int v = 0; v < p->n_variables; v++) {
        if (!(p->overall_mean[v] > 0)) return false;
        for (int s = 0; s < p->n_segments; s++)
            if (p->mean[(int64_t)s * p->n_variables + v] < 0) return false;
    }
    return true;
}

static double place(const shoal_profile *p, bool ratios, int s, int v)
{
    const double mean = p->mean[(int64_t)s * p->n_variables + v];
    if (isnan(mean)) return NAN;
    if (ratios) return mean > 0 ? log2(mean / p->overall_mean[v]) : -INFINITY;
    return p->overall_std[v] > 0 ? (mean - p->overall_mean[v]) / p->overall_std[v] : 0;
}

static axis choose_axis(const shoal_profile *p)
{
    static const char *const ratio_labels[] = {"1/16", "1/8", "1/4", "half", "average", "2×", "4×", "8×", "16×"};
    static const char *const std_labels[] = {"−4", "−3", "−2", "−1", "average", "+1", "+2", "+3", "+4"};
    axis c = {.ratios = all_ratios(p), .limit = 1};
    for (int s = 0; s < p->n_segments; s++)
        for (int v = 0; v < p->n_variables; v++) {
            const double at = fabs(place(p, c.ratios, s, v));
            if (isfinite(at) && at > c.limit) c.limit = fmin(ceil(at), 4);
        }
    const int half = (int)c.limit, step = half > 2 ? 2 : 1;
    for (int t = -half; t <= half; t++) {
        if (t % step != 0) continue;
        c.ticks[c.n_ticks] = t;
        c.labels[c.n_ticks++] = c.ratios ? ratio_labels[t + 4] : std_labels[t + 4];
    }
    return c;
}

static void caption_of(const char *name, char caption[64])
{
    const char *own = shoal_variable_caption(name);
    shoal_text_copy(caption, 64, own == NULL ? name : own);
}

static void add_panel(shoal_page *page, const shoal_snake *common, int shown)
{
    shoal_snake snake = *common;
    shoal_text *html = &page->html;
    const shoal_profile_segment *segment = &page->content->profile->segments[page->order[shown]];
    char desc[160];
    snprintf(desc, sizeof desc, "Every variable of the segment %s against the average; the other segments in grey.",
             segment->name);
    snake.title = segment->name;
    snake.desc = desc;
    snake.colour = shoal_segment_colour(shown);
    snake.highlight = shown;
    shoal_text_add(html, "<figure><figcaption>");
    shoal_html_text(html, segment->name);
    shoal_text_add(html, "</figcaption>\n");
    shoal_chart_snake(html, &snake);
    shoal_text_add(html, "</figure>\n");
}

static void add_panels(shoal_page *page, const axis *a)
{
    const shoal_profile *p = page->content->profile;
    const int k = p->n_segments, d = p->n_variables;
    double *values = NULL;
    char(*captions)[64] = NULL;
    const char **variables = NULL;
    if (shoal_alloc((int64_t)k * d, sizeof *values, &values, NULL) < 0 ||
        shoal_alloc(d, sizeof *captions, &captions, NULL) < 0 ||
        shoal_alloc(d, sizeof *variables, &variables, NULL) < 0) {
        page->html.failed = true;
        goto out;
    }
    for (int v = 0; v < d; v++) {
        caption_of(p->variables[v], captions[v]);
        variables[v] = captions[v];
        for (int i = 0; i < k; i++) values[i * d + v] = place(p, a->ratios, page->order[i], v);
    }
    const shoal_snake snake = {.n_series = k,
                               .n_variables = d,
                               .variables = variables,
                               .values = values,
                               .limit = a->limit,
                               .n_ticks = a->n_ticks,
                               .ticks = a->ticks,
                               .tick_labels = a->labels};
    shoal_text_add(&page->html, "<div class=\"panels\">\n");
    for (int i = 0; i < k; i++) add_panel(page, &snake, i);
    shoal_text_add(&page->html, "</div>\n");
out:
    free(values);
    free(captions);
    free(variables);
}

static const char *class_of(double index)
{
    if (index >= 200) return " class=\"up2\"";
    if (index >= 120) return " class=\"up\"";
    if (index <= 50) return " class=\"down2\"";
    return index <= 80 ? " class=\"down\"" : "";
}

static void add_index(shoal_text *html, const shoal_profile *p, int s, int v)
{
    const double mean = p->mean[(int64_t)s * p->n_variables + v], overall = p->overall_mean[v];
    const double index = overall > 0 ? 100 * mean / overall : NAN;
    shoal_text_addf(html, "<td%s>%s<br><span class=\"soft small\">%s</span></td>", isnan(index) ? "" : class_of(index),
                    shoal_word_index(index).text, shoal_word_plain(mean).text);
}

static void add_table(shoal_page *page)
{
    const shoal_profile *p = page->content->profile;
    shoal_text *html = &page->html;
    shoal_table_begin(
        html,
        "Index against all customers (average = 100), with the segment's mean below it. Blue is above the average, "
        "orange below; whether that is good depends on the column. The purchase model counts everyone "
        "who bought once as active, so read the chance of being active for repeat buyers.");
    shoal_text_add(html, "<thead><tr><th scope=\"col\" class=\"left\">Segment</th>");
    for (int v = 0; v < p->n_variables; v++) {
        shoal_text_add(html, "<th scope=\"col\">");
        shoal_html_variable(html, p->variables[v]);
        shoal_text_add(html, "</th>");
    }
    shoal_text_add(html, "</tr></thead>\n<tbody>\n");
    for (int i = 0; i < p->n_segments; i++) {
        shoal_text_add(html, "<tr>");
        shoal_table_name(html, shoal_segment_colour(i), p->segments[page->order[i]].name);
        for (int v = 0; v < p->n_variables; v++) add_index(html, p, page->order[i], v);
        shoal_text_add(html, "</tr>\n");
    }
    shoal_text_add(html, "</tbody>\n<tfoot><tr>");
    shoal_table_name(html, NULL, "All customers");
    for (int v = 0; v < p->n_variables; v++) shoal_table_figure(html, shoal_word_plain(p->overall_mean[v]).text);
    shoal_text_add(html, "</tr></tfoot>\n");
    shoal_table_end(html);
}

void shoal_section_profile(shoal_page *page)
{
    const shoal_profile *p = page->content->profile;
    if (p == NULL || p->n_segments == 0 || p->n_variables == 0) return;
    const axis a = choose_axis(p);
    shoal_section_begin(page, "profile", "What sets each segment apart");
    shoal_text_addf(&page->html,
                    "<p>Each picture follows one segment, in colour, down the variables; the line in the middle is the "
                    "average of all customers, the grey lines are the other segments. The axis counts %s. A hollow "
                    "point lies beyond it.</p>\n",
                    a.ratios ? "times the average" : "standard deviations from the average");
    add_panels(page, &a);
    add_table(page);
    shoal_section_end(page);
}

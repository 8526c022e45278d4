#include <criterion/criterion.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <shoal/report.h>

#include "report/chart.h"
#include "report/html.h"
#include "report/svg.h"
#include "report/word.h"
#include "report_sample.h"

static char *render(const shoal_report_content *content, int *n_sections)
{
    char sections[16][48];
    char *html = shoal_report_html(content, n_sections, sections);
    cr_assert_not_null(html);
    for (int i = 0; i < *n_sections; i++) cr_assert_not_null(strstr(html, sections[i]));
    return html;
}

/* Searches end where the page ends: under a sanitizer that checks strings strictly, each strstr reads to that end. */
static const char *find_in(const char *at, const char *end, const char *part)
{
    return memmem(at, (size_t)(end - at), part, strlen(part));
}

static int count_of(const char *text, const char *part)
{
    const char *const end = text + strlen(text);
    int count = 0;
    for (const char *at = text; (at = find_in(at, end, part)) != NULL; at++) count++;
    return count;
}

/* name: of the tag at `at`, which ends at `close`. */
static void read_name(const char *at, const char *close, char name[16])
{
    size_t length = 0;
    while (at + length < close && strchr(" /\n", at[length]) == NULL) length++;
    cr_assert_lt(length, 16, "%.40s", at);
    memcpy(name, at, length);
    name[length] = '\0';
}

/* Every tag that is opened is closed, in order; void elements and self-closed ones aside. */
static void check_nesting(const char *html)
{
    static const char *const voids[] = {"meta", "link", "br", "img", "!DOCTYPE"};
    const char *const end = html + strlen(html);
    char open[64][16];
    int depth = 0;
    for (const char *at = html; (at = memchr(at, '<', (size_t)(end - at))) != NULL;) {
        const char *const close = memchr(at, '>', (size_t)(end - at));
        cr_assert_not_null(close);
        const int closing = at[1] == '/';
        char name[16];
        read_name(at + 1 + closing, close, name);
        bool is_void = close[-1] == '/';
        for (size_t i = 0; i < sizeof voids / sizeof voids[0]; i++) is_void |= strcmp(name, voids[i]) == 0;
        if (closing) {
            cr_assert(depth > 0 && strcmp(open[depth - 1], name) == 0, "</%s> closes <%s>", name,
                      depth > 0 ? open[depth - 1] : "nothing");
            depth--;
        } else if (!is_void) {
            cr_assert_lt(depth, 64);
            memcpy(open[depth++], name, sizeof name);
        }
        at = close;
    }
    cr_assert_eq(depth, 0);
}

static void check_inert(const char *html)
{
    cr_assert_null(strstr(html, "<script"));
    cr_assert_null(strstr(html, "<img"));
    cr_assert_null(strstr(html, "http:"));
    cr_assert_null(strstr(html, "https:"));
    cr_assert_null(strstr(html, "url("));
    cr_assert_null(strstr(html, "@import"));
    cr_assert_eq(count_of(html, "<style>"), 1);
    cr_assert_not_null(strstr(html, "default-src 'none'; style-src 'unsafe-inline'; img-src data:"));
    cr_assert_null(strstr(html, ">nan<"));
    cr_assert_null(strstr(html, "=\"nan"));
    cr_assert_null(strstr(html, "=\"-nan"));
    cr_assert_null(strstr(html, "=\"inf"));
}

Test(html, full_report)
{
    for (int k = 1; k <= SAMPLE_MOST_SEGMENTS; k++) {
        report_sample *sample = report_sample_make(k, true);
        shoal_report_content content = report_sample_content(sample);
        content.title = "Quarter <3> & \"more\"";
        int n;
        char *html = render(&content, &n);
        cr_assert_eq(n, 10);
        check_inert(html);
        check_nesting(html);
        cr_assert_not_null(strstr(html, "<title>Quarter &lt;3&gt; &amp; &quot;more&quot;</title>"));
        cr_assert_not_null(strstr(html, "orders &lt;2011&gt; &amp; returns.csv.gz"));
        cr_assert_not_null(strstr(html, "23,570"));
        cr_assert_eq(count_of(html, "class=\"chart snake\""), k);
        cr_assert_eq(count_of(html, "class=\"chart heatmap\""), 2);
        cr_assert_eq(count_of(html, "<article"), k);
        char *again = render(&content, &n);
        cr_assert_str_eq(html, again);
        shoal_string_free(again);
        shoal_string_free(html);
        report_sample_free(sample);
    }
}

Test(html, without_amounts)
{
    report_sample *sample = report_sample_make(3, false);
    const shoal_report_content content = report_sample_content(sample);
    int n;
    char *html = render(&content, &n);
    check_inert(html);
    check_nesting(html);
    cr_assert_null(strstr(html, "Share of revenue"));
    cr_assert_null(strstr(html, "Gamma-Gamma</h3>"));
    cr_assert_not_null(strstr(html, "no amounts in the data"));
    shoal_string_free(html);
    report_sample_free(sample);
}

/* Each part on its own, and nothing at all. */
Test(html, any_part_may_be_missing)
{
    report_sample *sample = report_sample_make(4, true);
    const shoal_report_content all = report_sample_content(sample);
    for (int mask = 0; mask < 256; mask++) {
        shoal_report_content c = {0};
        if (mask & 1) c.import = all.import;
        if (mask & 2) c.rfm = all.rfm;
        if (mask & 4) c.rfm_grid = all.rfm_grid;
        if (mask & 8) c.clv = all.clv;
        if (mask & 16) c.clv_distribution = all.clv_distribution;
        if (mask & 32) c.kmeans = all.kmeans;
        if (mask & 64) c.profile = all.profile;
        if (mask & 128) {
            c.top_products = all.top_products;
            c.product_names = all.product_names;
            c.n_warnings = all.n_warnings;
            c.warnings = all.warnings;
        }
        int n;
        char *html = render(&c, &n);
        check_inert(html);
        check_nesting(html);
        cr_assert_geq(n, 1);
        shoal_string_free(html);
    }
    report_sample_free(sample);
}

Test(html, strange_profiles)
{
    report_sample *sample = report_sample_make(3, true);
    shoal_profile *p = &sample->run.profile;
    const shoal_report_content content = report_sample_content(sample);
    for (int v = 0; v < p->n_variables; v++) p->mean[v] = NAN; /* an empty segment */
    p->segments[0] = (shoal_profile_segment){.name = "</title><b>\"'&"};
    p->mean[p->n_variables] = -5; /* below zero: no ratios */
    p->overall_std[1] = 0;
    p->mean[2 * p->n_variables + 2] = 1e9;
    int n;
    char *html = render(&content, &n);
    check_inert(html);
    check_nesting(html);
    cr_assert_not_null(strstr(html, "standard deviations from the average"));
    shoal_string_free(html);
    p->n_variables = 0;
    html = render(&content, &n);
    check_nesting(html);
    shoal_string_free(html);
    p->n_variables = 7;
    report_sample_free(sample);
}

Test(html, boundary_and_failure_are_said)
{
    report_sample *sample = report_sample_make(3, true);
    const shoal_report_content content = report_sample_content(sample);
    strcpy(sample->run.clv.purchase.info.boundary, "a → 0: the data show no dropout <here>");
    sample->run.clv.spend.info.converged = false;
    sample->run.clv.has_holdout = false;
    int n;
    char *html = render(&content, &n);
    cr_assert_not_null(strstr(html, "the data show no dropout &lt;here&gt;"));
    cr_assert_not_null(strstr(html, "did not converge"));
    cr_assert_null(strstr(html, "had not seen"));
    check_nesting(html);
    shoal_string_free(html);
    report_sample_free(sample);
}

static int charts_with(const shoal_report_content *content)
{
    int n;
    char *html = render(content, &n);
    check_inert(html);
    check_nesting(html);
    cr_assert_null(strstr(html, " nan"));
    cr_assert_null(strstr(html, " inf"));
    cr_assert_null(strstr(html, ">inf"));
    const int charts = count_of(html, "class=\"chart index\"");
    shoal_string_free(html);
    return charts;
}

Test(html, choice_of_k)
{
    report_sample *sample = report_sample_make(4, true);
    shoal_kmeans_run *run = &sample->run.kmeans;
    const shoal_report_content content = report_sample_content(sample);
    cr_expect_eq(charts_with(&content), 6);
    int n;
    char *html = render(&content, &n);
    cr_expect_eq(count_of(html, "r=\"5.50\""), 6); /* the chosen k in each */
    cr_expect_eq(count_of(html, "class=\"chosen\""), 1);
    shoal_string_free(html);
    run->candidates[8].calinski_harabasz = INFINITY;
    run->candidates[3].gap = NAN;
    for (int i = 0; i < 9; i++) run->candidates[i].davies_bouldin = 0;
    for (int i = 0; i < 9; i++) run->candidates[i].inertia = 1e300;
    cr_expect_eq(charts_with(&content), 6);
    for (int i = 0; i < 9; i++) run->candidates[i].gap = run->candidates[i].stability = NAN;
    cr_expect_eq(charts_with(&content), 4);
    run->n_candidates = 1;
    cr_expect_eq(charts_with(&content), 4);
    run->n_candidates = 0;
    cr_expect_eq(charts_with(&content), 0);
    report_sample_free(sample);
}

Test(html, grids_of_other_sizes)
{
    report_sample *sample = report_sample_make(2, true);
    shoal_report_content content = report_sample_content(sample);
    for (int scores = 2; scores <= 100; scores += 7) {
        int64_t *customers = calloc((size_t)(scores * scores), sizeof *customers);
        double *revenue = calloc((size_t)(scores * scores), sizeof *revenue);
        customers[scores] = 7;
        revenue[0] = -3;
        const shoal_rfm_grid grid = {scores, customers, revenue};
        content.rfm_grid = &grid;
        int n;
        char *html = render(&content, &n);
        check_inert(html);
        check_nesting(html);
        shoal_string_free(html);
        free(customers);
        free(revenue);
    }
    report_sample_free(sample);
}

Test(html, escape)
{
    shoal_text html = {0};
    shoal_html_text(&html, "a<b>&\"' \x01\x7F\xC2\x85\xE2\x80\xAE\xE2\x81\xA6\xE2\x80\x8Fz \xFF\xC3 é赤");
    cr_assert_str_eq(html.data, "a&lt;b&gt;&amp;&quot;&#39;    z \xEF\xBF\xBD\xEF\xBF\xBD é赤");
    shoal_text_free(&html);
    shoal_html_text_cut(&html, "éééé", 3);
    cr_assert_str_eq(html.data, "éé…");
    shoal_text_free(&html);
    shoal_html_text_cut(&html, "ééé", 3);
    cr_assert_str_eq(html.data, "ééé");
    shoal_text_free(&html);
}

Test(word, figures)
{
    cr_assert_str_eq(shoal_word_count(0).text, "0");
    cr_assert_str_eq(shoal_word_count(999).text, "999");
    cr_assert_str_eq(shoal_word_count(23570).text, "23,570");
    cr_assert_str_eq(shoal_word_count(-1234567).text, "−1,234,567");
    cr_assert_str_eq(shoal_word_cents(8911407.9).text, "8,911,407.90");
    cr_assert_str_eq(shoal_word_cents(-0.001).text, "0.00");
    cr_assert_str_eq(shoal_word_money(39.075).text, "39.08");
    cr_assert_str_eq(shoal_word_money(999.999).text, "1,000");
    cr_assert_str_eq(shoal_word_money(NAN).text, "–");
    cr_assert_str_eq(shoal_word_percent(0.1234).text, "12%");
    cr_assert_str_eq(shoal_word_percent(0.0567).text, "5.7%");
    cr_assert_str_eq(shoal_word_percent(0.0001).text, "0.01%");
    cr_assert_str_eq(shoal_word_percent(NAN).text, "–");
    cr_assert_str_eq(shoal_word_number(0.251624).text, "0.2516");
    cr_assert_str_eq(shoal_word_number(4.788943).text, "4.789");
    cr_assert_str_eq(shoal_word_number(1653.4).text, "1,653");
    cr_assert_str_eq(shoal_word_plain(35.0).text, "35");
    cr_assert_str_eq(shoal_word_plain(0.93).text, "0.93");
    cr_assert_str_eq(shoal_word_exact(168.2).text, "168.2");
    cr_assert_str_eq(shoal_word_exact(100).text, "100");
    cr_assert_str_eq(shoal_word_short(8911407.9).text, "8.9M");
    cr_assert_str_eq(shoal_word_short(2000).text, "2k");
    cr_assert_str_eq(shoal_word_short(942).text, "942");
    cr_assert_str_eq(shoal_word_date(0).text, "1 January 1970");
    cr_assert_str_eq(shoal_word_date(-1).text, "31 December 1969");
    cr_assert_str_eq(shoal_word_date(SHOAL_NO_DATE).text, "–");
}

Test(svg, axis_steps)
{
    cr_assert_float_eq(shoal_axis_step(100, 5), 20, 1e-12);
    cr_assert_float_eq(shoal_axis_step(7, 5), 2, 1e-12);
    cr_assert_float_eq(shoal_axis_step(0.9, 5), 0.2, 1e-12);
    cr_assert_eq(shoal_axis_step(0, 5), 1);
    cr_assert_eq(shoal_axis_step(NAN, 5), 1);
}

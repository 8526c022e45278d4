#include <math.h>

#include "report/html.h"
#include "report/page.h"
#include "report/word.h"

static void add_parameter(shoal_text *html, const char *name, double value, double se, const char *meaning)
{
    shoal_text_add(html, "<tr>");
    shoal_table_name(html, NULL, name);
    shoal_table_figure(html, shoal_word_number(value).text);
    shoal_table_figure(html, shoal_word_number(se).text);
    shoal_table_text(html, meaning);
    shoal_text_add(html, "</tr>\n");
}

static void begin_parameters(shoal_text *html, const char *caption)
{
    static const char *const heads[] = {"Parameter", "Estimate", "Standard error", "What it governs"};
    shoal_table_begin(html, caption);
    shoal_text_add(html, "<thead><tr>");
    for (int i = 0; i < 4; i++)
        shoal_text_addf(html, "<th scope=\"col\"%s>%s</th>", i == 0 || i == 3 ? " class=\"left\"" : "", heads[i]);
    shoal_text_add(html, "</tr></thead>\n<tbody>\n");
}

static void say_boundary(shoal_text *html, const shoal_fit_info *info)
{
    if (info->boundary[0] != '\0') {
        shoal_text_add(html, "<div class=\"note\"><p>The estimate lies on the edge of the model: ");
        shoal_html_text(html, info->boundary);
        shoal_text_add(html, ".</p></div>\n");
    }
    if (!info->converged)
        shoal_text_add(html,
                       "<div class=\"note\"><p>The fit did not converge; take the forecast with care.</p></div>\n");
}

static void say_rate(shoal_text *html, const shoal_clv_run *run)
{
    const shoal_bgnbd *p = &run->purchase.params;
    const char *unit = shoal_unit_name(run->unit);
    const double rate = p->r / p->alpha;
    shoal_text_add(html, "<h3>Purchases: BG/NBD</h3>\n<p>While active, an average customer buys ");
    if (rate >= 1) shoal_text_addf(html, "%s times a %s", shoal_word_plain(rate).text, unit);
    else shoal_text_addf(html, "once in %s %ss", shoal_word_plain(1 / rate).text, unit);
    shoal_text_addf(
        html, "; after a purchase the chance of leaving for good is %s. The model was fitted to %s customers.</p>\n",
        shoal_word_percent(p->a / (p->a + p->b)).text, shoal_word_count(run->purchase.info.n).text);
}

static void add_purchases(shoal_text *html, const shoal_clv_run *run)
{
    const shoal_bgnbd *p = &run->purchase.params, *se = &run->purchase.se;
    say_rate(html, run);
    say_boundary(html, &run->purchase.info);
    begin_parameters(html, NULL);
    add_parameter(html, "r", p->r, se->r, "How alike the purchase rates are: the smaller, the more they differ");
    add_parameter(html, "alpha", p->alpha, se->alpha, "Scale of the purchase rates; r / alpha is their mean");
    add_parameter(html, "a", p->a, se->a, "Dropout; a / (a + b) is its mean after a purchase");
    add_parameter(html, "b", p->b, se->b, "Dropout, the other side");
    shoal_text_addf(html,
                    "</tbody>\n<tfoot><tr><th scope=\"row\" "
                    "class=\"left\">Log-likelihood</th><td>%s</td><td></td><td></td></tr></tfoot>\n",
                    shoal_word_cents(run->purchase.info.log_likelihood).text);
    shoal_table_end(html);
}

static void add_spend(shoal_text *html, const shoal_gamma_gamma_fit *fit)
{
    const shoal_gamma_gamma *p = &fit->params, *se = &fit->se;
    const double mean = p->q > 1 ? p->p * p->gamma / (p->q - 1) : NAN;
    shoal_text_addf(html,
                    "<h3>Spend: Gamma-Gamma</h3>\n<p>A purchase is worth %s on average over all customers, learned "
                    "from %s who came back. The model assumes that spend and number of purchases go separate ways; "
                    "their correlation is %s.</p>\n",
                    shoal_word_money(mean).text, shoal_word_count(fit->info.n).text,
                    shoal_word_plain(fit->correlation).text);
    say_boundary(html, &fit->info);
    begin_parameters(html, NULL);
    add_parameter(html, "p", p->p, se->p, "How steady the spend of one customer is: the larger, the steadier");
    add_parameter(html, "q", p->q, se->q, "How alike customers are in their spend");
    add_parameter(html, "gamma", p->gamma, se->gamma, "Scale of the spend");
    shoal_text_addf(html,
                    "</tbody>\n<tfoot><tr><th scope=\"row\" "
                    "class=\"left\">Log-likelihood</th><td>%s</td><td></td><td></td></tr></tfoot>\n",
                    shoal_word_cents(fit->info.log_likelihood).text);
    shoal_table_end(html);
}

static void add_holdout(shoal_text *html, const shoal_clv_run *run)
{
    const double off = run->holdout.actual > 0 ? run->holdout.predicted / run->holdout.actual - 1 : NAN;
    shoal_text_addf(html,
                    "<h3>Tested on data the models had not seen</h3>\n<p>Fitted up to %s and asked for the following "
                    "%s %ss, the model expected <strong>%s</strong> purchases; there were <strong>%s</strong>",
                    shoal_word_date(run->calibration_end).text, shoal_word_plain(run->holdout.periods).text,
                    shoal_unit_name(run->unit), shoal_word_count((int64_t)llround(run->holdout.predicted)).text,
                    shoal_word_count((int64_t)llround(run->holdout.actual)).text);
    if (!isnan(off))
        shoal_text_addf(html, ", so it was %s too %s", shoal_word_percent(fabs(off)).text, off < 0 ? "low" : "high");
    shoal_text_addf(html, ". For a single customer it was off by %s purchases on average (root mean square %s).</p>\n",
                    shoal_word_plain(run->holdout.mae).text, shoal_word_plain(run->holdout.rmse).text);
}

void shoal_section_models(shoal_page *page)
{
    const shoal_clv_run *run = page->content->clv;
    if (run == NULL) return;
    shoal_section_begin(page, "models", "How the forecast is made");
    if (run->has_holdout) add_holdout(&page->html, run);
    shoal_text_add(&page->html, "<div class=\"pair\"><div>\n");
    add_purchases(&page->html, run);
    shoal_text_add(&page->html, "</div>\n");
    if (run->has_spend) {
        shoal_text_add(&page->html, "<div>\n");
        add_spend(&page->html, &run->spend);
        shoal_text_add(&page->html, "</div>\n");
    }
    shoal_text_add(&page->html, "</div>\n");
    shoal_section_end(page);
}

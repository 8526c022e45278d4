#include "report_sample.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/random.h"
#include "base/text.h"

enum { CUSTOMERS = 23570, PRODUCTS = 6 };

/* Latent kinds of customers: shares, and means of the profile's variables. */
static const struct kind {
    double share, recency, frequency, spend, alive, purchases;
} kinds[SAMPLE_MOST_SEGMENTS] = {
    {0.09, 35, 9.6, 41.2, 0.93, 5.1},   {0.17, 74, 3.8, 36.5, 0.86, 1.9},  {0.31, 470, 1.0, 21.4, 0.97, 0.2},
    {0.12, 380, 3.1, 48.9, 0.41, 0.35}, {0.02, 48, 14.2, 96.3, 0.95, 7.9}, {0.08, 88, 1.4, 19.2, 0.94, 0.8},
    {0.07, 250, 2.2, 22.8, 0.62, 0.55}, {0.05, 300, 6.9, 71.6, 0.22, 0.6}, {0.06, 420, 1.7, 104.5, 0.55, 0.3},
    {0.03, 60, 2.6, 88.1, 0.88, 1.6},
};

static const char *const product_names[PRODUCTS] = {
    "White hanging heart T-light holder",
    "<script>window.hacked=1</script>",
    "\"><img src=x onerror=\"window.hacked=1\">",
    "Regency cake stand & 3 tiers of \"Dotcom\" postage for very long product names that go on and on",
    "</style><style>body{display:none}</style>",
    "Ünïcode – 赤い糸 ☂ \xE2\x80\xAE"
    "desrever",
};

static const char *const variables[] = {"recency_days", "frequency",          "monetary", "mean_repeat_spend",
                                        "p_alive",      "expected_purchases", "clv"};

static void *zeroed(size_t count, size_t size)
{
    void *memory = calloc(count, size);
    if (memory == NULL) abort();
    return memory;
}

static double cents(double value)
{
    return round(value * 100) / 100;
}

static void fill_times(shoal_times *times)
{
    static const char *const phases[] = {"read", "rfm", "clv", "kmeans", "write"};
    times->n = 5;
    for (int i = 0; i < 5; i++) {
        shoal_text_copy(times->phases[i].phase, sizeof times->phases[i].phase, phases[i]);
        times->phases[i].ms = 12.3456 * (i + 1);
    }
}

static void fill_profile(shoal_profile *p, int k, bool amounts)
{
    const int d = amounts ? 7 : 4;
    static const int without[] = {0, 1, 4, 5};
    p->n_segments = k;
    p->n_variables = d;
    p->segments = zeroed((size_t)k, sizeof *p->segments);
    p->variables = zeroed((size_t)d, sizeof *p->variables);
    p->mean = zeroed((size_t)(k * d), sizeof *p->mean);
    p->overall_mean = zeroed((size_t)d, sizeof *p->overall_mean);
    p->overall_std = zeroed((size_t)d, sizeof *p->overall_std);
    double whole = 0;
    for (int s = 0; s < k; s++) whole += kinds[s].share;
    for (int s = 0; s < k; s++) {
        const struct kind *m = &kinds[s];
        const double all[] = {m->recency, m->frequency, m->frequency * m->spend, m->spend * 1.04,
                              m->alive,   m->purchases, m->purchases * m->spend};
        p->segments[s].customers = s + 1 == k ? CUSTOMERS - p->customers : (int64_t)floor(CUSTOMERS * m->share / whole);
        p->customers += p->segments[s].customers;
        const double n = (double)p->segments[s].customers;
        if (amounts) {
            p->segments[s].revenue = cents(n * all[2]);
            p->segments[s].clv = n * all[6];
            p->revenue = cents(p->revenue + p->segments[s].revenue);
            p->clv += p->segments[s].clv;
        }
        for (int v = 0; v < d; v++) {
            const double mean = all[amounts ? v : without[v]];
            p->mean[s * d + v] = mean;
            p->overall_mean[v] += mean * n / CUSTOMERS;
        }
    }
    for (int v = 0; v < d; v++) {
        shoal_text_copy(p->variables[v], sizeof p->variables[v], variables[amounts ? v : without[v]]);
        for (int s = 0; s < k; s++)
            p->overall_std[v] +=
                pow(p->mean[s * d + v] - p->overall_mean[v], 2) * (double)p->segments[s].customers / CUSTOMERS;
        p->overall_std[v] = 1.4 * sqrt(p->overall_std[v]); /* within the segments they differ too */
    }
    shoal_profile_name(p);
}

static void fill_import(shoal_import_run *run, const shoal_profile *p, bool amounts)
{
    shoal_import_report *r = &run->report;
    shoal_text_copy(r->source, sizeof r->source, "orders <2011> & returns.csv.gz");
    shoal_text_copy(r->delimiter, sizeof r->delimiter, ",");
    r->header = r->gzip = true;
    r->rows_read = 541909;
    r->rows_rejected = 135080 + 2517 + 40;
    r->rows_kept = r->rows_read - r->rows_rejected;
    r->n_reasons = 3;
    static const char *const reasons[] = {"missing_customer", "no_price", "return_without_purchase"};
    static const int64_t rows[] = {135080, 2517, 40};
    for (int i = 0; i < 3; i++) {
        shoal_text_copy(r->rejected[i].reason, sizeof r->rejected[i].reason, reasons[i]);
        r->rejected[i].rows = rows[i];
    }
    r->rows_returned = 8905;
    static const char *const columns[] = {"CustomerID", "InvoiceDate", "",         "UnitPrice",
                                          "Quantity",   "InvoiceNo",   "StockCode"};
    for (int i = 0; i < 7; i++)
        if (amounts || (i != 3 && i != 4)) shoal_text_copy(r->column[i], sizeof r->column[i], columns[i]);
    r->customers = CUSTOMERS;
    r->transactions = r->rows_kept;
    r->has_amount = amounts;
    r->revenue = amounts ? p->revenue : 0;
    r->start = shoal_days_from_civil(1997, 1, 1) * SHOAL_DAY_SECONDS;
    r->end = shoal_days_from_civil(1998, 6, 30) * SHOAL_DAY_SECONDS + 3600;
    fill_times(&run->times);
}

static void fill_rfm(shoal_rfm_run *run, shoal_rfm_grid *grid, const shoal_profile *p, bool amounts)
{
    static const double r_share[] = {0.24, 0.21, 0.2, 0.18, 0.17}, f_share[] = {0.42, 0.2, 0.16, 0.12, 0.1};
    static const double cuts[3][4] = {{63, 182, 391, 466}, {1, 2, 3, 6}, {19.94, 39.08, 74.5, 168.2}};
    shoal_text_copy(run->name, sizeof run->name, "rfm");
    run->customers = CUSTOMERS;
    run->as_of = shoal_days_from_civil(1998, 6, 30) * SHOAL_DAY_SECONDS;
    run->has_amount = amounts;
    run->n_scores = grid->n_scores = 5;
    run->n_segments = SHOAL_RFM_SEGMENTS;
    run->recency.n_scores = run->frequency.n_scores = 5;
    run->monetary.n_scores = amounts ? 5 : 0;
    memcpy(run->recency.cut, cuts[0], sizeof cuts[0]);
    memcpy(run->frequency.cut, cuts[1], sizeof cuts[1]);
    memcpy(run->monetary.cut, cuts[2], sizeof cuts[2]);
    grid->customers = zeroed(25, sizeof *grid->customers);
    grid->revenue = zeroed(25, sizeof *grid->revenue);
    for (int r = 1; r <= 5; r++)
        for (int f = 1; f <= 5; f++) {
            const double lean = 1 + 0.22 * (r - 3) * (f - 3) * 0.5;
            const int64_t n = llround(CUSTOMERS * r_share[r - 1] * f_share[f - 1] * fmax(lean, 0.04));
            const double revenue = amounts ? cents((double)n * (14.0 + 31.0 * f * f / 2)) : 0;
            const int cell = (r - 1) * 5 + f - 1, segment = shoal_rfm_segment(r, f);
            grid->customers[cell] = n;
            grid->revenue[cell] = revenue;
            run->bins[0][r - 1] += n;
            run->bins[1][f - 1] += n;
            run->segments[segment].customers += n;
            run->segments[segment].revenue += revenue;
        }
    (void)p;
    fill_times(&run->times);
}

static void fill_clv(shoal_clv_run *run, const shoal_profile *p, bool amounts)
{
    shoal_text_copy(run->name, sizeof run->name, "clv");
    run->customers = CUSTOMERS;
    run->calibration_end = shoal_days_from_civil(1997, 9, 30) * SHOAL_DAY_SECONDS;
    run->observation_end = shoal_days_from_civil(1998, 6, 30) * SHOAL_DAY_SECONDS;
    run->unit = SHOAL_WEEK;
    run->purchase.params = (shoal_bgnbd){0.251624, 4.788943, 0.723434, 2.161089};
    run->purchase.se = (shoal_bgnbd){0.0041, 0.1266, 0.0512, 0.1888};
    run->purchase.info = (shoal_fit_info){CUSTOMERS, 8685, -95368.4439, true, "", 3, 41};
    run->has_spend = amounts;
    run->spend.params = (shoal_gamma_gamma){6.27536, 3.62445, 14.98369};
    run->spend.se = (shoal_gamma_gamma){0.38, 0.11, NAN};
    run->spend.info = (shoal_fit_info){9450, 9012, -40763.4763, true, "", 3, 38};
    run->spend.correlation = 0.1131;
    run->spend.n_dropped = 1;
    run->has_holdout = true;
    run->holdout.periods = 39;
    run->holdout.actual = 19684;
    run->holdout.predicted = 18402.7;
    run->holdout.mae = 0.8021;
    run->holdout.rmse = 1.6642;
    run->horizon_days = 365;
    run->discount_rate = 0.1;
    run->totals.expected_purchases = 29841.36;
    run->totals.clv = p->clv;
    run->totals.p_alive = 17450.2;
    fill_times(&run->times);
}

static void fill_kmeans(shoal_kmeans_run *run, const shoal_profile *p, bool amounts)
{
    static const char *const names[] = {"recency_days", "frequency", "monetary", "p_alive"};
    const int k = p->n_segments, d = amounts ? 3 : 2;
    shoal_text_copy(run->name, sizeof run->name, "kmeans");
    run->n = CUSTOMERS - 3;
    run->n_missing = 3;
    run->d = d;
    run->k = k;
    run->scale = SHOAL_SCALE_STANDARD;
    run->seed = 42;
    run->n_init = 10;
    run->iterations = 23;
    run->converged = true;
    run->inertia = 13842.81726;
    run->silhouette = 0.4417;
    run->algorithm = SHOAL_KMEANS_BOUNDED;
    shoal_text_copy(run->algorithm_reason, sizeof run->algorithm_reason, "most rows keep their cluster");
    run->distinct = 125;
    run->moved = 0.25;
    shoal_text_copy(run->label_order, sizeof run->label_order, "size");
    run->scalers = zeroed((size_t)d, sizeof *run->scalers);
    run->sizes = zeroed((size_t)k, sizeof *run->sizes);
    run->centroids = zeroed((size_t)(k * d), sizeof *run->centroids);
    for (int j = 0; j < d; j++) {
        shoal_text_copy(run->scalers[j].name, sizeof run->scalers[j].name, names[j]);
        run->scalers[j].log1p = j > 0;
        run->scalers[j].center = 1.25 * j;
        run->scalers[j].scale = 0.7;
    }
    for (int s = 0; s < k; s++) {
        run->sizes[s] = p->segments[s].customers;
        for (int j = 0; j < d; j++) run->centroids[s * d + j] = p->mean[s * p->n_variables + j];
    }
    for (int i = 0; i < 9; i++)
        run->candidates[i] = (shoal_choose_k_candidate){.k = i + 2,
                                                        .inertia = 41000.0 / (i + 1.4),
                                                        .silhouette = 0.45 - 0.01 * abs(i + 2 - k),
                                                        .calinski_harabasz = 9100.0 - 420 * abs(i + 2 - k),
                                                        .davies_bouldin = 0.9 + 0.02 * abs(i + 2 - k),
                                                        .gap = 1.4 - 0.05 * abs(i + 2 - k),
                                                        .gap_error = 0.004,
                                                        .stability = i + 2 <= k ? 0.97 : 0.97 - 0.06 * (i + 2 - k)};
    run->n_candidates = 9;
    run->n_reasons = 2;
    snprintf(run->reasons[0], sizeof run->reasons[0], "%d segments have the lowest mean rank over four measures.", k);
    snprintf(run->reasons[1], sizeof run->reasons[1], "The silhouette is best at %d.", k);
    run->threads = 2;
    shoal_text_copy(run->isa, sizeof run->isa, "avx2");
    fill_times(&run->times);
}

static void fill_products(report_sample *sample)
{
    enum { WIDTH = 128 };
    void *data;
    sample->products.n_rows = PRODUCTS;
    if (shoal_table_add(&sample->products, "product", SHOAL_TEXT, WIDTH, NULL, NULL, &data, NULL) < 0) abort();
    memset(data, 0, (size_t)PRODUCTS * WIDTH);
    for (int i = 0; i < PRODUCTS; i++)
        memcpy((char *)data + (size_t)i * WIDTH, product_names[i], strlen(product_names[i]));
    for (int s = 0; s < sample->run.profile.n_segments; s++)
        for (int i = 0; i < SHOAL_TOP_PRODUCTS; i++) {
            const bool some = s != 3 || i < 2;
            sample->top[s * SHOAL_TOP_PRODUCTS + i] =
                some ? (shoal_top_product){(i + s) % PRODUCTS, 91234.56 / (i + 1 + s), 0.123 / (i + 1), 80.0 + 61 * i}
                     : (shoal_top_product){-1, 0, NAN, NAN};
        }
}

static void fill_distribution(report_sample *sample)
{
    enum { N = 20000 };
    double *values = zeroed(N, sizeof *values);
    shoal_rng rng = shoal_rng_start(7, 0);
    for (int i = 0; i < N; i++) values[i] = 60 * shoal_rng_gamma(&rng, 0.45);
    const shoal_column column = {.name = "clv", .type = SHOAL_F64, .length = N, .data = values};
    if (shoal_distribution_run(NULL, &column, &sample->distribution, NULL) < 0) abort();
    free(values);
}

static void fill_warnings(shoal_segment_run *run, bool amounts)
{
    static const char *const texts[] = {"3 customers lack a value in p_alive and are in no segment",
                                        "no amount column: the job runs on recency and frequency <alone>"};
    run->n_warnings = amounts ? 1 : 2;
    run->warnings = zeroed(2, sizeof *run->warnings);
    for (int i = 0; i < run->n_warnings; i++)
        if ((run->warnings[i] = shoal_text_dup(texts[i])) == NULL) abort();
}

report_sample *report_sample_make(int k, bool amounts)
{
    report_sample *sample = zeroed(1, sizeof *sample);
    shoal_segment_run *run = &sample->run;
    fill_profile(&run->profile, k, amounts);
    fill_import(&run->import, &run->profile, amounts);
    fill_rfm(&run->rfm, &sample->grid, &run->profile, amounts);
    run->has_clv = true;
    fill_clv(&run->clv, &run->profile, amounts);
    fill_kmeans(&run->kmeans, &run->profile, amounts);
    fill_products(sample);
    fill_distribution(sample);
    fill_warnings(run, amounts);
    shoal_text_copy(run->output, sizeof run->output, "out");
    fill_times(&run->times);
    return sample;
}

void report_sample_free(report_sample *sample)
{
    shoal_segment_run *run = &sample->run;
    shoal_profile_free(&run->profile);
    shoal_rfm_grid_free(&sample->grid);
    shoal_table_free(&sample->products);
    free(run->kmeans.scalers);
    free(run->kmeans.sizes);
    free(run->kmeans.centroids);
    for (int i = 0; i < run->n_warnings; i++) free(run->warnings[i]);
    free(run->warnings);
    free(sample);
}

shoal_report_content report_sample_content(const report_sample *sample)
{
    const shoal_segment_run *run = &sample->run;
    const bool amounts = run->import.report.has_amount;
    return (shoal_report_content){.import = &run->import.report,
                                  .rfm = &run->rfm,
                                  .rfm_grid = &sample->grid,
                                  .clv = &run->clv,
                                  .clv_distribution = amounts ? &sample->distribution : NULL,
                                  .kmeans = &run->kmeans,
                                  .profile = &run->profile,
                                  .top_products = sample->top,
                                  .product_names = &sample->products.columns[0],
                                  .n_warnings = run->n_warnings,
                                  .warnings = run->warnings};
}

#include <math.h>
#include <string.h>

#include "figure.h"
#include "sections.h"

/* Runs of the same thing: they share a pair, or are equal in all they say. */
static bool same_thing(const bench_record *a, const bench_record *b)
{
    if (strcmp(a->name, b->name) != 0 || a->threads != b->threads || a->quick != b->quick) return false;
    return a->pair[0] != '\0' ? strcmp(a->pair, b->pair) == 0 : bench_params_match(&a->params, &b->params, NULL);
}

static double in_order(const bench_record *row)
{
    (void)row;
    return 0;
}

static void add_row(shoal_cli_table *table, const bench_record *a, const bench_record *b, double *largest)
{
    const bench_ratio ratio = bench_ratio_of(a->samples_ms, a->n_samples, b->samples_ms, b->n_samples);
    char text[512];
    if (isfinite(ratio.ratio)) *largest = fmax(*largest, fabs(ratio.ratio - 1));
    shoal_cli_cell(table, a->name);
    shoal_cli_cell(table, bench_differing_params(a, (const bench_record *const[]){b}, 1, false, text, sizeof text));
    shoal_cli_cell(table, bench_threads_of(a).text);
    shoal_cli_cell(table, bench_significant(bench_record_median(a), 4).text);
    shoal_cli_cell(table, bench_significant(bench_record_median(b), 4).text);
    shoal_cli_cell(table, bench_significant(ratio.ratio, 4).text);
    shoal_cli_cell(table, bench_interval(ratio.low, ratio.high).text);
    shoal_cli_cell(
        table, bench_significant(bench_rank_test(a->samples_ms, a->n_samples, b->samples_ms, b->n_samples), 2).text);
}

static shoal_status show(bench_document *document, const bench_groups *groups, shoal_error *err)
{
    static const char *const heads[] = {"case", "parameters", "threads", "first ms", "second ms", "ratio", "95%", "p"};
    shoal_cli_table table = shoal_cli_table_start("llrrrrrr", heads);
    double largest = NAN;
    bench_section_begin(document, "noise", "Noise");
    for (int g = 0; g < groups->n; g++)
        for (int i = 1; i < bench_group_size(groups, g); i++)
            add_row(&table, bench_group_row(groups, g, 0), bench_group_row(groups, g, i), &largest);
    bench_paragraphf(document,
                     "The same thing measured twice in turn (A/A): what differs is the machine's noise. The largest "
                     "difference of two medians is %s; smaller ones between different things say nothing here.",
                     bench_percent_of(largest).text);
    SHOAL_TRY(bench_table_end(document, NULL, &table, err));
    bench_section_end(document);
    return SHOAL_OK;
}

shoal_status bench_section_noise(bench_document *document, const bench_rows *rows, shoal_error *err)
{
    bench_groups groups;
    bool twice = false;
    SHOAL_TRY(bench_groups_make(rows, "noise", same_thing, in_order, &groups, err));
    for (int g = 0; g < groups.n && !twice; g++) twice = bench_group_size(&groups, g) > 1;
    const shoal_status status = twice ? show(document, &groups, err) : SHOAL_OK;
    bench_groups_free(&groups);
    return status;
}

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/axis.h"
#include "report/labels.h"
#include "report/sections.h"
#include "report/verdict.h"

static const bench_opts all_rows = {.threshold = 0.05};

static bench_record record_of(const char *kind, const char *name, int threads, double ms)
{
    enum { SAMPLES = 10 };
    bench_record r = {.threads = threads,
                      .n_samples = SAMPLES,
                      .bytes = NAN,
                      .flops = NAN,
                      .floor_ms = NAN,
                      .checked = true,
                      .counters = {NAN, NAN, NAN, NAN, NAN},
                      .peak_bytes = NAN,
                      .machine = "one",
                      .tool = "shoal",
                      .commit = "c1",
                      .date = "2024-01-01T00:00:00Z"};
    shoal_text_copy(r.kind, sizeof r.kind, kind);
    shoal_text_copy(r.name, sizeof r.name, name);
    bench_params_set(&r.params, "n", 1000);
    for (int i = 0; i < SAMPLES; i++) r.samples_ms[i] = ms * (1 + 0.001 * i);
    return r;
}

/* A book that owns nothing: records of the caller. */
static bench_book book_of(bench_record *records, int n)
{
    return (bench_book){.n = n, .records = records};
}

typedef struct rendered {
    bench_document document;
    shoal_text page;
} rendered;

static rendered render(const bench_book *book)
{
    rendered r = {0};
    shoal_error err = {0};
    cr_assert_eq(bench_page(book, &all_rows, &r.document, &r.page, &err), SHOAL_OK, "%s", err.message);
    return r;
}

static void release(rendered *r)
{
    shoal_text_free(&r->document.html);
    shoal_text_free(&r->document.markdown);
    shoal_text_free(&r->page);
}

static int count_of(const char *text, const char *part)
{
    int count = 0;
    for (const char *at = text; (at = strstr(at, part)) != NULL; at++) count++;
    return count;
}

static void check_inert(const char *html)
{
    static const char *const never[] = {"<script", "<img",    "http:",  "https:", "url(", "@import", ">nan",
                                        "=\"nan",  "=\"-nan", "=\"inf", "nan,",   ",nan", "inf,",    "-inf"};
    for (size_t i = 0; i < sizeof never / sizeof never[0]; i++) cr_assert_null(strstr(html, never[i]), "%s", never[i]);
    cr_assert_eq(count_of(html, "<section"), count_of(html, "</section>"));
    cr_assert_eq(count_of(html, "<figure"), count_of(html, "</figure>"));
    cr_assert_eq(count_of(html, "<svg"), count_of(html, "</svg>"));
    cr_assert_eq(count_of(html, "<div"), count_of(html, "</div>"));
}

Test(bench_report, sections_without_rows_are_left_out)
{
    bench_record records[] = {record_of("strong", "rfm", 1, 100), record_of("strong", "rfm", 2, 60)};
    const bench_book book = book_of(records, 2);
    rendered r = render(&book);
    check_inert(r.page.data);
    cr_assert_not_null(strstr(r.page.data, "id=\"strong\""));
    cr_assert_not_null(strstr(r.page.data, "id=\"method\""));
    cr_assert_eq(count_of(r.page.data, "<section"), 2);
    cr_assert_eq(count_of(r.page.data, "<svg"), 1);
    cr_assert_eq(count_of(r.document.markdown.data, "## "), 2);
    release(&r);
}

Test(bench_report, speed_up_efficiency_and_serial_fraction)
{
    bench_record records[] = {record_of("strong", "rfm", 4, 40), record_of("strong", "rfm", 1, 100),
                              record_of("strong", "rfm", 2, 60), record_of("strong", "rfm", 8, 90)};
    records[3].oversubscribed = true; /* takes no part in the fit: 0.2 + 0.8 / p */
    const bench_book book = book_of(records, 4);
    rendered r = render(&book);
    const char *markdown = r.document.markdown.data;
    cr_assert_not_null(strstr(markdown, "|     2.50 |        62% |"), "%s", markdown);
    cr_assert_not_null(strstr(markdown, "|    20% |"), "%s", markdown);
    cr_assert_not_null(strstr(markdown, "8, oversubscribed"));
    cr_assert_gt(strstr(markdown, "| 8, over"), strstr(markdown, "|     2.50 |"), "rows go by threads");
    cr_assert_eq(count_of(r.page.data, "class=\"hollow\""), 1);
    release(&r);
}

Test(bench_report, weak_scaling_joins_rows_whose_work_grows_with_the_threads)
{
    bench_record records[] = {record_of("weak", "rfm", 1, 100), record_of("weak", "rfm", 2, 125)};
    bench_params_set(&records[1].params, "n", 2000);
    const bench_book book = book_of(records, 2);
    rendered r = render(&book);
    cr_assert_not_null(strstr(r.document.markdown.data, "|        80% |"), "%s", r.document.markdown.data);
    release(&r);
}

Test(bench_report, size_scaling_fits_the_exponent)
{
    bench_record records[] = {record_of("size", "rfm", 1, 10), record_of("size", "rfm", 1, 400)};
    for (int i = 0; i < 2; i++) shoal_text_copy(records[i].size_of, sizeof records[i].size_of, "n");
    bench_params_set(&records[1].params, "n", 20000);
    const bench_book book = book_of(records, 2);
    rendered r = render(&book);
    cr_assert_not_null(strstr(r.document.markdown.data, "|     1.23 |"), "%s", r.document.markdown.data);
    release(&r);
}

Test(bench_report, the_newest_record_wins)
{
    bench_record records[] = {record_of("strong", "rfm", 1, 111), record_of("strong", "rfm", 1, 222),
                              record_of("strong", "rfm", 1, 333)};
    shoal_text_copy(records[1].date, sizeof records[1].date, "2024-03-01T00:00:00Z");
    shoal_text_copy(records[2].date, sizeof records[2].date, "2024-02-01T00:00:00Z");
    const bench_book book = book_of(records, 3);
    bench_rows rows = {0};
    cr_assert_eq(bench_rows_newest(&book, &all_rows, NULL, &rows, NULL), SHOAL_OK);
    cr_assert_eq(rows.n, 1);
    cr_assert_eq(rows.row[0], &records[1]);
    bench_rows_free(&rows);
    cr_assert_eq(bench_rows_newest(&book, &all_rows, "two", &rows, NULL), SHOAL_OK);
    cr_assert_eq(rows.n, 0);
    bench_rows_free(&rows);
}

Test(bench_report, machines_have_sections_of_their_own)
{
    bench_record records[] = {record_of("strong", "rfm", 1, 100), record_of("strong", "rfm", 1, 50)};
    shoal_text_copy(records[1].machine, sizeof records[1].machine, "two");
    const bench_book book = book_of(records, 2);
    rendered r = render(&book);
    cr_assert_not_null(strstr(r.page.data, "id=\"strong\""));
    cr_assert_not_null(strstr(r.page.data, "id=\"strong-2\""));
    cr_assert_not_null(strstr(r.document.markdown.data, "## Strong scaling · two\n"));
    release(&r);
}

Test(bench_report, peers_count_only_with_equal_results_of_one_turn)
{
    bench_record records[] = {record_of("peer", "fit", 1, 100), record_of("peer", "fit", 1, 250),
                              record_of("peer", "fit", 1, 300), record_of("peer", "fit", 1, 400)};
    static const char *const tools[] = {"shoal", "alpha", "beta", "gamma"};
    for (int i = 0; i < 4; i++) {
        shoal_text_copy(records[i].tool, sizeof records[i].tool, tools[i]);
        shoal_text_copy(records[i].pair, sizeof records[i].pair, i == 3 ? "another" : "fit n=1000");
    }
    records[2].checked = false;
    const bench_book book = book_of(records, 4);
    rendered r = render(&book);
    check_inert(r.page.data);
    cr_assert_eq(count_of(r.page.data, "class=\"bar\""), 1);
    cr_assert_not_null(strstr(r.page.data, "2.50×"));
    cr_assert_not_null(strstr(r.page.data, "its result differs"));
    cr_assert_not_null(strstr(r.page.data, "not run in turn"));
    release(&r);
}

Test(bench_report, variants_on_the_front)
{
    enum { N = 5 };
    static const double ms[N] = {10, 20, 20, 30, 40}, score[N] = {0.3, 0.45, 0.5, 0.4, 0.5};
    bench_record records[N];
    for (int i = 0; i < N; i++) {
        records[i] = record_of("variant", "kmeans", 1, ms[i]);
        bench_params_set(&records[i].params, "k", i + 2);
        records[i].n_qualities = 1;
        records[i].quality[0] = (bench_quality){"silhouette", score[i], false};
    }
    const bench_book book = book_of(records, N);
    rendered r = render(&book);
    check_inert(r.page.data);
    cr_assert_eq(count_of(r.page.data, "fill=\"#d55e00\"/>"), 2);
    cr_assert_eq(count_of(r.document.markdown.data, "| silhouette |\n"), 2, "%s", r.document.markdown.data);
    cr_assert_not_null(strstr(r.document.markdown.data, "All variants: n=1k."));
    release(&r);
}

static bench_record variant_of(const char *name, double ms, const char *param, const char *value)
{
    bench_record record = record_of("variant", name, 1, ms);
    bench_params_set_text(&record.params, param, value);
    bench_params_set(&record.params, "k", ms);
    record.n_qualities = 1;
    record.quality[0] = (bench_quality){"badness", ms, true}; /* the faster, the better: one on each front */
    return record;
}

Test(bench_report, variants_of_other_data_or_another_holdout_share_no_front)
{
    enum { N = 5 };
    static const char *const params[] = {"data", "calibration_end", "store"};
    for (int p = 0; p < 3; p++) {
        bench_record records[N];
        for (int i = 0; i < N; i++) records[i] = variant_of("clv", 10 * (i + 1), params[p], i < 2 ? "a" : "b");
        const bench_book book = book_of(records, N);
        rendered r = render(&book);
        cr_assert_eq(count_of(r.document.markdown.data, "| badness  |\n"), 2, "%s", r.document.markdown.data);
        release(&r);
    }
}

Test(bench_report, variants_of_other_features_share_a_front)
{
    bench_record records[] = {variant_of("kmeans", 10, "features", "a"), variant_of("kmeans", 20, "features", "b")};
    for (int i = 0; i < 2; i++) bench_params_set_text(&records[i].params, "data", i == 0 ? "1" : "2");
    const bench_book book = book_of(records, 2);
    rendered r = render(&book);
    cr_assert_eq(count_of(r.document.markdown.data, "| badness  |\n"), 1, "%s", r.document.markdown.data);
    release(&r);
}

Test(bench_report, inertia_of_two_scalings_has_no_front)
{
    bench_record records[] = {variant_of("kmeans", 10, "scale", "robust"), variant_of("kmeans", 20, "scale", "robust")};
    for (int other = 0; other < 2; other++) {
        if (other == 1) records[1] = variant_of("kmeans", 20, "scale", "standard");
        for (int i = 0; i < 2; i++)
            shoal_text_copy(records[i].quality[0].name, sizeof records[i].quality[0].name, "inertia");
        const bench_book book = book_of(records, 2);
        rendered r = render(&book);
        cr_assert_eq(strstr(r.page.data, "Time against inertia") == NULL, other == 1, "%s", r.page.data);
        cr_assert_eq(count_of(r.document.markdown.data, "| inertia  |\n"), other == 1 ? 0 : 1, "%s",
                     r.document.markdown.data);
        release(&r);
    }
}

Test(bench_report, noise_names_the_largest_difference)
{
    bench_record records[] = {record_of("noise", "rfm", 2, 100), record_of("noise", "rfm", 2, 103)};
    for (int i = 0; i < 2; i++) {
        shoal_text_copy(records[i].pair, sizeof records[i].pair, "noise rfm");
        bench_params_set_text(&records[i].params, "turn", i == 0 ? "a" : "b");
    }
    const bench_book book = book_of(records, 2);
    rendered r = render(&book);
    cr_assert_not_null(strstr(r.document.markdown.data, "two medians is 3.0%;"), "%s", r.document.markdown.data);
    release(&r);
}

Test(bench_report, roofline_points_of_one_and_of_most_threads)
{
    bench_record records[] = {record_of("strong", "fit", 1, 100), record_of("strong", "fit", 2, 55)};
    struct bench_book_machine machine = {
        .limits = {.n = 2, .limit = {{1, {80, 30, 16}, 170, 85, 150, 70}, {2, {160, NAN, 31}, 340, 170, NAN, NAN}}}};
    shoal_text_copy(machine.machine.tag, sizeof machine.machine.tag, "one");
    for (int i = 0; i < 2; i++) {
        records[i].bytes = 1e8;
        records[i].flops = 5e8;
        records[i].floor_ms = 6;
    }
    bench_book book = book_of(records, 2);
    book.n_machines = 1;
    book.machines = &machine;
    rendered r = render(&book);
    check_inert(r.page.data);
    cr_assert_eq(count_of(r.page.data, "<svg class=\"chart roofline\""), 2);
    cr_assert_not_null(strstr(r.page.data, "memory 16.0 GB/s"));
    cr_assert_not_null(strstr(r.page.data, "FMA float64 170 GFLOP/s"));
    cr_assert_not_null(strstr(r.document.markdown.data, "|         5.00 |"), "%s", r.document.markdown.data);
    release(&r);
}

Test(bench_report, hostile_names_are_shown_as_they_are)
{
    static const char *const kinds[] = {"strong", "weak", "size", "peer", "variant", "noise"};
    bench_record records[12];
    for (int i = 0; i < 12; i++) {
        bench_record *row = &records[i];
        *row = record_of(kinds[i / 2], "</title><script>a|b\"'&`\xE2\x80\xAE\xFF", 1 + i % 2, 10 + i);
        bench_params_set_text(&row->params, "<b>|", "\"><img src=x>\n|");
        shoal_text_copy(row->machine, sizeof row->machine, "<i>|`m");
        shoal_text_copy(row->tool, sizeof row->tool, i == 7 ? "<u>" : "shoal");
        shoal_text_copy(row->pair, sizeof row->pair, i / 2 == 3 ? "p" : "");
        shoal_text_copy(row->size_of, sizeof row->size_of, i / 2 == 2 ? "n" : "");
        shoal_text_copy(row->commit, sizeof row->commit, "<c>");
        shoal_text_copy(row->limit, sizeof row->limit, "<l>");
        row->n_qualities = 1;
        row->quality[0] = (bench_quality){"<q>|", i, true};
        row->bytes = row->flops = 1e6;
        row->floor_ms = 1;
        if (i / 2 == 3 || i / 2 == 4) row->threads = 1;
    }
    bench_params_set(&records[5].params, "n", 9000);
    struct bench_book_machine machine = {.machine = {.tag = "<i>|`m", .cpu = "<cpu>"},
                                         .limits = {.n = 1, .limit = {{1, {80, 30, 16}, 170, 85, 150, 70}}}};
    bench_book book = book_of(records, 12);
    book.n_machines = 1;
    book.machines = &machine;
    rendered r = render(&book);
    check_inert(r.page.data);
    static const char *const raw[] = {"<b>", "<i>", "<u>", "<c>", "<l>", "<q>", "<cpu>", "\xE2\x80\xAE", "\xFF"};
    for (size_t i = 0; i < sizeof raw / sizeof raw[0]; i++) {
        cr_assert_null(strstr(r.page.data, raw[i]), "%s", raw[i]);
        cr_assert_null(strstr(r.document.markdown.data, raw[i]), "%s", raw[i]);
    }
    cr_assert_not_null(strstr(r.page.data, "&lt;/title&gt;&lt;script&gt;"));
    release(&r);
}

Test(bench_report, markdown_cells)
{
    shoal_cli_table table = shoal_cli_table_start("lr", (const char *[]){"na|me", "ms"});
    shoal_cli_cell(&table, "a|b");
    shoal_cli_cell(&table, "1");
    shoal_cli_cell(&table, "größer \\| <x>");
    shoal_cli_cell(&table, "12,345");
    bench_document document = {0};
    cr_assert_eq(bench_table_end(&document, NULL, &table, NULL), SHOAL_OK);
    cr_assert_str_eq(document.markdown.data, "\n"
                                             "| na\\|me                |     ms |\n"
                                             "| --------------------- | -----: |\n"
                                             "| a\\|b                  |      1 |\n"
                                             "| größer \\\\\\| &lt;x&gt; | 12,345 |\n");
    shoal_text_free(&document.markdown);
    shoal_text_free(&document.html);
}

Test(bench_report, axes_of_any_range)
{
    static const double ranges[][2] = {{1, 2}, {1, 16}, {5, 5}, {1e-9, 1e12}, {0.7, 0.71}, {-3, 4}, {1e-300, 1e300}};
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
        for (int log = 0; log < 2; log++) {
            double least = NAN, most = NAN;
            bench_range_add(&least, &most, NAN, log);
            bench_range_add(&least, &most, ranges[i][0], log);
            bench_range_add(&least, &most, ranges[i][1], log);
            const bench_axis axis = bench_axis_over(least, most, log, 300, 10);
            const bench_ticks ticks = bench_axis_ticks(&axis, 8);
            cr_assert(ticks.n >= 1 && ticks.n <= 9, "%d ticks over %g to %g", ticks.n, least, most);
            for (int t = 0; t < ticks.n; t++) {
                const double place = bench_axis_at(&axis, ticks.at[t]);
                cr_assert(place <= 300.001 && place >= 9.999, "a tick at %g", place);
            }
        }
    double place[] = {10, 11, 12, 90};
    bench_spread_apart(place, 4, 15, 0, 92);
    for (int i = 1; i < 4; i++) cr_assert_geq(place[i] - place[i - 1], 15 - 1e-9);
    cr_assert_leq(place[3], 92);
}

Test(bench_report, names_do_not_cover_each_other)
{
    bench_labels labels = {.frame = {0, 0, 400, 300}};
    int placed = 0;
    for (int i = 0; i < 12; i++) {
        bench_label_place place;
        placed += bench_labels_place(&labels, 200, 150, 8, &place);
    }
    cr_assert_geq(placed, 8);
    cr_assert_eq(labels.n, placed);
    for (int i = 0; i < labels.n; i++)
        for (int j = 0; j < i; j++) {
            const bench_box a = labels.taken[i], b = labels.taken[j];
            cr_assert(a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top);
        }
}

static bench_comparison compare(bench_record *old_records, int n_old, bench_record *new_records, int n_new,
                                double threshold)
{
    const bench_book old_book = book_of(old_records, n_old), new_book = book_of(new_records, n_new);
    bench_rows old_rows = {0}, new_rows = {0};
    bench_comparison comparison;
    cr_assert_eq(bench_rows_newest(&old_book, &all_rows, NULL, &old_rows, NULL), SHOAL_OK);
    cr_assert_eq(bench_rows_newest(&new_book, &all_rows, NULL, &new_rows, NULL), SHOAL_OK);
    cr_assert_eq(bench_comparison_make(&old_rows, &new_rows, threshold, &comparison, NULL), SHOAL_OK);
    bench_rows_free(&old_rows);
    bench_rows_free(&new_rows);
    return comparison;
}

Test(bench_compare, verdicts)
{
    bench_record old_records[] = {record_of("strong", "a", 1, 100), record_of("strong", "b", 1, 100),
                                  record_of("strong", "c", 1, 100), record_of("strong", "d", 1, 100),
                                  record_of("strong", "gone", 1, 1)};
    bench_record new_records[] = {record_of("strong", "a", 1, 120), record_of("strong", "b", 1, 80),
                                  record_of("strong", "c", 1, 103), record_of("strong", "d", 1, 100),
                                  record_of("strong", "new", 1, 1), record_of("noise", "a", 1, 500)};
    for (int i = 0; i < 10; i += 2) new_records[3].samples_ms[i] = 150; /* scattered: half of them far above */
    bench_comparison c = compare(old_records, 5, new_records, 6, 0.05);
    cr_assert_eq(c.n, 4);
    cr_assert_eq(c.pairs[0].verdict, BENCH_SLOWER);
    cr_assert_eq(c.pairs[1].verdict, BENCH_FASTER);
    cr_assert_eq(c.pairs[2].verdict, BENCH_NO_DIFFERENCE, "significant, but within the threshold");
    cr_assert_lt(c.pairs[2].p, 0.01);
    cr_assert_gt(c.pairs[3].ratio.ratio, 1.05);
    cr_assert_eq(c.pairs[3].verdict, BENCH_NO_DIFFERENCE, "beyond the threshold, but not significant");
    cr_assert(c.n_only_old == 1 && strcmp(c.only_old[0]->name, "gone") == 0);
    cr_assert(c.n_only_new == 1 && strcmp(c.only_new[0]->name, "new") == 0, "noise rows are left out");
    cr_assert_eq(c.n_machines, 0);
    bench_comparison_free(&c);
    c = compare(old_records, 5, new_records, 6, 0.25);
    cr_assert_eq(c.count[BENCH_SLOWER], 0);
    bench_comparison_free(&c);
}

Test(bench_compare, peers_are_no_regressions_and_machines_are_told)
{
    bench_record old_records[] = {record_of("peer", "fit", 1, 100), record_of("peer", "fit", 1, 100)};
    bench_record new_records[] = {record_of("peer", "fit", 1, 100), record_of("peer", "fit", 1, 900)};
    shoal_text_copy(old_records[1].tool, sizeof old_records[1].tool, "alpha");
    shoal_text_copy(new_records[1].tool, sizeof new_records[1].tool, "alpha");
    shoal_text_copy(new_records[0].machine, sizeof new_records[0].machine, "two");
    bench_comparison c = compare(old_records, 2, new_records, 2, 0.05);
    cr_assert_eq(c.n, 1);
    cr_assert_eq(c.n_machines, 1);
    cr_assert_eq(c.count[BENCH_NO_DIFFERENCE], 1);
    bench_comparison_free(&c);
}

Test(bench_compare, holm)
{
    const double p[] = {0.04, 0.001, 0.5, 0.02, 0.03};
    double corrected[5];
    cr_assert_eq(bench_holm(5, p, corrected, NULL), SHOAL_OK);
    static const double expected[] = {0.09, 0.005, 0.5, 0.08, 0.09}; /* R: p.adjust(p, "holm") */
    for (int i = 0; i < 5; i++) cr_assert_float_eq(corrected[i], expected[i], 1e-12, "%d: %g", i, corrected[i]);
}

/* One of a hundred pairs of five samples differs as far as five samples can: alone it is found, among a hundred rows
 * it proves nothing, and that is said. */
Test(bench_compare, five_samples_prove_little_over_many_rows)
{
    enum { ROWS = 100 };
    bench_record *records = malloc(2 * ROWS * sizeof *records);
    cr_assert_not_null(records);
    for (int i = 0; i < 2 * ROWS; i++) {
        char name[16];
        snprintf(name, sizeof name, "row%d", i % ROWS);
        records[i] = record_of("strong", name, 1, i == ROWS ? 200 : 100);
        records[i].n_samples = 5;
    }
    bench_comparison c = compare(records, ROWS, records + ROWS, ROWS, 0.05);
    cr_assert_eq(c.pairs[0].verdict, BENCH_TOO_FEW);
    cr_assert_eq(c.count[BENCH_NO_DIFFERENCE], ROWS - 1);
    bench_comparison_free(&c);
    c = compare(records, 1, records + ROWS, 1, 0.05);
    cr_assert_eq(c.pairs[0].verdict, BENCH_SLOWER);
    bench_comparison_free(&c);
    free(records);
}

/* A hundred rows without any difference, a hundred times: the level of one per cent holds over all rows of a run. */
Test(bench_compare, equal_runs_seldom_cry)
{
    enum { ROWS = 100, RUNS = 100 };
    uint64_t state = 1;
    int cries = 0;
    bench_record *records = malloc(2 * ROWS * sizeof *records);
    cr_assert_not_null(records);
    for (int run = 0; run < RUNS; run++) {
        for (int i = 0; i < 2 * ROWS; i++) {
            char name[16];
            snprintf(name, sizeof name, "row%d", i % ROWS);
            records[i] = record_of("strong", name, 1, 100);
            for (int s = 0; s < records[i].n_samples; s++) {
                state = state * 6364136223846793005u + 1442695040888963407u;
                records[i].samples_ms[s] = 100 * exp((double)(state >> 40) / (1 << 24)); /* noise as large as can be */
            }
        }
        bench_comparison c = compare(records, ROWS, records + ROWS, ROWS, 0.05);
        cries += c.count[BENCH_SLOWER] + c.count[BENCH_FASTER] > 0;
        bench_comparison_free(&c);
    }
    cr_assert_leq(cries, 4, "%d of %d runs cried", cries, RUNS); /* 1 is expected */
    free(records);
}

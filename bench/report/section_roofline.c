#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "charts.h"
#include "figure.h"
#include "sections.h"

static bool is_priced(const bench_record *row)
{
    return strcmp(row->kind, "strong") == 0 && (row->bytes > 0 || row->flops > 0) && bench_record_median(row) > 0;
}

static bool is_on_chart(const bench_record *row, int threads)
{
    return is_priced(row) && row->threads == threads && !row->oversubscribed && row->bytes > 0 && row->flops > 0;
}

/* Work in units of 1e9 a second. */
static double rate(double work, const bench_record *row)
{
    return work > 0 ? work / bench_record_median(row) / 1e6 : NAN;
}

static shoal_status draw(bench_document *document, const bench_rows *rows, const bench_limit *limit, shoal_error *err)
{
    const bench_record **shown = NULL;
    bench_roof_point *points = NULL;
    shoal_status status = SHOAL_OK;
    int n = 0, colour = -1;
    char title[96], name[BENCH_NAME_SIZE], last[BENCH_NAME_SIZE] = "";
    SHOAL_TRY_OUT(shoal_alloc(rows->n, sizeof *shown, &shown, err));
    SHOAL_TRY_OUT(shoal_alloc_zero(rows->n, sizeof *points, &points, err));
    for (int i = 0; i < rows->n; i++)
        if (is_on_chart(rows->row[i], limit->threads)) shown[n++] = rows->row[i];
    for (int i = 0; i < n; i++) {
        if (strcmp(bench_case_of(shown[i], name), last) != 0) colour++;
        shoal_text_copy(last, sizeof last, name);
        bench_label_of(shown[i], shown, n, true, NULL, points[i].label, sizeof points[i].label);
        points[i].intensity = shown[i]->flops / shown[i]->bytes;
        points[i].gflops = rate(shown[i]->flops, shown[i]);
        points[i].colour = colour;
    }
    snprintf(title, sizeof title, "Roofline, %d thread%s", limit->threads, limit->threads == 1 ? "" : "s");
    bench_chart_roofline(&document->html, title, limit, points, n);
out:
    free(shown);
    free(points);
    return status;
}

/* The most threads of a row that can be drawn; 0 without any. */
static int most_threads(const bench_rows *rows, const bench_limits *limits)
{
    int most = 0;
    for (int i = 0; i < rows->n; i++) {
        const int threads = rows->row[i]->threads;
        if (threads > most && is_on_chart(rows->row[i], threads) && bench_limit_of(limits, threads) != NULL)
            most = threads;
    }
    return most;
}

/* One chart for a single thread and one for the most threads that were measured. */
static shoal_status draw_both(bench_document *document, const bench_rows *rows, const bench_limits *limits, int most,
                              shoal_error *err)
{
    const bench_limit *one = bench_limit_of(limits, 1);
    if (most > 1 && one != NULL) SHOAL_TRY(draw(document, rows, one, err));
    return most > 0 ? draw(document, rows, bench_limit_of(limits, most), err) : SHOAL_OK;
}

/* Rows of one and of the most threads; of all where nothing was drawn. */
static shoal_status show_table(bench_document *document, const bench_rows *rows, int most, shoal_error *err)
{
    static const char *const heads[] = {"case",    "parameters",   "threads",  "GB/s",
                                        "GFLOP/s", "flops / byte", "floor ms", "of limit"};
    shoal_cli_table table = shoal_cli_table_start("llrrrrrl", heads);
    for (int i = 0; i < rows->n; i++) {
        const bench_record *row = rows->row[i];
        char text[512];
        if (!is_priced(row) || (most > 0 && row->threads != 1 && row->threads != most)) continue;
        shoal_cli_cell(&table, row->name);
        shoal_cli_cell(&table, bench_params_of(row, text, sizeof text));
        shoal_cli_cell(&table, bench_threads_of(row).text);
        shoal_cli_cell(&table, bench_significant(rate(row->bytes, row), 3).text);
        shoal_cli_cell(&table, bench_significant(rate(row->flops, row), 3).text);
        shoal_cli_cell(&table,
                       bench_significant(row->bytes > 0 && row->flops > 0 ? row->flops / row->bytes : NAN, 3).text);
        shoal_cli_cell(&table, bench_significant(row->floor_ms, 3).text);
        shoal_cli_cell(&table, bench_limit_share(row, text, sizeof text));
    }
    return bench_table_end(document, NULL, &table, err);
}

shoal_status bench_section_roofline(bench_document *document, const bench_rows *rows,
                                    const bench_machine_entry *machine, shoal_error *err)
{
    bool any = false;
    for (int i = 0; i < rows->n && !any; i++) any = is_priced(rows->row[i]);
    if (!any) return SHOAL_OK;
    bench_section_begin(document, "roofline", "Roofline");
    bench_paragraph(document, "What each row moves and computes at the least, over the time it took, below what the "
                              "machine can do: the slopes are read bandwidths, the flat lines peaks of arithmetic. A "
                              "point on a line cannot be made faster by any code that does the same work; one above "
                              "the slope of memory finds its data in a cache.");
    const int most = machine == NULL ? 0 : most_threads(rows, &machine->limits);
    if (machine != NULL) SHOAL_TRY(draw_both(document, rows, &machine->limits, most, err));
    SHOAL_TRY(show_table(document, rows, most, err));
    bench_section_end(document);
    return SHOAL_OK;
}

#include <math.h>
#include <stdio.h>

#include "cli/table.h"
#include "cli/text.h"
#include "commands.h"
#include "figure.h"
#include "verdict.h"

static const char *const verdict_names[BENCH_N_VERDICTS] = {"no difference", "faster", "slower", "too few samples"};

static shoal_status print_pairs(const bench_comparison *c, shoal_error *err)
{
    static const char *const heads[] = {"kind",   "row",   "parameters", "threads", "old ms",
                                        "new ms", "ratio", "95%",        "p",       "verdict"};
    shoal_cli_table table = shoal_cli_table_start("lllrrrrrrl", heads);
    for (int i = 0; i < c->n; i++) {
        const bench_pairing *pair = &c->pairs[i];
        char text[512];
        shoal_cli_cell(&table, pair->new_row->kind);
        shoal_cli_cell(&table, pair->new_row->name);
        shoal_cli_cell(&table, bench_params_of(pair->new_row, text, sizeof text));
        shoal_cli_cell(&table, bench_threads_of(pair->new_row).text);
        shoal_cli_cell(&table, bench_significant(bench_record_median(pair->old_row), 4).text);
        shoal_cli_cell(&table, bench_significant(bench_record_median(pair->new_row), 4).text);
        shoal_cli_cell(&table, bench_significant(pair->ratio.ratio, 3).text);
        shoal_cli_cell(&table, bench_interval(pair->ratio.low, pair->ratio.high).text);
        shoal_cli_cell_general(&table, pair->p, 2);
        shoal_cli_cell(&table, verdict_names[pair->verdict]);
    }
    return shoal_cli_table_end(&table, stdout, bench_wants_bold(), err);
}

static void print_only(const char *file, int n, const bench_record *const *rows)
{
    char name[512], text[512], shown[1024];
    if (n == 0) return;
    printf("\nOnly in %s:\n", shoal_cli_escape(file, name, sizeof name));
    for (int i = 0; i < n; i++) {
        printf("  %s ", shoal_cli_escape(rows[i]->kind, shown, sizeof shown));
        printf("%s, ", shoal_cli_escape(rows[i]->name, shown, sizeof shown));
        printf("%d thread%s, ", rows[i]->threads, rows[i]->threads == 1 ? "" : "s");
        printf("%s\n", shoal_cli_escape(bench_params_of(rows[i], text, sizeof text), shown, sizeof shown));
    }
}

/* The least --budget that gives every row with too few samples enough of them: see bench_sample. */
static double budget_for(const bench_comparison *c, int samples)
{
    const double share = 0.9; /* the rest of a budget goes to the warm-up */
    double slowest_ms = 0;
    for (int i = 0; i < c->n; i++)
        if (c->pairs[i].verdict == BENCH_TOO_FEW)
            slowest_ms = fmax(slowest_ms,
                              fmax(bench_record_median(c->pairs[i].old_row), bench_record_median(c->pairs[i].new_row)));
    return ceil((samples + 1) * slowest_ms / share / 100) / 10;
}

static void print_too_few(const bench_comparison *c)
{
    const int enough = bench_samples_enough(c->n);
    printf("Too few samples: it takes %d on either side to prove a change of one of %d rows. Measure both again with "
           "--budget %g, or compare fewer rows with --filter.\n",
           enough, c->n, budget_for(c, enough));
}

static void print_summary(const bench_comparison *c, double threshold)
{
    printf("\n%d slower, %d faster, %d no difference", c->count[BENCH_SLOWER], c->count[BENCH_FASTER],
           c->count[BENCH_NO_DIFFERENCE]);
    if (c->count[BENCH_TOO_FEW] > 0) printf(", %d too few samples", c->count[BENCH_TOO_FEW]);
    printf(" of %d rows (threshold %g%%, 1%% level over all rows)\n", c->n, 100 * threshold);
    if (c->count[BENCH_TOO_FEW] > 0) print_too_few(c);
    if (c->n_machines > 0)
        printf("%d rows were measured on different machines: their times are not comparable, and the verdicts say "
               "which machine is faster, not which commit.\n",
               c->n_machines);
}

static shoal_status show(const bench_opts *opts, const bench_comparison *c, shoal_error *err)
{
    if (c->n == 0)
        return shoal_fail(err, SHOAL_ERR_INPUT,
                          "%s and %s have no row of shoal in common; make both with the same shoal-bench command",
                          opts->inputs[0], opts->inputs[1]);
    SHOAL_TRY(print_pairs(c, err));
    print_only(opts->inputs[0], c->n_only_old, c->only_old);
    print_only(opts->inputs[1], c->n_only_new, c->only_new);
    print_summary(c, opts->threshold);
    return c->count[BENCH_SLOWER] > 0 ? SHOAL_NOT_CONVERGED : SHOAL_OK;
}

shoal_status bench_compare(const bench_opts *opts, shoal_error *err)
{
    bench_book books[2] = {{0}};
    bench_rows rows[2] = {{0}};
    bench_comparison comparison = {0};
    shoal_status status = SHOAL_OK;
    if (opts->output != NULL)
        return shoal_fail(err, SHOAL_ERR_USAGE, "compare prints to standard output and writes no file: leave -o out");
    for (int i = 0; i < 2; i++) {
        SHOAL_TRY_OUT(bench_rows_read(opts, i, 1, &books[i], err));
        SHOAL_TRY_OUT(bench_rows_newest(&books[i], opts, NULL, &rows[i], err));
    }
    SHOAL_TRY_OUT(bench_comparison_make(&rows[0], &rows[1], opts->threshold, &comparison, err));
    status = show(opts, &comparison, err);
out:
    bench_comparison_free(&comparison);
    for (int i = 0; i < 2; i++) {
        bench_rows_free(&rows[i]);
        bench_book_free(&books[i]);
    }
    return status;
}

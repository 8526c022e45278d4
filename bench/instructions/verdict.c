#include "instructions/verdict.h"

#include <stdio.h>

#include "cli/table.h"
#include "instructions/case.h"

bench_growth bench_judge(int64_t committed, int64_t now, double threshold)
{
    if (committed == 0) return BENCH_NEW;
    if (now == 0) return BENCH_GONE;
    const double change = (double)(now - committed) / (double)committed;
    return change > threshold ? BENCH_GREW : change < -threshold ? BENCH_SHRANK : BENCH_SAME;
}

static void put_count(shoal_cli_table *table, int64_t instructions)
{
    if (instructions == 0) shoal_cli_cell(table, "-");
    else shoal_cli_cell_count(table, instructions);
}

static void put_row(shoal_cli_table *table, const char *name, int64_t committed, int64_t now, bench_growth verdict)
{
    static const char *const words[BENCH_N_GROWTHS] = {[BENCH_SAME] = "",
                                                       [BENCH_GREW] = "grew",
                                                       [BENCH_SHRANK] = "shrank",
                                                       [BENCH_NEW] = "new",
                                                       [BENCH_GONE] = "gone"};
    shoal_cli_cell(table, name);
    put_count(table, committed);
    put_count(table, now);
    if (committed == 0 || now == 0) shoal_cli_cell(table, "-");
    else shoal_cli_cellf(table, "%+.2f%%", 100 * (double)(now - committed) / (double)committed);
    shoal_cli_cell(table, words[verdict]);
}

shoal_status bench_print_verdicts(const bench_opts *opts, const bench_baseline *committed, const bench_baseline *now,
                                  int verdicts[BENCH_N_GROWTHS], shoal_error *err)
{
    static const char *const headings[] = {"Case", "Committed", "Now", "Change", ""};
    shoal_cli_table table = shoal_cli_table_start("lrrrl", headings);
    for (int v = 0; v < BENCH_N_GROWTHS; v++) verdicts[v] = 0;
    for (int i = 0; i < now->n; i++) {
        const bench_case_count *count = &now->count[i], *before = bench_baseline_find(committed, count->name);
        const int64_t old = before == NULL ? 0 : before->instructions;
        const bench_growth verdict = bench_judge(old, count->instructions, opts->threshold);
        verdicts[verdict]++;
        put_row(&table, count->name, old, count->instructions, verdict);
    }
    for (int i = 0; i < committed->n; i++) {
        const bench_case_count *count = &committed->count[i];
        if (!bench_wanted(opts, count->name) || bench_counted_find(count->name) != NULL) continue;
        verdicts[BENCH_GONE]++;
        put_row(&table, count->name, count->instructions, 0, BENCH_GONE);
    }
    return shoal_cli_table_end(&table, stdout, false, err);
}

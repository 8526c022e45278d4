#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "commands.h"
#include "instructions/baseline.h"
#include "instructions/callgrind.h"
#include "instructions/counter.h"
#include "instructions/region.h"
#include "instructions/verdict.h"
#include "kernels.h"

typedef struct run {
    const bench_opts *opts;
    const char *path; /* of the committed counts */
    bench_counter counter;
    int n;
    const bench_counted *cases[BENCH_MAX_COUNTS];
    bench_baseline committed, now;
} run;

static void list_cases(const bench_opts *opts)
{
    for (int i = 0; i < bench_n_counted(); i++)
        if (bench_wanted(opts, bench_counted_at(i)->name)) puts(bench_counted_at(i)->name);
}

static shoal_status choose_cases(run *r, shoal_error *err)
{
    const char *names[BENCH_MAX_COUNTS];
    const int all = bench_n_counted();
    for (int i = 0; i < all; i++) names[i] = bench_counted_at(i)->name;
    SHOAL_TRY(bench_check_filter(r->opts, names, all, err));
    for (int i = 0; i < all; i++)
        if (bench_wanted(r->opts, names[i])) r->cases[r->n++] = bench_counted_at(i);
    return SHOAL_OK;
}

/* What makes counts of this machine or build mean nothing beside others. The test looks for these words. */
static shoal_status refuse(shoal_error *err, const char *why)
{
    return shoal_fail(err, SHOAL_ERR_USAGE, "cannot be compared here: %s", why);
}

static shoal_status describe(run *r, shoal_error *err)
{
    shoal_error why = {0};
    bench_baseline_describe(&r->now);
    if (shoal_kernels_for("avx2") == NULL) return refuse(err, "this CPU has no AVX2");
    if (bench_valgrind_version(r->counter.folder, r->now.valgrind, sizeof r->now.valgrind, &why) < 0)
        return refuse(err, why.message);
    return SHOAL_OK;
}

/* The committed counts, if they are comparable; to be replaced as a whole, they need not even be readable. */
static shoal_status load_committed(run *r, shoal_error *err)
{
    char why[1024];
    const bool replaced = r->opts->update && r->opts->filter == NULL;
    if (r->opts->update && strcmp(r->now.build_type, "Release") != 0)
        return shoal_fail(err, SHOAL_ERR_USAGE, "--update: the committed counts are of a Release build, this is %s",
                          r->now.build_type);
    if (access(r->path, F_OK) != 0)
        return r->opts->update ? SHOAL_OK
                               : shoal_fail(err, SHOAL_ERR_IO,
                                            "there is no %s; shoal-bench instructions --update writes it", r->path);
    const shoal_status status = bench_baseline_read(r->path, &r->committed, err);
    if (status >= 0 && bench_baseline_differ(&r->committed, &r->now, why, sizeof why)[0] == '\0') return SHOAL_OK;
    if (!replaced) return status < 0 ? status : refuse(err, why);
    r->committed = (bench_baseline){0};
    return SHOAL_OK;
}

static shoal_status count(run *r, shoal_error *err)
{
    int64_t instructions[BENCH_MAX_COUNTS] = {0};
    const bench_opts *opts = r->opts;
    const int most = opts->n_thread_counts > 0 ? opts->thread_counts[opts->n_thread_counts - 1] : 1;
    SHOAL_TRY(bench_counter_run(&r->counter, most < r->n ? most : r->n, r->n, r->cases, instructions, err));
    for (int i = 0; i < r->n; i++) {
        bench_case_count *made = &r->now.count[r->now.n++];
        shoal_text_copy(made->name, sizeof made->name, r->cases[i]->name);
        made->instructions = instructions[i];
    }
    return SHOAL_OK;
}

/* Every case in order: as counted now, or, where --filter left it out, as it was. */
static shoal_status update(const run *r, shoal_error *err)
{
    bench_baseline merged = r->now;
    merged.n = 0;
    for (int i = 0; i < bench_n_counted(); i++) {
        const char *name = bench_counted_at(i)->name;
        const bench_case_count *made = bench_baseline_find(&r->now, name);
        if (made == NULL) made = bench_baseline_find(&r->committed, name);
        if (made != NULL) merged.count[merged.n++] = *made;
    }
    SHOAL_TRY(bench_baseline_write(r->path, &merged, err));
    printf("%d counts written to %s\n", merged.n, r->path);
    return SHOAL_OK;
}

static shoal_status judge(const run *r, const int verdicts[BENCH_N_GROWTHS], shoal_error *err)
{
    const double percent = 100 * r->opts->threshold;
    if (verdicts[BENCH_SHRANK] > 0)
        printf("%d shrank by more than %g%%: commit the better counts, shoal-bench instructions --update writes them\n",
               verdicts[BENCH_SHRANK], percent);
    if (verdicts[BENCH_GREW] > 0)
        printf(
            "%d grew by more than %g%%: make them faster, or, where the work was worth it, write the new counts with "
            "shoal-bench instructions --update and say why\n",
            verdicts[BENCH_GREW], percent);
    if (verdicts[BENCH_NEW] > 0 || verdicts[BENCH_GONE] > 0)
        return shoal_fail(err, SHOAL_ERR_INPUT,
                          "%s lacks %d cases and has %d that are no more; shoal-bench instructions --update writes it "
                          "anew",
                          r->path, verdicts[BENCH_NEW], verdicts[BENCH_GONE]);
    return verdicts[BENCH_GREW] > 0 ? SHOAL_NOT_CONVERGED : SHOAL_OK;
}

static shoal_status compare(run *r, shoal_error *err)
{
    int verdicts[BENCH_N_GROWTHS];
    SHOAL_TRY(choose_cases(r, err));
    SHOAL_TRY(bench_counter_start(r->opts->quiet, &r->counter, err));
    SHOAL_TRY(describe(r, err));
    SHOAL_TRY(load_committed(r, err));
    SHOAL_TRY(count(r, err));
    SHOAL_TRY(bench_print_verdicts(r->opts, &r->committed, &r->now, verdicts, err));
    if (r->opts->output != NULL) SHOAL_TRY(bench_baseline_write(r->opts->output, &r->now, err));
    return r->opts->update ? update(r, err) : judge(r, verdicts, err);
}

shoal_status bench_instructions(const bench_opts *opts, shoal_error *err)
{
    if (opts->run_case != NULL) return bench_run_counted(opts->run_case, err);
    if (opts->list) {
        list_cases(opts);
        return SHOAL_OK;
    }
    run r = {.opts = opts, .path = opts->baseline != NULL ? opts->baseline : BENCH_BASELINE_PATH};
    const shoal_status status = compare(&r, err);
    bench_counter_end(&r.counter);
    return status;
}

/* How the time of each case grows with threads and sizes. */
#include "scaling/scaling.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cli/progress.h"
#include "commands.h"

/* Every "case" and "case/phase". */
static shoal_status check_filter(const bench_opts *opts, shoal_error *err)
{
    enum { ROWS_A_CASE = BENCH_MAX_PHASES + 1 };
    char(*rows)[BENCH_NAME_SIZE];
    const char **names = NULL;
    int n = 0;
    shoal_status status;
    SHOAL_TRY(shoal_alloc((int64_t)bench_n_cases * ROWS_A_CASE, sizeof *rows, &rows, err));
    SHOAL_TRY_OUT(shoal_alloc((int64_t)bench_n_cases * ROWS_A_CASE, sizeof *names, &names, err));
    for (int i = 0; i < bench_n_cases; i++)
        for (int phase = -1; phase < bench_n_phases(bench_cases[i]); phase++, n++)
            names[n] = bench_row_name(bench_cases[i], phase, rows[n]);
    status = bench_check_filter(opts, names, n, err);
out:
    free(names);
    free(rows);
    return status;
}

static shoal_status count_tasks(bench_course *course, shoal_error *err)
{
    for (int i = 0; i < bench_n_cases; i++) {
        bench_plan plan;
        if (!bench_case_wanted(course->session->opts, bench_cases[i])) continue;
        SHOAL_TRY(bench_plan_make(course->session, bench_cases[i], &plan, err));
        course->total += plan.n;
        bench_plan_free(&plan);
    }
    return SHOAL_OK;
}

/* k-means, the case that leans on all of the machine; else the first that is wanted. */
static const bench_case *noise_case(const bench_opts *opts)
{
    const bench_case *first = NULL;
    for (int i = 0; i < bench_n_cases; i++) {
        const bench_case *c = bench_cases[i];
        if (!bench_case_wanted(opts, c)) continue;
        if (first == NULL || strcmp(c->name, "kmeans") == 0) first = c;
    }
    return first;
}

static shoal_status run_noise(bench_course *course, shoal_error *err)
{
    const bench_case *c = noise_case(course->session->opts);
    bench_results results = {0};
    const shoal_status status = c == NULL ? SHOAL_OK : bench_noise_run(course, c, &results, err);
    shoal_cli_progress_erase(&course->session->progress);
    if (status >= 0) bench_noise_show(&results);
    free(results.record);
    return status;
}

static shoal_status run_case(bench_course *course, const bench_case *c, shoal_error *err)
{
    bench_plan plan;
    bench_results results = {0};
    SHOAL_TRY(bench_plan_make(course->session, c, &plan, err));
    shoal_status status = bench_plan_run(course, &plan, &results, err);
    shoal_cli_progress_erase(&course->session->progress);
    if (status >= 0) status = bench_scaling_show(course->session, c, &results, err);
    free(results.record);
    bench_plan_free(&plan);
    return status;
}

shoal_status bench_scaling(bench_session *session, shoal_error *err)
{
    bench_course course = {.session = session};
    SHOAL_TRY(check_filter(session->opts, err));
    if (session->opts->list) return bench_cases_show(session, err);
    SHOAL_TRY(count_tasks(&course, err));
    SHOAL_TRY(bench_machine_show(session, err));
    SHOAL_TRY(run_noise(&course, err));
    for (int i = 0; i < bench_n_cases; i++)
        if (bench_case_wanted(session->opts, bench_cases[i])) SHOAL_TRY(run_case(&course, bench_cases[i], err));
    return SHOAL_OK;
}

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "scaling/scaling.h"

static const double factors[] = {0.25, 0.5, 1, 2};
enum { N_FACTORS = sizeof factors / sizeof factors[0], FIRST_QUICK_FACTOR = 1 };

int bench_most_threads(const bench_session *session)
{
    const bench_opts *opts = session->opts;
    int most = opts->thread_counts[0];
    for (int i = 0; i < opts->n_thread_counts; i++)
        if (opts->thread_counts[i] <= session->machine.usable) most = opts->thread_counts[i];
    return most;
}

const char *bench_row_name(const bench_case *c, int phase, char buffer[BENCH_NAME_SIZE])
{
    snprintf(buffer, BENCH_NAME_SIZE, "%s%s%s", c->name, phase < 0 ? "" : "/", phase < 0 ? "" : c->phases[phase]);
    return buffer;
}

int bench_n_phases(const bench_case *c)
{
    int n = 0;
    while (c->phases[n] != NULL) n++;
    return n;
}

bool bench_case_wanted(const bench_opts *opts, const bench_case *c)
{
    char name[BENCH_NAME_SIZE];
    for (int phase = -1; phase < bench_n_phases(c); phase++)
        if (bench_wanted(opts, bench_row_name(c, phase, name))) return true;
    return false;
}

static bench_params scaled(const bench_params *base, const char *name, double factor)
{
    bench_params params = *base;
    bench_params_set(&params, name, fmax(1, round(bench_params_get(base, name) * factor)));
    return params;
}

static void add(bench_plan *plan, const char *kind, const char *size_of, bench_params params, int threads)
{
    for (int i = 0; i < plan->n; i++) {
        const bench_task *task = &plan->task[i];
        if (strcmp(task->kind, kind) == 0 && strcmp(task->size_of, size_of) == 0 && task->threads == threads &&
            bench_params_match(&task->params, &params, NULL))
            return; /* small sizes may round to the same */
    }
    plan->task[plan->n++] = (bench_task){.kind = kind, .size_of = size_of, .params = params, .threads = threads};
}

shoal_status bench_plan_make(const bench_session *session, const bench_case *c, bench_plan *plan, shoal_error *err)
{
    const bench_opts *opts = session->opts;
    const bench_params base = bench_params_read(opts->quick ? c->quick : c->params);
    *plan = (bench_plan){.c = c};
    SHOAL_TRY(
        shoal_alloc(2 * opts->n_thread_counts + BENCH_MAX_SIZES * N_FACTORS, sizeof *plan->task, &plan->task, err));
    for (int i = 0; i < opts->n_thread_counts; i++) add(plan, "strong", "", base, opts->thread_counts[i]);
    for (int i = 0; i < opts->n_thread_counts && c->weak != NULL; i++)
        add(plan, "weak", "", scaled(&base, c->weak, opts->thread_counts[i]), opts->thread_counts[i]);
    for (int i = 0; c->sizes[i] != NULL; i++)
        for (int j = opts->quick ? FIRST_QUICK_FACTOR : 0; j < N_FACTORS; j++)
            add(plan, "size", c->sizes[i], scaled(&base, c->sizes[i], factors[j]), bench_most_threads(session));
    return SHOAL_OK;
}

void bench_plan_free(bench_plan *plan)
{
    free(plan->task);
    *plan = (bench_plan){0};
}

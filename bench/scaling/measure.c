#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/threads.h"
#include "scaling/scaling.h"

shoal_status bench_results_add(bench_results *results, const bench_record *record, shoal_error *err)
{
    SHOAL_TRY(
        shoal_grow(&results->record, &results->capacity, results->n, results->n + 1, sizeof *results->record, err));
    results->record[results->n++] = *record;
    return SHOAL_OK;
}

shoal_ctx bench_quiet_context(const bench_session *session, int threads)
{
    return (shoal_ctx){.threads = threads, .cancel = session->ctx.cancel};
}

/* Adds to an error which row it was. */
static shoal_status name_row(shoal_status status, const bench_case *c, const bench_params *params, int threads,
                             shoal_error *err)
{
    char shown[BENCH_TEXT_SIZE];
    if (status < 0 && status != SHOAL_ERR_INTERRUPTED)
        shoal_error_prefix(err, "%s %s, %d threads", c->name, bench_params_show(params, shown, sizeof shown), threads);
    return status;
}

shoal_status bench_check_named(const bench_case *c, const bench_params *params, int threads, void *state,
                               shoal_error *err)
{
    return name_row(c->check(state, err), c, params, threads, err);
}

shoal_status bench_run_checked(const bench_session *session, const bench_case *c, const bench_params *params,
                               int threads, void *state, shoal_error *err)
{
    const shoal_ctx ctx = bench_quiet_context(session, threads);
    double phase_ms[BENCH_MAX_PHASES] = {0};
    SHOAL_TRY(name_row(c->run(state, &ctx, phase_ms, err), c, params, threads, err));
    return bench_check_named(c, params, threads, state, err);
}

bench_record bench_priced_record(const bench_session *session, const bench_case *c, const char *kind,
                                 const bench_params *params, int threads, int phase, const void *state)
{
    char name[BENCH_NAME_SIZE];
    bench_record record =
        bench_record_start(kind, bench_row_name(c, phase, name), &session->machine, threads, session->opts->quick);
    record.params = *params;
    if (state == NULL) return record;
    const bench_cost cost = c->cost(state, phase);
    bench_record_price(&record, &session->limits, &session->machine, &cost);
    return record;
}

/* --- one plan --- */

typedef struct work {
    bench_course *course;
    bench_plan *plan;
    bench_results *results;
    void *state; /* of the parameters at hand; NULL until something must be measured */
    bench_samples samples;
} work;

static bool is_twin(const bench_task *a, const bench_task *b)
{
    return a->threads == b->threads && bench_params_match(&a->params, &b->params, NULL);
}

/* What the journal knows of one row, or NULL. */
static const bench_record *known(const work *w, const bench_task *task, int phase)
{
    bench_record wanted =
        bench_priced_record(w->course->session, w->plan->c, task->kind, &task->params, task->threads, phase, NULL);
    shoal_text_copy(wanted.size_of, sizeof wanted.size_of, task->size_of);
    return bench_journal_find(&w->course->session->journal, &wanted);
}

static bool wants_phase(const work *w, int phase)
{
    char name[BENCH_NAME_SIZE];
    return bench_wanted(w->course->session->opts, bench_row_name(w->plan->c, phase, name));
}

static bool all_known(const work *w, int first)
{
    for (int i = first; i < w->plan->n; i++) {
        const bench_task *task = &w->plan->task[i];
        if (task->done || !is_twin(task, &w->plan->task[first])) continue;
        for (int phase = -1; phase < bench_n_phases(w->plan->c); phase++)
            if (wants_phase(w, phase) && known(w, task, phase) == NULL) return false;
    }
    return true;
}

/* The rows of one task: from the journal, or from the samples into the journal. */
static shoal_status keep_task(work *w, const bench_task *task, shoal_error *err)
{
    bench_session *session = w->course->session;
    for (int phase = -1; phase < bench_n_phases(w->plan->c); phase++) {
        if (!wants_phase(w, phase)) continue;
        const bench_record *before = known(w, task, phase);
        if (before != NULL) {
            SHOAL_TRY(bench_results_add(w->results, before, err));
            continue;
        }
        bench_record record =
            bench_priced_record(session, w->plan->c, task->kind, &task->params, task->threads, phase, w->state);
        const double *samples = phase < 0 ? w->samples.total_ms : w->samples.phase_ms[phase];
        shoal_text_copy(record.size_of, sizeof record.size_of, task->size_of);
        record.n_samples = w->samples.n;
        memcpy(record.samples_ms, samples, (size_t)w->samples.n * sizeof *samples);
        record.checked = true;
        if (phase < 0) {
            record.counters = w->samples.counters;
            record.peak_bytes = w->samples.peak_bytes;
        }
        SHOAL_TRY(bench_journal_add(&session->journal, &record, err));
        SHOAL_TRY(bench_results_add(w->results, &record, err));
    }
    return SHOAL_OK;
}

static shoal_status prepare(work *w, const bench_task *task, shoal_error *err)
{
    const bench_case *c = w->plan->c;
    bench_session *session = w->course->session;
    if (w->state != NULL) return SHOAL_OK;
    SHOAL_TRY(name_row(bench_case_prepare(c, &task->params, session->folder, &w->state, err), c, &task->params,
                       task->threads, err));
    if (shoal_cancelled(&session->ctx)) return shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted");
    return bench_run_checked(session, c, &task->params, task->threads, w->state, err);
}

static shoal_status sample(work *w, const bench_task *task, shoal_error *err)
{
    const bench_case *c = w->plan->c;
    const bench_session *session = w->course->session;
    const shoal_ctx ctx = bench_quiet_context(session, task->threads);
    SHOAL_TRY(prepare(w, task, err));
    const shoal_status status = bench_sample(&ctx, c->before, c->run, w->state, bench_n_phases(c),
                                             session->opts->budget_s * 1000, &w->samples, err);
    SHOAL_TRY(name_row(status, c, &task->params, task->threads, err));
    return bench_check_named(c, &task->params, task->threads, w->state, err);
}

/* Measures a task, and keeps it under every kind that it stands for. */
static shoal_status run_task(work *w, int first, shoal_error *err)
{
    const bench_task task = w->plan->task[first];
    char shown[BENCH_TEXT_SIZE], row[BENCH_TEXT_SIZE + 80];
    snprintf(row, sizeof row, "%s %s, %d threads", w->plan->c->name,
             bench_params_show(&task.params, shown, sizeof shown), task.threads);
    bench_show_progress(w->course->session, w->course->done, w->course->total, row);
    if (!all_known(w, first)) SHOAL_TRY(sample(w, &task, err));
    for (int i = first; i < w->plan->n; i++) {
        bench_task *twin = &w->plan->task[i];
        if (twin->done || !is_twin(twin, &task)) continue;
        SHOAL_TRY(keep_task(w, twin, err));
        twin->done = true;
        w->course->done++;
    }
    return SHOAL_OK;
}

/* All tasks with the parameters of the first share what was prepared. */
static shoal_status run_group(work *w, int first, shoal_error *err)
{
    const bench_params params = w->plan->task[first].params;
    shoal_status status = SHOAL_OK;
    for (int i = first; i < w->plan->n; i++)
        if (!w->plan->task[i].done && bench_params_match(&w->plan->task[i].params, &params, NULL))
            SHOAL_TRY_OUT(run_task(w, i, err));
out:
    if (w->state != NULL) w->plan->c->release(w->state);
    w->state = NULL;
    return status;
}

shoal_status bench_plan_run(bench_course *course, bench_plan *plan, bench_results *results, shoal_error *err)
{
    work *w;
    SHOAL_TRY(shoal_alloc_zero(1, sizeof *w, &w, err));
    w->course = course;
    w->plan = plan;
    w->results = results;
    shoal_status status = SHOAL_OK;
    for (int i = 0; i < plan->n && status >= 0; i++)
        if (!plan->task[i].done) status = run_group(w, i, err);
    free(w);
    return status;
}

/* The same task twice in turn: what differs is the machine's noise. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "base/threads.h"
#include "scaling/scaling.h"

enum { SIDES = 2 };
static const char *const sides[SIDES] = {"A", "B"};

typedef struct noise {
    bench_course *course;
    const bench_case *c;
    bench_params params;
    int threads;
    double ms[SIDES][BENCH_MAX_SAMPLES];
    int n;
} noise;

static shoal_status take_pairs(noise *t, void *state, shoal_error *err)
{
    const bench_session *session = t->course->session;
    const shoal_ctx ctx = bench_quiet_context(session, t->threads);
    const double end = shoal_clock_ms() + SIDES * session->opts->budget_s * 1000;
    while (t->n < BENCH_MAX_SAMPLES && (t->n < BENCH_MIN_SAMPLES || shoal_clock_ms() < end)) {
        for (int turn = 0; turn < SIDES; turn++) {
            const int side = (t->n + turn) % SIDES; /* A B B A A B … */
            double phase_ms[BENCH_MAX_PHASES] = {0};
            if (shoal_cancelled(&ctx)) return shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted");
            if (t->c->before != NULL) t->c->before(state);
            bench_pin(t->threads);
            const double start = shoal_clock_ms();
            SHOAL_TRY(t->c->run(state, &ctx, phase_ms, err));
            t->ms[side][t->n] = shoal_clock_ms() - start;
        }
        t->n++;
    }
    return SHOAL_OK;
}

static bench_record side_record(const noise *t, int side, const void *state)
{
    bench_record record = bench_priced_record(t->course->session, t->c, "noise", &t->params, t->threads, -1, state);
    bench_params_set_text(&record.params, "turn", sides[side]);
    snprintf(record.pair, sizeof record.pair, "noise %s", t->c->name);
    return record;
}

static shoal_status keep(const noise *t, const void *state, bench_results *results, shoal_error *err)
{
    for (int side = 0; side < SIDES; side++) {
        bench_record record = side_record(t, side, state);
        record.n_samples = t->n;
        memcpy(record.samples_ms, t->ms[side], (size_t)t->n * sizeof t->ms[side][0]);
        record.checked = true;
        SHOAL_TRY(bench_journal_add(&t->course->session->journal, &record, err));
        SHOAL_TRY(bench_results_add(results, &record, err));
    }
    return SHOAL_OK;
}

static shoal_status measure(noise *t, void *state, shoal_error *err)
{
    SHOAL_TRY(bench_run_checked(t->course->session, t->c, &t->params, t->threads, state, err));
    const shoal_status status = take_pairs(t, state, err);
    bench_unpin();
    SHOAL_TRY(status);
    return bench_check_named(t->c, &t->params, t->threads, state, err);
}

shoal_status bench_noise_run(bench_course *course, const bench_case *c, bench_results *results, shoal_error *err)
{
    const bench_session *session = course->session;
    noise t = {.course = course,
               .c = c,
               .params = bench_params_read(session->opts->quick ? c->quick : c->params),
               .threads = bench_most_threads(session)};
    const bench_record *before[SIDES];
    for (int side = 0; side < SIDES; side++) {
        const bench_record wanted = side_record(&t, side, NULL);
        before[side] = bench_journal_find(&session->journal, &wanted);
    }
    if (before[0] != NULL && before[1] != NULL) {
        for (int side = 0; side < SIDES; side++) SHOAL_TRY(bench_results_add(results, before[side], err));
        return SHOAL_OK;
    }
    bench_show_progress(course->session, course->done, course->total, "noise");
    void *state;
    SHOAL_TRY(bench_case_prepare(c, &t.params, session->folder, &state, err));
    shoal_status status = measure(&t, state, err);
    if (status >= 0) status = keep(&t, state, results, err);
    c->release(state);
    return status;
}

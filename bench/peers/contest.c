#include "peers/contest.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/threads.h"
#include "cases/case.h"

/* One of those who do the task; shoal is the first and has no worker. */
typedef struct entrant {
    bench_worker *worker;
    bench_record record;
    char differs[BENCH_DIFFERS_SIZE];
    bool out; /* it failed: a record without samples */
} entrant;

typedef struct match {
    bench_contest *contest;
    const bench_task *task;
    bench_params params;
    shoal_ctx ctx; /* with the threads, without progress */
    bench_files files;
    void *state;
    int n;
    entrant *entrants;
} match;

static json_t *message_of(const match *r)
{
    json_t *params = json_object(), *files = json_object();
    for (int i = 0; i < r->params.n; i++)
        json_object_set_new(params, r->params.param[i].name, json_real(r->params.param[i].value));
    for (int i = 0; i < r->files.n; i++)
        json_object_set_new(files, r->files.file[i].name, json_string(r->files.file[i].path));
    return json_pack("{s:s, s:s, s:o, s:o, s:i}", "op", "prepare", "task", r->task->name, "params", params, "files",
                     files, "threads", r->contest->threads);
}

/* False where it does not answer: it is out then, and said to be. */
static bool ask(const match *r, entrant *e, json_t *message, json_t **answer)
{
    char what[BENCH_WHY_SIZE + 256], size[BENCH_TEXT_SIZE];
    *answer = bench_worker_ask(e->worker, &r->contest->session->ctx, r->contest->patience_s, message);
    if (*answer != NULL) return true;
    e->out = true;
    snprintf(what, sizeof what, "%s %s: %s%s", r->task->name, bench_params_show(&r->params, size, sizeof size),
             e->worker->why, e->worker->pid == 0 ? "; left out from there on" : "");
    if (!shoal_cancelled(&r->contest->session->ctx)) bench_contest_remark(r->contest, e->worker->peer->name, what);
    return false;
}

static void command(const match *r, entrant *e, json_t *message)
{
    json_t *answer;
    if (ask(r, e, message, &answer)) json_decref(answer);
}

/* 1 where the task names none or the size has none of that name. */
static double divisor(const match *r, const char *name)
{
    const double value = name == NULL ? NAN : bench_params_get(&r->params, name);
    return isnan(value) ? 1 : value;
}

static shoal_status run_shoal(const match *r, double *ms, shoal_error *err)
{
    if (r->task->before != NULL) r->task->before(r->state);
    const double since = shoal_clock_ms();
    SHOAL_TRY(r->task->run(r->state, &r->ctx, err));
    *ms = (shoal_clock_ms() - since) / divisor(r, r->task->per);
    return SHOAL_OK;
}

static void run_peer(const match *r, entrant *e, double *ms)
{
    json_t *answer;
    if (!ask(r, e, json_pack("{s:s}", "op", "run"), &answer)) return;
    const json_t *told = json_object_get(answer, "ms");
    *ms = json_is_number(told) ? json_number_value(told) / divisor(r, r->task->per) / divisor(r, r->task->part) : NAN;
    json_decref(answer);
    if (*ms >= 0) return;
    e->out = true;
    bench_contest_remark(r->contest, e->worker->peer->name, "it gives no time for a run");
}

/* Threads of whoever ran before spin for some ten milliseconds before they sleep, and would take a core from the next.
 */
static void pause_between(void)
{
    const struct timespec moment = {.tv_nsec = 20000000};
    nanosleep(&moment, NULL);
}

static shoal_status run_one(const match *r, entrant *e, double *ms, shoal_error *err)
{
    pause_between();
    if (e->worker == NULL) SHOAL_TRY(run_shoal(r, ms, err));
    else run_peer(r, e, ms);
    return shoal_cancelled(&r->ctx) ? shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted") : SHOAL_OK;
}

static shoal_status judge(const match *r, entrant *e, shoal_error *err)
{
    char path[BENCH_PATH_SIZE];
    snprintf(path, sizeof path, "%s/peers-result", r->files.folder);
    command(r, e, json_pack("{s:s, s:s}", "op", "result", "file", path));
    if (e->out) return SHOAL_OK;
    bench_values values = {0};
    shoal_status status;
    shoal_error trouble = {0};
    if (bench_values_read(path, &values, &trouble) < 0) {
        snprintf(e->differs, sizeof e->differs, "no result was written");
        return SHOAL_OK;
    }
    status = r->task->judge(r->state, &values, e->differs, err);
    free(values.value);
    remove(path);
    e->record.checked = status >= 0 && e->differs[0] == '\0';
    return status;
}

/* Once each without counting, then the results are compared. */
static shoal_status warm_up(const match *r, shoal_error *err)
{
    double ms;
    SHOAL_TRY(run_one(r, &r->entrants[0], &ms, err));
    for (int i = 1; i < r->n; i++) {
        entrant *e = &r->entrants[i];
        command(r, e, message_of(r));
        if (!e->out) SHOAL_TRY(run_one(r, e, &ms, err));
        if (!e->out) SHOAL_TRY(judge(r, e, err));
        r->entrants[0].record.checked |= e->record.checked;
    }
    return SHOAL_OK;
}

static int still_in(const match *r)
{
    int n = 0;
    for (int i = 1; i < r->n; i++) n += !r->entrants[i].out;
    return n;
}

static shoal_status take_samples(const match *r, shoal_error *err)
{
    const double budget_ms = r->contest->session->opts->budget_s * 1e3 * r->n, since = shoal_clock_ms();
    for (int sample = 0; sample < BENCH_MAX_SAMPLES && still_in(r) > 0; sample++) {
        if (sample >= BENCH_MIN_SAMPLES && shoal_clock_ms() - since >= budget_ms) break;
        for (int i = 0; i < r->n; i++) {
            entrant *e = &r->entrants[i];
            double ms = NAN;
            if (e->out) continue;
            SHOAL_TRY(run_one(r, e, &ms, err));
            if (!e->out) e->record.samples_ms[e->record.n_samples++] = ms;
        }
    }
    return SHOAL_OK;
}

static void price(const match *r, bench_record *record)
{
    const bench_session *session = r->contest->session;
    if (r->task->cost == NULL) return;
    bench_cost cost = r->task->cost(r->state);
    cost.bytes /= divisor(r, r->task->per);
    cost.flops /= divisor(r, r->task->per);
    bench_record_price(record, &session->limits, &session->machine, &cost);
}

static shoal_status keep_records(const match *r, shoal_error *err)
{
    entrant *ours = &r->entrants[0];
    price(r, &ours->record);
    if (still_in(r) > 0) SHOAL_TRY(bench_journal_add(&r->contest->session->journal, &ours->record, err));
    for (int i = 1; i < r->n; i++) {
        entrant *e = &r->entrants[i];
        if (e->out) {
            e->record.n_samples = 0;
            e->record.checked = false;
        }
        SHOAL_TRY(bench_journal_add(&r->contest->session->journal, &e->record, err));
        if (!e->out) bench_contest_show(r->contest, &ours->record, &e->record, e->differs);
    }
    return SHOAL_OK;
}

static void show_known(const match *r, const bench_record *shoal, const bench_record *peer)
{
    char what[2 * BENCH_TEXT_SIZE], size[BENCH_TEXT_SIZE];
    if (peer->n_samples > 0) {
        bench_contest_show(r->contest, shoal, peer, "");
        return;
    }
    snprintf(what, sizeof what, "%s %s: it failed when it was measured", r->task->name,
             bench_params_show(&r->params, size, sizeof size));
    bench_contest_remark(r->contest, peer->tool, what);
}

/* True where the journal has all of them, those that failed too; they are shown then. */
static bool is_known(const match *r)
{
    const bench_record *known[1 + BENCH_MAX_TASK_PEERS] = {0};
    bool has_samples = false;
    for (int i = 0; i < r->n; i++) {
        known[i] = bench_journal_find(&r->contest->session->journal, &r->entrants[i].record);
        if (i > 0 && known[i] == NULL) return false;
        has_samples |= i > 0 && known[i]->n_samples > 0;
    }
    if (known[0] == NULL && has_samples) return false;
    for (int i = 1; i < r->n; i++) show_known(r, known[0], known[i]);
    return true;
}

static void enter(match *r, bench_worker *worker)
{
    const bench_session *session = r->contest->session;
    entrant *e = &r->entrants[r->n++];
    char size[BENCH_TEXT_SIZE];
    e->worker = worker;
    e->record = bench_record_start("peer", r->task->name, &session->machine, r->contest->threads, session->opts->quick);
    e->record.params = r->params;
    snprintf(e->record.pair, sizeof e->record.pair, "%s %s", r->task->name,
             bench_params_show(&r->params, size, sizeof size));
    if (worker == NULL) return;
    shoal_text_copy(e->record.tool, sizeof e->record.tool, worker->peer->name);
    shoal_text_copy(e->record.tool_version, sizeof e->record.tool_version, worker->version);
}

static shoal_status play(match *r, shoal_error *err)
{
    SHOAL_TRY(r->task->prepare(&r->ctx, &r->params, &r->files, &r->state, err));
    SHOAL_TRY(warm_up(r, err));
    SHOAL_TRY(take_samples(r, err));
    return keep_records(r, err);
}

static void clean_up(match *r)
{
    for (int i = 1; i < r->n; i++)
        if (r->entrants[i].worker->pid != 0) command(r, &r->entrants[i], json_pack("{s:s}", "op", "forget"));
    r->task->release(r->state);
    bench_files_remove(&r->files);
    free(r->entrants);
}

shoal_status bench_contest_hold(bench_contest *contest, const bench_task *task, const char *size, shoal_error *err)
{
    match r = {.contest = contest,
               .task = task,
               .params = bench_params_read(size),
               .ctx = {.threads = contest->threads, .cancel = contest->session->ctx.cancel},
               .files = {.folder = contest->session->folder}};
    SHOAL_TRY(shoal_alloc_zero(1 + BENCH_MAX_TASK_PEERS, sizeof *r.entrants, &r.entrants, err));
    enter(&r, NULL);
    for (int i = 0; task->peers[i] != NULL; i++) {
        bench_worker *worker = &contest->workers[bench_peer_index(task->peers[i])];
        if (worker->pid != 0) enter(&r, worker);
    }
    if (r.n == 1 || is_known(&r)) {
        free(r.entrants);
        return SHOAL_OK;
    }
    const shoal_status status = play(&r, err);
    clean_up(&r);
    return status;
}

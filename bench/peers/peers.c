/* shoal-bench peers: the same work in shoal and in every peer that is here, in turn. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/threads.h"
#include "commands.h"
#include "peers/contest.h"

/* Workers import large libraries when they start. */
static const double GREETING_S = 120;

static const char *const *sizes_of(const bench_opts *opts, const bench_task *task)
{
    return opts->quick ? task->quick : task->sizes;
}

static void list_tasks(const bench_opts *opts)
{
    for (int i = 0; i < bench_n_tasks; i++) {
        if (!bench_wanted(opts, bench_tasks[i]->name)) continue;
        printf("%-18s %s\n%-18s ", bench_tasks[i]->name, bench_tasks[i]->what, "");
        for (int p = 0; bench_tasks[i]->peers[p] != NULL; p++)
            printf("%s%s", p > 0 ? ", " : "", bench_tasks[i]->peers[p]);
        printf("\n");
    }
}

static shoal_status check_filter(const bench_opts *opts, shoal_error *err)
{
    const char *names[32];
    for (int i = 0; i < bench_n_tasks; i++) names[i] = bench_tasks[i]->name;
    return bench_check_filter(opts, names, bench_n_tasks, err);
}

/* A minute and what a run of a hundred budgets takes; SHOAL_BENCH_PATIENCE says otherwise. */
static double patience(const bench_opts *opts)
{
    double seconds;
    const char *chosen = getenv("SHOAL_BENCH_PATIENCE");
    if (chosen != NULL && shoal_text_to_double(chosen, strlen(chosen), &seconds) && seconds > 0) return seconds;
    return 60 + 100 * opts->budget_s;
}

static bool is_needed(const bench_opts *opts, const char *peer)
{
    for (int i = 0; i < bench_n_tasks; i++)
        for (int p = 0; bench_wanted(opts, bench_tasks[i]->name) && bench_tasks[i]->peers[p] != NULL; p++)
            if (strcmp(bench_tasks[i]->peers[p], peer) == 0) return true;
    return false;
}

/* All start at once and import at the same time; none of that is timed. */
static shoal_status start_workers(bench_contest *contest, shoal_error *err)
{
    bench_session *session = contest->session;
    char **environment;
    SHOAL_TRY(bench_environment_make(contest->threads, &environment, err));
    for (int i = 0; i < BENCH_N_PEERS; i++) {
        contest->workers[i] = (bench_worker){0};
        if (is_needed(session->opts, bench_peers_known[i].name))
            bench_worker_start(&contest->workers[i], &bench_peers_known[i], session->folder, environment);
    }
    bench_environment_free(environment);
    for (int i = 0; i < BENCH_N_PEERS; i++) {
        bench_worker *worker = &contest->workers[i];
        if (worker->peer == NULL || bench_worker_greet(worker, &session->ctx, fmin(contest->patience_s, GREETING_S)))
            continue;
        bench_contest_remark(contest, worker->peer->name, worker->why);
    }
    return SHOAL_OK;
}

static void end_workers(bench_contest *contest)
{
    for (int i = 0; i < BENCH_N_PEERS; i++) bench_worker_end(&contest->workers[i]);
}

static int count_rows(const bench_opts *opts)
{
    int n = 0;
    for (int i = 0; i < bench_n_tasks; i++)
        for (int s = 0; bench_wanted(opts, bench_tasks[i]->name) && sizes_of(opts, bench_tasks[i])[s] != NULL; s++) n++;
    return n;
}

/* All tasks with the workers that run now. */
static shoal_status hold_all(bench_contest *contest, int done, int total, shoal_error *err)
{
    const bench_opts *opts = contest->session->opts;
    for (int i = 0; i < bench_n_tasks; i++) {
        const bench_task *task = bench_tasks[i];
        for (int s = 0; bench_wanted(opts, task->name) && sizes_of(opts, task)[s] != NULL; s++) {
            char row[BENCH_TEXT_SIZE];
            snprintf(row, sizeof row, "%s %s", task->name, sizes_of(opts, task)[s]);
            bench_show_progress(contest->session, done++, total, row);
            SHOAL_TRY(bench_contest_hold(contest, task, sizes_of(opts, task)[s], err));
        }
    }
    return SHOAL_OK;
}

static shoal_status show_all(bench_contest *contest, shoal_error *err)
{
    shoal_cli_progress_erase(&contest->session->progress);
    const bool has_rows = contest->table.n > (size_t)contest->table.columns;
    if (has_rows) printf("Medians in milliseconds; every result was compared with shoal's.\n\n");
    else printf("There is no peer to compare with.\n\n");
    shoal_status status = shoal_cli_table_end(&contest->table, stdout, contest->session->bold, err);
    if (contest->remarks.data != NULL) printf("\nDid not take part:\n%s", contest->remarks.data);
    if (contest->remarks.failed) status = shoal_fail_memory(err);
    shoal_text_free(&contest->remarks);
    return status;
}

shoal_status bench_peers(bench_session *session, shoal_error *err)
{
    const bench_opts *opts = session->opts;
    SHOAL_TRY(check_filter(opts, err));
    if (opts->list) {
        list_tasks(opts);
        return SHOAL_OK;
    }
    bench_contest contest = {.session = session, .patience_s = patience(opts), .table = bench_contest_table()};
    const int first = opts->quick ? opts->n_thread_counts - 1 : 0; /* quick: the largest count alone */
    const int rows = count_rows(opts), total = rows * (opts->n_thread_counts - first);
    shoal_status status = SHOAL_OK;
    for (int t = first; t < opts->n_thread_counts && status >= 0; t++) {
        contest.threads = opts->thread_counts[t];
        bench_show_progress(session, (t - first) * rows, total, "starting the peers");
        status = start_workers(&contest, err);
        if (status >= 0) status = hold_all(&contest, (t - first) * rows, total, err);
        end_workers(&contest);
    }
    shoal_error trouble = {0};
    const shoal_status shown = show_all(&contest, &trouble);
    if (status >= 0 && shown < 0) return shoal_fail(err, shown, "%s", trouble.message);
    return status;
}

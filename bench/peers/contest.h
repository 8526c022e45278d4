/* What the rows of shoal-bench peers share. */
#ifndef BENCH_PEERS_CONTEST_H
#define BENCH_PEERS_CONTEST_H

#include "base/text.h"
#include "cli/table.h"
#include "peers/roster.h"
#include "peers/tasks.h"
#include "session.h"

typedef struct bench_contest {
    bench_session *session;
    int threads;                         /* of the workers that run now */
    bench_worker workers[BENCH_N_PEERS]; /* as bench_peers_known; pid 0: does not take part */
    double patience_s;                   /* for an answer */
    shoal_cli_table table;
    shoal_text remarks; /* lines: who does not take part, and why */
} bench_contest;

/* One task at one size: prepares, warms up, compares, takes samples in turn, writes records and adds to the table. A
 * task that the journal holds already is only shown. Without a peer there is nothing to do. Errors: those of shoal and
 * of the journal, INTERRUPTED. */
SHOAL_MUST_USE shoal_status bench_contest_hold(bench_contest *contest, const bench_task *task, const char *size,
                                               shoal_error *err);

/* Adds "who: what", once. */
void bench_contest_remark(bench_contest *contest, const char *who, const char *what);

shoal_cli_table bench_contest_table(void);
/* A row for a peer against shoal. differs: "" where the results are equal. */
void bench_contest_show(bench_contest *contest, const bench_record *shoal, const bench_record *peer,
                        const char *differs);

#endif

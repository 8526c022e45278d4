/* A peer's process: started once, asked line by line, ended when it misbehaves or is done with.
 *
 * The protocol is described in workers/protocol.py. Whatever a worker does wrong (it is missing, crashes, hangs, says
 * no JSON) is no error of the program but the reason why it does not take part. */
#ifndef BENCH_PEERS_WORKER_H
#define BENCH_PEERS_WORKER_H

#include <stdbool.h>
#include <sys/types.h>

#include <jansson.h>
#include <shoal/context.h>

typedef struct bench_peer {
    const char *name;   /* "scikit-learn" */
    const char *script; /* in the folder of workers; ends in .py or .mjs */
    const char *remedy; /* how to get it where it is not installed */
} bench_peer;

enum { BENCH_WHY_SIZE = 256 };

typedef struct bench_worker {
    const bench_peer *peer;
    pid_t pid;    /* 0: not running */
    int to, from; /* ends of pipes */
    char version[64];
    char why[BENCH_WHY_SIZE]; /* what went wrong last */
    char log[320];            /* its standard error */
} bench_worker;

/* Starts the process without waiting for it; bench_worker_greet waits. folder: for its standard error. False where it
 * cannot be started. */
bool bench_worker_start(bench_worker *worker, const bench_peer *peer, const char *folder, char *const *environment);
/* Asks for the version. seconds: patience. False where it is not there, with the reason in why. */
bool bench_worker_greet(bench_worker *worker, const shoal_ctx *ctx, double seconds);
/* Sends the message (whose reference it takes) and waits for an answer that says ok, to be released with json_decref.
 * NULL otherwise, with the reason in why; the process is ended unless it answered in form. */
json_t *bench_worker_ask(bench_worker *worker, const shoal_ctx *ctx, double seconds, json_t *message);
/* Closes its input, waits a moment, and kills it where that does not help. Harmless where it does not run. */
void bench_worker_end(bench_worker *worker);

#endif

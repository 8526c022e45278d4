/* The peers, and the processes of those that take part with one count of threads. */
#ifndef BENCH_PEERS_ROSTER_H
#define BENCH_PEERS_ROSTER_H

#include "peers/worker.h"

enum { BENCH_N_PEERS = 11 };
extern const bench_peer bench_peers_known[BENCH_N_PEERS];

/* Index into bench_peers_known; -1 where there is none of that name. */
int bench_peer_index(const char *name);

/* The environment of a worker: this one's, with the thread counts of all libraries that read theirs from it, and the
 * kernels of OpenBLAS for this CPU where it would fall back to older ones. NULL at the end; freed by
 * bench_environment_free. Errors: MEMORY. */
SHOAL_MUST_USE shoal_status bench_environment_make(int threads, char ***environment, shoal_error *err);
void bench_environment_free(char **environment);

#endif

/* Starting and ending a child process that talks over two pipes. */
#ifndef BENCH_PEERS_PROCESS_H
#define BENCH_PEERS_PROCESS_H

#include "peers/worker.h"

/* arguments[0] is searched for in PATH. Sets pid, to and from. 0, or a value of errno. */
int bench_process_start(bench_worker *worker, char *const *arguments, char *const *environment);
/* Closes the pipes and reaps the process, after at most `seconds` by force. Gives what it died of, such as "exit
 * status 1", in `end`. */
void bench_process_end(bench_worker *worker, double seconds, char *end, size_t size);

#endif

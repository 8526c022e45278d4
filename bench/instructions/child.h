/* Another program, run in a folder of ours with an environment that is the same everywhere. */
#ifndef BENCH_INSTRUCTIONS_CHILD_H
#define BENCH_INSTRUCTIONS_CHILD_H

#include <signal.h>
#include <stddef.h>

#include "base/error.h"

#define BENCH_CHILD_LOG "log"

/* Runs argv (argv[0] looked up in PATH) in `folder` with the environment `environment` alone; what it prints goes to
 * folder/log. Waits, and kills it where *cancel (or NULL) is set. Errors: IO (cannot start; ended by a signal; exit
 * status not 0: with the last line it printed), INTERRUPTED. */
SHOAL_MUST_USE shoal_status bench_child_run(const char *folder, const char *const *argv, const char *const *environment,
                                            const volatile sig_atomic_t *cancel, shoal_error *err);

/* A file, or folder/name, whole and NUL-terminated, malloc'ed. Errors: IO (also: larger than `most` bytes), MEMORY. */
SHOAL_MUST_USE shoal_status bench_read_whole(const char *path, size_t most, char **text, size_t *length,
                                             shoal_error *err);
SHOAL_MUST_USE shoal_status bench_read_in(const char *folder, const char *name, size_t most, char **text,
                                          size_t *length, shoal_error *err);

#endif

/* Signals: how a run is stopped, and which must not stop it. */
#ifndef SHOAL_CLI_INTERRUPT_H
#define SHOAL_CLI_INTERRUPT_H

#include <signal.h>

/* The first SIGINT, SIGTERM or SIGHUP sets the flag, the second of the same kind acts as by default. What was ignored
 * when the command started (nohup, background jobs) stays ignored. SIGPIPE and SIGXFSZ are ignored, so that the write
 * fails instead and temporaries are cleaned up. Returns the flag for shoal_ctx.cancel. */
const volatile sig_atomic_t *shoal_cli_catch_signals(void);

#endif

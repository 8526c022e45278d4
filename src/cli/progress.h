/* The progress bar on standard error. Only on a terminal that can redraw a line; gone when the work is done. */
#ifndef SHOAL_CLI_PROGRESS_H
#define SHOAL_CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct shoal_cli_progress {
    bool on, drawn;
    double phase_began_ms, drawn_ms;
    int turns; /* of the mark that moves while the amount of work is unknown */
    char phase[64];
} shoal_cli_progress;

/* On where standard error is a terminal, TERM is not "dumb" and quiet is not asked for. */
shoal_cli_progress shoal_cli_progress_start(bool quiet);
/* Redraws at most ten times a second. fraction and detail as in shoal_progress_fn. */
void shoal_cli_progress_show(shoal_cli_progress *progress, const char *phase, double fraction, const char *detail);
void shoal_cli_progress_erase(shoal_cli_progress *progress);

/* The line that shows such a state `elapsed_ms` after the phase began, at most `columns` wide. buffer is returned. */
const char *shoal_cli_progress_line(const char *phase, double fraction, const char *detail, double elapsed_ms,
                                    int turns, int columns, char *buffer, size_t size);

#endif

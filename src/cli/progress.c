#include "cli/progress.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "cli/number.h"
#include "cli/text.h"

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec * 1e-6;
}

shoal_cli_progress shoal_cli_progress_start(bool quiet)
{
    const char *terminal = getenv("TERM");
    const bool redraws = terminal != NULL && strcmp(terminal, "dumb") != 0 && isatty(STDERR_FILENO);
    return (shoal_cli_progress){.on = redraws && !quiet};
}

static int terminal_columns(void)
{
    struct winsize size;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 20) return size.ws_col;
    return 80;
}

/* Cuts a text without wide characters in the middle of one to `columns`. */
static void cut(char *text, size_t columns)
{
    size_t end = strlen(text);
    while (shoal_cli_width(text) > columns) {
        end--;
        while (end > 0 && ((unsigned char)text[end] & 0xC0) == 0x80) end--;
        text[end] = '\0';
    }
}

/* "43%, 6.1%/s, 9 s left": speed and end are guesses from the phase so far, so they wait for a second of it. */
static void describe(double fraction, double elapsed_ms, char *buffer, size_t size)
{
    char time[SHOAL_CLI_NUMBER_SIZE];
    if (fraction <= 0 || elapsed_ms < 1000) {
        snprintf(buffer, size, "%3.0f%%", 100 * fmax(fraction, 0));
        return;
    }
    const double left_ms = elapsed_ms / fraction * (1 - fraction);
    snprintf(buffer, size, "%3.0f%%, %.2g%%/s, %s left", 100 * fraction, 1e5 * fraction / elapsed_ms,
             shoal_cli_duration(1000 * ceil(left_ms / 1000), time));
}

const char *shoal_cli_progress_line(const char *phase, double fraction, const char *detail, double elapsed_ms,
                                    int turns, int columns, char *buffer, size_t size)
{
    enum { WIDTH = 20 };
    char bar[WIDTH + 1], state[128], name[256], extra[512] = "";
    const bool known = fraction >= 0;
    const double done = fmin(fraction, 1);
    memset(bar, ' ', WIDTH);
    bar[WIDTH] = '\0';
    if (known) memset(bar, '#', (size_t)lround(done * WIDTH));
    else {
        const int at = turns % (2 * WIDTH - 2);
        bar[at < WIDTH ? at : 2 * WIDTH - 2 - at] = '#';
    }
    if (known) describe(done, elapsed_ms, state, sizeof state);
    else shoal_cli_duration(floor(elapsed_ms / 1000) * 1000, state);
    shoal_cli_escape(phase, name, sizeof name);
    if (detail != NULL) shoal_cli_escape(detail, extra, sizeof extra);
    snprintf(buffer, size, "%s [%s] %s%s%s", name, bar, state, extra[0] == '\0' ? "" : "  ", extra);
    cut(buffer, (size_t)columns);
    return buffer;
}

void shoal_cli_progress_show(shoal_cli_progress *progress, const char *phase, double fraction, const char *detail)
{
    enum { REDRAW_MS = 100 };
    if (!progress->on) return;
    const double now = now_ms();
    if (strncmp(phase, progress->phase, sizeof progress->phase - 1) != 0) {
        snprintf(progress->phase, sizeof progress->phase, "%s", phase);
        progress->phase_began_ms = now;
    }
    if (progress->drawn && now - progress->drawn_ms < REDRAW_MS) return;
    char line[1024];
    shoal_cli_progress_line(phase, fraction, detail, now - progress->phase_began_ms, progress->turns++,
                            terminal_columns() - 1, line, sizeof line);
    fprintf(stderr, "\r\033[K%s", line);
    fflush(stderr);
    progress->drawn = true;
    progress->drawn_ms = now;
}

void shoal_cli_progress_erase(shoal_cli_progress *progress)
{
    if (!progress->drawn) return;
    fputs("\r\033[K", stderr);
    fflush(stderr);
    progress->drawn = false;
}

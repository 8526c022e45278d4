/* shoal-generate: customers and transactions with known ground truth. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include <shoal/version.h>

#include "generate/run.h"

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
    (void)number;
    interrupted = 1;
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

static void show_progress(void *user, const char *phase, double fraction, const char *detail)
{
    (void)user;
    if (fraction < 0) fprintf(stderr, "\r\033[K%s %s", phase, detail == NULL ? "" : detail);
    else fprintf(stderr, "\r\033[K%s %3.0f %% %s", phase, 100 * fraction, detail == NULL ? "" : detail);
    fflush(stderr);
}

int main(int argc, char **argv)
{
    shoal_generate_opts opts;
    shoal_error error = {0};
    shoal_status status = shoal_generate_opts_parse(argc, argv, &opts, &error);
    if (status == SHOAL_OK && (opts.help || opts.version)) {
        if (opts.help) fputs(shoal_generate_help, stdout);
        else printf("shoal-generate %s\n", SHOAL_VERSION);
        return fflush(stdout) == 0 ? 0 : -(int)SHOAL_ERR_IO;
    }
    if (status == SHOAL_OK) {
        const bool bar = !opts.quiet && isatty(STDERR_FILENO);
        const shoal_ctx ctx = {.threads = opts.threads, .progress = bar ? show_progress : NULL, .cancel = &interrupted};
        catch_signals();
        status = shoal_generate_run(&ctx, &opts, &error);
        if (bar) fputs("\r\033[K", stderr);
    }
    if (status < 0) fprintf(stderr, "shoal-generate: %s\n", error.message);
    return status < 0 ? -(int)status : 0;
}

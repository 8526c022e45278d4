/* shoal-bench COMMAND [options]: finds the command, runs it, and turns its status into an exit status. */
#include <locale.h>
#include <stdio.h>

#include "cli/text.h"
#include "commands.h"
#include <shoal/version.h>

static void complain(const bench_opts *opts, const char *message)
{
    char shown[4 * SHOAL_ERROR_SIZE];
    fprintf(stderr, "shoal-bench%s%s: %s\n", opts->command < BENCH_N_COMMANDS ? " " : "",
            opts->command < BENCH_N_COMMANDS ? bench_command_name(opts->command) : "",
            shoal_cli_escape(message, shown, sizeof shown));
}

static shoal_status run_measuring(bench_session *session, shoal_error *err)
{
    switch (session->opts->command) {
    case BENCH_VARIANTS: return bench_variants(session, err);
    case BENCH_PEERS: return bench_peers(session, err);
    default: return bench_scaling(session, err);
    }
}

/* A command that measures: within a session. */
static shoal_status measure(const bench_opts *opts, shoal_error *err)
{
    static bench_session session; /* holds tables of limits: large for a stack */
    const bool idle = opts->list || opts->example_grid;
    shoal_status status = bench_session_start(&session, opts, !idle, err);
    if (status >= 0) status = run_measuring(&session, err);
    bench_session_end(&session);
    if (status < 0 && session.ctx.cancel != NULL && *session.ctx.cancel != 0)
        return shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted; %s",
                          opts->output != NULL ? "what was measured is kept, the same command continues"
                                               : "with -o FILE what was measured is kept");
    return status;
}

static shoal_status run(const bench_opts *opts, shoal_error *err)
{
    switch (opts->command) {
    case BENCH_REPORT: return bench_report(opts, err);
    case BENCH_COMPARE: return bench_compare(opts, err);
    case BENCH_INSTRUCTIONS: return bench_instructions(opts, err);
    default: return measure(opts, err);
    }
}

int main(int argc, char **argv)
{
    bench_opts opts;
    shoal_error err = {0};
    setlocale(LC_CTYPE, "C.UTF-8"); /* widths of characters; numbers stay in the C locale */
    shoal_status status = bench_opts_parse(argc, argv, &opts, &err);
    if (status >= 0 && opts.version) printf("shoal-bench %s\n", SHOAL_VERSION);
    else if (status >= 0 && opts.help && opts.command == BENCH_N_COMMANDS) bench_help(stdout);
    else if (status >= 0 && opts.help) bench_help_command(stdout, opts.command);
    else if (status >= 0) status = run(&opts, &err);
    if (status < 0) complain(&opts, err.message);
    if (fflush(stdout) != 0 && status >= 0) {
        complain(&opts, "cannot write to standard output");
        status = SHOAL_ERR_IO;
    }
    return status < 0 ? -(int)status : status > 0 ? 1 : 0;
}

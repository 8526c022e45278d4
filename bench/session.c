#include "session.h"

#include <errno.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/interrupt.h"
#include "cli/text.h"

static void on_progress(void *user, const char *phase, double fraction, const char *detail)
{
    bench_session *session = user;
    shoal_cli_progress_show(&session->progress, phase, fraction, detail);
}

/* https://no-color.org: set and not empty means plain */
static bool wants_bold(void)
{
    const char *plain = getenv("NO_COLOR"), *terminal = getenv("TERM");
    if (plain != NULL && plain[0] != '\0') return false;
    return terminal != NULL && strcmp(terminal, "dumb") != 0 && isatty(STDOUT_FILENO);
}

static shoal_status make_folder(bench_session *session, shoal_error *err)
{
    const char *parent = getenv("TMPDIR");
    if (parent == NULL || parent[0] == '\0') parent = "/tmp";
    const int length = snprintf(session->folder, sizeof session->folder, "%s/shoal-bench.XXXXXX", parent);
    if (length < 0 || (size_t)length >= sizeof session->folder) {
        session->folder[0] = '\0';
        return shoal_fail(err, SHOAL_ERR_IO, "TMPDIR is longer than %zu bytes", sizeof session->folder - 20);
    }
    if (mkdtemp(session->folder) != NULL) return SHOAL_OK;
    const int code = errno;
    session->folder[0] = '\0';
    return shoal_fail_errno(err, code, "cannot make a folder in %s; set TMPDIR to one that can be written", parent);
}

static int remove_entry(const char *path, const struct stat *info, int type, struct FTW *place)
{
    (void)info;
    (void)type;
    (void)place;
    return remove(path);
}

/* The kernels that OpenBLAS falls back to where it does not know a CPU: several times slower than they need be. */
static void warn_of_openblas(bench_session *session)
{
    const bench_machine *machine = &session->machine;
    if (strcmp(machine->openblas_core, "Prescott") != 0 || strcmp(machine->isa, "scalar") == 0) return;
    bench_note(session,
               "OpenBLAS does not know this CPU and uses its kernels of 2004 (Prescott); OPENBLAS_CORETYPE=%s "
               "before the command gives those for this CPU",
               strcmp(machine->isa, "avx512") == 0 ? "SkylakeX" : "Haswell");
}

shoal_status bench_session_start(bench_session *session, const bench_opts *opts, bool measure_limits, shoal_error *err)
{
    *session = (bench_session){.opts = opts, .progress = shoal_cli_progress_start(opts->quiet), .bold = wants_bold()};
    session->ctx.progress = on_progress;
    session->ctx.user = session;
    session->ctx.cancel = shoal_cli_catch_signals();
    SHOAL_TRY(bench_machine_describe(opts->machine, &session->machine, err));
    SHOAL_TRY(bench_journal_open(opts->output, &session->journal, err));
    SHOAL_TRY(make_folder(session, err));
    warn_of_openblas(session);
    if (measure_limits)
        SHOAL_TRY(bench_limits_measure(&session->ctx, &session->machine, opts->n_thread_counts, opts->thread_counts,
                                       opts->quick, &session->limits, err));
    shoal_cli_progress_erase(&session->progress);
    return bench_journal_machine(&session->journal, &session->machine, &session->limits, err);
}

void bench_session_end(bench_session *session)
{
    shoal_cli_progress_erase(&session->progress);
    bench_journal_close(&session->journal);
    if (session->folder[0] != '\0') nftw(session->folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

void bench_note(bench_session *session, const char *format, ...)
{
    if (session->opts->quiet) return;
    char message[SHOAL_ERROR_SIZE], shown[4 * SHOAL_ERROR_SIZE];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    shoal_cli_progress_erase(&session->progress);
    fprintf(stderr, "note: %s\n", shoal_cli_escape(message, shown, sizeof shown));
}

void bench_show_progress(bench_session *session, int done, int total, const char *row)
{
    shoal_cli_progress_show(&session->progress, bench_command_name(session->opts->command),
                            total > 0 ? (double)done / total : -1, row);
}

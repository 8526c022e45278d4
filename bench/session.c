#include "session.h"

#include <stdarg.h>

#include "cli/interrupt.h"
#include "cli/text.h"
#include "folder.h"

static void on_progress(void *user, const char *phase, double fraction, const char *detail)
{
    bench_session *session = user;
    shoal_cli_progress_show(&session->progress, phase, fraction, detail);
}

static void warn_of_openblas(bench_session *session)
{
    const shoal_blas_info blas = shoal_blas_get();
    if (blas.better_core != NULL)
        bench_note(session,
                   "OpenBLAS does not know this CPU and uses its kernels for an older one (%s); OPENBLAS_CORETYPE=%s "
                   "before the command gives those for this CPU",
                   blas.core, blas.better_core);
}

shoal_status bench_session_start(bench_session *session, const bench_opts *opts, bool measure_limits, shoal_error *err)
{
    *session =
        (bench_session){.opts = opts, .progress = shoal_cli_progress_start(opts->quiet), .bold = bench_wants_bold()};
    session->ctx.progress = on_progress;
    session->ctx.user = session;
    session->ctx.cancel = shoal_cli_catch_signals();
    SHOAL_TRY(bench_machine_describe(opts->machine, &session->machine, err));
    if (!measure_limits) return SHOAL_OK;
    SHOAL_TRY(bench_journal_open(opts->output, &session->journal, err));
    SHOAL_TRY(bench_folder_make(session->folder, sizeof session->folder, err));
    warn_of_openblas(session);
    SHOAL_TRY(bench_limits_measure(&session->ctx, &session->machine, opts->n_thread_counts, opts->thread_counts,
                                   opts->quick, &session->limits, err));
    shoal_cli_progress_erase(&session->progress);
    return bench_journal_machine(&session->journal, &session->machine, &session->limits, err);
}

void bench_session_end(bench_session *session)
{
    shoal_cli_progress_erase(&session->progress);
    bench_journal_close(&session->journal);
    bench_folder_remove(session->folder);
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

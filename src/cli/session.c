#include "cli/session.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/number.h"
#include "cli/text.h"
#include <shoal/report.h>

static void on_progress(void *user, const char *phase, double fraction, const char *detail)
{
    shoal_cli_session *session = user;
    shoal_cli_progress_show(&session->progress, phase, fraction, detail);
}

static void on_notice(void *user, const char *message)
{
    shoal_cli_session *session = user;
    shoal_cli_progress_erase(&session->progress);
    shoal_cli_notices_add(&session->notices, message);
}

/* https://no-color.org: set and not empty means plain */
static bool wants_bold(void)
{
    const char *plain = getenv("NO_COLOR"), *terminal = getenv("TERM");
    if (plain != NULL && plain[0] != '\0') return false;
    return terminal != NULL && strcmp(terminal, "dumb") != 0 && isatty(STDOUT_FILENO);
}

void shoal_cli_session_start(shoal_cli_session *session, const shoal_cli_args *args,
                             const volatile sig_atomic_t *cancel)
{
    *session = (shoal_cli_session){
        .args = args,
        .ctx = shoal_ctx_default(),
        .progress = shoal_cli_progress_start(args->quiet != 0),
        .notices = {.quiet = args->quiet != 0},
        .bold = wants_bold(),
    };
    const char *isa = getenv("SHOAL_CPU");
    if (isa != NULL && strcmp(isa, shoal_isa_name()) != 0 && !args->quiet)
        fprintf(stderr, "note: SHOAL_CPU=%s is not scalar, avx2 or avx512 as this machine has them: %s is used\n", isa,
                shoal_isa_name());
    session->ctx.threads = args->threads;
    session->ctx.progress = on_progress;
    session->ctx.notice = on_notice;
    session->ctx.user = session;
    session->ctx.cancel = cancel;
}

void shoal_cli_session_end(shoal_cli_session *session)
{
    shoal_cli_progress_erase(&session->progress);
    shoal_cli_notices_free(&session->notices);
}

shoal_status shoal_cli_step_done(shoal_cli_session *session, shoal_status status)
{
    shoal_cli_progress_erase(&session->progress);
    if (status < 0 && *session->ctx.cancel != 0) {
        session->err = (shoal_error){SHOAL_ERR_INTERRUPTED, "interrupted; nothing was changed"};
        return SHOAL_ERR_INTERRUPTED;
    }
    /* steps tell the reason themselves; a remark without a word would pass unseen */
    if (status > 0 && session->notices.n == 0) shoal_cli_notices_add(&session->notices, shoal_status_name(status));
    return status;
}

shoal_status shoal_cli_document(shoal_cli_session *session, char *json)
{
    if (json == NULL) {
        session->err = (shoal_error){SHOAL_ERR_MEMORY, "out of memory while printing the result"};
        return SHOAL_ERR_MEMORY;
    }
    fputs(json, stdout);
    shoal_string_free(json);
    return SHOAL_OK;
}

void shoal_cli_heading(const shoal_cli_session *session, bool first, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    if (!first) putchar('\n');
    if (session->bold) fputs("\033[1m", stdout);
    vprintf(format, args);
    fputs(session->bold ? "\033[0m\n" : "\n", stdout);
    va_end(args);
}

shoal_status shoal_cli_show(shoal_cli_session *session, shoal_cli_table *table)
{
    return shoal_cli_table_end(table, stdout, session->bold, &session->err);
}

void shoal_cli_show_times(const shoal_times *times)
{
    char number[SHOAL_CLI_NUMBER_SIZE];
    double total = 0;
    for (int i = 0; i < times->n; i++) total += times->phases[i].ms;
    printf("\nTime: %s", shoal_cli_duration(total, number));
    for (int i = 0; i < times->n; i++)
        printf("%s%s %s", i == 0 ? " (" : ", ", times->phases[i].phase,
               shoal_cli_duration(times->phases[i].ms, number));
    puts(times->n > 0 ? ")" : "");
}

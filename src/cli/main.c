/* shoal VERB [options]: finds the verb, parses its options, runs it, and turns its status into an exit status. */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/help.h"
#include "cli/interrupt.h"
#include "cli/parse.h"
#include "cli/text.h"
#include <shoal/version.h>

static const shoal_cli_command commands[SHOAL_CLI_N_VERBS] = {
    [SHOAL_CLI_SEGMENT] = shoal_cli_segment, [SHOAL_CLI_IMPORT] = shoal_cli_import,
    [SHOAL_CLI_INFO] = shoal_cli_info,       [SHOAL_CLI_RFM] = shoal_cli_rfm,
    [SHOAL_CLI_CLV] = shoal_cli_clv,         [SHOAL_CLI_KMEANS] = shoal_cli_kmeans,
    [SHOAL_CLI_ASSIGN] = shoal_cli_assign,   [SHOAL_CLI_REPORT] = shoal_cli_report,
    [SHOAL_CLI_EXPORT] = shoal_cli_export,
};

/* A closed stream must not become the next file that is opened. */
static void secure_streams(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) == -1 && errno == EBADF)
            (void)open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY); /* so that use of it fails */
}

/* Whether standard output is a pipe that nobody reads any more, such as that of `shoal … | head`. */
static bool reader_is_gone(void)
{
    struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};
    return poll(&out, 1, 0) == 1 && (out.revents & POLLERR) != 0;
}

/* "shoal VERB: message" */
static void complain(const char *verb, const char *message)
{
    char shown[4 * SHOAL_ERROR_SIZE];
    fprintf(stderr, "shoal%s%s: %s\n", *verb == '\0' ? "" : " ", verb, shoal_cli_escape(message, shown, sizeof shown));
}

/* Writing may fail as late as here. Returns the exit status. */
static int close_output(const char *verb, int exit_status)
{
    const bool failed_before = ferror(stdout) != 0;
    errno = 0;
    const bool failed = fclose(stdout) != 0 || failed_before;
    if (!failed || exit_status != 0) return exit_status;
    const int code = errno; /* 0 where an earlier write failed, whose reason is gone */
    if (code != EPIPE && !reader_is_gone()) {
        char message[256];
        snprintf(message, sizeof message, "cannot write to standard output%s%s", code == 0 ? "" : ": ",
                 code == 0 ? "" : strerror(code));
        complain(verb, message);
    }
    return -SHOAL_ERR_IO;
}

static int run_verb(shoal_cli_verb_id verb, int argc, char *const *argv)
{
    const char *name = shoal_cli_verbs[verb].name;
    shoal_cli_args args;
    shoal_error err = {0};
    shoal_status status = shoal_cli_parse(verb, argc, argv, &args, &err);
    if (status < 0) {
        complain(name, err.message);
        fprintf(stderr, "Try 'shoal %s --help'.\n", name);
        return -(int)status;
    }
    if (args.help) {
        shoal_cli_help_verb(stdout, verb);
        return 0;
    }
    shoal_cli_session session;
    shoal_cli_session_start(&session, &args, shoal_cli_catch_signals());
    status = commands[verb](&session);
    shoal_cli_session_end(&session);
    if (status < 0 && !(status == SHOAL_ERR_IO && reader_is_gone())) complain(name, session.err.message);
    return status < 0 ? -(int)status : 0;
}

static int unknown_word(const char *word)
{
    static const char *const options[] = {"help", "version", "completion"};
    const char *verbs[SHOAL_CLI_N_VERBS];
    for (int i = 0; i < SHOAL_CLI_N_VERBS; i++) verbs[i] = shoal_cli_verbs[i].name;
    char shown[256], near[256], message[1024];
    const bool is_option = word[0] == '-';
    if (is_option)
        shoal_cli_nearest(word + strspn(word, "-"), options, sizeof options / sizeof options[0], "--", near,
                          sizeof near);
    else shoal_cli_nearest(word, verbs, SHOAL_CLI_N_VERBS, "", near, sizeof near);
    snprintf(message, sizeof message, "unknown %s '%s'%s", is_option ? "option" : "verb",
             shoal_cli_escape(word, shown, sizeof shown), near);
    complain("", message);
    fputs("Try 'shoal --help'.\n", stderr);
    return -SHOAL_ERR_USAGE;
}

static int print_completion(const char *shell)
{
    if (shell != NULL && shoal_cli_completion(stdout, shell)) return 0;
    complain("", "--completion needs a shell: bash, zsh or fish");
    return -SHOAL_ERR_USAGE;
}

/* For the build: the manual page of a verb, or of the command. */
static int print_man(const char *word)
{
    const int verb = word == NULL ? -1 : shoal_cli_verb_by_name(word);
    if (word != NULL && verb < 0) return unknown_word(word);
    if (word == NULL) shoal_cli_man(stdout);
    else shoal_cli_man_verb(stdout, (shoal_cli_verb_id)verb);
    return 0;
}

static void print_version(void)
{
    const shoal_blas_info blas = shoal_blas_get();
    printf("shoal %s\n%s kernels; OpenBLAS %s with %s kernels\n", shoal_version(), shoal_isa_name(), blas.version,
           blas.core);
    if (blas.better_core != NULL)
        printf(
            "OpenBLAS does not know this CPU and uses kernels for an older one. shoal asks it for small matrices alone "
            "and is no slower;\nother programs are quicker with OPENBLAS_CORETYPE=%s in the environment\n",
            blas.better_core);
}

static int dispatch(int argc, char *const *argv)
{
    const char *word = argc > 1 ? argv[1] : NULL, *argument = argc > 2 ? argv[2] : NULL;
    if (word == NULL) {
        complain("", "a verb is missing");
        fputs("Try 'shoal --help'.\n", stderr);
        return -SHOAL_ERR_USAGE;
    }
    const int verb = shoal_cli_verb_by_name(word);
    if (verb >= 0) return run_verb((shoal_cli_verb_id)verb, argc - 2, argv + 2);
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) shoal_cli_help(stdout);
    else if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0) print_version();
    else if (strcmp(word, "--completion") == 0) return print_completion(argument);
    else if (strcmp(word, "--man") == 0) return print_man(argument);
    else return unknown_word(word);
    return 0;
}

int main(int argc, char **argv)
{
    secure_streams();
    setlocale(LC_CTYPE, "C.UTF-8"); /* widths of characters; numbers stay in the C locale */
    const int verb = argc > 1 ? shoal_cli_verb_by_name(argv[1]) : -1;
    return close_output(verb < 0 ? "" : shoal_cli_verbs[verb].name, dispatch(argc, argv));
}

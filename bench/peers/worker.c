#include "peers/worker.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "base/threads.h"
#include "peers/process.h"

enum { ANSWER_SIZE = 8192 };

static void say_why(bench_worker *worker, const char *format, ...) SHOAL_PRINTF(2, 3);
static void say_why(bench_worker *worker, const char *format, ...)
{
    char text[2 * BENCH_WHY_SIZE];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    shoal_text_copy(worker->why, sizeof worker->why, text);
}

/* The last line that is not blank of its standard error, which tells most; "" where there is none. */
static void last_words(const bench_worker *worker, char *words, size_t size)
{
    char line[BENCH_WHY_SIZE];
    words[0] = '\0';
    FILE *log = fopen(worker->log, "re");
    if (log == NULL) return;
    while (fgets(line, sizeof line, log) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (line[strspn(line, " \t\r")] != '\0') shoal_text_copy(words, size, line);
    }
    fclose(log);
}

static const char *python(void)
{
    const char *chosen = getenv("PYTHON3"), *usual = "/usr/bin/python3"; /* the one that sees Debian's modules */
    if (chosen != NULL && chosen[0] != '\0') return chosen;
    return access(usual, X_OK) == 0 ? usual : "python3";
}

static const char *workers_folder(void)
{
    const char *chosen = getenv("SHOAL_BENCH_WORKERS");
    return chosen != NULL && chosen[0] != '\0' ? chosen : BENCH_WORKERS_FOLDER;
}

bool bench_worker_start(bench_worker *worker, const bench_peer *peer, const char *folder, char *const *environment)
{
    *worker = (bench_worker){.peer = peer};
    char program[4096], script[4096];
    const bool is_python = strstr(peer->script, ".py") != NULL;
    snprintf(program, sizeof program, "%s", is_python ? python() : "node");
    snprintf(script, sizeof script, "%s/%s", workers_folder(), peer->script);
    snprintf(worker->log, sizeof worker->log, "%s/%s.log", folder, peer->name);
    if (access(script, R_OK) != 0) {
        say_why(worker, "there is no %s", script);
        return false;
    }
    char *const arguments[] = {program, script, NULL};
    const int code = bench_process_start(worker, arguments, environment);
    if (code == ENOENT) say_why(worker, "%s is not installed%s", program, peer->remedy);
    else if (code != 0) say_why(worker, "%s cannot be started: %s", program, strerror(code));
    return code == 0;
}

static void dismiss(bench_worker *worker, double seconds, const char *deed)
{
    char end[64], words[BENCH_WHY_SIZE];
    bench_process_end(worker, seconds, end, sizeof end);
    last_words(worker, words, sizeof words);
    say_why(worker, "%s%s%s%s%s%s", deed, seconds > 0 ? " (" : "", seconds > 0 ? end : "", seconds > 0 ? ")" : "",
            words[0] != '\0' ? ": " : "", words);
}

static bool send_line(bench_worker *worker, json_t *message)
{
    char *text = json_dumps(message, JSON_COMPACT);
    json_decref(message);
    if (text == NULL) {
        say_why(worker, "not enough memory");
        return false;
    }
    const size_t length = strlen(text);
    size_t sent = 0;
    text[length] = '\n'; /* in place of the NUL */
    while (sent <= length) {
        const ssize_t n = write(worker->to, text + sent, length + 1 - sent);
        if (n < 0 && errno != EINTR) break;
        if (n > 0) sent += (size_t)n;
    }
    free(text);
    if (sent > length) return true;
    dismiss(worker, 1, "it ended");
    return false;
}

/* One line without its newline. False where it did not come in time, in form or at all; the process is ended then. */
static bool receive_line(bench_worker *worker, const shoal_ctx *ctx, double seconds, char *line, size_t size)
{
    const double since = shoal_clock_ms();
    size_t length = 0;
    for (;;) {
        struct pollfd source = {.fd = worker->from, .events = POLLIN};
        const int ready = poll(&source, 1, 100);
        if (shoal_cancelled(ctx)) {
            dismiss(worker, 0, "interrupted");
            return false;
        }
        if (ready <= 0 && shoal_clock_ms() - since > seconds * 1e3) {
            char deed[64];
            snprintf(deed, sizeof deed, "no answer within %.3g seconds", seconds);
            dismiss(worker, 0, deed);
            return false;
        }
        if (ready <= 0) continue;
        const ssize_t n = read(worker->from, line + length, size - length);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) {
            dismiss(worker, 1, "it ended");
            return false;
        }
        length += (size_t)n;
        if (line[length - 1] == '\n') break;
        if (length == size) {
            dismiss(worker, 0, "its answer is too long");
            return false;
        }
    }
    line[length - 1] = '\0';
    return true;
}

json_t *bench_worker_ask(bench_worker *worker, const shoal_ctx *ctx, double seconds, json_t *message)
{
    char line[ANSWER_SIZE], quoted[128];
    if (worker->pid == 0 || message == NULL) {
        json_decref(message);
        return NULL;
    }
    if (!send_line(worker, message) || !receive_line(worker, ctx, seconds, line, sizeof line)) return NULL;
    json_t *answer = json_loads(line, 0, NULL);
    const json_t *ok = json_object_get(answer, "ok");
    if (json_is_true(ok)) return answer;
    if (json_is_false(ok)) {
        const char *why = json_string_value(json_object_get(answer, "why"));
        say_why(worker, "%s", why != NULL ? why : "it gives no reason");
    } else {
        char deed[160];
        snprintf(deed, sizeof deed, "it answered %s", shoal_text_quote(line, strlen(line), quoted, sizeof quoted));
        dismiss(worker, 0, deed);
    }
    json_decref(answer);
    return NULL;
}

bool bench_worker_greet(bench_worker *worker, const shoal_ctx *ctx, double seconds)
{
    json_t *answer = bench_worker_ask(worker, ctx, seconds, json_pack("{s:s}", "op", "hello"));
    if (answer == NULL) {
        char why[BENCH_WHY_SIZE], end[64];
        shoal_text_copy(why, sizeof why, worker->why);
        if (worker->pid != 0) say_why(worker, "%s%s", why, worker->peer->remedy);
        bench_process_end(worker, 1, end, sizeof end);
        return false;
    }
    const char *version = json_string_value(json_object_get(answer, "version"));
    shoal_text_copy(worker->version, sizeof worker->version, version != NULL ? version : "");
    json_decref(answer);
    return true;
}

void bench_worker_end(bench_worker *worker)
{
    char end[64];
    bench_process_end(worker, 1, end, sizeof end);
}

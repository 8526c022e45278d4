#include "peers/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

typedef struct pipes {
    int in[2], out[2]; /* of the child: it reads in[0] and writes out[1] */
} pipes;

static void close_both(const int ends[2])
{
    close(ends[0]);
    close(ends[1]);
}

static int make_pipes(pipes *p)
{
    if (pipe2(p->in, O_CLOEXEC) != 0) return errno;
    if (pipe2(p->out, O_CLOEXEC) == 0) return 0;
    const int code = errno;
    close_both(p->in);
    return code;
}

/* A group of its own: Ctrl-C is for shoal-bench, which then ends its workers. Signals are as at the start of a program:
 * shoal-bench itself ignores some. */
static int spawn(const pipes *p, const char *log, char *const *arguments, char *const *environment, pid_t *pid)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t usual;
    sigemptyset(&usual);
    sigaddset(&usual, SIGPIPE);
    sigaddset(&usual, SIGXFSZ);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, p->in[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, p->out[1], STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigdefault(&attributes, &usual);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
    const int code = posix_spawnp(pid, arguments[0], &actions, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return code;
}

int bench_process_start(bench_worker *worker, char *const *arguments, char *const *environment)
{
    pipes p;
    int code = make_pipes(&p);
    if (code != 0) return code;
    code = spawn(&p, worker->log, arguments, environment, &worker->pid);
    if (code != 0) {
        worker->pid = 0;
        close_both(p.in);
        close_both(p.out);
        return code;
    }
    close(p.in[0]);
    close(p.out[1]);
    worker->to = p.in[1];
    worker->from = p.out[0];
    return 0;
}

void bench_process_end(bench_worker *worker, double seconds, char *end, size_t size)
{
    const struct timespec moment = {.tv_nsec = 5000000};
    const double since = shoal_clock_ms();
    int status = 0;
    end[0] = '\0';
    if (worker->pid == 0) return;
    close(worker->to);
    close(worker->from);
    pid_t ended = waitpid(worker->pid, &status, WNOHANG);
    while (ended == 0 && shoal_clock_ms() - since < seconds * 1e3) {
        nanosleep(&moment, NULL);
        ended = waitpid(worker->pid, &status, WNOHANG);
    }
    if (ended == 0) {
        kill(-worker->pid, SIGKILL); /* with what it may have started itself */
        ended = waitpid(worker->pid, &status, 0);
    }
    if (ended > 0 && WIFEXITED(status)) snprintf(end, size, "exit status %d", WEXITSTATUS(status));
    else if (ended > 0 && WIFSIGNALED(status)) snprintf(end, size, "%s", strsignal(WTERMSIG(status)));
    worker->pid = 0;
}

#include "instructions/child.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

enum { LOG_BYTES = 1 << 20 };

shoal_status bench_read_whole(const char *path, size_t most, char **text, size_t *length, shoal_error *err)
{
    shoal_status status;
    FILE *file = fopen(path, "re");
    *text = NULL;
    if (file == NULL) return shoal_fail_errno(err, errno, "cannot open %s", path);
    SHOAL_TRY_OUT(shoal_alloc((int64_t)most + 2, 1, text, err));
    *length = fread(*text, 1, most + 1, file);
    (*text)[*length] = '\0';
    if (ferror(file)) status = shoal_fail_errno(err, errno, "cannot read %s", path);
    else if (*length > most) status = shoal_fail(err, SHOAL_ERR_IO, "%s is larger than %zu bytes", path, most);
out:
    if (status < 0) {
        free(*text);
        *text = NULL;
    }
    fclose(file);
    return status;
}

shoal_status bench_read_in(const char *folder, const char *name, size_t most, char **text, size_t *length,
                           shoal_error *err)
{
    char *path;
    SHOAL_TRY(shoal_path_join(folder, name, &path, err));
    const shoal_status status = bench_read_whole(path, most, text, length, err);
    free(path);
    return status;
}

/* The last line of the log that says something, for a message. buffer is returned, "nothing" where there is none. */
static const char *last_words(const char *folder, char *buffer, size_t size)
{
    char *text = NULL;
    size_t length = 0;
    snprintf(buffer, size, "nothing");
    if (bench_read_in(folder, BENCH_CHILD_LOG, LOG_BYTES, &text, &length, NULL) < 0 || text == NULL) return buffer;
    while (length > 0 && text[length - 1] == '\n') text[--length] = '\0';
    const char *line = strrchr(text, '\n');
    line = line == NULL ? text : line + 1;
    if (line[0] != '\0') shoal_text_copy(buffer, size, line);
    free(text);
    return buffer;
}

static shoal_status start(const char *folder, const char *const *argv, const char *const *environment, pid_t *pid,
                          shoal_error *err)
{
    posix_spawn_file_actions_t actions;
    int code = posix_spawn_file_actions_init(&actions);
    if (code != 0) return shoal_fail_memory(err);
    code = posix_spawn_file_actions_addchdir_np(&actions, folder);
    if (code == 0) code = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (code == 0)
        code = posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, BENCH_CHILD_LOG, O_WRONLY | O_CREAT | O_TRUNC,
                                                0666);
    if (code == 0) code = posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
    /* the prototype is older than const */
    if (code == 0) code = posix_spawnp(pid, argv[0], &actions, NULL, (char *const *)argv, (char *const *)environment);
    posix_spawn_file_actions_destroy(&actions);
    return code == 0 ? SHOAL_OK : shoal_fail_errno(err, code, "cannot run %s", argv[0]);
}

/* Looks every 10 ms whether the child is done or we are to stop: the signal may have reached any thread. */
static shoal_status wait_for(pid_t pid, const volatile sig_atomic_t *cancel, int *end, shoal_error *err)
{
    const struct timespec pause = {.tv_nsec = 10000000};
    bool stopped = false;
    pid_t done;
    while ((done = waitpid(pid, end, WNOHANG)) == 0 || (done < 0 && errno == EINTR)) {
        if (!stopped && cancel != NULL && *cancel != 0) {
            kill(pid, SIGKILL);
            stopped = true;
        }
        nanosleep(&pause, NULL);
    }
    if (stopped || (cancel != NULL && *cancel != 0)) return shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted");
    return done == pid ? SHOAL_OK : shoal_fail_errno(err, errno, "lost the child process");
}

shoal_status bench_child_run(const char *folder, const char *const *argv, const char *const *environment,
                             const volatile sig_atomic_t *cancel, shoal_error *err)
{
    pid_t pid = -1;
    int end;
    char words[512];
    SHOAL_TRY(start(folder, argv, environment, &pid, err));
    SHOAL_TRY(wait_for(pid, cancel, &end, err));
    if (WIFSIGNALED(end))
        return shoal_fail(err, SHOAL_ERR_IO, "%s was ended by signal %d; it printed: %s", argv[0], WTERMSIG(end),
                          last_words(folder, words, sizeof words));
    if (WEXITSTATUS(end) != 0)
        return shoal_fail(err, SHOAL_ERR_IO, "%s ended with exit status %d; it printed: %s", argv[0], WEXITSTATUS(end),
                          last_words(folder, words, sizeof words));
    return SHOAL_OK;
}

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "instructions/baseline.h"
#include "instructions/region.h"

enum { STACK_BYTES = 8 << 20, STACK_ALIGNMENT = 1 << 16 };

typedef struct counted_run {
    const bench_counted *counted;
    shoal_status status;
    shoal_error *err;
} counted_run;

static void *run(void *argument)
{
    counted_run *r = argument;
    void *state = NULL;
    r->status = r->counted->prepare(r->counted, &state, r->err);
    if (r->status >= 0) r->status = r->counted->run(state, r->err);
    if (r->status >= 0) bench_instructions_region(r->counted, state, &r->status, r->err);
    r->counted->release(state);
    return NULL;
}

/* On a stack of its own: where the first one begins depends on the length of environment, paths and arguments, and
 * copies of the C library take other ways at other alignments. */
static shoal_status run_aligned(counted_run *r, shoal_error *err)
{
    pthread_attr_t attributes;
    pthread_t thread;
    void *stack = aligned_alloc(STACK_ALIGNMENT, STACK_BYTES);
    if (stack == NULL) return shoal_fail_memory(err);
    pthread_attr_init(&attributes);
    int code = pthread_attr_setstack(&attributes, stack, STACK_BYTES);
    if (code == 0) code = pthread_create(&thread, &attributes, run, r);
    if (code == 0) code = pthread_join(thread, NULL);
    pthread_attr_destroy(&attributes);
    free(stack);
    if (code != 0) return shoal_fail_errno(err, code, "cannot start a thread");
    return r->status;
}

static shoal_status run_one(const bench_counted *counted, shoal_error *err)
{
    counted_run r = {.counted = counted, .err = err};
    shoal_status status = run_aligned(&r, err);
    if (status > 0)
        status = shoal_fail(err, SHOAL_ERR_INPUT, "the call ended as \"%s\": a case must be one that comes to an end",
                            shoal_status_name(status));
    if (status < 0) shoal_error_prefix(err, "%s", counted->name);
    return status;
}

static shoal_status wait_for(pid_t pid, const bench_counted *counted, shoal_error *err)
{
    int end;
    while (waitpid(pid, &end, 0) < 0)
        if (errno != EINTR) return shoal_fail_errno(err, errno, "%s: lost its process", counted->name);
    if (WIFEXITED(end)) return SHOAL_OK;
    return shoal_fail(err, SHOAL_ERR_IO, "%s: ended by signal %d", counted->name, WTERMSIG(end));
}

/* To start valgrind takes longer than a case does; a copy of the process begins as the first one did. `shared` brings
 * the copy's status and message back. */
static shoal_status run_copy(const bench_counted *counted, int number, shoal_error *shared, shoal_error *err)
{
    char made[64], kept[64];
    fflush(NULL);
    const pid_t pid = fork();
    if (pid < 0) return shoal_fail_errno(err, errno, "cannot start a process");
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* who interrupts the first process knows nothing of this one */
        setenv("SHOAL_CPU", counted->isa, 1);
        shared->status = run_one(counted, shared);
        _exit(0);
    }
    SHOAL_TRY(wait_for(pid, counted, err));
    if (shared->status < 0) {
        if (err != NULL) *err = *shared;
        return shared->status;
    }
    snprintf(made, sizeof made, BENCH_COUNTS_NAME ".%d", (int)pid);
    snprintf(kept, sizeof kept, BENCH_COUNTS_NAME "-%d", number);
    if (rename(made, kept) == 0 || errno == ENOENT) return SHOAL_OK; /* none where valgrind is not there */
    return shoal_fail_errno(err, errno, "cannot rename %s", made);
}

/* The next name of the list: NULL and *names unchanged where no case is called so. */
static const bench_counted *next_case(const char **names)
{
    char name[BENCH_COUNT_NAME_SIZE];
    const size_t length = strcspn(*names, ",");
    if (length >= sizeof name) return NULL;
    memcpy(name, *names, length);
    name[length] = '\0';
    const bench_counted *counted = bench_counted_find(name);
    if (counted != NULL) *names += length + ((*names)[length] == ',');
    return counted;
}

shoal_status bench_run_counted(const char *names, shoal_error *err)
{
    shoal_error *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) return shoal_fail_memory(err);
    shoal_status status = SHOAL_OK;
    for (int number = 0; status >= 0 && names[0] != '\0'; number++) {
        const bench_counted *counted = next_case(&names);
        if (counted != NULL) status = run_copy(counted, number, shared, err);
        else status = shoal_fail(err, SHOAL_ERR_USAGE, "no case is called \"%.*s\"", (int)strcspn(names, ","), names);
    }
    munmap(shared, sizeof *shared);
    return status;
}

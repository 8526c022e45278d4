#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

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

shoal_status bench_run_counted(const char *name, shoal_error *err)
{
    counted_run r = {.counted = bench_counted_find(name), .err = err};
    if (r.counted == NULL) return shoal_fail(err, SHOAL_ERR_USAGE, "no case is called \"%s\"", name);
    const shoal_status status = run_aligned(&r, err);
    if (status > 0)
        return shoal_fail(err, SHOAL_ERR_INPUT, "the call ended as \"%s\": a case must be one that comes to an end",
                          shoal_status_name(status));
    return status;
}

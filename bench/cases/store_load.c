/* Every float32 column of a store into memory; and the same file through read, as cat reads it, which is what loading
 * is to be judged by. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/threads.h"
#include "cases/plain.h"
#include "cases/scratch.h"
#include "cases/states.h"
#include "store/store.h"

static void release(void *state)
{
    bench_store_state *s = state;
    bench_scratch_remove(s->folder);
    free(s->path);
    shoal_table_free(&s->truth);
    shoal_table_free(&s->read);
    free(s);
}

static shoal_status write_store(const bench_store_state *s, shoal_error *err)
{
    shoal_store *store;
    SHOAL_TRY(shoal_store_create(s->path, s->truth.n_rows, &store, err));
    for (int j = 0; j < s->truth.n_columns; j++) {
        const shoal_status status = shoal_store_write(store, "customers", &s->truth.columns[j], "feature", err);
        if (status < 0) {
            shoal_store_close(store);
            return status;
        }
    }
    return shoal_store_commit(&store, err);
}

static shoal_status fill(void *state, const bench_params *params, const char *folder, shoal_error *err)
{
    enum { GROUPS = 8 };
    bench_store_state *made = state;
    SHOAL_TRY(bench_scratch_make(folder, "load", &made->folder, err));
    SHOAL_TRY(shoal_path_join(made->folder, "store.h5", &made->path, err));
    SHOAL_TRY(bench_workload_make(NULL, bench_params_count(params, "n"), (int)bench_params_count(params, "d"), GROUPS,
                                  1, &made->truth, err));
    return write_store(made, err);
}

/* --- load --- */

static void before(void *state)
{
    bench_store_state *s = state;
    shoal_table_free(&s->read);
}

static shoal_status load(bench_store_state *s, const shoal_ctx *ctx, shoal_store *store, shoal_error *err)
{
    shoal_store_column_info *infos;
    int n;
    SHOAL_TRY(shoal_store_list(store, "customers", &n, &infos, err));
    shoal_status status = SHOAL_OK;
    for (int j = 0; j < n && status >= 0; j++)
        if (strcmp(infos[j].role, "feature") == 0)
            status = shoal_store_read(ctx, store, "customers", infos[j].name, SHOAL_F32, &s->read, err);
    free(infos);
    return status;
}

// NOLINTNEXTLINE(readability-non-const-parameter): a bench_run_fn
static shoal_status run_load(void *state, const shoal_ctx *ctx, double *phase_ms, shoal_error *err)
{
    bench_store_state *s = state;
    shoal_store *store;
    (void)phase_ms;
    before(s);
    SHOAL_TRY(shoal_store_open(s->path, SHOAL_STORE_READ, &store, err));
    const shoal_status status = load(s, ctx, store, err);
    shoal_store_close(store);
    return status;
}

/* Every bit as it was written. */
static shoal_status check_load(void *state, shoal_error *err)
{
    const bench_store_state *s = state;
    if (s->read.n_columns != s->truth.n_columns || s->read.n_rows != s->truth.n_rows)
        return shoal_fail(err, SHOAL_ERR_INPUT,
                          "%d columns of %" PRId64 " rows were read; %d of %" PRId64 " were written", s->read.n_columns,
                          s->read.n_rows, s->truth.n_columns, s->truth.n_rows);
    for (int j = 0; j < s->truth.n_columns; j++)
        if (memcmp(s->read.columns[j].data, s->truth.columns[j].data, (size_t)s->truth.n_rows * sizeof(float)) != 0)
            return shoal_fail(err, SHOAL_ERR_INPUT, "column %s was read otherwise than it was written",
                              s->truth.columns[j].name);
    return SHOAL_OK;
}

static bench_cost cost_load(const void *state, int phase)
{
    const bench_store_state *s = state;
    (void)phase;
    return (bench_cost){.bytes = (double)s->truth.n_rows * s->truth.n_columns * sizeof(float)};
}

const bench_case bench_case_store_load = {
    .name = "store_load",
    .what = "every float32 column of a store into memory, checksums verified, file in the page cache",
    .params = "n=1000000 d=16",
    .quick = "n=100000 d=16",
    .sizes = {"n", "d"},
    .weak = "n",
    .state_size = sizeof(bench_store_state),
    .fill = fill,
    .before = before,
    .run = run_load,
    .check = check_load,
    .cost = cost_load,
    .release = release,
};

/* --- the file itself --- */

/* Bytes that a stretch of the file gave; negative: errno. */
static int64_t read_stretch(int fd, int64_t begin, int64_t end)
{
    char buffer[128 * 1024];
    int64_t at = begin;
    while (at < end) {
        const size_t wanted = end - at < (int64_t)sizeof buffer ? (size_t)(end - at) : sizeof buffer;
        const ssize_t got = pread(fd, buffer, wanted, at);
        if (got < 0 && errno != EINTR) return -errno;
        if (got == 0) break;
        if (got > 0) at += got;
    }
    return at - begin;
}

// NOLINTNEXTLINE(readability-non-const-parameter): a bench_run_fn
static shoal_status run_file(void *state, const shoal_ctx *ctx, double *phase_ms, shoal_error *err)
{
    bench_store_state *s = state;
    const int64_t bytes = bench_file_bytes(s->path), pieces = shoal_ctx_threads(ctx);
    const int fd = open(s->path, O_RDONLY | O_CLOEXEC);
    (void)phase_ms;
    s->read_bytes = 0;
    if (fd < 0) return shoal_fail_errno(err, errno, "cannot open %s", s->path);
    int64_t total = 0, failed = 0;
#pragma omp parallel for schedule(static) num_threads((int)pieces) reduction(+ : total) reduction(min : failed)
    for (int64_t piece = 0; piece < pieces; piece++) {
        const int64_t got = read_stretch(fd, bytes * piece / pieces, bytes * (piece + 1) / pieces);
        if (got < 0) failed = got;
        else total += got;
    }
    close(fd);
    if (failed < 0) return shoal_fail_errno(err, (int)-failed, "cannot read %s", s->path);
    s->read_bytes = total;
    return SHOAL_OK;
}

static shoal_status check_file(void *state, shoal_error *err)
{
    const bench_store_state *s = state;
    const int64_t bytes = bench_file_bytes(s->path);
    if (s->read_bytes == bytes && bytes > 0) return SHOAL_OK;
    return shoal_fail(err, SHOAL_ERR_INPUT, "%" PRId64 " bytes of %" PRId64 " were read", s->read_bytes, bytes);
}

static bench_cost cost_file(const void *state, int phase)
{
    const bench_store_state *s = state;
    (void)phase;
    return (bench_cost){.bytes = (double)bench_file_bytes(s->path)};
}

const bench_case bench_case_file_read = {
    .name = "file_read",
    .what = "the file of store_load as cat reads it, a stretch a thread: what loading is measured by",
    .params = "n=1000000 d=16",
    .quick = "n=100000 d=16",
    .state_size = sizeof(bench_store_state),
    .fill = fill,
    .run = run_file,
    .check = check_file,
    .cost = cost_file,
    .release = release,
};

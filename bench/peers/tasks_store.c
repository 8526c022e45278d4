/* How fast the columns of a store come into memory, against h5py on the same file and cat of it. */
#include <stdio.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "base/random.h"
#include "peers/tasks.h"
#include "store/store.h"

enum { SEED = 1, NAME_SIZE = 32 };

typedef struct store_state {
    const char *path; /* in the files of the task */
    int64_t n;
    int d;
    double file_bytes;
    shoal_table table;
} store_state;

static void name_column(int j, char *name)
{
    snprintf(name, NAME_SIZE, "feature_%04d", j);
}

static shoal_status fill(shoal_store *store, const store_state *s, float *values, shoal_error *err)
{
    for (int j = 0; j < s->d; j++) {
        char name[NAME_SIZE];
        shoal_rng rng = shoal_rng_start(SEED, (uint64_t)j);
        for (int64_t i = 0; i < s->n; i++) values[i] = (float)shoal_rng_uniform(&rng);
        name_column(j, name);
        const shoal_column column = {.name = name, .type = SHOAL_F32, .length = s->n, .data = values};
        SHOAL_TRY(shoal_store_write(store, "customers", &column, "feature", err));
    }
    return SHOAL_OK;
}

static shoal_status make_store(const store_state *s, shoal_error *err)
{
    shoal_store *store;
    float *values = NULL;
    shoal_status status;
    SHOAL_TRY(shoal_store_create(s->path, s->n, &store, err));
    SHOAL_TRY_OUT(shoal_alloc(s->n, sizeof *values, &values, err));
    SHOAL_TRY_OUT(fill(store, s, values, err));
    free(values);
    return shoal_store_commit(&store, err);
out:
    free(values);
    shoal_store_close(store);
    return status;
}

static shoal_status prepare(const shoal_ctx *ctx, const bench_params *params, bench_files *files, void **state,
                            shoal_error *err)
{
    (void)ctx;
    store_state *s;
    struct stat info;
    SHOAL_TRY(shoal_alloc_zero(1, sizeof *s, &s, err));
    *state = s;
    s->path = bench_files_add(files, "store");
    s->n = (int64_t)bench_params_get(params, "n");
    s->d = (int)bench_params_get(params, "d");
    SHOAL_TRY(make_store(s, err));
    if (stat(s->path, &info) != 0) return shoal_fail(err, SHOAL_ERR_IO, "cannot read %s", s->path);
    s->file_bytes = (double)info.st_size;
    return SHOAL_OK;
}

static void before(void *state)
{
    shoal_table_free(&((store_state *)state)->table);
    ((store_state *)state)->table = (shoal_table){0};
}

static shoal_status run(void *state, const shoal_ctx *ctx, shoal_error *err)
{
    store_state *s = state;
    shoal_store *store;
    shoal_status status = SHOAL_OK;
    SHOAL_TRY(shoal_store_open(s->path, SHOAL_STORE_READ, &store, err));
    for (int j = 0; j < s->d && status >= 0; j++) {
        char name[NAME_SIZE];
        name_column(j, name);
        status = shoal_store_read(ctx, store, "customers", name, SHOAL_F32, &s->table, err);
    }
    shoal_store_close(store);
    return status;
}

static shoal_status judge(void *state, const bench_values *theirs, char *differs, shoal_error *err)
{
    (void)err;
    const store_state *s = state;
    int64_t different = 0;
    if (theirs->n == 1) {
        if (theirs->value[0] != s->file_bytes)
            snprintf(differs, BENCH_DIFFERS_SIZE, "%.0f bytes of %.0f", theirs->value[0], s->file_bytes);
        return SHOAL_OK;
    }
    if (!bench_right_size(theirs, s->n * s->d, differs)) return SHOAL_OK;
    for (int j = 0; j < s->d; j++) {
        const float *column = s->table.columns[j].data;
        for (int64_t i = 0; i < s->n; i++) different += theirs->value[j * s->n + i] != (double)column[i];
    }
    if (different > 0)
        snprintf(differs, BENCH_DIFFERS_SIZE, "%lld of %lld values", (long long)different, (long long)(s->n * s->d));
    return SHOAL_OK;
}

static void release(void *state)
{
    store_state *s = state;
    if (s != NULL) shoal_table_free(&s->table);
    free(s);
}

const bench_task bench_task_load = {
    .name = "store/load",
    .what = "all feature columns of a store to memory (cat: the file's bytes to nowhere)",
    .sizes = {"n=1000000 d=16"},
    .quick = {"n=200000 d=8"},
    .peers = {"h5py", "cat"},
    .prepare = prepare,
    .before = before,
    .run = run,
    .judge = judge,
    .release = release,
};

#include "generate/run.h"

#include <errno.h>
#include <string.h>

#include "base/file.h"
#include "generate/write_csv.h"
#include "generate/write_store.h"

enum { OUT_TRANSACTIONS, OUT_ATTRIBUTES, OUT_TRUTH, OUT_PARAMETERS, N_OUTPUTS };

typedef struct output_files {
    const char *path[N_OUTPUTS]; /* NULL where not wanted */
    shoal_outfile file[N_OUTPUTS];
    shoal_store *store; /* the transactions, where they do not go to a CSV */
} output_files;

static bool is_stdout(const char *path)
{
    return strcmp(path, "-") == 0;
}

static bool is_store(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot != NULL && (strcmp(dot, ".h5") == 0 || strcmp(dot, ".hdf5") == 0);
}

static bool is_csv_file(const output_files *outputs, int i)
{
    const char *path = outputs->path[i];
    return path != NULL && !is_stdout(path) && !(i == OUT_TRANSACTIONS && is_store(path));
}

/* Before anything is drawn, so that a folder that cannot be written is found at once. */
static shoal_status begin_outputs(output_files *outputs, int64_t n_customers, shoal_error *err)
{
    for (int i = 0; i < N_OUTPUTS; i++)
        if (is_csv_file(outputs, i)) SHOAL_TRY(shoal_outfile_begin(&outputs->file[i], outputs->path[i], err));
    const char *path = outputs->path[OUT_TRANSACTIONS];
    return is_store(path) ? shoal_store_create(path, n_customers, &outputs->store, err) : SHOAL_OK;
}

static FILE *stream_of(const output_files *outputs, int i)
{
    return is_csv_file(outputs, i) ? outputs->file[i].stream : stdout;
}

static const char *name_of(const output_files *outputs, int i)
{
    return is_stdout(outputs->path[i]) ? "standard output" : outputs->path[i];
}

static shoal_status write_customers(const shoal_ctx *ctx, const shoal_population *population, output_files *outputs,
                                    shoal_error *err)
{
    static shoal_status (*const writer[N_OUTPUTS])(const shoal_ctx *, const shoal_population *, FILE *, const char *,
                                                   shoal_error *) = {NULL, shoal_write_attributes, shoal_write_truth,
                                                                     shoal_write_parameters};
    for (int i = OUT_ATTRIBUTES; i < N_OUTPUTS; i++)
        if (outputs->path[i] != NULL)
            SHOAL_TRY(writer[i](ctx, population, stream_of(outputs, i), name_of(outputs, i), err));
    return SHOAL_OK;
}

static shoal_status write_outputs(const shoal_ctx *ctx, const shoal_generate_opts *opts,
                                  const shoal_population *population, const shoal_rows *rows, output_files *outputs,
                                  shoal_error *err)
{
    if (outputs->store != NULL)
        SHOAL_TRY(shoal_write_store(ctx, population, rows, &opts->columns, outputs->store, err));
    else
        SHOAL_TRY(shoal_write_transactions(ctx, population, rows, &opts->columns, stream_of(outputs, OUT_TRANSACTIONS),
                                           name_of(outputs, OUT_TRANSACTIONS), err));
    return write_customers(ctx, population, outputs, err);
}

/* All outputs lie complete beside the old ones before the first is renamed. */
static shoal_status commit_outputs(output_files *outputs, shoal_error *err)
{
    if (fflush(stdout) != 0) return shoal_fail_errno(err, errno, "cannot write standard output");
    for (int i = 0; i < N_OUTPUTS; i++) SHOAL_TRY(shoal_outfile_finish(&outputs->file[i], err));
    if (outputs->store != NULL) {
        SHOAL_TRY(shoal_store_finish(outputs->store, err));
        SHOAL_TRY(shoal_store_commit(&outputs->store, err));
    }
    for (int i = 0; i < N_OUTPUTS; i++)
        if (is_csv_file(outputs, i)) SHOAL_TRY(shoal_outfile_commit(&outputs->file[i], err));
    return SHOAL_OK;
}

static void close_outputs(output_files *outputs)
{
    shoal_store_close(outputs->store);
    for (int i = 0; i < N_OUTPUTS; i++) shoal_outfile_abort(&outputs->file[i]);
}

shoal_status shoal_generate_run(const shoal_ctx *ctx, const shoal_generate_opts *opts, shoal_error *err)
{
    shoal_population population =
        shoal_population_make(opts->seed, opts->customers, opts->first_day, opts->days, opts->segment);
    if (opts->transactions > 0) SHOAL_TRY(shoal_population_aim(&population, opts->transactions, err));
    shoal_rows rows = {0};
    output_files outputs = {.path = {opts->output, opts->attributes, opts->truth, opts->parameters}};
    shoal_status status;
    SHOAL_TRY_OUT(begin_outputs(&outputs, opts->customers, err));
    SHOAL_TRY_OUT(shoal_rows_draw(ctx, &population, opts->order, &rows, err));
    SHOAL_TRY_OUT(write_outputs(ctx, opts, &population, &rows, &outputs, err));
    status = commit_outputs(&outputs, err);
out:
    close_outputs(&outputs);
    shoal_rows_free(&rows);
    return status;
}

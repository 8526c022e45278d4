/* Imports arbitrary bytes, whole and in small blocks, which must come to the same. The first byte chooses the options,
 * the second the blocks; the rest is the file. Built with libFuzzer where clang has it, else with the main below, which
 * runs the files that it is given. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "import/read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static shoal_import_opts options_of(uint8_t choice)
{
    static const char delimiters[] = {0, ',', ' ', ';'};
    shoal_import_opts opts = shoal_import_opts_default();
    opts.kind = choice & 1 ? SHOAL_IMPORT_CUSTOMERS : SHOAL_IMPORT_TRANSACTIONS;
    opts.bad_rows = choice & 2 ? SHOAL_BAD_ROWS_REJECT : SHOAL_BAD_ROWS_SKIP;
    opts.columns = choice & 4 ? "customer,date,amount" : NULL;
    opts.date_format = choice & 8 ? "%d.%m.%Y" : NULL;
    opts.delimiter = delimiters[choice >> 4 & 3];
    opts.returns = choice & 64 ? SHOAL_RETURNS_DROP : SHOAL_RETURNS_NET;
    opts.header = choice & 128 ? 1 : -1;
    return opts;
}

static void check(const shoal_import_opts *opts, const shoal_import_data *data, const shoal_import_report *report)
{
    int64_t rejected = 0;
    for (int i = 0; i < report->n_reasons; i++) rejected += report->rejected[i].rows;
    const shoal_table *rows = opts->kind == SHOAL_IMPORT_TRANSACTIONS ? &data->transactions : &data->customers;
    if (rejected != report->rows_rejected || report->rows_read != report->rows_kept + report->rows_rejected ||
        rows->n_rows != report->rows_kept || data->keys.n_rows != report->customers)
        abort();
}

typedef struct outcome {
    shoal_status status;
    shoal_import_data data;
    shoal_import_report report;
    shoal_error err;
} outcome;

static void import(const char *path, const shoal_import_opts *opts, int threads, size_t block, outcome *o)
{
    const shoal_ctx ctx = {.threads = threads};
    memset(o, 0, sizeof *o);
    o->status = shoal_import_blocks(&ctx, path, opts, block, &o->data, &o->report, &o->err);
    if (o->status == SHOAL_OK) check(opts, &o->data, &o->report);
    else if ((o->status != SHOAL_ERR_INPUT && o->status != SHOAL_ERR_USAGE) || o->err.message[0] == '\0') abort();
}

static void compare_tables(const shoal_table *a, const shoal_table *b)
{
    if (a->n_rows != b->n_rows || a->n_columns != b->n_columns) abort();
    for (int i = 0; i < a->n_columns; i++) {
        const shoal_column *x = &a->columns[i], *y = &b->columns[i];
        if (x->type != y->type || x->width != y->width || strcmp(x->name, y->name) != 0) abort();
        const size_t bytes = (size_t)x->length * shoal_type_size(x->type, x->width);
        if (bytes > 0 && memcmp(x->data, y->data, bytes) != 0) abort();
    }
}

static void compare(const outcome *a, const outcome *b)
{
    if (a->status != b->status || strcmp(a->err.message, b->err.message) != 0) abort();
    if (memcmp(&a->report, &b->report, sizeof a->report) != 0) abort();
    compare_tables(&a->data.transactions, &b->data.transactions);
    compare_tables(&a->data.customers, &b->data.customers);
    compare_tables(&a->data.keys, &b->data.keys);
    if (a->data.n_dictionaries != b->data.n_dictionaries) abort();
    for (int i = 0; i < a->data.n_dictionaries; i++) compare_tables(&a->data.dictionaries[i], &b->data.dictionaries[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size < 2) return 0;
    const int fd = memfd_create("fuzz", MFD_CLOEXEC);
    if (fd < 0 || write(fd, bytes + 2, size - 2) != (ssize_t)(size - 2)) abort();
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    const shoal_import_opts opts = options_of(bytes[0]);
    outcome whole, pieces;
    import(path, &opts, 1, SHOAL_READ_BLOCK, &whole);
    import(path, &opts, 1 + bytes[1] % 3, 1 + bytes[1] / 3, &pieces);
    compare(&whole, &pieces);
    shoal_import_data_free(&whole.data);
    shoal_import_data_free(&pieces.data);
    close(fd);
    return 0;
}

#ifndef SHOAL_LIBFUZZER
int main(int argc, char **argv)
{
    enum { LARGEST = 1 << 20 };
    uint8_t *bytes = malloc(LARGEST);
    for (int i = 1; bytes != NULL && i < argc; i++) {
        FILE *file = fopen(argv[i], "rb");
        if (file == NULL) {
            perror(argv[i]);
            return 1;
        }
        LLVMFuzzerTestOneInput(bytes, fread(bytes, 1, LARGEST, file));
        fclose(file);
    }
    free(bytes);
    printf("%d inputs\n", argc - 1);
    return argc > 1 ? 0 : 1;
}
#endif

/* Imports arbitrary bytes. The first byte chooses the options; the rest is the file. Built with libFuzzer where clang
 * has it, else with the main below, which runs the files that it is given. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <shoal/import.h>

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

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size == 0) return 0;
    const int fd = memfd_create("fuzz", MFD_CLOEXEC);
    if (fd < 0 || write(fd, bytes + 1, size - 1) != (ssize_t)(size - 1)) abort();
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    const shoal_import_opts opts = options_of(bytes[0]);
    const shoal_ctx ctx = {.threads = 1};
    shoal_import_data data = {0};
    shoal_import_report report;
    shoal_error err = {0};
    const shoal_status status = shoal_import_read(&ctx, path, &opts, &data, &report, &err);
    if (status == SHOAL_OK) check(&opts, &data, &report);
    else if ((status != SHOAL_ERR_INPUT && status != SHOAL_ERR_USAGE) || err.message[0] == '\0') abort();
    shoal_import_data_free(&data);
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

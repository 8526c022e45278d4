/* What passes between shoal-bench and its peers: binary files in the session's folder. */
#ifndef BENCH_PEERS_FILES_H
#define BENCH_PEERS_FILES_H

#include <stddef.h>
#include <stdint.h>

#include <shoal/table.h>

#include "base/error.h"

enum { BENCH_MAX_FILES = 4, BENCH_PATH_SIZE = 320 };

/* The files of a task, by the names that its peers know them by. */
typedef struct bench_files {
    const char *folder;
    int n;
    struct bench_file {
        const char *name;
        char path[BENCH_PATH_SIZE];
    } file[BENCH_MAX_FILES];
} bench_files;

/* The path of another file, for the caller to write; it ends in the name. */
const char *bench_files_add(bench_files *files, const char *name);
/* n_parts arrays of part_bytes each, one after the other. Errors: IO. */
SHOAL_MUST_USE shoal_status bench_files_write(bench_files *files, const char *name, int n_parts,
                                              const void *const *parts, size_t part_bytes, shoal_error *err);
/* The columns of a table, one after the other. */
SHOAL_MUST_USE shoal_status bench_files_write_table(bench_files *files, const char *name, const shoal_table *table,
                                                    shoal_error *err);
void bench_files_remove(bench_files *files);

/* The result of a peer: float64 values. Freed with free(values->value). */
typedef struct bench_values {
    int64_t n;
    double *value;
} bench_values;
/* Errors: IO, MEMORY. */
SHOAL_MUST_USE shoal_status bench_values_read(const char *path, bench_values *values, shoal_error *err);

#endif

/* A folder of its own for the files of one case. */
#ifndef BENCH_SCRATCH_H
#define BENCH_SCRATCH_H

#include <stdint.h>

#include "base/error.h"

/* Makes folder/NAME.xxxxxx; *path is malloc'ed. Errors: IO, MEMORY. */
SHOAL_MUST_USE shoal_status bench_scratch_make(const char *folder, const char *name, char **path, shoal_error *err);
/* Removes it with all below it and frees path; NULL is fine. */
void bench_scratch_remove(char *path);
/* Bytes of a file; 0 where it is missing. */
int64_t bench_file_bytes(const char *path);

#endif

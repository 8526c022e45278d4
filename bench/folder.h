/* Temporary folders. */
#ifndef BENCH_FOLDER_H
#define BENCH_FOLDER_H

#include <stddef.h>

#include "base/error.h"

/* A new one in TMPDIR or /tmp; folder: a buffer of size bytes, "" after an error. Errors: IO. */
SHOAL_MUST_USE shoal_status bench_folder_make(char *folder, size_t size, shoal_error *err);
/* With all below it; "" is fine. */
void bench_folder_remove(const char *folder);

#endif

/* The bytes of an input: a file, standard input, either gzipped. */
#ifndef SHOAL_IMPORT_SOURCE_H
#define SHOAL_IMPORT_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include <shoal/context.h>

#include "base/error.h"

typedef struct shoal_source shoal_source;

/* "-" is standard input. gzip is recognised by its first bytes. Errors: IO; INPUT for what cannot be CSV (UTF-16, a zip
 * archive); MEMORY. */
SHOAL_MUST_USE shoal_status shoal_source_open(const shoal_ctx *ctx, const char *path, shoal_source **source,
                                              shoal_error *err);
/* The next block, unpacked, without a UTF-8 byte order mark; *length is 0 at the end, and a block is full unless the
 * end is near. The block may be written to and lives until the next call. Errors: IO; INPUT for damaged gzip data;
 * INTERRUPTED. */
SHOAL_MUST_USE shoal_status shoal_source_read(const shoal_ctx *ctx, shoal_source *source, char **bytes, size_t *length,
                                              shoal_error *err);
/* Part of the input that was read, 0..1, or -1 where its size is unknown. */
double shoal_source_fraction(const shoal_source *source);
bool shoal_source_is_gzip(const shoal_source *source);
/* "/data/sales.csv" or "standard input", for messages. */
const char *shoal_source_name(const shoal_source *source);
void shoal_source_close(shoal_source *source);

#endif

/* The bytes of an input: a file, standard input, either gzipped. */
#ifndef SHOAL_IMPORT_SOURCE_H
#define SHOAL_IMPORT_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <shoal/context.h>

#include "base/error.h"

typedef struct shoal_source shoal_source;

/* "-" is standard input. gzip is recognised by its first bytes. Errors: IO; INPUT for what cannot be CSV (UTF-16, a zip
 * archive); MEMORY. */
SHOAL_MUST_USE shoal_status shoal_source_open(const shoal_ctx *ctx, const char *path, shoal_source **source,
                                              shoal_error *err);
/* The first bytes of the text, unpacked, without a UTF-8 byte order mark: at least `want` of them unless the text is
 * shorter. Valid until the next peek; before shoal_source_begin only. Errors: IO; INPUT for damaged gzip data;
 * INTERRUPTED. */
SHOAL_MUST_USE shoal_status shoal_source_peek(const shoal_ctx *ctx, shoal_source *source, size_t want,
                                              const char **bytes, size_t *length, shoal_error *err);
/* Blocks begin at byte `skip` of the text, which was peeked at. */
void shoal_source_begin(shoal_source *source, size_t skip);
/* The next block of the text into buffer, full unless the end is near; *length is 0 at the end. *number counts the
 * blocks from 0. For any number of threads at once: files are read side by side, streams and gzip data in turn, one
 * thread unpacking while the others work on what they have. Errors as in peeking. */
SHOAL_MUST_USE shoal_status shoal_source_block(const shoal_ctx *ctx, shoal_source *source, char *buffer, size_t size,
                                               size_t *length, int64_t *number, shoal_error *err);
/* How many blocks of that size are still to come, or -1 where that is not known. */
int64_t shoal_source_blocks_left(const shoal_source *source, size_t size);
/* Part of the input that was read, 0..1, or -1 where its size is unknown. */
double shoal_source_fraction(shoal_source *source);
bool shoal_source_is_gzip(const shoal_source *source);
/* "/data/sales.csv" or "standard input", for messages. */
const char *shoal_source_name(const shoal_source *source);
void shoal_source_close(shoal_source *source);

#endif

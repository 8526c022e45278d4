/* A text file of many lines, formatted by several threads and written in order. */
#ifndef SHOAL_GENERATE_LINES_H
#define SHOAL_GENERATE_LINES_H

#include <stdint.h>
#include <stdio.h>

#include <shoal/context.h>

/* Appends line `index` with its newline at `to` and returns the end; at most max_bytes bytes. */
typedef char *(*shoal_line_fn)(const void *user, int64_t index, char *to);

typedef struct shoal_lines {
    const char *header; /* the first line, with its newline */
    int64_t n;
    size_t max_bytes;
    shoal_line_fn line;
    const void *user;
    const char *name; /* of the file, for messages */
} shoal_lines;

/* Errors: IO, MEMORY, INTERRUPTED. */
SHOAL_MUST_USE shoal_status shoal_lines_write(const shoal_ctx *ctx, const shoal_lines *lines, FILE *stream,
                                              shoal_error *err);

#endif

/* Output files: written beside the old one, flushed, synced, renamed. Old or new, never half. */
#ifndef SHOAL_BASE_FILE_H
#define SHOAL_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/error.h"

/* A file on its way. Start it as {0}; shoal_outfile_abort on a file not begun is harmless. */
typedef struct shoal_outfile {
    char *path, *temporary;
    FILE *stream;
} shoal_outfile;

/* Creates an empty file beside path (".NAME.xxxxxxxx.tmp"), or beside what path links to. Errors: IO, also where path
 * is no regular file. */
SHOAL_MUST_USE shoal_status shoal_temporary_beside(const char *path, char **temporary, shoal_error *err);
/* fsyncs temporary, renames it to path (or to what path links to), fsyncs the folder. */
SHOAL_MUST_USE shoal_status shoal_replace(const char *temporary, const char *path, shoal_error *err);

/* USAGE where both are the same file: an output must not replace what is being read. */
SHOAL_MUST_USE shoal_status shoal_check_distinct(const char *input, const char *output, shoal_error *err);

SHOAL_MUST_USE shoal_status shoal_outfile_begin(shoal_outfile *file, const char *path, shoal_error *err);
/* Flushes and syncs; the file stays beside the old one until shoal_outfile_commit. */
SHOAL_MUST_USE shoal_status shoal_outfile_finish(shoal_outfile *file, shoal_error *err);
SHOAL_MUST_USE shoal_status shoal_outfile_commit(shoal_outfile *file, shoal_error *err); /* finish and rename */
void shoal_outfile_abort(shoal_outfile *file);

/* Writes a whole file as above. */
SHOAL_MUST_USE shoal_status shoal_file_write(const char *path, const char *data, size_t length, shoal_error *err);
/* Makes the folder where it is missing (one level). */
SHOAL_MUST_USE shoal_status shoal_folder_make(const char *path, bool *made, shoal_error *err);
/* "a/b" from "a" and "b", malloc'ed. */
SHOAL_MUST_USE shoal_status shoal_path_join(const char *folder, const char *name, char **path, shoal_error *err);

#endif

/* Bytes to records: the adapter over libcsv, the only includer of csv.h. */
#ifndef SHOAL_IMPORT_RECORD_H
#define SHOAL_IMPORT_RECORD_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum {
    SHOAL_MAX_COLUMNS = 65536,
    SHOAL_MAX_RECORD = 1 << 20, /* bytes that the wanted fields of a record may have together */
};

/* Blanks around it are taken off, in quoted fields too. NUL-terminated, and without NUL in it. */
typedef struct shoal_field {
    const char *text;
    size_t length;
} shoal_field;

typedef enum shoal_fault {
    SHOAL_FAULT_NONE,
    SHOAL_FAULT_NUL,   /* a NUL byte in a field */
    SHOAL_FAULT_LONG,  /* a field or a record over SHOAL_MAX_RECORD, or more than SHOAL_MAX_COLUMNS fields */
    SHOAL_FAULT_QUOTE, /* text after a closing quote; the rest of the line was skipped */
} shoal_fault;

typedef struct shoal_record {
    int64_t line; /* of the file, from 1, where the record begins */
    int64_t n_fields;
    const shoal_field *fields; /* only those of wanted columns are set */
    shoal_fault fault;
    int64_t fault_column; /* from 0 */
} shoal_record;

/* A negative status ends the reading. */
typedef shoal_status (*shoal_record_fn)(void *user, const shoal_record *record);

typedef struct shoal_reader shoal_reader;

/* Blank lines make no record. delimiter ' ': runs of blanks and tabs, those at the ends of a line ignored.
 * name: of the input, for messages; first_line: the number of the first line that will be fed. */
SHOAL_MUST_USE shoal_status shoal_reader_new(const char *name, char delimiter, int64_t first_line,
                                             shoal_record_fn on_record, void *user, shoal_reader **reader,
                                             shoal_error *err);
/* From the next record on only the columns with wanted[i] != 0 are kept; all are at the start. wanted is borrowed. */
void shoal_reader_want(shoal_reader *reader, const uint8_t *wanted, int64_t n_columns);
/* Parses a block; with blanks between the fields, tabs in it become blanks. */
SHOAL_MUST_USE shoal_status shoal_reader_feed(shoal_reader *reader, char *bytes, size_t length, shoal_error *err);
/* The end of the input. Errors: INPUT where a quote was never closed. */
SHOAL_MUST_USE shoal_status shoal_reader_finish(shoal_reader *reader, shoal_error *err);
void shoal_reader_free(shoal_reader *reader);

#endif

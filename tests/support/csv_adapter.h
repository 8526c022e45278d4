/* Bytes to records by libcsv: what the import's own grammar is compared with. Fields are NUL-terminated. */
#ifndef SHOAL_TESTS_CSV_ADAPTER_H
#define SHOAL_TESTS_CSV_ADAPTER_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "import/record.h"

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

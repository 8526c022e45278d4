/* Bytes to records: the grammar.
 *
 * A cutter works on bytes in one piece. The positions of all delimiters, quotes, line ends and NUL bytes are found
 * first, with vector instructions; the records are then read off these marks. A record that the bytes do not hold to
 * its end is left for later: its bytes go before the next piece. */
#ifndef SHOAL_IMPORT_CUT_H
#define SHOAL_IMPORT_CUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "import/record.h"

/* What all pieces of an input have in common. */
typedef struct shoal_grammar {
    char delimiter;        /* ' ': runs of blanks and tabs, those at the ends of a line ignored */
    const uint8_t *wanted; /* the columns whose fields are kept; NULL: all. Borrowed */
    int64_t n_wanted;
    int64_t n_columns; /* that most records have, or 0 where nothing is known yet */
} shoal_grammar;

/* Start it as {0}. */
typedef struct shoal_cutter {
    shoal_grammar grammar;
    const char *bytes;
    int64_t n;
    bool last; /* the end of the bytes is the end of the input */

    int64_t at;    /* where the next record begins */
    int64_t line;  /* of the file, there */
    bool after_cr; /* a line feed there belongs to the line end before it */

    int64_t mark, n_marks; /* mark: the first at or behind `at` */
    uint32_t *marks;
    int64_t marks_capacity;
    shoal_field *fields;
    int64_t fields_capacity;
    char **texts; /* fields that are not in the bytes as they read: with doubled quotes */
    int64_t n_texts, texts_capacity;
    bool out_of_memory;
} shoal_cutter;

typedef enum shoal_cut {
    SHOAL_CUT_RECORD,
    SHOAL_CUT_END,      /* nothing but blank lines is left; `at` is the end */
    SHOAL_CUT_PARTIAL,  /* a record begins at `at` that the bytes do not end */
    SHOAL_CUT_UNCLOSED, /* the last field opens a quote that is never closed; line and fault_column tell where */
    SHOAL_CUT_MEMORY,
} shoal_cut;

/* Begins with bytes[0..n-1], n < 2^31, at a record; line: the number of its first line. Texts of earlier records stay
 * until shoal_cutter_forget. Errors: MEMORY. */
SHOAL_MUST_USE shoal_status shoal_cutter_start(shoal_cutter *cutter, const shoal_grammar *grammar, const char *bytes,
                                               int64_t n, bool last, int64_t line, bool after_cr, shoal_error *err);
/* The next record; its texts live as long as the bytes and the cutter, its list of fields until the next call.
 * O(bytes of the record). */
shoal_cut shoal_cutter_next(shoal_cutter *cutter, shoal_record *record);
/* Frees the texts of records that are done with. */
void shoal_cutter_forget(shoal_cutter *cutter);
void shoal_cutter_free(shoal_cutter *cutter);

#endif

/* The end of a record that is too long to be kept: state by state, without its text. */
#ifndef SHOAL_IMPORT_SKIM_H
#define SHOAL_IMPORT_SKIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum shoal_skim_state {
    SHOAL_SKIM_START,  /* of a field, or blanks before it */
    SHOAL_SKIM_PLAIN,  /* in a field without quotes */
    SHOAL_SKIM_QUOTED, /* in a quoted field */
    SHOAL_SKIM_QUOTE,  /* behind a quote in it: its end, or the first of two */
    SHOAL_SKIM_CLOSED, /* blanks behind a quoted field */
    SHOAL_SKIM_LOST,   /* text behind a closing quote: up to the end of the line */
} shoal_skim_state;

/* Start it as {.delimiter, .line} at the beginning of a record. */
typedef struct shoal_skim {
    char delimiter;
    shoal_skim_state state;
    int64_t line, n_fields; /* of the byte that follows; fields that have ended */
    bool after_cr;
    int64_t quote_line, quote_column; /* where the last quote was opened */
} shoal_skim;

/* Goes through the bytes to the end of the record; gives where it ends, behind its line end. *ended is false where the
 * bytes do not hold it. */
size_t shoal_skim_bytes(shoal_skim *skim, const char *bytes, size_t n, bool *ended);

#endif

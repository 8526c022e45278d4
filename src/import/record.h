/* Records: the rows of an input before anything is known about their columns. */
#ifndef SHOAL_IMPORT_RECORD_H
#define SHOAL_IMPORT_RECORD_H

#include <stddef.h>
#include <stdint.h>

enum {
    SHOAL_MAX_COLUMNS = 65536,
    SHOAL_MAX_RECORD = 1 << 20, /* bytes that the wanted fields of a record may have together */
    SHOAL_MAX_RAW = 4 << 20,    /* bytes of the input that a record may take, whatever is wanted of it */
};

/* Blanks around it are taken off, in quoted fields too. Not NUL-terminated, and without NUL in it. */
typedef struct shoal_field {
    const char *text;
    size_t length;
} shoal_field;

typedef enum shoal_fault {
    SHOAL_FAULT_NONE,
    SHOAL_FAULT_NUL,   /* a NUL byte in a field */
    SHOAL_FAULT_LONG,  /* over SHOAL_MAX_RECORD, SHOAL_MAX_RAW or SHOAL_MAX_COLUMNS */
    SHOAL_FAULT_QUOTE, /* text after a closing quote; the rest of the line was skipped */
} shoal_fault;

typedef struct shoal_record {
    int64_t line; /* of the file, from 1, where the record begins */
    int64_t n_fields;
    const shoal_field *fields; /* only those of wanted columns are set */
    shoal_fault fault;
    int64_t fault_column; /* from 0 */
} shoal_record;

#endif

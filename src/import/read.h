/* All rows of an input, by many threads.
 *
 * Each thread takes the next block of the source, guesses where its first record begins, and reads the records from
 * there on. Then the threads take turns in the order of their blocks: what the block before left unfinished and what
 * comes before the guess must make whole records, or the guess was wrong and the block is read again. So every record
 * is read as by one thread from the beginning, whatever quotes there are, and the first bad row is the first of the
 * file. Coding and packing the rows is again done side by side. */
#ifndef SHOAL_IMPORT_READ_H
#define SHOAL_IMPORT_READ_H

#include "import/customers.h"
#include "import/cut.h"
#include "import/job.h"
#include "import/sales.h"
#include "import/source.h"

enum { SHOAL_READ_BLOCK = 512 << 10 };

/* What is to be read, and where it goes: either sales or attributes. */
typedef struct shoal_reading {
    shoal_job *job;
    shoal_source *source; /* begun */
    shoal_grammar grammar;
    int64_t line; /* of the file, where the first block begins */
    bool after_cr;
    size_t block_size;
    shoal_sales *sales;
    shoal_attributes *attributes;
} shoal_reading;

/* Counts go into the job. The same for any number of threads and any size of blocks. Errors: those of rows and of the
 * source; a quote that is never closed; MEMORY; INTERRUPTED. */
SHOAL_MUST_USE shoal_status shoal_read_rows(const shoal_reading *reading);

/* shoal_import_read with blocks of that many bytes, at least 1. */
SHOAL_MUST_USE shoal_status shoal_import_blocks(const shoal_ctx *ctx, const char *path, const shoal_import_opts *opts,
                                                size_t block_size, shoal_import_data *data, shoal_import_report *report,
                                                shoal_error *err);
/* The error of a quote that is opened there; column from 0. */
shoal_status shoal_fail_unclosed(const char *name, int64_t line, int64_t column, shoal_error *err);

#endif

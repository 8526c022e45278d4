/* One import on its way: what its parts share, and how rows are counted and refused. */
#ifndef SHOAL_IMPORT_JOB_H
#define SHOAL_IMPORT_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include <shoal/import.h>

#include "import/dictionary.h"
#include "import/layout.h"
#include "import/record.h"

/* The first five are policy, counted under any setting of bad_rows; the others are bad rows. */
typedef enum shoal_reason {
    SHOAL_REASON_MISSING_CUSTOMER,
    SHOAL_REASON_CANCELLED,
    SHOAL_REASON_RETURN,
    SHOAL_REASON_NO_PRICE,
    SHOAL_REASON_RETURN_WITHOUT_PURCHASE,
    SHOAL_REASON_RAGGED,
    SHOAL_REASON_BAD_DATE,
    SHOAL_REASON_BAD_AMOUNT,
    SHOAL_REASON_BAD_QUANTITY,
    SHOAL_REASON_BAD_PRICE,
    SHOAL_REASON_BAD_NUMBER, /* cost, discount */
    SHOAL_REASON_NUL_BYTE,
    SHOAL_REASON_BAD_QUOTE,
    SHOAL_REASON_TOO_LONG,
    SHOAL_REASON_DUPLICATE_CUSTOMER,
    SHOAL_N_REASONS
} shoal_reason;

enum { SHOAL_MAX_TEXT = 255 }; /* bytes of a key or category */

typedef struct shoal_job {
    const shoal_ctx *ctx;
    const char *name; /* of the input, for messages */
    const shoal_import_opts *opts;
    shoal_layout layout;
    int64_t rows_read;
    int64_t rejected[SHOAL_N_REASONS];
    int64_t converted, converted_line; /* texts that were not UTF-8, and where the first was */
    int64_t shortened_keys;            /* customer keys that lost a ".0" */
    int64_t turned;                    /* returned rows that were written with a positive amount */
    shoal_error *err;
} shoal_job;

/* INPUT, with the message "NAME, line N, column C (HEADER): …"; column < 0: only the line. */
shoal_status shoal_job_fail(const shoal_job *job, const shoal_record *record, int64_t column, const char *format, ...)
    SHOAL_PRINTF(4, 5);
/* A row that is left out by policy. */
shoal_status shoal_job_reject(shoal_job *job, shoal_reason reason);
/* A bad row: the error of shoal_job_fail where bad rows end the import, else counted. SHOAL_OK means: go on with the
 * next row. */
shoal_status shoal_job_bad_row(shoal_job *job, shoal_reason reason, const shoal_record *record, int64_t column,
                               const char *format, ...) SHOAL_PRINTF(5, 6);
/* Whether the row has the right number of fields and no fault; where not, *status is what shoal_job_bad_row gave. */
bool shoal_job_row_is_sound(shoal_job *job, const shoal_record *record, shoal_status *status);

/* The code of a key or category of at most SHOAL_MAX_TEXT bytes; text that is not UTF-8 is converted first. */
SHOAL_MUST_USE shoal_status shoal_job_code(shoal_job *job, shoal_dictionary *dictionary, shoal_field field,
                                           uint64_t hash, int64_t line, int32_t *code);

int64_t shoal_job_rows_rejected(const shoal_job *job);
/* Rows kept were none: says why by reason. */
shoal_status shoal_job_fail_empty(const shoal_job *job);
/* Copies the counts into the report. */
void shoal_job_fill_report(const shoal_job *job, shoal_import_report *report);
/* Tells what was changed on the way in. */
void shoal_job_notices(const shoal_job *job);

/* "1,234,567"; buffer of 32 bytes is returned. */
const char *shoal_count_text(int64_t count, char *buffer);

#endif

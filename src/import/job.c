#include "import/job.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/threads.h"
#include "import/values.h"

static const char *const reason_names[SHOAL_N_REASONS] = {
    "missing_customer", "cancelled", "return",     "no_price",     "return_without_purchase",
    "ragged",           "bad_date",  "bad_amount", "bad_quantity", "bad_price",
    "bad_number",       "nul_byte",  "bad_quote",  "too_long",     "duplicate_customer",
};
_Static_assert((int)SHOAL_N_REASONS <= (int)SHOAL_MAX_REASONS, "the report has room for every reason");

static void where(const shoal_job *job, const shoal_record *record, int64_t column)
{
    const shoal_layout *layout = &job->layout;
    if (column < 0) shoal_error_prefix(job->err, "%s, line %lld", job->name, (long long)record->line);
    else if (layout->names == NULL || column >= layout->n_columns || layout->names[column][0] == '\0')
        shoal_error_prefix(job->err, "%s, line %lld, column %lld", job->name, (long long)record->line,
                           (long long)column + 1);
    else {
        char shown[256];
        shoal_text_quote(layout->names[column], strlen(layout->names[column]), shown, sizeof shown);
        shoal_error_prefix(job->err, "%s, line %lld, column %lld (%s)", job->name, (long long)record->line,
                           (long long)column + 1, shown);
    }
}

static shoal_status fail_at(const shoal_job *job, const shoal_record *record, int64_t column, const char *message)
{
    const shoal_status status = shoal_fail(job->err, SHOAL_ERR_INPUT, "%s", message);
    where(job, record, column);
    return status;
}

shoal_status shoal_job_fail(const shoal_job *job, const shoal_record *record, int64_t column, const char *format, ...)
{
    char message[SHOAL_ERROR_SIZE];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    return fail_at(job, record, column, message);
}

shoal_status shoal_job_reject(shoal_job *job, shoal_reason reason)
{
    job->rejected[reason]++;
    return SHOAL_OK;
}

shoal_status shoal_job_bad_row(shoal_job *job, shoal_reason reason, const shoal_record *record, int64_t column,
                               const char *format, ...)
{
    if (job->opts->bad_rows == SHOAL_BAD_ROWS_SKIP) return shoal_job_reject(job, reason);
    char message[SHOAL_ERROR_SIZE];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    return fail_at(job, record, column, message);
}

bool shoal_job_row_is_sound(shoal_job *job, const shoal_record *record, shoal_status *status)
{
    const int64_t column = record->fault_column;
    switch (record->fault) {
    case SHOAL_FAULT_NONE: break;
    case SHOAL_FAULT_NUL:
        *status = shoal_job_bad_row(job, SHOAL_REASON_NUL_BYTE, record, column, "a NUL byte: this is no text");
        return false;
    case SHOAL_FAULT_LONG:
        *status = shoal_job_bad_row(job, SHOAL_REASON_TOO_LONG, record, column,
                                    "more than a million bytes or 65,536 columns in one row: is a quote missing?");
        return false;
    case SHOAL_FAULT_QUOTE:
        *status = shoal_job_bad_row(job, SHOAL_REASON_BAD_QUOTE, record, column,
                                    "text follows a closing quote: double a quote that is part of the text");
        return false;
    }
    if (record->n_fields == job->layout.n_columns) return true;
    if (record->n_fields == job->layout.n_columns + 1 && shoal_layout_extra_is_empty(&job->layout, record)) return true;
    *status = shoal_job_bad_row(job, SHOAL_REASON_RAGGED, record, -1, "%lld field%s, but the %s has %lld",
                                (long long)record->n_fields, record->n_fields == 1 ? "" : "s",
                                job->layout.header ? "header" : "first row", (long long)job->layout.n_columns);
    return false;
}

shoal_status shoal_job_code(shoal_job *job, shoal_dictionary *dictionary, shoal_field field, uint64_t hash,
                            int64_t line, int32_t *code)
{
    *code = shoal_dictionary_find(dictionary, field.text, field.length, hash);
    if (*code >= 0) return SHOAL_OK;
    char utf8[3 * SHOAL_MAX_TEXT];
    if (!shoal_text_is_utf8(field.text, field.length)) {
        if (job->converted++ == 0) job->converted_line = line;
        field = (shoal_field){utf8, shoal_utf8_from_windows1252(field.text, field.length, utf8)};
        hash = shoal_dictionary_hash(field.text, field.length);
    }
    return shoal_dictionary_add(dictionary, field.text, field.length, hash, code, job->err);
}

int64_t shoal_job_rows_rejected(const shoal_job *job)
{
    int64_t total = 0;
    for (int i = 0; i < SHOAL_N_REASONS; i++) total += job->rejected[i];
    return total;
}

shoal_status shoal_job_fail_empty(const shoal_job *job)
{
    if (job->rows_read == 0)
        return shoal_fail(job->err, SHOAL_ERR_INPUT, "%s %s", job->name,
                          job->layout.n_columns > 0 ? "has a header but no rows" : "is empty");
    shoal_text text = {0};
    char count[32];
    for (int i = 0; i < SHOAL_N_REASONS; i++) {
        if (job->rejected[i] == 0) continue;
        shoal_text_addf(&text, "%s%s %s", text.length > 0 ? ", " : "", reason_names[i],
                        shoal_count_text(job->rejected[i], count));
    }
    if (job->rejected[SHOAL_REASON_CANCELLED] > 0 || job->turned > 0)
        shoal_text_add(&text, " (an order number that begins with C and a digit is a cancellation)");
    const shoal_status status =
        text.failed ? shoal_fail_memory(job->err)
                    : shoal_fail(job->err, SHOAL_ERR_INPUT, "%s: no row can be used: of %s rows were rejected: %s",
                                 job->name, shoal_count_text(job->rows_read, count), text.data);
    shoal_text_free(&text);
    return status;
}

void shoal_job_fill_report(const shoal_job *job, shoal_import_report *report)
{
    report->rows_read = job->rows_read;
    report->rows_rejected = shoal_job_rows_rejected(job);
    report->rows_kept = report->rows_read - report->rows_rejected;
    for (int i = 0; i < SHOAL_N_REASONS; i++) {
        if (job->rejected[i] == 0) continue;
        const int at = report->n_reasons++;
        shoal_text_copy(report->rejected[at].reason, sizeof report->rejected[at].reason, reason_names[i]);
        report->rejected[at].rows = job->rejected[i];
    }
}

void shoal_job_notices(const shoal_job *job)
{
    char count[32];
    if (job->shortened_keys > 0)
        shoal_notice(job->ctx, "in %s rows the customer is a whole number written with \".0\", which was taken off",
                     shoal_count_text(job->shortened_keys, count));
    if (job->turned > 0)
        shoal_notice(job->ctx,
                     "%s returned or cancelled rows had a positive amount and were taken as negative (an order number "
                     "that begins with C and a digit is a cancellation)",
                     shoal_count_text(job->turned, count));
    if (job->converted > 0)
        shoal_notice(job->ctx, "%s holds text that is not UTF-8 (first in line %lld): it was read as Windows-1252",
                     job->name, (long long)job->converted_line);
}

const char *shoal_count_text(int64_t count, char *buffer)
{
    char digits[24];
    const int length = snprintf(digits, sizeof digits, "%lld", (long long)count);
    char *to = buffer;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0 && digits[i - 1] != '-') *to++ = ',';
        *to++ = digits[i];
    }
    *to = '\0';
    return buffer;
}

#include <shoal/import.h>

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/threads.h"
#include "import/customers.h"
#include "import/job.h"
#include "import/sniff.h"
#include "import/source.h"
#include "import/transactions.h"

const char *shoal_role_name(shoal_role role)
{
    static const char *const names[SHOAL_N_ROLES] = {"customer", "date",    "amount",  "price", "quantity", "order",
                                                     "product",  "channel", "country", "cost",  "discount"};
    return (unsigned)role < SHOAL_N_ROLES ? names[role] : "unknown";
}

shoal_import_opts shoal_import_opts_default(void)
{
    return (shoal_import_opts){.kind = SHOAL_IMPORT_TRANSACTIONS,
                               .header = -1,
                               .returns = SHOAL_RETURNS_NET,
                               .bad_rows = SHOAL_BAD_ROWS_REJECT};
}

void shoal_import_data_free(shoal_import_data *data)
{
    shoal_table_free(&data->transactions);
    shoal_table_free(&data->customers);
    shoal_table_free(&data->keys);
    for (int i = 0; i < data->n_dictionaries; i++) shoal_table_free(&data->dictionaries[i]);
    free(data->dictionaries);
    *data = (shoal_import_data){0};
}

/* One kind of import as the reader sees it: one of the two is set once the layout is decided. */
typedef struct reading {
    shoal_job *job;
    shoal_reader *reader;
    shoal_intake *transactions;
    shoal_attributes *customers;
} reading;

static shoal_status first_record(reading *r, const shoal_record *record, bool *is_header)
{
    shoal_job *job = r->job;
    if (record->fault != SHOAL_FAULT_NONE) {
        /* without a sound first row nothing is known about the columns */
        return shoal_job_fail(job, record, record->fault_column, "the first row cannot be read: it holds %s",
                              record->fault == SHOAL_FAULT_NUL     ? "a NUL byte, so this is no text"
                              : record->fault == SHOAL_FAULT_QUOTE ? "text after a closing quote"
                                                                   : "too much text or too many columns");
    }
    SHOAL_TRY(shoal_layout_decide(&job->layout, job->name, job->opts, record, job->err));
    shoal_reader_want(r->reader, job->layout.wanted, job->layout.n_columns + 1);
    *is_header = job->layout.header;
    return job->opts->kind == SHOAL_IMPORT_CUSTOMERS ? shoal_attributes_new(job, &r->customers)
                                                     : shoal_intake_new(job, &r->transactions);
}

static shoal_status on_record(void *user, const shoal_record *record)
{
    reading *r = user;
    if (r->job->layout.n_columns == 0) {
        bool is_header = false;
        SHOAL_TRY(first_record(r, record, &is_header));
        if (is_header) return SHOAL_OK;
    }
    r->job->rows_read++;
    return r->customers != NULL ? shoal_attributes_row(r->customers, record)
                                : shoal_intake_row(r->transactions, record);
}

static void tell_progress(const shoal_job *job, double fraction, double *last_ms)
{
    enum { EVERY_MS = 200 };
    const double now = shoal_clock_ms();
    if (now - *last_ms < EVERY_MS) return;
    *last_ms = now;
    char count[32], detail[48];
    snprintf(detail, sizeof detail, "%s rows", shoal_count_text(job->rows_read, count));
    shoal_progress(job->ctx, "import", fraction, detail);
}

/* All blocks of the source through the reader. */
static shoal_status read_all(reading *r, shoal_source *source, char delimiter, shoal_import_report *report)
{
    shoal_job *job = r->job;
    char *bytes;
    size_t length, skip = 0;
    double last_ms = shoal_clock_ms();
    SHOAL_TRY(shoal_source_read(job->ctx, source, &bytes, &length, job->err));
    const char sniffed = shoal_sniff_delimiter(bytes, length, &skip);
    if (delimiter == 0) delimiter = sniffed;
    shoal_text_copy(report->delimiter, sizeof report->delimiter, shoal_delimiter_name(delimiter));
    SHOAL_TRY(shoal_reader_new(job->name, delimiter, skip > 0 ? 2 : 1, on_record, r, &r->reader, job->err));
    bytes += skip;
    length -= skip;
    do {
        SHOAL_TRY(shoal_reader_feed(r->reader, bytes, length, job->err));
        tell_progress(job, shoal_source_fraction(source), &last_ms);
        if (shoal_cancelled(job->ctx)) return shoal_fail(job->err, SHOAL_ERR_INTERRUPTED, "interrupted");
        SHOAL_TRY(shoal_source_read(job->ctx, source, &bytes, &length, job->err));
    } while (length > 0);
    return shoal_reader_finish(r->reader, job->err);
}

static shoal_status finish(reading *r, shoal_import_data *data, shoal_import_report *report)
{
    shoal_job *job = r->job;
    char count[32], detail[64];
    snprintf(detail, sizeof detail, "sorting %s rows", shoal_count_text(job->rows_read, count));
    shoal_progress(job->ctx, "import", 1, detail);
    if (job->rows_read == 0) return shoal_job_fail_empty(job);
    SHOAL_TRY(r->customers != NULL ? shoal_attributes_finish(r->customers, data, report)
                                   : shoal_intake_finish(r->transactions, data, report));
    shoal_job_fill_report(job, report);
    shoal_layout_fill_report(&job->layout, report);
    shoal_job_notices(job);
    return SHOAL_OK;
}

static shoal_status check_options(const shoal_import_opts *opts, shoal_error *err)
{
    if (opts->delimiter != 0 && strchr(",;\t| ", opts->delimiter) == NULL)
        return shoal_fail(err, SHOAL_ERR_USAGE, "the delimiter must be a comma, semicolon, tab, pipe or blank");
    return SHOAL_OK;
}

shoal_status shoal_import_read(const shoal_ctx *ctx, const char *path, const shoal_import_opts *opts,
                               shoal_import_data *data, shoal_import_report *report, shoal_error *err)
{
    shoal_error unheard = {0};
    shoal_job job = {.ctx = ctx, .opts = opts, .err = err != NULL ? err : &unheard};
    reading r = {.job = &job};
    shoal_source *source = NULL;
    shoal_import_data made = {0};
    shoal_import_report told = {.returns = opts->returns};
    shoal_status status = SHOAL_OK;
    SHOAL_TRY_OUT(check_options(opts, job.err));
    SHOAL_TRY_OUT(shoal_source_open(ctx, path, &source, job.err));
    job.name = shoal_source_name(source);
    const char *slash = strrchr(path, '/');
    shoal_text_copy(told.source, sizeof told.source,
                    strcmp(path, "-") == 0 ? job.name
                    : slash != NULL        ? slash + 1
                                           : path);
    told.gzip = shoal_source_is_gzip(source);
    SHOAL_TRY_OUT(read_all(&r, source, opts->delimiter, &told));
    SHOAL_TRY_OUT(finish(&r, &made, &told));
    *data = made;
    *report = told;
    made = (shoal_import_data){0};
out:
    shoal_intake_free(r.transactions);
    shoal_attributes_free(r.customers);
    shoal_reader_free(r.reader);
    shoal_source_close(source);
    shoal_layout_free(&job.layout);
    shoal_import_data_free(&made);
    return status;
}

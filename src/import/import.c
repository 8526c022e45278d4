#include <shoal/import.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/threads.h"
#include "import/read.h"
#include "import/sniff.h"
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

static shoal_status fail_first(const shoal_job *job, const shoal_record *record, shoal_fault fault)
{
    /* without a sound first row nothing is known about the columns */
    return shoal_job_fail(job, record, record->fault_column, "the first row cannot be read: it holds %s",
                          fault == SHOAL_FAULT_NUL     ? "a NUL byte, so this is no text"
                          : fault == SHOAL_FAULT_QUOTE ? "text after a closing quote"
                                                       : "too much text or too many columns");
}

/* The first record, from the first bytes of the input, more of them until they hold it. */
static shoal_status find_first(shoal_reading *r, shoal_cutter *cutter, char delimiter, size_t *skip, shoal_cut *cut,
                               shoal_record *record)
{
    enum { FIRST_BYTES = 256 << 10 };
    const shoal_job *job = r->job;
    for (size_t want = FIRST_BYTES;; want *= 2) {
        const char *bytes;
        size_t length;
        SHOAL_TRY(shoal_source_peek(job->ctx, r->source, want, &bytes, &length, job->err));
        const char sniffed = shoal_sniff_delimiter(bytes, length < FIRST_BYTES ? length : FIRST_BYTES, skip);
        r->grammar.delimiter = delimiter != 0 ? delimiter : sniffed;
        r->line = *skip > 0 ? 2 : 1;
        const bool last = length < want;
        SHOAL_TRY(shoal_cutter_start(cutter, &r->grammar, bytes + *skip, (int64_t)(length - *skip), last, r->line,
                                     false, job->err));
        *cut = shoal_cutter_next(cutter, record);
        if (*cut == SHOAL_CUT_MEMORY) return shoal_fail_memory(job->err);
        if (*cut == SHOAL_CUT_RECORD || last) return SHOAL_OK;
        if (*cut == SHOAL_CUT_PARTIAL && want > SHOAL_MAX_RAW) return fail_first(job, record, SHOAL_FAULT_LONG);
        if (want > SHOAL_MAX_RAW)
            return shoal_fail(job->err, SHOAL_ERR_INPUT,
                              "%s: the first %lld bytes are blank lines; is this a CSV file?", job->name,
                              (long long)length);
    }
}

/* Decides what the columns are, and where the rows begin. */
static shoal_status begin(shoal_reading *r, shoal_cutter *cutter, char delimiter, bool *empty)
{
    shoal_job *job = r->job;
    shoal_record record;
    shoal_cut cut;
    size_t skip;
    SHOAL_TRY(find_first(r, cutter, delimiter, &skip, &cut, &record));
    *empty = cut == SHOAL_CUT_END;
    if (*empty) return SHOAL_OK;
    if (cut == SHOAL_CUT_UNCLOSED) return shoal_fail_unclosed(job->name, record.line, record.fault_column, job->err);
    if (record.fault != SHOAL_FAULT_NONE) return fail_first(job, &record, record.fault);
    SHOAL_TRY(shoal_layout_decide(&job->layout, job->name, job->opts, &record, job->err));
    const shoal_layout *layout = &job->layout;
    if (layout->header) {
        skip += (size_t)cutter->at;
        r->line = cutter->line;
        r->after_cr = cutter->after_cr;
    }
    r->grammar.wanted = layout->wanted;
    r->grammar.n_wanted = layout->n_columns + 1;
    r->grammar.n_columns = layout->n_columns;
    shoal_source_begin(r->source, skip);
    return SHOAL_OK;
}

static shoal_status read_all(shoal_reading *r, char delimiter, shoal_import_report *report)
{
    shoal_job *job = r->job;
    shoal_cutter cutter = {0};
    bool empty;
    const shoal_status status = begin(r, &cutter, delimiter, &empty);
    shoal_cutter_free(&cutter);
    SHOAL_TRY(status);
    shoal_text_copy(report->delimiter, sizeof report->delimiter, shoal_delimiter_name(r->grammar.delimiter));
    if (empty) return SHOAL_OK;
    if (job->opts->kind == SHOAL_IMPORT_CUSTOMERS) SHOAL_TRY(shoal_attributes_new(job, &r->attributes));
    else SHOAL_TRY(shoal_sales_new(job, shoal_intake_has_amount(job), &r->sales, job->err));
    return shoal_read_rows(r);
}

static shoal_status finish(shoal_reading *r, shoal_import_data *data, shoal_import_report *report)
{
    shoal_job *job = r->job;
    char count[32], detail[64];
    snprintf(detail, sizeof detail, "sorting %s rows", shoal_count_text(job->rows_read, count));
    shoal_progress(job->ctx, "import", 1, detail);
    if (job->rows_read == 0) return shoal_job_fail_empty(job);
    SHOAL_TRY(r->attributes != NULL ? shoal_attributes_finish(r->attributes, data, report)
                                    : shoal_sales_finish(r->sales, job, data, report));
    if (r->sales != NULL && !report->has_amount)
        shoal_notice(job->ctx, "no amount column: only recency and frequency can be used, and returns are left out");
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

shoal_status shoal_import_blocks(const shoal_ctx *ctx, const char *path, const shoal_import_opts *opts,
                                 size_t block_size, shoal_import_data *data, shoal_import_report *report,
                                 shoal_error *err)
{
    shoal_error unheard = {0};
    shoal_job job = {.ctx = ctx, .opts = opts, .err = err != NULL ? err : &unheard};
    shoal_reading r = {.job = &job, .block_size = block_size};
    shoal_source *source = NULL;
    shoal_import_data made = {0};
    shoal_import_report told = {.returns = opts->returns};
    shoal_status status = SHOAL_OK;
    SHOAL_TRY_OUT(check_options(opts, job.err));
    SHOAL_TRY_OUT(shoal_source_open(ctx, path, &source, job.err));
    r.source = source;
    job.name = shoal_source_name(source);
    const char *slash = strrchr(path, '/');
    shoal_text_copy(told.source, sizeof told.source,
                    strcmp(path, "-") == 0 ? job.name
                    : slash != NULL        ? slash + 1
                                           : path);
    told.gzip = shoal_source_is_gzip(source);
    SHOAL_TRY_OUT(read_all(&r, opts->delimiter, &told));
    SHOAL_TRY_OUT(finish(&r, &made, &told));
    *data = made;
    *report = told;
    made = (shoal_import_data){0};
out:
    shoal_sales_free(r.sales);
    shoal_attributes_free(r.attributes);
    shoal_source_close(source);
    shoal_layout_free(&job.layout);
    shoal_import_data_free(&made);
    return status;
}

shoal_status shoal_import_read(const shoal_ctx *ctx, const char *path, const shoal_import_opts *opts,
                               shoal_import_data *data, shoal_import_report *report, shoal_error *err)
{
    return shoal_import_blocks(ctx, path, opts, SHOAL_READ_BLOCK, data, report, err);
}

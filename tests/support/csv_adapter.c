#include "csv_adapter.h"

#include <csv.h>
#include <stdbool.h>
#include <string.h>

#include "base/memory.h"

struct shoal_reader {
    struct csv_parser parser;
    const char *name;
    char delimiter;
    shoal_record_fn on_record;
    void *user;
    shoal_status status; /* what on_record said */

    int64_t line; /* where the parser stands */
    bool after_cr;
    bool quotes, nuls; /* seen so far: fields must be searched for line ends, for NUL */
    bool skipping;     /* to the end of a line with a bad quote */
    bool cut;          /* the field being read is too long, its text is gone */
    int64_t cut_line;  /* where it began */

    const uint8_t *wanted; /* NULL: all */
    int64_t n_wanted;
    shoal_record record;
    shoal_field *fields;
    char *text; /* of the fields of the record, one after the other */
    size_t text_used;
};

static void set_fault(shoal_reader *r, shoal_fault fault)
{
    if (r->record.fault != SHOAL_FAULT_NONE) return;
    r->record.fault = fault;
    r->record.fault_column = r->record.n_fields;
}

/* LF, CR and CRLF each end one line. */
static int64_t count_lines(const char *bytes, size_t length)
{
    int64_t lines = 0;
    for (size_t i = 0; i < length; i++)
        lines += bytes[i] == '\r' || (bytes[i] == '\n' && (i == 0 || bytes[i - 1] != '\r'));
    return lines;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void keep_field(shoal_reader *r, const char *bytes, size_t length)
{
    while (length > 0 && is_blank(bytes[0])) {
        bytes++;
        length--;
    }
    while (length > 0 && is_blank(bytes[length - 1])) length--;
    if (length >= SHOAL_MAX_RECORD - r->text_used) {
        set_fault(r, SHOAL_FAULT_LONG);
        length = 0;
        if (r->text_used == SHOAL_MAX_RECORD) r->text_used--; /* room for the NUL of an empty field */
    }
    char *to = r->text + r->text_used;
    memcpy(to, bytes, length);
    to[length] = '\0';
    r->text_used += length + 1;
    r->fields[r->record.n_fields] = (shoal_field){to, length};
}

static void on_field(void *data, size_t length, void *user)
{
    shoal_reader *r = user;
    const char *bytes = data == NULL ? "" : data;
    r->after_cr = false;
    if (r->status < 0 || (data == NULL && r->delimiter == ' ')) return;
    if (r->record.n_fields == 0) r->record.line = r->line;
    if (r->quotes) r->line += count_lines(bytes, length);
    if (r->nuls && memchr(bytes, '\0', length) != NULL) set_fault(r, SHOAL_FAULT_NUL);
    if (r->cut) {
        set_fault(r, SHOAL_FAULT_LONG);
        r->cut = false;
        if (r->record.n_fields == 0) r->record.line = r->cut_line;
        length = 0;
    }
    const int64_t column = r->record.n_fields;
    if (column >= SHOAL_MAX_COLUMNS) set_fault(r, SHOAL_FAULT_LONG);
    else if (r->wanted == NULL || (column < r->n_wanted && r->wanted[column])) keep_field(r, bytes, length);
    r->record.n_fields++;
}

static void deliver(shoal_reader *r)
{
    if (r->status >= 0 && r->record.n_fields > 0) r->status = r->on_record(r->user, &r->record);
    r->record.n_fields = 0;
    r->record.fault = SHOAL_FAULT_NONE;
    r->text_used = 0;
}

static void end_line(shoal_reader *r, int terminator)
{
    if (terminator == '\n' && r->after_cr) r->after_cr = false; /* the second half of CRLF */
    else {
        r->line++;
        r->after_cr = terminator == '\r';
    }
}

static void on_row(int terminator, void *user)
{
    shoal_reader *r = user;
    deliver(r);
    if (terminator >= 0) end_line(r, terminator);
}

static bool start_parser(shoal_reader *r)
{
    if (csv_init(&r->parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL | CSV_EMPTY_IS_NULL) != 0) return false;
    csv_set_delim(&r->parser, (unsigned char)r->delimiter);
    csv_set_blk_size(&r->parser, 64 * (size_t)1024);
    return true;
}

shoal_status shoal_reader_new(const char *name, char delimiter, int64_t first_line, shoal_record_fn on_record,
                              void *user, shoal_reader **reader, shoal_error *err)
{
    shoal_reader *r = NULL;
    shoal_status status = SHOAL_OK;
    *reader = NULL;
    SHOAL_TRY_OUT(shoal_alloc_zero(1, sizeof *r, &r, err));
    r->name = name;
    r->delimiter = delimiter;
    r->line = first_line;
    r->on_record = on_record;
    r->user = user;
    SHOAL_TRY_OUT(shoal_alloc(SHOAL_MAX_COLUMNS, sizeof *r->fields, &r->fields, err));
    SHOAL_TRY_OUT(shoal_alloc(SHOAL_MAX_RECORD, 1, &r->text, err));
    r->record.fields = r->fields;
    if (!start_parser(r)) {
        status = shoal_fail_memory(err);
        goto out;
    }
    *reader = r;
    r = NULL;
out:
    shoal_reader_free(r);
    return status;
}

void shoal_reader_want(shoal_reader *r, const uint8_t *wanted, int64_t n_columns)
{
    r->wanted = wanted;
    r->n_wanted = n_columns;
}

static const char *partial_field(const shoal_reader *r, size_t *length)
{
    *length = r->parser.entry_pos;
    return (const char *)r->parser.entry_buf;
}

/* Text after a closing quote: the record ends here, the rest of its line is skipped. */
static shoal_status give_up_line(shoal_reader *r, shoal_error *err)
{
    size_t length;
    const char *begun = partial_field(r, &length);
    if (r->record.n_fields == 0) r->record.line = r->cut ? r->cut_line : r->line;
    r->line += count_lines(begun, length);
    r->cut = false;
    set_fault(r, SHOAL_FAULT_QUOTE);
    r->record.n_fields++;
    deliver(r);
    csv_free(&r->parser);
    r->skipping = true;
    return start_parser(r) ? SHOAL_OK : shoal_fail_memory(err);
}

/* A quote within an unquoted field, as in 5" disk, is taken as it stands. */
static bool take_literal_quote(shoal_reader *r, const char *quote)
{
    const unsigned char strict = (unsigned char)csv_get_opts(&r->parser);
    csv_set_opts(&r->parser, (unsigned char)(strict & ~CSV_STRICT));
    const bool done = csv_parse(&r->parser, quote, 1, on_field, on_row, r) == 1;
    csv_set_opts(&r->parser, strict);
    return done;
}

/* Forgets the text of a field that has grown too long, so that memory stays bounded; the parser goes on. */
static void cut_long_field(shoal_reader *r)
{
    struct csv_parser *p = &r->parser;
    if (p->entry_pos < SHOAL_MAX_RECORD) return;
    size_t length;
    const char *begun = partial_field(r, &length);
    if (!r->cut) r->cut_line = r->line;
    r->cut = true;
    r->line += count_lines(begun, length);
    /* libcsv takes the blanks at the end and a closing quote off again: leave room for them */
    const size_t kept = p->spaces + 1 < length ? p->spaces + 1 : length;
    memset(p->entry_buf, 'x', kept);
    p->entry_pos = kept;
}

static size_t skip_line(shoal_reader *r, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (bytes[i] == '\n' || bytes[i] == '\r') {
            r->skipping = false;
            r->after_cr = false;
            end_line(r, bytes[i]);
            return i + 1;
        }
    return length;
}

static void look_ahead(shoal_reader *r, char *bytes, size_t length)
{
    if (!r->quotes) r->quotes = memchr(bytes, '"', length) != NULL;
    if (!r->nuls) r->nuls = memchr(bytes, '\0', length) != NULL;
    if (r->delimiter != ' ') return;
    for (size_t i = 0; i < length; i++)
        if (bytes[i] == '\t') bytes[i] = ' ';
}

shoal_status shoal_reader_feed(shoal_reader *r, char *bytes, size_t length, shoal_error *err)
{
    look_ahead(r, bytes, length);
    size_t at = 0;
    while (at < length && r->status >= 0) {
        if (r->skipping) {
            at += skip_line(r, bytes + at, length - at);
            continue;
        }
        at += csv_parse(&r->parser, bytes + at, length - at, on_field, on_row, r);
        if (at == length) break;
        if (csv_error(&r->parser) != CSV_EPARSE) return shoal_fail_memory(err);
        if (r->parser.quoted) SHOAL_TRY(give_up_line(r, err));
        else if (take_literal_quote(r, bytes + at)) at++;
        else return shoal_fail_memory(err);
    }
    if (!r->skipping) cut_long_field(r);
    return r->status;
}

shoal_status shoal_reader_finish(shoal_reader *r, shoal_error *err)
{
    if (r->skipping || csv_fini(&r->parser, on_field, on_row, r) == 0) return r->status;
    if (csv_error(&r->parser) != CSV_EPARSE) return shoal_fail_memory(err);
    return shoal_fail(
        err, SHOAL_ERR_INPUT,
        "%s, line %lld, column %lld: a quote opens here and is never closed: close it, or double it where "
        "it is part of the text",
        r->name, (long long)(r->cut ? r->cut_line : r->line), (long long)r->record.n_fields + 1);
}

void shoal_reader_free(shoal_reader *r)
{
    if (r == NULL) return;
    csv_free(&r->parser);
    free(r->fields);
    free(r->text);
    free(r);
}

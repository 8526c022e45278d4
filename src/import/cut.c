#include "import/cut.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "kernels.h"

/* A record while it is read: where in the bytes, and how much text of it is kept. */
typedef struct walk {
    shoal_cutter *c;
    shoal_record *record;
    int64_t at, mark, line;
    bool after_cr;
    size_t kept;
} walk;

/* How a field ends. */
typedef enum ending { BY_DELIMITER, BY_LINE, BY_INPUT, NEEDS_MORE, UNCLOSED } ending;

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_delimiter(const shoal_cutter *c, char byte)
{
    return byte == c->grammar.delimiter || (c->grammar.delimiter == ' ' && byte == '\t');
}

static void set_fault(const walk *w, shoal_fault fault)
{
    if (w->record->fault != SHOAL_FAULT_NONE) return;
    w->record->fault = fault;
    w->record->fault_column = w->record->n_fields;
}

shoal_status shoal_cutter_start(shoal_cutter *c, const shoal_grammar *grammar, const char *bytes, int64_t n, bool last,
                                int64_t line, bool after_cr, shoal_error *err)
{
    SHOAL_TRY(shoal_grow(&c->marks, &c->marks_capacity, 0, n + 1, sizeof *c->marks, err));
    SHOAL_TRY(shoal_grow(&c->fields, &c->fields_capacity, 0, grammar->n_columns + 1, sizeof *c->fields, err));
    const char marks[SHOAL_MARKS] = {
        grammar->delimiter, grammar->delimiter == ' ' ? '\t' : grammar->delimiter, '"', '\n', '\r', '\0'};
    c->grammar = *grammar;
    c->bytes = bytes;
    c->n = n;
    c->last = last;
    c->at = 0;
    c->line = line;
    c->after_cr = after_cr;
    c->mark = 0;
    c->n_marks = shoal_kernels_get()->mark_u8(bytes, n, marks, c->marks);
    return SHOAL_OK;
}

/* --- one field --- */

/* A line end within quotes, or at the end of a record: LF, CR and CRLF each end one line. */
static void count_line(walk *w, int64_t at)
{
    const char *bytes = w->c->bytes;
    if (bytes[at] == '\r' || (bytes[at] == '\n' && !(at > 0 ? bytes[at - 1] == '\r' : w->after_cr))) w->line++;
    w->after_cr = false;
}

/* The text of a quoted field where it differs from the bytes: doubled quotes, and tabs where blanks delimit. */
static const char *unquote(shoal_cutter *c, const char *text, size_t *length)
{
    char *copy;
    if (shoal_grow(&c->texts, &c->texts_capacity, c->n_texts, c->n_texts + 1, sizeof *c->texts, NULL) < 0 ||
        shoal_alloc((int64_t)*length, 1, &copy, NULL) < 0) {
        c->out_of_memory = true;
        *length = 0;
        return "";
    }
    c->texts[c->n_texts++] = copy;
    size_t used = 0;
    for (size_t i = 0; i < *length; i++) {
        copy[used++] = text[i] == '\t' && c->grammar.delimiter == ' ' ? ' ' : text[i];
        if (text[i] == '"') i++; /* the second of two */
    }
    *length = used;
    return copy;
}

static bool is_wanted(const shoal_cutter *c, int64_t column)
{
    return c->grammar.wanted == NULL || (column < c->grammar.n_wanted && c->grammar.wanted[column]);
}

static void trim(const char **text, size_t *length)
{
    const char *bytes = *text;
    size_t n = *length;
    while (n > 0 && (is_blank(bytes[0]) || bytes[0] == '\n' || bytes[0] == '\r')) bytes++, n--;
    while (n > 0 && (is_blank(bytes[n - 1]) || bytes[n - 1] == '\n' || bytes[n - 1] == '\r')) n--;
    *text = bytes;
    *length = n;
}

static void keep_field(walk *w, const char *text, size_t length, bool rewrite)
{
    shoal_cutter *c = w->c;
    const int64_t column = w->record->n_fields;
    if (column >= SHOAL_MAX_COLUMNS) {
        set_fault(w, SHOAL_FAULT_LONG);
        return;
    }
    if (!is_wanted(c, column)) return;
    if (shoal_grow(&c->fields, &c->fields_capacity, column, column + 1, sizeof *c->fields, NULL) < 0) {
        c->out_of_memory = true;
        return;
    }
    if (rewrite) text = unquote(c, text, &length);
    trim(&text, &length);
    if (length >= SHOAL_MAX_RECORD - w->kept) {
        set_fault(w, SHOAL_FAULT_LONG);
        length = 0;
        if (w->kept == SHOAL_MAX_RECORD) w->kept--;
    }
    w->kept += length + 1;
    c->fields[column] = (shoal_field){text, length};
}

static ending ending_at(const walk *w, int64_t at)
{
    if (at < w->c->n) return is_delimiter(w->c, w->c->bytes[at]) ? BY_DELIMITER : BY_LINE;
    return w->c->last ? BY_INPUT : NEEDS_MORE;
}

/* The end of the field: where the next mark that is no quote and no NUL lies, or the end of the bytes. */
static int64_t find_end(walk *w, bool lines_only, bool *nul)
{
    const shoal_cutter *c = w->c;
    for (; w->mark < c->n_marks; w->mark++) {
        const int64_t at = c->marks[w->mark];
        const char byte = c->bytes[at];
        if (byte == '\n' || byte == '\r' || (!lines_only && is_delimiter(c, byte))) return at;
        *nul = *nul || byte == '\0';
    }
    return c->n;
}

static ending take_plain(walk *w, bool *empty)
{
    bool nul = false;
    const int64_t begin = w->at;
    w->at = find_end(w, false, &nul);
    const ending end = ending_at(w, w->at);
    if (end == NEEDS_MORE) return end;
    *empty = w->at == begin;
    if (*empty && w->c->grammar.delimiter == ' ') return end; /* runs of blanks */
    if (nul) set_fault(w, SHOAL_FAULT_NUL);
    keep_field(w, w->c->bytes + begin, (size_t)(w->at - begin), false);
    return end;
}

/* From the opening quote at w->at: the position of the closing one, or -1 where there is none. */
static int64_t find_closing_quote(walk *w, bool *rewrite, bool *nul)
{
    const shoal_cutter *c = w->c;
    const bool blanks = c->grammar.delimiter == ' ';
    for (w->mark++; w->mark < c->n_marks; w->mark++) {
        const int64_t at = c->marks[w->mark];
        switch (c->bytes[at]) {
        case '"':
            if (at + 1 == c->n || c->bytes[at + 1] != '"') {
                w->mark++;
                return at;
            }
            *rewrite = true;
            w->mark++;
            break;
        case '\n':
        case '\r': count_line(w, at); break;
        case '\0': *nul = true; break;
        case '\t': *rewrite = *rewrite || blanks; break;
        default: break;
        }
    }
    return -1;
}

static ending take_quoted(walk *w)
{
    const shoal_cutter *c = w->c;
    bool rewrite = false, nul = false;
    const int64_t begin = w->at + 1;
    const int64_t line = w->line;
    const int64_t close = find_closing_quote(w, &rewrite, &nul);
    if (close < 0) {
        w->line = line;
        return c->last ? UNCLOSED : NEEDS_MORE;
    }
    w->at = close + 1;
    while (w->at < c->n && is_blank(c->bytes[w->at]) && !is_delimiter(c, c->bytes[w->at])) w->at++;
    const char after = w->at < c->n ? c->bytes[w->at] : '\n';
    if (after != '\n' && after != '\r' && !is_delimiter(c, after)) {
        set_fault(w, SHOAL_FAULT_QUOTE);
        w->at = find_end(w, true, &nul);
        return ending_at(w, w->at);
    }
    const ending end = ending_at(w, w->at);
    if (end == NEEDS_MORE) return end;
    if (nul) set_fault(w, SHOAL_FAULT_NUL);
    keep_field(w, c->bytes + begin, (size_t)(close - begin), rewrite);
    return end;
}

/* One field from w->at, which is left behind what ends it. */
static ending take_field(walk *w, bool *empty)
{
    const shoal_cutter *c = w->c;
    *empty = false;
    while (w->at < c->n && is_blank(c->bytes[w->at]) && !is_delimiter(c, c->bytes[w->at])) w->at++;
    const bool quoted = w->at < c->n && c->bytes[w->at] == '"';
    const ending end = quoted ? take_quoted(w) : take_plain(w, empty);
    if (end == NEEDS_MORE || end == UNCLOSED) return end;
    if (w->at - c->at > SHOAL_MAX_RAW) set_fault(w, SHOAL_FAULT_LONG);
    if (end == BY_INPUT) return end;
    if (end == BY_LINE) {
        count_line(w, w->at);
        w->after_cr = c->bytes[w->at] == '\r';
    }
    w->at++;
    w->mark++;
    return end;
}

/* --- records --- */

/* Takes the second half of CRLF with the first. */
static void end_record(walk *w)
{
    shoal_cutter *c = w->c;
    if (w->after_cr && w->at < c->n && c->bytes[w->at] == '\n') {
        w->at++;
        w->mark++;
        w->after_cr = false;
    }
    c->at = w->at;
    c->mark = w->mark;
    c->line = w->line;
    c->after_cr = w->after_cr;
}

static shoal_cut take_record(shoal_cutter *c, shoal_record *record)
{
    walk w = {.c = c, .record = record, .at = c->at, .mark = c->mark, .line = c->line, .after_cr = c->after_cr};
    for (;;) {
        bool empty;
        const ending end = take_field(&w, &empty);
        if (end == NEEDS_MORE) return SHOAL_CUT_PARTIAL;
        if (end == UNCLOSED) {
            record->line = w.line;
            record->fault_column = record->n_fields;
            return SHOAL_CUT_UNCLOSED;
        }
        const bool blank_line = record->n_fields == 0 && end != BY_DELIMITER;
        if (!empty || (c->grammar.delimiter != ' ' && !blank_line)) record->n_fields++;
        if (end == BY_DELIMITER) continue;
        record->fields = c->fields;
        end_record(&w);
        return SHOAL_CUT_RECORD;
    }
}

/* Most records: as many fields as all have, none of them quoted. */
static bool take_usual(shoal_cutter *c, shoal_record *record)
{
    const int64_t columns = c->grammar.n_columns;
    const uint32_t *marks = c->marks + c->mark;
    if (c->n_marks - c->mark < columns + 1) return false; /* with the mark behind, for CRLF */
    for (int64_t j = 0; j + 1 < columns; j++)
        if (c->bytes[marks[j]] != c->grammar.delimiter) return false;
    const int64_t end = marks[columns - 1];
    const bool cr = c->bytes[end] == '\r';
    if ((!cr && c->bytes[end] != '\n') || end - c->at >= SHOAL_MAX_RECORD) return false;
    int64_t begin = c->at;
    for (int64_t j = 0; j < columns; j++) {
        int64_t from = begin, to = marks[j];
        begin = to + 1;
        if (!c->grammar.wanted[j]) continue;
        while (from < to && is_blank(c->bytes[from])) from++;
        while (from < to && is_blank(c->bytes[to - 1])) to--;
        c->fields[j] = (shoal_field){c->bytes + from, (size_t)(to - from)};
    }
    const bool crlf = cr && c->bytes[end + 1] == '\n'; /* end is not the last mark */
    *record = (shoal_record){.line = c->line, .n_fields = columns, .fields = c->fields};
    c->at = end + 1 + crlf;
    c->mark += columns + crlf;
    c->line++;
    c->after_cr = cr && !crlf;
    return true;
}

shoal_cut shoal_cutter_next(shoal_cutter *c, shoal_record *record)
{
    const shoal_grammar *g = &c->grammar;
    if (g->n_columns > 1 && g->delimiter != ' ' && g->wanted != NULL && take_usual(c, record)) return SHOAL_CUT_RECORD;
    while (c->at < c->n) {
        *record = (shoal_record){.line = c->line};
        const shoal_cut cut = take_record(c, record);
        if (c->out_of_memory) return SHOAL_CUT_MEMORY;
        if (cut != SHOAL_CUT_RECORD || record->n_fields > 0) return cut; /* else a blank line */
    }
    return SHOAL_CUT_END;
}

void shoal_cutter_forget(shoal_cutter *c)
{
    for (int64_t i = 0; i < c->n_texts; i++) free(c->texts[i]);
    c->n_texts = 0;
}

void shoal_cutter_free(shoal_cutter *c)
{
    shoal_cutter_forget(c);
    free(c->marks);
    free(c->fields);
    free(c->texts);
    *c = (shoal_cutter){0};
}

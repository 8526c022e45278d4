/* Joining a block to what comes before it. */
#include <string.h>

#include "base/memory.h"
#include "import/worker.h"

/* *to is not NULL afterwards, even of nothing. */
static shoal_status append(char **to, int64_t *length, int64_t *capacity, const char *bytes, int64_t n,
                           shoal_error *err)
{
    SHOAL_TRY(shoal_grow(to, capacity, *length, *length + n + 1, 1, err));
    if (n > 0) memcpy(*to + *length, bytes, (size_t)n);
    *length += n;
    return SHOAL_OK;
}

shoal_status shoal_fail_unclosed(const char *name, int64_t line, int64_t column, shoal_error *err)
{
    return shoal_fail(err, SHOAL_ERR_INPUT,
                      "%s, line %lld, column %lld: a quote opens here and is never closed: close it, or double it "
                      "where it is part of the text",
                      name, (long long)line, (long long)column + 1);
}

static shoal_status fail_unclosed(shoal_worker *w, int64_t line, int64_t column)
{
    return shoal_fail_unclosed(w->reading->job->name, line, column, &w->err);
}

static shoal_status keep_carry(shoal_worker *w, const char *bytes, int64_t n)
{
    shoal_chain *c = w->chain;
    c->carry_length = 0;
    return append(&c->carry, &c->carry_length, &c->carry_capacity, bytes, n, &w->err);
}

/* A record that has grown too long is no longer kept. */
static void begin_skim(shoal_chain *c, const shoal_record *record)
{
    bool ended;
    c->long_record = *record;
    if (record->fault == SHOAL_FAULT_NONE) {
        c->long_record.fault = SHOAL_FAULT_LONG;
        c->long_record.fault_column = record->n_fields;
    }
    c->skim = (shoal_skim){.delimiter = c->reading->grammar.delimiter, .line = c->line};
    shoal_skim_bytes(&c->skim, c->carry, (size_t)c->carry_length, &ended);
    c->skimming = true;
    c->carry_length = 0;
}

/* Looks for the end of the long record in the block; *at: behind it. */
static shoal_status skim_block(shoal_worker *w, int64_t *at)
{
    shoal_chain *c = w->chain;
    bool ended;
    *at = (int64_t)shoal_skim_bytes(&c->skim, w->block, w->length, &ended);
    if (!ended && w->length > 0) return SHOAL_OK;
    if (!ended && c->skim.state == SHOAL_SKIM_QUOTED) return fail_unclosed(w, c->skim.quote_line, c->skim.quote_column);
    c->skimming = false;
    c->line = c->skim.line;
    c->after_cr = c->skim.after_cr;
    return shoal_stretch_row(w, SHOAL_SEAM, &c->long_record);
}

/* Reads the seam: all bytes of the block from `from` to `to`, behind the carry. */
static shoal_status read_seam(shoal_worker *w, int64_t from, int64_t to)
{
    const shoal_chain *c = w->chain;
    SHOAL_TRY(append(&w->seam, &w->seam_length, &w->seam_capacity, w->block + from, to - from, &w->err));
    return shoal_stretch_read(w, SHOAL_SEAM, w->seam, w->seam_length, w->length == 0, c->line, c->after_cr);
}

/* The body was read with lines that count from 0; a bad row is read once more, for its message. */
static shoal_status accept_body(shoal_worker *w)
{
    shoal_chain *c = w->chain;
    shoal_stretch *body = &w->stretch[SHOAL_BODY];
    const char *bytes = w->block + w->guess;
    const int64_t n = (int64_t)w->length - w->guess, line = w->stretch[SHOAL_SEAM].cutter.line;
    body->first_line = line;
    if (body->status < 0) {
        shoal_stretch_clear(w, SHOAL_BODY);
        SHOAL_TRY(shoal_stretch_read(w, SHOAL_BODY, bytes, n, false, line, w->number == 0 && w->reading->after_cr));
        body->first_line = 0;
    }
    c->line = body->first_line + body->cutter.line;
    c->after_cr = body->cutter.after_cr;
    SHOAL_TRY(keep_carry(w, bytes + body->cutter.at, n - body->cutter.at));
    if (c->carry_length > SHOAL_MAX_RAW) begin_skim(c, &body->last_record);
    return SHOAL_OK;
}

static shoal_status accept_seam(shoal_worker *w)
{
    shoal_chain *c = w->chain;
    const shoal_stretch *seam = &w->stretch[SHOAL_SEAM];
    if (seam->end == SHOAL_CUT_UNCLOSED)
        return fail_unclosed(w, seam->last_record.line, seam->last_record.fault_column);
    c->line = seam->cutter.line;
    c->after_cr = seam->cutter.after_cr;
    SHOAL_TRY(keep_carry(w, w->seam + seam->cutter.at, w->seam_length - seam->cutter.at));
    if (c->carry_length > SHOAL_MAX_RAW) begin_skim(c, &seam->last_record);
    return SHOAL_OK;
}

static shoal_status join_block(shoal_worker *w)
{
    shoal_chain *c = w->chain;
    const int64_t n = (int64_t)w->length;
    int64_t from = 0;
    bool guessed = w->guess < n;
    w->seam_length = 0;
    w->stretch[SHOAL_SEAM].first_line = 0;
    if (c->skimming) {
        SHOAL_TRY(skim_block(w, &from));
        if (c->skimming) {
            shoal_stretch_clear(w, SHOAL_BODY);
            return SHOAL_OK;
        }
        guessed = false;
    }
    SHOAL_TRY(append(&w->seam, &w->seam_length, &w->seam_capacity, c->carry, c->carry_length, &w->err));
    SHOAL_TRY(read_seam(w, from, guessed ? w->guess : n));
    if (guessed && w->stretch[SHOAL_SEAM].end == SHOAL_CUT_END) return accept_body(w);
    if (guessed) {
        shoal_stretch_clear(w, SHOAL_SEAM);
        SHOAL_TRY(read_seam(w, w->guess, n));
    }
    if (w->guess < n) shoal_stretch_clear(w, SHOAL_BODY);
    return accept_seam(w);
}

shoal_status shoal_worker_turn(shoal_worker *w)
{
    shoal_chain *c = w->chain;
    SHOAL_TRY(join_block(w));
    if (w->length == 0) c->over = true;
    if (w->reading->sales == NULL) return SHOAL_OK;
    w->first_row = c->rows;
    for (int which = 0; which < SHOAL_STRETCHES; which++) c->rows += shoal_intake_rows(w->stretch[which].intake);
    return SHOAL_OK;
}

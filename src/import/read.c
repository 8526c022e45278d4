#include "import/read.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/threads.h"
#include "import/worker.h"

/* --- stretches --- */

shoal_status shoal_stretch_row(shoal_worker *w, int which, const shoal_record *record)
{
    shoal_stretch *s = &w->stretch[which];
    s->job.rows_read++;
    if (w->reading->attributes == NULL) return shoal_intake_row(s->intake, record);
    const shoal_status status = shoal_attributes_row(w->reading->attributes, record);
    if (status < 0) w->err = *w->reading->job->err;
    return status;
}

static shoal_status read_records(shoal_worker *w, int which)
{
    shoal_stretch *s = &w->stretch[which];
    while ((s->end = shoal_cutter_next(&s->cutter, &s->last_record)) == SHOAL_CUT_RECORD)
        SHOAL_TRY(shoal_stretch_row(w, which, &s->last_record));
    return s->end == SHOAL_CUT_MEMORY ? shoal_fail_memory(&w->err) : SHOAL_OK;
}

shoal_status shoal_stretch_read(shoal_worker *w, int which, const char *bytes, int64_t n, bool last, int64_t line,
                                bool after_cr)
{
    shoal_stretch *s = &w->stretch[which];
    s->status = shoal_cutter_start(&s->cutter, &w->reading->grammar, bytes, n, last, line, after_cr, &w->err);
    if (s->status >= 0) s->status = read_records(w, which);
    return s->status;
}

static void reset_counts(shoal_worker *w, int which)
{
    shoal_job *job = &w->stretch[which].job;
    *job = w->chain->fresh;
    job->err = &w->err;
}

void shoal_stretch_clear(shoal_worker *w, int which)
{
    reset_counts(w, which);
    if (w->stretch[which].intake != NULL) shoal_intake_clear(w->stretch[which].intake);
    shoal_cutter_forget(&w->stretch[which].cutter);
}

/* --- one block --- */

/* Behind the first line end that lies within quotes, or outside of them, if the bytes begin outside; n where there is
 * none. */
static int64_t line_end(const char *bytes, int64_t n, bool within)
{
    bool quoted = false;
    for (int64_t i = 0; i < n; i++) {
        if (bytes[i] == '"') quoted = !quoted;
        if (quoted != within || (bytes[i] != '\n' && bytes[i] != '\r')) continue;
        return bytes[i] == '\r' && i + 1 < n && bytes[i + 1] == '\n' ? i + 2 : i + 1;
    }
    return n;
}

/* Whether what begins there looks like a record: it has the columns of the others. */
static shoal_status looks_like_record(shoal_worker *w, int64_t at, bool *good)
{
    enum { LOOK = 64 << 10 };
    const int64_t left = (int64_t)w->length - at, n = left < LOOK ? left : LOOK;
    shoal_record record;
    shoal_cutter *cutter = &w->stretch[SHOAL_BODY].cutter;
    SHOAL_TRY(shoal_cutter_start(cutter, &w->reading->grammar, w->block + at, n, false, 0, false, &w->err));
    *good = shoal_cutter_next(cutter, &record) == SHOAL_CUT_RECORD && record.fault == SHOAL_FAULT_NONE &&
            record.n_fields == w->reading->grammar.n_columns;
    shoal_cutter_forget(cutter);
    return SHOAL_OK;
}

/* Where the first record of a block begins, most probably. */
static shoal_status guess_begin(shoal_worker *w)
{
    const int64_t n = (int64_t)w->length;
    w->guess = line_end(w->block, n, false);
    if (w->guess == n || memchr(w->block, '"', w->length) == NULL) return SHOAL_OK;
    bool good;
    SHOAL_TRY(looks_like_record(w, w->guess, &good));
    if (good) return SHOAL_OK;
    const int64_t other = line_end(w->block, n, true);
    if (other == n) return SHOAL_OK;
    SHOAL_TRY(looks_like_record(w, other, &good));
    if (good) w->guess = other;
    return SHOAL_OK;
}

/* The block ahead of its turn. A bad row is no error yet: the guess may be wrong, and the line is not known. */
static shoal_status read_ahead(shoal_worker *w)
{
    shoal_stretch *body = &w->stretch[SHOAL_BODY];
    for (int which = 0; which < SHOAL_STRETCHES; which++) reset_counts(w, which);
    w->guess = 0;
    if (w->reading->attributes != NULL) w->guess = (int64_t)w->length; /* attributes take their rows in order */
    else if (w->number > 0) SHOAL_TRY(guess_begin(w));
    if (w->guess == (int64_t)w->length) return SHOAL_OK;
    shoal_stretch_read(w, SHOAL_BODY, w->block + w->guess, (int64_t)w->length - w->guess, false, 0,
                       w->number == 0 && w->reading->after_cr);
    return body->status == SHOAL_ERR_INPUT ? SHOAL_OK : body->status;
}

static void add_counts(shoal_job *to, const shoal_job *from)
{
    to->rows_read += from->rows_read;
    for (int i = 0; i < SHOAL_N_REASONS; i++) to->rejected[i] += from->rejected[i];
    if (from->converted > 0 && (to->converted == 0 || from->converted_line < to->converted_line))
        to->converted_line = from->converted_line;
    to->converted += from->converted;
    to->shortened_keys += from->shortened_keys;
    to->turned += from->turned;
}

static void stop(shoal_worker *w, shoal_status status)
{
    shoal_chain *c = w->chain;
    if (c->status == SHOAL_OK) {
        c->status = status;
        c->err = w->err;
    }
    c->over = true;
    pthread_cond_broadcast(&c->moved); /* whoever waits for a turn that will not come */
}

/* Waits for the block's turn and takes it; false where there is nothing more to do. */
static bool take_turn(shoal_worker *w, shoal_status status)
{
    shoal_chain *c = w->chain;
    pthread_mutex_lock(&c->lock);
    while (!c->over && c->next != w->number) pthread_cond_wait(&c->moved, &c->lock);
    const bool mine = !c->over;
    if (mine) {
        if (status >= 0) status = shoal_worker_turn(w);
        if (status < 0) stop(w, status);
        c->next++;
        pthread_cond_broadcast(&c->moved);
    }
    pthread_mutex_unlock(&c->lock);
    return mine && status >= 0;
}

/* Rows to batches, counts to the others'. */
static bool deliver(shoal_worker *w)
{
    shoal_chain *c = w->chain;
    shoal_status status = SHOAL_OK;
    int64_t first_row = w->first_row;
    for (int which = 0; which < SHOAL_STRETCHES && status >= 0 && w->reading->sales != NULL; which++) {
        shoal_stretch *s = &w->stretch[which];
        const int64_t rows = shoal_intake_rows(s->intake);
        status = shoal_intake_take(s->intake, SHOAL_STRETCHES * w->number + which, first_row, s->first_line);
        first_row += rows;
    }
    pthread_mutex_lock(&c->lock);
    if (status < 0) stop(w, status);
    for (int which = 0; which < SHOAL_STRETCHES; which++) {
        add_counts(w->reading->job, &w->stretch[which].job);
        shoal_cutter_forget(&w->stretch[which].cutter);
    }
    const bool more = !c->over;
    pthread_mutex_unlock(&c->lock);
    return more;
}

static void tell_progress(shoal_worker *w)
{
    enum { EVERY_MS = 200 };
    shoal_chain *c = w->chain;
    const double now = shoal_clock_ms();
    if (!pthread_equal(c->caller, pthread_self()) || now - w->last_ms < EVERY_MS) return;
    w->last_ms = now;
    char count[32], detail[48];
    pthread_mutex_lock(&c->lock);
    shoal_count_text(w->reading->job->rows_read, count);
    pthread_mutex_unlock(&c->lock);
    snprintf(detail, sizeof detail, "%s rows", count);
    shoal_progress(w->reading->job->ctx, "import", shoal_source_fraction(w->reading->source), detail);
}

/* --- threads --- */

static shoal_status worker_start(shoal_worker *w, shoal_chain *chain)
{
    const shoal_reading *reading = chain->reading;
    *w = (shoal_worker){.chain = chain, .reading = reading, .last_ms = shoal_clock_ms()};
    SHOAL_TRY(shoal_alloc((int64_t)reading->block_size, 1, &w->block, &w->err));
    for (int which = 0; which < SHOAL_STRETCHES; which++) {
        reset_counts(w, which);
        if (reading->sales != NULL)
            SHOAL_TRY(shoal_intake_new(&w->stretch[which].job, reading->sales, &w->stretch[which].intake));
    }
    return SHOAL_OK;
}

static void worker_free(shoal_worker *w)
{
    for (int which = 0; which < SHOAL_STRETCHES; which++) {
        shoal_intake_free(w->stretch[which].intake);
        shoal_cutter_free(&w->stretch[which].cutter);
    }
    free(w->block);
    free(w->seam);
}

static void work(shoal_chain *chain)
{
    const shoal_reading *reading = chain->reading;
    const shoal_ctx *ctx = reading->job->ctx;
    shoal_worker w;
    shoal_status status = worker_start(&w, chain);
    if (status < 0) {
        pthread_mutex_lock(&chain->lock);
        stop(&w, status);
        pthread_mutex_unlock(&chain->lock);
    }
    while (status >= 0) {
        status = shoal_source_block(ctx, reading->source, w.block, reading->block_size, &w.length, &w.number, &w.err);
        if (status >= 0 && shoal_cancelled(ctx)) status = shoal_fail(&w.err, SHOAL_ERR_INTERRUPTED, "interrupted");
        if (status >= 0) status = read_ahead(&w);
        if (!take_turn(&w, status) || !deliver(&w)) break;
        tell_progress(&w);
    }
    worker_free(&w);
}

/* One a block is enough. */
static int threads_of(const shoal_reading *reading)
{
    const int64_t blocks = shoal_source_blocks_left(reading->source, reading->block_size);
    const int threads = shoal_ctx_threads(reading->job->ctx);
    return blocks >= 0 && blocks < threads ? (int)blocks + 1 : threads;
}

shoal_status shoal_read_rows(const shoal_reading *reading)
{
    shoal_chain chain = {.reading = reading, .fresh = *reading->job, .caller = pthread_self(), .line = reading->line};
    shoal_job *job = reading->job;
    chain.after_cr = reading->after_cr;
    pthread_mutex_init(&chain.lock, NULL);
    pthread_cond_init(&chain.moved, NULL);
#pragma omp parallel num_threads(threads_of(reading))
    work(&chain);
    free(chain.carry);
    pthread_cond_destroy(&chain.moved);
    pthread_mutex_destroy(&chain.lock);
    if (chain.status < 0) *job->err = chain.err;
    return chain.status;
}

/* Cuts of long columns: only the values in buckets that hold a cut are selected from. */
#include <math.h>
#include <string.h>

#include <shoal/rfm.h>

#include "base/memory.h"
#include "base/threads.h"
#include "segment/column_block.h"
#include "segment/rfm_select.h"

enum { BUCKETS = 1 << 16, MOST_CUTS = SHOAL_RFM_MAX_SCORES - 1, DIRECT = 1 << 16, ROW_WORK = 4 };

typedef struct bucket {
    int64_t count;
    double last; /* one of its values */
} bucket;

/* Rows begin .. end - 1 and what one thread learns of them. */
typedef struct part {
    int64_t begin, end, m;
    double min, max;
    bucket *buckets;
    int64_t next[MOST_CUTS]; /* by wanted bucket: where the part's next value goes */
} part;

/* A bucket that holds cuts. Of a value that many customers share, one is noted and the others are not taken. */
typedef struct wanted {
    int bucket;
    int64_t begin, end; /* of its values: ranks, and where in job.values there is room for them */
    double common;
} wanted;

/* Values by their bits, as integers in the order of the values, in BUCKETS of equal width. */
typedef struct job {
    const shoal_ctx *ctx;
    const shoal_column *column;
    int n_parts;
    part *parts;
    uint64_t first; /* key of the least value */
    int shift;
    int n_wanted;
    wanted wanted[MOST_CUTS];
    uint8_t number[BUCKETS]; /* in wanted, from 1; or 0 */
    double *values;
} job;

static uint64_t key_of(double value)
{
    uint64_t bits;
    value += 0.0; /* no negative zeros */
    memcpy(&bits, &value, sizeof bits);
    return bits ^ ((UINT64_C(0) - (bits >> 63)) | UINT64_C(1) << 63);
}

static void find_range(part *p, const double *value, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        if (isnan(value[i])) continue;
        if (value[i] < p->min) p->min = value[i];
        if (value[i] > p->max) p->max = value[i];
        p->m++;
    }
}

static void count_values(const job *b, const part *p, const double *value, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        if (isnan(value[i])) continue;
        bucket *to = &p->buckets[(key_of(value[i]) - b->first) >> b->shift];
        to->count++;
        to->last = value[i];
    }
}

static void take_values(const job *b, part *p, const double *value, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        if (isnan(value[i])) continue;
        const int number = b->number[(key_of(value[i]) - b->first) >> b->shift];
        if (number > 0 && value[i] != b->wanted[number - 1].common) b->values[p->next[number - 1]++] = value[i] + 0.0;
    }
}

typedef enum pass { RANGE, COUNT, TAKE } pass;

static void run_part(const job *b, part *p, pass what)
{
    double buffer[SHOAL_COLUMN_BLOCK];
    for (int64_t row = p->begin; row < p->end && !shoal_cancelled(b->ctx); row += SHOAL_COLUMN_BLOCK) {
        const int64_t n = p->end - row < SHOAL_COLUMN_BLOCK ? p->end - row : SHOAL_COLUMN_BLOCK;
        const double *value = shoal_column_block(b->column, row, n, buffer);
        if (what == RANGE) find_range(p, value, n);
        else if (what == COUNT) count_values(b, p, value, n);
        else take_values(b, p, value, n);
    }
}

static shoal_status run_pass(const job *b, pass what, shoal_error *err)
{
#pragma omp parallel for schedule(static, 1) num_threads(b->n_parts)
    for (int i = 0; i < b->n_parts; i++) run_part(b, &b->parts[i], what);
    return shoal_cancelled(b->ctx) ? shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted") : SHOAL_OK;
}

static shoal_status make_parts(job *b, shoal_error *err)
{
    const int64_t n = b->column->length;
    b->n_parts = shoal_threads_for(b->ctx, ROW_WORK * (double)n);
    SHOAL_TRY(shoal_alloc_zero(b->n_parts, sizeof *b->parts, &b->parts, err));
    for (int i = 0; i < b->n_parts; i++) {
        part *p = &b->parts[i];
        p->begin = n / b->n_parts * i;
        p->end = i + 1 < b->n_parts ? n / b->n_parts * (i + 1) : n;
        p->min = INFINITY;
        p->max = -INFINITY;
    }
    for (int i = 0; i < b->n_parts; i++)
        SHOAL_TRY(shoal_alloc_zero(BUCKETS, sizeof(bucket), &b->parts[i].buckets, err));
    return SHOAL_OK;
}

/* Spreads the buckets over what all parts have seen; gives the number of values. */
static int64_t lay_buckets(job *b)
{
    double min = INFINITY, max = -INFINITY;
    int64_t m = 0;
    for (int i = 0; i < b->n_parts; i++) {
        min = fmin(min, b->parts[i].min);
        max = fmax(max, b->parts[i].max);
        m += b->parts[i].m;
    }
    if (m == 0) return 0;
    b->first = key_of(min);
    while ((key_of(max) - b->first) >> b->shift >= BUCKETS) b->shift++;
    return m;
}

static int64_t in_bucket(const job *b, int at)
{
    int64_t n = 0;
    for (int i = 0; i < b->n_parts; i++) n += b->parts[i].buckets[at].count;
    return n;
}

/* Room for the values of a bucket, part by part. */
static void want_bucket(job *b, int at, int64_t begin)
{
    wanted *w = &b->wanted[b->n_wanted];
    *w = (wanted){.bucket = at, .begin = begin, .end = begin};
    for (int i = 0; i < b->n_parts; i++) {
        b->parts[i].next[b->n_wanted] = w->end;
        w->end += b->parts[i].buckets[at].count;
        if (b->parts[i].buckets[at].count > 0) w->common = b->parts[i].buckets[at].last + 0.0;
    }
    b->number[at] = (uint8_t)++b->n_wanted;
}

/* Finds the buckets of the ranks, which become ranks among the values of these buckets alone; gives their number. */
static int64_t want_buckets(job *b, int64_t *rank, int n)
{
    int64_t below = 0, room = 0;
    int next = 0;
    for (int at = 0; next < n; at++) {
        const int64_t size = in_bucket(b, at);
        if (rank[next] < below + size) {
            want_bucket(b, at, room);
            for (; next < n && rank[next] < below + size; next++) rank[next] += room - below;
            room += size;
        }
        below += size;
    }
    return room;
}

/* Moves what the parts took together; gives the number. */
static int64_t join_parts(const job *b, int number)
{
    const wanted *w = &b->wanted[number];
    int64_t begin = w->begin, to = begin;
    for (int i = 0; i < b->n_parts; i++) {
        const int64_t taken = b->parts[i].next[number] - begin;
        memmove(b->values + to, b->values + begin, (size_t)taken * sizeof *b->values);
        to += taken;
        begin += b->parts[i].buckets[w->bucket].count;
    }
    return to - w->begin;
}

/* The cuts of ranks that lie in one bucket. */
static void select_wanted(const job *b, int number, const int64_t *rank, int n, double *cut)
{
    const wanted *w = &b->wanted[number];
    double *values = b->values + w->begin;
    const int64_t m = join_parts(b, number), common = w->end - w->begin - m;
    int64_t within[MOST_CUTS], below = 0;
    double found[MOST_CUTS];
    int first = 0, count = 0;
    for (int64_t i = 0; i < m; i++) below += values[i] < w->common;
    while (rank[first] < w->begin) first++;
    for (int j = first; j < n && rank[j] < w->end; j++) {
        const int64_t at = rank[j] - w->begin;
        if (at < below || at >= below + common) within[count++] = at < below ? at : at - common;
    }
    shoal_select_ranks(values, m, within, count, found);
    count = 0;
    for (int j = first; j < n && rank[j] < w->end; j++) {
        const int64_t at = rank[j] - w->begin;
        cut[j] = at < below || at >= below + common ? found[count++] : w->common;
    }
}

static shoal_status select_by_buckets(job *b, int n_scores, double *cut, int64_t *m, shoal_error *err)
{
    int64_t rank[MOST_CUTS] = {0};
    SHOAL_TRY(make_parts(b, err));
    SHOAL_TRY(run_pass(b, RANGE, err));
    *m = lay_buckets(b);
    if (*m == 0) return SHOAL_OK;
    SHOAL_TRY(run_pass(b, COUNT, err));
    for (int j = 1; j < n_scores; j++) rank[j - 1] = shoal_cut_rank(*m, j, n_scores);
    SHOAL_TRY(shoal_alloc(want_buckets(b, rank, n_scores - 1), sizeof *b->values, &b->values, err));
    SHOAL_TRY(run_pass(b, TAKE, err));
#pragma omp parallel for schedule(dynamic) num_threads(b->n_parts)
    for (int i = 0; i < b->n_wanted; i++) select_wanted(b, i, rank, n_scores - 1, cut);
    return SHOAL_OK;
}

static shoal_status select_directly(const shoal_column *column, int n_scores, double *cut, int64_t *m, shoal_error *err)
{
    double buffer[SHOAL_COLUMN_BLOCK], *values;
    int64_t rank[MOST_CUTS] = {0}, taken = 0;
    SHOAL_TRY(shoal_alloc(column->length, sizeof *values, &values, err));
    for (int64_t row = 0; row < column->length; row += SHOAL_COLUMN_BLOCK) {
        const int64_t left = column->length - row, n = left < SHOAL_COLUMN_BLOCK ? left : SHOAL_COLUMN_BLOCK;
        const double *value = shoal_column_block(column, row, n, buffer);
        for (int64_t i = 0; i < n; i++)
            if (!isnan(value[i])) values[taken++] = value[i] + 0.0;
    }
    *m = taken;
    for (int j = 1; taken > 0 && j < n_scores; j++) rank[j - 1] = shoal_cut_rank(taken, j, n_scores);
    if (taken > 0) shoal_select_ranks(values, taken, rank, n_scores - 1, cut);
    free(values);
    return SHOAL_OK;
}

shoal_status shoal_select_cuts(const shoal_ctx *ctx, const shoal_column *column, int n_scores, double *cut, int64_t *m,
                               shoal_error *err)
{
    if (column->length <= DIRECT) return select_directly(column, n_scores, cut, m, err);
    job *b;
    SHOAL_TRY(shoal_alloc_zero(1, sizeof *b, &b, err));
    b->ctx = ctx;
    b->column = column;
    const shoal_status status = select_by_buckets(b, n_scores, cut, m, err);
    for (int i = 0; b->parts != NULL && i < b->n_parts; i++) free(b->parts[i].buckets);
    free(b->parts);
    free(b->values);
    free(b);
    return status;
}

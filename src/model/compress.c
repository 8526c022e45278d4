#include "model/compress.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/threads.h"

typedef struct entry {
    double u, v, weight;
    int64_t id; /* in order of first appearance */
    int32_t x;
} entry;

/* Open addressing with linear probing over the entries; at most half full. */
typedef struct table {
    entry *entries;
    int64_t n, capacity;
    int64_t *slots; /* entry or -1 */
    uint64_t mask;
} table;

static uint64_t mix(uint64_t h)
{
    /* the finaliser of MurmurHash3 */
    h ^= h >> 33;
    h *= 0xff51afd7ed558ccdu;
    h ^= h >> 33;
    h *= 0xc4ceb9fe1a85ec53u;
    return h ^ (h >> 33);
}

static uint64_t hash_of(const entry *e)
{
    uint64_t u, v;
    memcpy(&u, &e->u, sizeof u);
    memcpy(&v, &e->v, sizeof v);
    return mix(mix(mix(u) + v) + (uint32_t)e->x);
}

static shoal_status resize(table *t, uint64_t n_slots, shoal_error *err)
{
    int64_t *slots;
    SHOAL_TRY(shoal_alloc((int64_t)n_slots, sizeof *slots, &slots, err));
    memset(slots, 0xff, (size_t)n_slots * sizeof *slots);
    for (int64_t i = 0; i < t->n; i++) {
        uint64_t at = hash_of(&t->entries[i]) & (n_slots - 1);
        while (slots[at] >= 0) at = (at + 1) & (n_slots - 1);
        slots[at] = i;
    }
    free(t->slots);
    t->slots = slots;
    t->mask = n_slots - 1;
    return SHOAL_OK;
}

static shoal_status insert(table *t, const entry *row, int64_t *id, shoal_error *err)
{
    uint64_t at = hash_of(row) & t->mask;
    for (; t->slots[at] >= 0; at = (at + 1) & t->mask) {
        entry *e = &t->entries[t->slots[at]];
        if (e->x == row->x && e->u == row->u && e->v == row->v) {
            e->weight += row->weight;
            *id = e->id;
            return SHOAL_OK;
        }
    }
    SHOAL_TRY(shoal_grow(&t->entries, &t->capacity, t->n, t->n + 1, sizeof *t->entries, err));
    t->entries[t->n] = *row;
    t->entries[t->n].id = t->n;
    t->slots[at] = t->n;
    *id = t->n++;
    return (uint64_t)t->n * 2 > t->mask ? resize(t, (t->mask + 1) * 2, err) : SHOAL_OK;
}

static shoal_status insert_rows(const shoal_ctx *ctx, const shoal_rows *rows, table *t, int64_t *of_row,
                                shoal_error *err)
{
    enum { CANCEL_CHECK_ROWS = 1 << 20 };
    SHOAL_TRY(resize(t, 4096, err));
    for (int64_t i = 0; i < rows->n; i++) {
        if (i % CANCEL_CHECK_ROWS == 0 && shoal_cancelled(ctx))
            return shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted");
        of_row[i] = -1;
        if (isnan(rows->u[i])) continue;
        /* + 0.0: a negative zero is a zero */
        const entry row = {.u = rows->u[i] + 0.0,
                           .v = rows->v != NULL ? rows->v[i] + 0.0 : 0,
                           .weight = rows->weight != NULL ? rows->weight[i] : 1,
                           .x = rows->x != NULL ? rows->x[i] : 0};
        SHOAL_TRY(insert(t, &row, &of_row[i], err));
    }
    return SHOAL_OK;
}

static int compare(const void *left, const void *right)
{
    const entry *a = left, *b = right;
    if (a->x != b->x) return a->x < b->x ? -1 : 1;
    if (a->u != b->u) return a->u < b->u ? -1 : 1;
    if (a->v != b->v) return a->v < b->v ? -1 : 1;
    return 0;
}

static shoal_status allocate_columns(int64_t n, shoal_distinct *d, shoal_error *err)
{
    SHOAL_TRY(shoal_alloc(n, sizeof(double), &d->x, err));
    SHOAL_TRY(shoal_alloc(n, sizeof(double), &d->u, err));
    SHOAL_TRY(shoal_alloc(n, sizeof(double), &d->v, err));
    SHOAL_TRY(shoal_alloc(n, sizeof(double), &d->weight, err));
    d->n = n;
    return SHOAL_OK;
}

/* From the sorted entries to columns; renumbers of_row. */
static shoal_status write_columns(const table *t, int64_t n_rows, shoal_distinct *d, shoal_error *err)
{
    int64_t *rank;
    SHOAL_TRY(allocate_columns(t->n, d, err));
    SHOAL_TRY(shoal_alloc(t->n, sizeof *rank, &rank, err));
    for (int64_t i = 0; i < t->n; i++) {
        const entry *e = &t->entries[i];
        d->x[i] = e->x;
        d->u[i] = e->u;
        d->v[i] = e->v;
        d->weight[i] = e->weight;
        d->total_weight += e->weight;
        rank[e->id] = i;
    }
    for (int64_t i = 0; i < n_rows; i++)
        if (d->of_row[i] >= 0) d->of_row[i] = rank[d->of_row[i]];
    free(rank);
    return SHOAL_OK;
}

shoal_status shoal_compress(const shoal_ctx *ctx, const shoal_rows *rows, shoal_distinct *distinct, shoal_error *err)
{
    shoal_status status;
    table t = {0};
    shoal_distinct d = {0};
    SHOAL_TRY_OUT(shoal_alloc(rows->n, sizeof *d.of_row, &d.of_row, err));
    SHOAL_TRY_OUT(insert_rows(ctx, rows, &t, d.of_row, err));
    if (t.n > 0) qsort(t.entries, (size_t)t.n, sizeof *t.entries, compare);
    SHOAL_TRY_OUT(write_columns(&t, rows->n, &d, err));
out:
    free(t.entries);
    free(t.slots);
    if (status < 0) shoal_distinct_free(&d);
    else *distinct = d;
    return status;
}

shoal_status shoal_distinct_sample(const shoal_distinct *distinct, int64_t wanted, shoal_distinct *sample,
                                   shoal_error *err)
{
    const int64_t stride = distinct->n / wanted;
    shoal_distinct d = {0};
    *sample = d;
    if (stride < 2) return SHOAL_OK;
    const shoal_status status = allocate_columns((distinct->n + stride - 1) / stride, &d, err);
    if (status < 0) {
        shoal_distinct_free(&d);
        return status;
    }
    for (int64_t i = 0; i < d.n; i++) {
        d.x[i] = distinct->x[i * stride];
        d.u[i] = distinct->u[i * stride];
        d.v[i] = distinct->v[i * stride];
        d.weight[i] = distinct->weight[i * stride];
        d.total_weight += d.weight[i];
    }
    *sample = d;
    return SHOAL_OK;
}

void shoal_distinct_free(shoal_distinct *distinct)
{
    free(distinct->x);
    free(distinct->u);
    free(distinct->v);
    free(distinct->weight);
    free(distinct->of_row);
    *distinct = (shoal_distinct){0};
}

/* The first step: rows over parts. */
#include <string.h>

#include "base/memory.h"
#include "base/threads.h"
#include "import/order.h"

enum { PART_ROWS = 1 << 15, MOST_PARTS = 2048, MOST_GROUPS = 64, TILE = 2048 };

typedef struct spreading {
    const shoal_ctx *ctx;
    const shoal_sales *sales;
    const shoal_ranks *ranks;
    shoal_parts *parts;
    int64_t n_groups; /* of neighbouring batches, each the work of one thread */
    int64_t *next;    /* n_groups x n_parts: first rows counted, then where the next row goes */
} spreading;

/* Some rows of a batch on their way. */
typedef struct tile {
    int64_t n, first;
    int64_t customer[TILE], values[TILE], place[TILE];
} tile;

static int64_t group_begin(const spreading *s, int64_t group)
{
    return s->sales->n_batches * group / s->n_groups;
}

/* The customers of the tile that begins at row `first`. */
static void load_customers(const spreading *s, const shoal_batch *batch, int64_t first, tile *t)
{
    t->first = first;
    t->n = batch->n - first < TILE ? batch->n - first : TILE;
    shoal_unpack(&batch->packing[SHOAL_SALES_CUSTOMER], batch->data[SHOAL_SALES_CUSTOMER], first, t->n, t->customer);
    for (int64_t i = 0; i < t->n; i++) t->customer[i] = s->ranks->customer[t->customer[i]];
}

static void count_group(const spreading *s, int64_t group, tile *t)
{
    int64_t *count = s->next + group * s->parts->n_parts;
    for (int64_t b = group_begin(s, group); b < group_begin(s, group + 1); b++)
        for (int64_t first = 0; first < s->sales->batches[b].n; first += TILE) {
            load_customers(s, &s->sales->batches[b], first, t);
            for (int64_t i = 0; i < t->n; i++)
                if (t->customer[i] >= 0) count[t->customer[i] >> s->parts->shift]++;
        }
}

/* Counts to places: part by part, within a part group by group. */
static void place_groups(const spreading *s)
{
    shoal_parts *p = s->parts;
    int64_t row = 0;
    for (int64_t part = 0; part < p->n_parts; part++) {
        p->begin[part] = row;
        for (int64_t group = 0; group < s->n_groups; group++) {
            int64_t *next = &s->next[group * p->n_parts + part];
            const int64_t count = *next;
            *next = row;
            row += count;
        }
    }
    p->begin[p->n_parts] = row;
    p->n_rows = row;
}

/* Loads a column of the tile as it is in the parts. */
static void load_values(const spreading *s, const shoal_batch *batch, int column, tile *t)
{
    const shoal_packing *packing = &batch->packing[column];
    shoal_unpack(packing, batch->data[column], t->first, t->n, t->values);
    if (s->parts->packing[column].wide && !packing->wide) shoal_pack_widen(t->values, t->n);
    if (column < SHOAL_SALES_CODE) return;
    const int32_t *rank = s->ranks->code[column - SHOAL_SALES_CODE];
    for (int64_t i = 0; i < t->n; i++) t->values[i] = t->values[i] < 0 ? -1 : rank[t->values[i]];
}

/* Takes the values of rows that are left out from among the others. */
static void close_gaps(const int64_t *customer, int64_t n, int64_t *values)
{
    int64_t kept = 0;
    for (int64_t i = 0; i < n; i++)
        if (customer[i] >= 0) values[kept++] = values[i];
}

static void spread_tile(const spreading *s, const shoal_batch *batch, int64_t *next, tile *t)
{
    const shoal_parts *p = s->parts;
    int64_t kept = 0;
    for (int64_t i = 0; i < t->n; i++)
        if (t->customer[i] >= 0) t->place[kept++] = next[t->customer[i] >> p->shift]++;
    for (int column = SHOAL_SALES_TIME; column < SHOAL_SALES_COLUMNS; column++) {
        if (!s->sales->has[column]) continue;
        load_values(s, batch, column, t);
        if (kept < t->n) close_gaps(t->customer, t->n, t->values);
        shoal_pack_at(&p->packing[column], t->values, kept, p->data[column], t->place);
    }
    if (kept < t->n) close_gaps(t->customer, t->n, t->customer);
    shoal_pack_at(&p->packing[SHOAL_SALES_CUSTOMER], t->customer, kept, p->data[SHOAL_SALES_CUSTOMER], t->place);
}

static void spread_group(const spreading *s, int64_t group, tile *t)
{
    int64_t *next = s->next + group * s->parts->n_parts;
    for (int64_t b = group_begin(s, group); b < group_begin(s, group + 1); b++)
        for (int64_t first = 0; first < s->sales->batches[b].n; first += TILE) {
            load_customers(s, &s->sales->batches[b], first, t);
            spread_tile(s, &s->sales->batches[b], next, t);
        }
}

/* Does one of the two for all groups. */
static shoal_status each_group(const spreading *s, void (*work)(const spreading *, int64_t, tile *), shoal_error *err)
{
    bool failed = false;
#pragma omp parallel num_threads(shoal_threads_for(s->ctx, (double)s->sales->n_batches *PART_ROWS))
    {
        tile *t = malloc(sizeof *t);
#pragma omp for schedule(dynamic)
        for (int64_t group = 0; group < s->n_groups; group++) {
            if (t == NULL) __atomic_store_n(&failed, true, __ATOMIC_RELAXED);
            else if (!shoal_cancelled(s->ctx)) work(s, group, t);
        }
        free(t);
    }
    if (shoal_cancelled(s->ctx)) return shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted");
    return failed ? shoal_fail_memory(err) : SHOAL_OK;
}

/* How the columns lie in the parts. */
static void choose_packings(const spreading *s)
{
    shoal_parts *p = s->parts;
    for (int column = SHOAL_SALES_TIME; column < SHOAL_SALES_CODE; column++) {
        shoal_packing packing = {0};
        for (int64_t b = 0; b < s->sales->n_batches; b++)
            packing = shoal_packing_join(packing, s->sales->batches[b].packing[column]);
        p->packing[column] = packing;
    }
    const int64_t customers[2] = {0, s->ranks->n_customers - 1};
    p->packing[SHOAL_SALES_CUSTOMER] = shoal_packing_choose(customers, 2, false, false);
    for (int i = 0; i < SHOAL_SALE_CODES; i++) {
        const int64_t codes[2] = {-1, s->ranks->n_codes[i] - 1};
        p->packing[SHOAL_SALES_CODE + i] = shoal_packing_choose(codes, 2, false, false);
    }
}

static shoal_status make_room(const spreading *s, shoal_error *err)
{
    shoal_parts *p = s->parts;
    for (int column = 0; column < SHOAL_SALES_COLUMNS; column++)
        if (s->sales->has[column])
            SHOAL_TRY(shoal_alloc_huge(p->n_rows, (size_t)p->packing[column].width, &p->data[column], err));
    return SHOAL_OK;
}

shoal_status shoal_parts_spread(const shoal_ctx *ctx, const shoal_sales *sales, const shoal_ranks *ranks,
                                shoal_parts *parts, shoal_error *err)
{
    spreading s = {.ctx = ctx, .sales = sales, .ranks = ranks, .parts = parts};
    const shoal_batch *last = &sales->batches[sales->n_batches - 1];
    const int64_t rows = last->first_row + last->n,
                  wanted = rows / PART_ROWS < MOST_PARTS ? rows / PART_ROWS : MOST_PARTS;
    shoal_status status = SHOAL_OK;
    while (ranks->n_customers >> parts->shift > wanted) parts->shift++;
    parts->n_customers = ranks->n_customers;
    parts->n_parts = ((ranks->n_customers - 1) >> parts->shift) + 1;
    s.n_groups = sales->n_batches < MOST_GROUPS ? sales->n_batches : MOST_GROUPS;
    SHOAL_TRY_OUT(shoal_alloc_zero(s.n_groups * parts->n_parts, sizeof *s.next, &s.next, err));
    SHOAL_TRY_OUT(shoal_alloc(parts->n_parts + 1, sizeof *parts->begin, &parts->begin, err));
    SHOAL_TRY_OUT(each_group(&s, count_group, err));
    place_groups(&s);
    for (int64_t part = 0; part < parts->n_parts; part++)
        if (parts->begin[part + 1] - parts->begin[part] > INT32_MAX) {
            status = shoal_fail(err, SHOAL_ERR_INPUT, "a customer has more than 2,000,000,000 transactions");
            goto out;
        }
    choose_packings(&s);
    SHOAL_TRY_OUT(make_room(&s, err));
    SHOAL_TRY_OUT(each_group(&s, spread_group, err));
out:
    free(s.next);
    return status;
}

void shoal_parts_free(shoal_parts *parts)
{
    for (int column = 0; column < SHOAL_SALES_COLUMNS; column++) free(parts->data[column]);
    free(parts->begin);
    *parts = (shoal_parts){0};
}

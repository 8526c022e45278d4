/* The second step: each part in its order, to the final place. */
#include "import/order.h"

#include <string.h>

#include "base/memory.h"
#include "base/threads.h"
#include "import/radix.h"

/* One part at work. */
typedef struct sorting {
    const shoal_parts *parts;
    const shoal_ordered *to;
    int64_t begin, n, first_customer, n_customers;
    int64_t *values, *time; /* n */
    uint32_t *rows;         /* n: the row of the part that comes there */
    int64_t *next;          /* n_customers + 1 */
    shoal_error *err;
} sorting;

/* Rows by customer, in the order of the input. */
static void count_customers(const sorting *s)
{
    const int column = SHOAL_SALES_CUSTOMER;
    shoal_unpack(&s->parts->packing[column], s->parts->data[column], s->begin, s->n, s->values);
    memset(s->next, 0, ((size_t)s->n_customers + 1) * sizeof *s->next);
    for (int64_t i = 0; i < s->n; i++) s->next[s->values[i] - s->first_customer + 1]++;
    for (int64_t c = 0; c < s->n_customers; c++) s->next[c + 1] += s->next[c];
    for (int64_t i = 0; i < s->n; i++)
        s->rows[s->next[s->values[i] - s->first_customer]++] = (uint32_t)i; /* next[c] ends where c + 1 begins */
}

static void insert_by_time(int64_t *time, uint32_t *rows, int64_t n)
{
    for (int64_t i = 1; i < n; i++) {
        const int64_t t = time[i];
        const uint32_t row = rows[i];
        int64_t at = i;
        for (; at > 0 && time[at - 1] > t; at--) {
            time[at] = time[at - 1];
            rows[at] = rows[at - 1];
        }
        time[at] = t;
        rows[at] = row;
    }
}

static shoal_status radix_by_time(int64_t *time, uint32_t *rows, int64_t n, shoal_error *err)
{
    shoal_radix_pair *pairs;
    SHOAL_TRY(shoal_alloc(n, sizeof *pairs, &pairs, err));
    int64_t low = time[0];
    for (int64_t i = 1; i < n; i++) low = time[i] < low ? time[i] : low;
    for (int64_t i = 0; i < n; i++) pairs[i] = (shoal_radix_pair){(uint64_t)time[i] - (uint64_t)low, (int32_t)rows[i]};
    const shoal_status status = shoal_radix_sort(pairs, n, err);
    for (int64_t i = 0; i < n && status == SHOAL_OK; i++) {
        time[i] = (int64_t)(pairs[i].key + (uint64_t)low);
        rows[i] = (uint32_t)pairs[i].value;
    }
    free(pairs);
    return status;
}

/* The rows of each customer by time; those of equal times stay as they are. */
static shoal_status sort_times(const sorting *s)
{
    enum { FEW = 32 };
    const int column = SHOAL_SALES_TIME;
    const char *data = s->parts->data[column];
    const size_t width = (size_t)s->parts->packing[column].width;
    shoal_unpack_at(&s->parts->packing[column], data + (size_t)s->begin * width, s->rows, s->n, s->time);
    for (int64_t c = 0, from = 0; c < s->n_customers; from = s->next[c++]) {
        const int64_t n = s->next[c] - from;
        bool sorted = true;
        for (int64_t i = from + 1; i < s->next[c]; i++) sorted = sorted && s->time[i - 1] <= s->time[i];
        if (sorted) continue;
        if (n <= FEW) insert_by_time(s->time + from, s->rows + from, n);
        else SHOAL_TRY(radix_by_time(s->time + from, s->rows + from, n, s->err));
    }
    return SHOAL_OK;
}

static void load(const sorting *s, int column)
{
    const shoal_packing *packing = &s->parts->packing[column];
    const char *data = s->parts->data[column];
    shoal_unpack_at(packing, data + (size_t)s->begin * (size_t)packing->width, s->rows, s->n, s->values);
}

static void write_columns(const sorting *s)
{
    const shoal_ordered *to = s->to;
    for (int64_t c = 0, i = 0; c < s->n_customers; c++)
        for (; i < s->next[c]; i++) to->customer[s->begin + i] = s->first_customer + c;
    memcpy(to->time + s->begin, s->time, (size_t)s->n * sizeof *to->time);
    for (int j = 0; j < 1 + SHOAL_SALE_NUMBERS; j++) {
        if (to->number[j] == NULL) continue;
        load(s, SHOAL_SALES_AMOUNT + j);
        shoal_pack_to_doubles(s->values, s->n, s->parts->packing[SHOAL_SALES_AMOUNT + j].wide,
                              to->number[j] + s->begin);
    }
    for (int j = 0; j < SHOAL_SALE_CODES; j++) {
        if (to->code[j] == NULL) continue;
        load(s, SHOAL_SALES_CODE + j);
        for (int64_t i = 0; i < s->n; i++) to->code[j][s->begin + i] = (int32_t)s->values[i];
    }
}

static shoal_status sort_part(const shoal_parts *parts, int64_t part, const shoal_ordered *to, shoal_error *err)
{
    sorting s = {.parts = parts, .to = to, .begin = parts->begin[part], .err = err};
    const int64_t behind = (part + 1) << parts->shift;
    shoal_status status = SHOAL_OK;
    s.n = parts->begin[part + 1] - s.begin;
    s.first_customer = part << parts->shift;
    s.n_customers = (behind < parts->n_customers ? behind : parts->n_customers) - s.first_customer;
    if (s.n == 0) return SHOAL_OK;
    SHOAL_TRY_OUT(shoal_alloc(s.n, sizeof *s.values, &s.values, err));
    SHOAL_TRY_OUT(shoal_alloc(s.n, sizeof *s.time, &s.time, err));
    SHOAL_TRY_OUT(shoal_alloc(s.n, sizeof *s.rows, &s.rows, err));
    SHOAL_TRY_OUT(shoal_alloc(s.n_customers + 1, sizeof *s.next, &s.next, err));
    count_customers(&s);
    SHOAL_TRY_OUT(sort_times(&s));
    write_columns(&s);
out:
    free(s.values);
    free(s.time);
    free(s.rows);
    free(s.next);
    return status;
}

shoal_status shoal_parts_sort(const shoal_ctx *ctx, const shoal_parts *parts, const shoal_ordered *to, shoal_error *err)
{
    shoal_status status = SHOAL_OK;
#pragma omp parallel for schedule(dynamic) num_threads(shoal_threads_for(ctx, (double)parts->n_rows * 16))
    for (int64_t part = 0; part < parts->n_parts; part++) {
        shoal_error unheard; /* memory is all that can fail */
        if (__atomic_load_n(&status, __ATOMIC_RELAXED) < 0 || shoal_cancelled(ctx)) continue;
        const shoal_status one = sort_part(parts, part, to, &unheard);
        if (one < 0) __atomic_store_n(&status, one, __ATOMIC_RELAXED);
    }
    if (status < 0) return shoal_fail_memory(err);
    return shoal_cancelled(ctx) ? shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted") : SHOAL_OK;
}

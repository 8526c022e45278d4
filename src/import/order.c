#include "import/order.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/threads.h"

static int32_t code_of(const shoal_series *customer, const int32_t *new_code, int64_t row)
{
    const int32_t code = shoal_series_i32(customer, row);
    return new_code != NULL ? new_code[code] : code;
}

/* Counts the rows of each customer and turns the counts into offsets. */
static shoal_status count_rows(const shoal_series *customer, const int32_t *new_code, shoal_order *order,
                               shoal_error *err)
{
    SHOAL_TRY(shoal_alloc_zero(order->n_customers + 1, sizeof *order->first_row, &order->first_row, err));
    for (int64_t row = 0; row < customer->n; row++) {
        const int32_t code = code_of(customer, new_code, row);
        if (code >= 0) order->first_row[code + 1]++;
    }
    for (int64_t c = 0; c < order->n_customers; c++) order->first_row[c + 1] += order->first_row[c];
    order->n = order->first_row[order->n_customers];
    return SHOAL_OK;
}

static shoal_status place_rows(const shoal_series *customer, const int32_t *new_code, shoal_order *order,
                               shoal_error *err)
{
    int64_t *next;
    SHOAL_TRY(shoal_alloc(order->n_customers + 1, sizeof *next, &next, err));
    shoal_status status = shoal_alloc(order->n, sizeof *order->row, &order->row, err);
    if (status == SHOAL_OK) {
        memcpy(next, order->first_row, (size_t)order->n_customers * sizeof *next);
        for (int64_t row = 0; row < customer->n; row++) {
            const int32_t code = code_of(customer, new_code, row);
            if (code >= 0) order->row[next[code]++] = row;
        }
    }
    free(next);
    return status;
}

typedef struct visit {
    int64_t time, row;
} visit;

static int compare_visits(const void *a, const void *b)
{
    const visit *x = a, *y = b;
    if (x->time != y->time) return x->time < y->time ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

/* Brings the rows of one customer into the order of time; visits: room for as many. */
static void sort_customer(int64_t *rows, int64_t n, const shoal_series *time, visit *visits)
{
    bool sorted = true;
    for (int64_t i = 0; i < n; i++) {
        visits[i] = (visit){shoal_series_i64(time, rows[i]), rows[i]};
        sorted = sorted && (i == 0 || visits[i - 1].time <= visits[i].time);
    }
    if (sorted) return;
    qsort(visits, (size_t)n, sizeof *visits, compare_visits);
    for (int64_t i = 0; i < n; i++) rows[i] = visits[i].row;
}

static shoal_status sort_by_time(const shoal_ctx *ctx, const shoal_series *time, shoal_order *order, shoal_error *err)
{
    enum { CHECK_EVERY = 4096 };
    int64_t most = 0;
    for (int64_t c = 0; c < order->n_customers; c++) {
        const int64_t n = order->first_row[c + 1] - order->first_row[c];
        if (n > most) most = n;
    }
    visit *visits;
    SHOAL_TRY(shoal_alloc(most, sizeof *visits, &visits, err));
    shoal_status status = SHOAL_OK;
    for (int64_t c = 0; c < order->n_customers && status == SHOAL_OK; c++) {
        sort_customer(order->row + order->first_row[c], order->first_row[c + 1] - order->first_row[c], time, visits);
        if (c % CHECK_EVERY == 0 && shoal_cancelled(ctx))
            status = shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted");
    }
    free(visits);
    return status;
}

static bool is_ascending(const shoal_series *time)
{
    for (int64_t row = 1; row < time->n; row++)
        if (shoal_series_i64(time, row - 1) > shoal_series_i64(time, row)) return false;
    return true;
}

/* The input is in the order wanted already. */
static bool is_ordered(const shoal_series *customer, const shoal_series *time)
{
    for (int64_t row = 1; row < time->n; row++) {
        const int32_t before = shoal_series_i32(customer, row - 1), now = shoal_series_i32(customer, row);
        if (before > now) return false;
        if (before == now && shoal_series_i64(time, row - 1) > shoal_series_i64(time, row)) return false;
    }
    return true;
}

shoal_status shoal_order_rows(const shoal_ctx *ctx, const shoal_series *customer, const shoal_series *time,
                              const int32_t *new_code, int64_t n_customers, shoal_order *order, shoal_error *err)
{
    *order = (shoal_order){.n_customers = n_customers};
    shoal_status status = count_rows(customer, new_code, order, err);
    if (status == SHOAL_OK && (order->n < customer->n || !is_ordered(customer, time))) {
        status = place_rows(customer, new_code, order, err);
        if (status == SHOAL_OK && !is_ascending(time)) status = sort_by_time(ctx, time, order, err);
    }
    if (status < 0) shoal_order_free(order);
    return status;
}

static void gather_4(const int64_t *row, const shoal_series *from, char *to, int64_t begin, int64_t end)
{
    for (int64_t i = begin; i < end; i++) memcpy(to + i * 4, shoal_series_at(from, row[i], 4), 4);
}

static void gather_8(const int64_t *row, const shoal_series *from, char *to, int64_t begin, int64_t end)
{
    for (int64_t i = begin; i < end; i++) memcpy(to + i * 8, shoal_series_at(from, row[i], 8), 8);
}

static void copy_piece(const shoal_series *from, char *to, int64_t piece, int64_t n)
{
    const int64_t begin = piece << SHOAL_PIECE_SHIFT;
    const int64_t rows = n - begin < SHOAL_PIECE_ROWS ? n - begin : SHOAL_PIECE_ROWS;
    memcpy(to + (size_t)begin * from->size, from->pieces[piece], (size_t)rows * from->size);
}

void shoal_order_gather(const shoal_ctx *ctx, const shoal_order *order, const shoal_series *from, void *to)
{
    const int64_t pieces = (order->n + SHOAL_PIECE_ROWS - 1) >> SHOAL_PIECE_SHIFT;
#pragma omp parallel for schedule(static) num_threads(shoal_ctx_threads(ctx))
    for (int64_t piece = 0; piece < pieces; piece++) {
        const int64_t begin = piece << SHOAL_PIECE_SHIFT;
        const int64_t end = begin + SHOAL_PIECE_ROWS < order->n ? begin + SHOAL_PIECE_ROWS : order->n;
        if (order->row == NULL) copy_piece(from, to, piece, order->n);
        else if (from->size == 4) gather_4(order->row, from, to, begin, end);
        else gather_8(order->row, from, to, begin, end);
    }
}

void shoal_order_free(shoal_order *order)
{
    free(order->first_row);
    free(order->row);
    *order = (shoal_order){0};
}

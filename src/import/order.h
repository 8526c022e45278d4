/* Rows in the order of the store: by customer, then time, then input. */
#ifndef SHOAL_IMPORT_ORDER_H
#define SHOAL_IMPORT_ORDER_H

#include <stdint.h>

#include <shoal/context.h>

#include "import/series.h"

typedef struct shoal_order {
    int64_t n;           /* rows that stay */
    int64_t n_customers; /* that stay */
    int64_t *first_row;  /* n_customers + 1: where each customer begins in the output */
    int64_t *row;        /* the input row of each output row; NULL: the same row */
} shoal_order;

/* customer: codes (int32); time: int64, as long. new_code[code]: the number in the output, -1 for a customer who is
 * left out, ascending with the code; NULL: all stay as they are. sorted: the input is known to be in the order wanted.
 * O(rows) where the input is sorted by time, else O(rows log rows). Errors: MEMORY, INTERRUPTED. */
SHOAL_MUST_USE shoal_status shoal_order_rows(const shoal_ctx *ctx, const shoal_series *customer,
                                             const shoal_series *time, const int32_t *new_code, int64_t n_customers,
                                             shoal_order *order, shoal_error *err);
/* Copies a series into to[order.n] in that order. */
void shoal_order_gather(const shoal_ctx *ctx, const shoal_order *order, const shoal_series *from, void *to);
void shoal_order_free(shoal_order *order);

#endif

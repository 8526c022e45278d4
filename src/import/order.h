/* Batches in the order of the input to columns in the order of the store: by customer, then time, then input.
 *
 * A radix sort in two steps. The rows are first spread over parts, each of some neighbouring customers, in as few bytes
 * as hold them; a part then fits a core's cache, where its rows are counted by customer, put into the order of time,
 * and written to their final place one after the other. */
#ifndef SHOAL_IMPORT_ORDER_H
#define SHOAL_IMPORT_ORDER_H

#include <shoal/context.h>
#include <shoal/table.h>

#include "import/sales.h"

/* The number in the output of each code. */
typedef struct shoal_ranks {
    int32_t *customer; /* -1: left out */
    int64_t n_customers;
    int32_t *code[SHOAL_SALE_CODES];
    int64_t n_codes[SHOAL_SALE_CODES];
} shoal_ranks;

/* Where columns go, as many rows as stay; NULL where there is no such column. */
typedef struct shoal_ordered {
    int64_t *customer, *time;
    double *number[1 + SHOAL_SALE_NUMBERS];
    int32_t *code[SHOAL_SALE_CODES];
} shoal_ordered;

typedef struct shoal_parts {
    int64_t n_rows, n_parts, n_customers;
    int64_t *begin; /* n_parts + 1: the first row of each */
    int shift;      /* part of a customer: number >> shift */
    shoal_packing packing[SHOAL_SALES_COLUMNS];
    void *data[SHOAL_SALES_COLUMNS];
} shoal_parts;

/* Start parts as {0}. O(rows). Errors: MEMORY, INTERRUPTED. */
SHOAL_MUST_USE shoal_status shoal_parts_spread(const shoal_ctx *ctx, const shoal_sales *sales, const shoal_ranks *ranks,
                                               shoal_parts *parts, shoal_error *err);
/* O(rows) where customers' rows are in the order of time already or few, else with a factor for the radix sort. */
SHOAL_MUST_USE shoal_status shoal_parts_sort(const shoal_ctx *ctx, const shoal_parts *parts, const shoal_ordered *to,
                                             shoal_error *err);
void shoal_parts_free(shoal_parts *parts);

#endif

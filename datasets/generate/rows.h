/* Every transaction of a population in the order of the output file. */
#ifndef SHOAL_GENERATE_ROWS_H
#define SHOAL_GENERATE_ROWS_H

#include <shoal/context.h>

#include "generate/customer.h"

typedef enum shoal_row_order { SHOAL_BY_DATE, SHOAL_BY_CUSTOMER } shoal_row_order;

typedef struct shoal_row {
    uint32_t customer;
    uint32_t purchase; /* of the customer, from 0 */
    int32_t day;       /* of the period, from 0 */
    shoal_item item;
} shoal_row;

/* By date: day, customer, purchase. By customer: customer, purchase. Start it as {0}. */
typedef struct shoal_rows {
    int64_t n;
    shoal_row *row;
    int32_t *purchases; /* of each customer */
} shoal_rows;

enum { SHOAL_MAX_CUSTOMERS = INT32_MAX };

/* The same rows for any number of threads. 20 bytes a transaction. Errors: MEMORY, INTERRUPTED. */
SHOAL_MUST_USE shoal_status shoal_rows_draw(const shoal_ctx *ctx, const shoal_population *population,
                                            shoal_row_order order, shoal_rows *rows, shoal_error *err);
void shoal_rows_free(shoal_rows *rows);

#endif

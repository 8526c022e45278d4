/* The columns of the transactions, and which of them to write. */
#ifndef SHOAL_GENERATE_COLUMNS_H
#define SHOAL_GENERATE_COLUMNS_H

#include <stdbool.h>

#include "base/error.h"

typedef enum shoal_output_column {
    SHOAL_COLUMN_CUSTOMER,
    SHOAL_COLUMN_DATE,
    SHOAL_COLUMN_AMOUNT,
    SHOAL_COLUMN_PRODUCT,
    SHOAL_COLUMN_CHANNEL,
    SHOAL_COLUMN_ORDER,
    SHOAL_COLUMN_DISCOUNT,
    SHOAL_N_COLUMNS
} shoal_output_column;

extern const char *const shoal_column_headers[SHOAL_N_COLUMNS];

typedef struct shoal_columns {
    int n;
    shoal_output_column column[SHOAL_N_COLUMNS];
} shoal_columns;

shoal_columns shoal_columns_all(void);
/* "customer_id,date,amount" in the order of the output. Errors: USAGE for an unknown or repeated name, or where
 * customer_id or date is missing. */
SHOAL_MUST_USE shoal_status shoal_columns_parse(const char *list, shoal_columns *columns, shoal_error *err);
bool shoal_columns_have(const shoal_columns *columns, shoal_output_column column);

#endif

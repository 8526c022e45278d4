/* The transactions straight as a store: what `shoal import` makes of the CSV of the same options. */
#ifndef SHOAL_GENERATE_WRITE_STORE_H
#define SHOAL_GENERATE_WRITE_STORE_H

#include <shoal/import.h>

#include "generate/columns.h"
#include "generate/rows.h"
#include "store/store.h"

/* Customers are numbered by first appearance in rows, codes likewise. Start data as {0}; shoal_import_data_free.
 * 52 bytes a transaction beside the rows, 16 more with orders.
 * Errors: USAGE (more orders than a code can count), MEMORY, INTERRUPTED. */
SHOAL_MUST_USE shoal_status shoal_rows_to_import(const shoal_ctx *ctx, const shoal_population *population,
                                                 const shoal_rows *rows, const shoal_columns *columns,
                                                 shoal_import_data *data, shoal_import_report *report,
                                                 shoal_error *err);
/* Fills a new store; the caller commits it. Errors as above and IO. */
SHOAL_MUST_USE shoal_status shoal_write_store(const shoal_ctx *ctx, const shoal_population *population,
                                              const shoal_rows *rows, const shoal_columns *columns, shoal_store *store,
                                              shoal_error *err);

#endif

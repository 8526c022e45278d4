/* The generator's rows behind the CSV and the transactions of workload.h. */
#ifndef BENCH_TRANSACTIONS_H
#define BENCH_TRANSACTIONS_H

#include "generate/rows.h"

/* About so many transactions of so many customers within two years. Start rows as {0}. Errors: MEMORY, USAGE (too many
 * or too few for the customers). */
SHOAL_MUST_USE shoal_status bench_rows_draw(const shoal_ctx *ctx, int64_t customers, int64_t transactions,
                                            shoal_row_order order, shoal_population *population, shoal_rows *rows,
                                            shoal_error *err);

#endif

/* The data of the counted cases: a pure function of their sizes. */
#ifndef BENCH_INSTRUCTIONS_INPUTS_H
#define BENCH_INSTRUCTIONS_INPUTS_H

#include <stdint.h>

#include <shoal/rfm.h>
#include <shoal/table.h>

#include "base/error.h"

/* n x d numbers around 8 overlapping centres: columns "f0", "f1" … of an empty table ({0}). Errors: MEMORY. */
SHOAL_MUST_USE shoal_status bench_input_matrix(int64_t n, int d, shoal_type type, shoal_table *table, shoal_error *err);
shoal_matrix bench_input_view(const shoal_table *table);

/* Two years of purchases of customers with BG/NBD rates and dropout and Gamma-Gamma spend, some returns. Owned arrays;
 * start it as {0}. */
typedef struct bench_input_sales {
    int64_t n, n_customers;
    int64_t *first_row, *time;
    double *amount;
} bench_input_sales;
SHOAL_MUST_USE shoal_status bench_input_sales_make(int64_t customers, bench_input_sales *sales, shoal_error *err);
void bench_input_sales_free(bench_input_sales *sales);
shoal_transactions bench_input_sales_view(const bench_input_sales *sales);

/* What shoal_summary_run makes of such sales, for the models. Errors: MEMORY. */
SHOAL_MUST_USE shoal_status bench_input_summary(int64_t customers, shoal_summary *summary, shoal_error *err);

/* The context of every counted call: one thread, nobody to tell. */
shoal_ctx bench_input_ctx(void);

#endif

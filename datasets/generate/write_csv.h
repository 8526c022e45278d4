/* The outputs as CSV: transactions, customer attributes, the ground truth, the parameters behind it. */
#ifndef SHOAL_GENERATE_WRITE_CSV_H
#define SHOAL_GENERATE_WRITE_CSV_H

#include <stdio.h>

#include "generate/columns.h"
#include "generate/rows.h"

/* name: of the file, for messages. Errors of all: IO, MEMORY, INTERRUPTED. */
SHOAL_MUST_USE shoal_status shoal_write_transactions(const shoal_ctx *ctx, const shoal_population *population,
                                                     const shoal_rows *rows, const shoal_columns *columns, FILE *stream,
                                                     const char *name, shoal_error *err);
/* One row a customer: region, company size, acquisition channel, cost and date. */
SHOAL_MUST_USE shoal_status shoal_write_attributes(const shoal_ctx *ctx, const shoal_population *population,
                                                   FILE *stream, const char *name, shoal_error *err);
/* One row a customer: segment, purchase rate, dropout probability, mean spend, repeat purchases, alive at the end. */
SHOAL_MUST_USE shoal_status shoal_write_truth(const shoal_ctx *ctx, const shoal_population *population, FILE *stream,
                                              const char *name, shoal_error *err);
/* One row a segment; alpha is divided by the population's rate_scale, so the rates of --truth follow from it. */
SHOAL_MUST_USE shoal_status shoal_write_parameters(const shoal_ctx *ctx, const shoal_population *population,
                                                   FILE *stream, const char *name, shoal_error *err);

#endif

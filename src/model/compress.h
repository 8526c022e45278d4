/* Equal rows merged into counts: the CLV likelihoods need only distinct rows. */
#ifndef SHOAL_MODEL_COMPRESS_H
#define SHOAL_MODEL_COMPRESS_H

#include <stdint.h>

#include <shoal/context.h>

#include "base/error.h"

/* Rows to merge. x, v and weight may be NULL: 0, 0 and 1. Rows with NaN in u are left out; v is no NaN. */
typedef struct shoal_rows {
    int64_t n;
    const int32_t *x;
    const double *u, *v, *weight;
} shoal_rows;

/* The distinct rows, ascending in x, then u, then v: a function of the rows as a set, not of their order (as long as
 * the sums of weights are exact, which those of counts are). */
typedef struct shoal_distinct {
    int64_t n;
    double *x, *u, *v, *weight; /* length n */
    int64_t *of_row;            /* the distinct row of each row, -1 where it was left out */
    double total_weight;
} shoal_distinct;

/* O(rows) expected plus O(n log n). Errors: MEMORY, INTERRUPTED. */
SHOAL_MUST_USE shoal_status shoal_compress(const shoal_ctx *ctx, const shoal_rows *rows, shoal_distinct *distinct,
                                           shoal_error *err);
/* Every stride-th distinct row, stride > 1, without of_row: about `wanted` of them. None where there are fewer than
 * twice as many. Errors: MEMORY. */
SHOAL_MUST_USE shoal_status shoal_distinct_sample(const shoal_distinct *distinct, int64_t wanted,
                                                  shoal_distinct *sample, shoal_error *err);
void shoal_distinct_free(shoal_distinct *distinct);

#endif

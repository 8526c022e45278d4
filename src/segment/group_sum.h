/* Sums by group: the one way in which segment tables, grids and their base lines are added up. */
#ifndef SHOAL_SEGMENT_GROUP_SUM_H
#define SHOAL_SEGMENT_GROUP_SUM_H

#include <shoal/context.h>
#include <shoal/table.h>

#include "base/sum.h"

/* For the rows of group[i] = g in 0..n_groups-1 (others are left out) whose value is not missing: how many, and the sum
 * of their values, or of squared deviations from *about where about is not NULL. value NULL: rows are only counted.
 * sums and counts have n_groups elements, either may be NULL. Rows are added in order within fixed blocks, blocks in
 * order: the same bits for any number of threads. Errors: MEMORY, INTERRUPTED. O(n). */
SHOAL_MUST_USE shoal_status shoal_group_sum(const shoal_ctx *ctx, int64_t n, const int32_t *group, int64_t n_groups,
                                            const shoal_column *value, const double *about, shoal_sum *sums,
                                            int64_t *counts, shoal_error *err);

#endif

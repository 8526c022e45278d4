/* Matching of clusters with those of an older model. */
#ifndef SHOAL_MODEL_KMEANS_ALIGN_H
#define SHOAL_MODEL_KMEANS_ALIGN_H

#include <shoal/context.h>

#include "base/error.h"

/* The assignment problem: column_of[i] != column_of[j] for rows i != j, and the sum of cost[i, column_of[i]] least.
 * cost: rows x columns, row-major, finite; 1 <= rows <= columns. By shortest augmenting paths (Jonker & Volgenant 1987,
 * doi:10.1007/BF02278710) over the dual of Kuhn's method (1955, doi:10.1002/nav.3800020109).
 * O(rows^2 columns). Errors: MEMORY. */
SHOAL_MUST_USE shoal_status shoal_least_cost_match(int rows, int columns, const double *cost, int *column_of,
                                                   shoal_error *err);

#endif

/* Values of a column as numbers to compute with. */
#ifndef SHOAL_MODEL_KMEANS_VALUES_H
#define SHOAL_MODEL_KMEANS_VALUES_H

#include <stdbool.h>
#include <stdint.h>

#include <shoal/table.h>

/* With values below this, weighted sums of squares stay finite in float64. */
#define SHOAL_VALUE_MAX 1e100

/* Rows begin..begin + rows - 1 of a column that holds no text, NaN where missing. */
void shoal_values_read(const shoal_column *column, int64_t begin, int rows, double *values);
/* Whether all are finite and at most SHOAL_VALUE_MAX. */
bool shoal_values_usable(const double *values, int rows);

#endif

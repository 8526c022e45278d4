/* Rows of a column as doubles, a block at a time: one look at the type for all of them. */
#ifndef SHOAL_SEGMENT_COLUMN_BLOCK_H
#define SHOAL_SEGMENT_COLUMN_BLOCK_H

#include <stdint.h>

#include <shoal/table.h>

enum { SHOAL_COLUMN_BLOCK = 1024 };

/* rows (at most SHOAL_COLUMN_BLOCK) values from row `begin`, NaN where missing: in the column itself or in buffer. */
const double *shoal_column_block(const shoal_column *column, int64_t begin, int64_t rows, double *buffer);

#endif

/* Sorting by whole numbers, stable, in passes over their digits. */
#ifndef SHOAL_IMPORT_RADIX_H
#define SHOAL_IMPORT_RADIX_H

#include <stdint.h>

#include "base/error.h"

typedef struct shoal_radix_pair {
    uint64_t key;
    int32_t value;
} shoal_radix_pair;

/* Ascending by key, equal keys in the order they stand in. O(n) a digit of 11 bits, as many as the largest key has;
 * room for as many pairs. Errors: MEMORY. */
SHOAL_MUST_USE shoal_status shoal_radix_sort(shoal_radix_pair *pairs, int64_t n, shoal_error *err);

#endif

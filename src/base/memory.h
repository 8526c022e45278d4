/* Checked allocation. Memory is aligned to 64 bytes and freed with free(). */
#ifndef SHOAL_BASE_MEMORY_H
#define SHOAL_BASE_MEMORY_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/error.h"

/* count elements of size bytes, uninitialised; *out is NULL on failure. A count of 0 gives a unique pointer.
 * Errors: MEMORY, also where count x size overflows or count is negative. */
SHOAL_MUST_USE shoal_status shoal_alloc(int64_t count, size_t size, void *out, shoal_error *err);
/* The same, zeroed. */
SHOAL_MUST_USE shoal_status shoal_alloc_zero(int64_t count, size_t size, void *out, shoal_error *err);
/* As shoal_alloc, for memory that will be filled from end to end: lies on huge pages where the system grants them (2
 * MiB on x86-64), so that touching it for the first time costs a few faults in place of one every 4 KiB. */
SHOAL_MUST_USE shoal_status shoal_alloc_huge(int64_t count, size_t size, void *out, shoal_error *err);
/* Asks for huge pages under memory that is there and not yet touched. */
void shoal_ask_for_huge_pages(void *memory, size_t bytes);
/* Grows *array (of *capacity elements, `used` of them to keep) to hold at least `needed`, doubling. */
SHOAL_MUST_USE shoal_status shoal_grow(void *array, int64_t *capacity, int64_t used, int64_t needed, size_t size,
                                       shoal_error *err);

#endif

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
/* Grows *array (of *capacity elements, `used` of them to keep) to hold at least `needed`, doubling. */
SHOAL_MUST_USE shoal_status shoal_grow(void *array, int64_t *capacity, int64_t used, int64_t needed, size_t size,
                                       shoal_error *err);

/* As shoal_alloc, on large pages where the system has them and size is large: for memory read at random, or written
 * once. The address space taken is rounded up to them, memory only as it is used. */
SHOAL_MUST_USE shoal_status shoal_alloc_huge(int64_t count, size_t size, void *out, shoal_error *err);
/* The same for memory that is there. */
void shoal_ask_for_huge_pages(void *memory, size_t bytes);

#endif

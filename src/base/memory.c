#include "base/memory.h"

#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>

enum { ALIGNMENT = 64, HUGE_PAGE = 2 << 20 };

/* `out` and `array` are pointers to pointers of any object type: read and written through memcpy. */
static void store_pointer(void *out, void *pointer)
{
    memcpy(out, &pointer, sizeof pointer);
}

static void *load_pointer(const void *from)
{
    void *pointer;
    memcpy(&pointer, from, sizeof pointer);
    return pointer;
}

static shoal_status allocate(int64_t count, size_t size, size_t alignment, void *out, shoal_error *err)
{
    size_t bytes;
    store_pointer(out, NULL);
    if (count < 0 || __builtin_mul_overflow((size_t)count, size, &bytes) || bytes > SIZE_MAX - alignment)
        return shoal_fail_memory(err);
    bytes = bytes == 0 ? alignment : (bytes + alignment - 1) / alignment * alignment;
    void *memory = aligned_alloc(alignment, bytes);
    if (memory == NULL) return shoal_fail_memory(err);
    store_pointer(out, memory);
    return SHOAL_OK;
}

shoal_status shoal_alloc(int64_t count, size_t size, void *out, shoal_error *err)
{
    return allocate(count, size, ALIGNMENT, out, err);
}

shoal_status shoal_alloc_huge(int64_t count, size_t size, void *out, shoal_error *err)
{
    size_t bytes;
    const bool fills_pages = count > 0 && !__builtin_mul_overflow((size_t)count, size, &bytes) && bytes >= HUGE_PAGE;
    if (!fills_pages) return shoal_alloc(count, size, out, err);
    SHOAL_TRY(allocate(count, size, HUGE_PAGE, out, err));
    madvise(load_pointer(out), bytes / HUGE_PAGE * HUGE_PAGE, MADV_HUGEPAGE); /* a wish: small pages serve as well */
    return SHOAL_OK;
}

shoal_status shoal_alloc_zero(int64_t count, size_t size, void *out, shoal_error *err)
{
    SHOAL_TRY(shoal_alloc(count, size, out, err));
    memset(load_pointer(out), 0, (size_t)count * size);
    return SHOAL_OK;
}

shoal_status shoal_grow(void *array, int64_t *capacity, int64_t used, int64_t needed, size_t size, shoal_error *err)
{
    if (needed <= *capacity) return SHOAL_OK;
    int64_t target = *capacity < 16 ? 16 : *capacity;
    while (target < needed)
        if (__builtin_mul_overflow(target, 2, &target)) return shoal_fail_memory(err);
    void *grown;
    SHOAL_TRY(shoal_alloc(target, size, &grown, err));
    void *old = load_pointer(array);
    if (used > 0) memcpy(grown, old, (size_t)used * size);
    free(old);
    store_pointer(array, grown);
    *capacity = target;
    return SHOAL_OK;
}

void shoal_ask_for_huge_pages(void *memory, size_t bytes)
{
    const uintptr_t begin = ((uintptr_t)memory + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
    const uintptr_t end = ((uintptr_t)memory + bytes) / HUGE_PAGE * HUGE_PAGE;
    if (begin < end) madvise((char *)memory + (begin - (uintptr_t)memory), end - begin, MADV_HUGEPAGE);
}

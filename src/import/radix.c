#include "import/radix.h"

#include <stdbool.h>
#include <string.h>

#include "base/memory.h"

enum { DIGIT_BITS = 11, DIGITS = 1 << DIGIT_BITS };

static void sort_digit(const shoal_radix_pair *from, shoal_radix_pair *to, int64_t n, int shift)
{
    int64_t next[DIGITS + 1] = {0};
    for (int64_t i = 0; i < n; i++) next[(from[i].key >> shift & (DIGITS - 1)) + 1]++;
    for (int d = 0; d < DIGITS; d++) next[d + 1] += next[d];
    for (int64_t i = 0; i < n; i++) to[next[from[i].key >> shift & (DIGITS - 1)]++] = from[i];
}

shoal_status shoal_radix_sort(shoal_radix_pair *pairs, int64_t n, shoal_error *err)
{
    uint64_t most = 0;
    bool sorted = true;
    for (int64_t i = 0; i < n; i++) {
        if (pairs[i].key > most) most = pairs[i].key;
        sorted = sorted && (i == 0 || pairs[i - 1].key <= pairs[i].key);
    }
    if (sorted) return SHOAL_OK;
    shoal_radix_pair *other;
    SHOAL_TRY(shoal_alloc(n, sizeof *other, &other, err));
    shoal_radix_pair *from = pairs, *to = other;
    for (int shift = 0; shift < 64 && most >> shift != 0; shift += DIGIT_BITS) {
        sort_digit(from, to, n, shift);
        shoal_radix_pair *const swap = from;
        from = to;
        to = swap;
    }
    if (from != pairs) memcpy(pairs, from, (size_t)n * sizeof *pairs);
    free(other);
    return SHOAL_OK;
}

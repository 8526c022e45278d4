#include "mark.h"

#include <immintrin.h>
#include <string.h>

typedef struct wanted {
    __m256i mark[SHOAL_MARKS];
} wanted;

static uint32_t bits_of(const char *bytes, const wanted *w)
{
    const __m256i block = _mm256_loadu_si256((const __m256i *)(const void *)bytes);
    __m256i any = _mm256_cmpeq_epi8(block, w->mark[0]);
    for (int m = 1; m < SHOAL_MARKS; m++) any = _mm256_or_si256(any, _mm256_cmpeq_epi8(block, w->mark[m]));
    return (uint32_t)_mm256_movemask_epi8(any);
}

static int64_t take_bits(uint32_t bits, uint32_t base, uint32_t *at)
{
    int64_t found = 0;
    for (; bits != 0; bits &= bits - 1) at[found++] = base + (uint32_t)__builtin_ctz(bits);
    return found;
}

int64_t shoal_k_mark_u8_avx2(const char *bytes, int64_t n, const char marks[SHOAL_MARKS], uint32_t *at)
{
    enum { STEP = 32 };
    wanted w;
    for (int m = 0; m < SHOAL_MARKS; m++) w.mark[m] = _mm256_set1_epi8(marks[m]);
    int64_t found = 0, i = 0;
    for (; i + STEP <= n; i += STEP) found += take_bits(bits_of(bytes + i, &w), (uint32_t)i, at + found);
    if (i < n) {
        char rest[STEP] = {0};
        memcpy(rest, bytes + i, (size_t)(n - i));
        const uint32_t inside = (UINT32_C(1) << (n - i)) - 1;
        found += take_bits(bits_of(rest, &w) & inside, (uint32_t)i, at + found);
    }
    return found;
}

#include "mark.h"

#include <immintrin.h>

/* The positions whose bits are set, sixteen of them at a time. */
static int64_t take_bits(uint64_t bits, uint32_t base, uint32_t *at)
{
    const __m512i step = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    int64_t found = 0;
    for (; bits != 0; bits >>= 16, base += 16) {
        const __mmask16 some = (__mmask16)bits;
        const int count = __builtin_popcount((unsigned)some);
        const __m512i packed = _mm512_maskz_compress_epi32(some, _mm512_add_epi32(step, _mm512_set1_epi32((int)base)));
        _mm512_mask_storeu_epi32(at + found, (__mmask16)((1U << count) - 1), packed);
        found += count;
    }
    return found;
}

int64_t shoal_k_mark_u8_avx512(const char *bytes, int64_t n, const char marks[SHOAL_MARKS], uint32_t *at)
{
    enum { STEP = 64 };
    __m512i mark[SHOAL_MARKS];
    for (int m = 0; m < SHOAL_MARKS; m++) mark[m] = _mm512_set1_epi8(marks[m]);
    int64_t found = 0;
    for (int64_t i = 0; i < n; i += STEP) {
        const __mmask64 inside = n - i < STEP ? (UINT64_C(1) << (n - i)) - 1 : ~UINT64_C(0);
        const __m512i block = _mm512_maskz_loadu_epi8(inside, bytes + i);
        __mmask64 any = 0;
        for (int m = 0; m < SHOAL_MARKS; m++) any |= _mm512_mask_cmpeq_epi8_mask(inside, block, mark[m]);
        found += take_bits(any, (uint32_t)i, at + found);
    }
    return found;
}

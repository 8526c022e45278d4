/* `mark`: the positions of some bytes, as a plain loop finds them, on every instruction set; nothing is read behind the
 * last byte, and nothing written behind the last position. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

enum { MAX_N = 400, MAX_SHIFT = 64, CANARIES = 64 };

static const char marks[SHOAL_MARKS] = {',', '\t', '"', '\n', '\r', '\0'};

/* Few marks, many, or nothing else; bytes beyond ASCII too. */
static char draw(shoal_rng *rng, int mode)
{
    if (mode == 2 || shoal_rng_below(rng, mode == 0 ? 12 : 2) == 0) return marks[shoal_rng_below(rng, SHOAL_MARKS)];
    return (char)(1 + shoal_rng_below(rng, 255));
}

static int64_t expect(const char *bytes, int64_t n, uint32_t *at)
{
    int64_t found = 0;
    for (int64_t i = 0; i < n; i++)
        if (memchr(marks, bytes[i], sizeof marks) != NULL) at[found++] = (uint32_t)i;
    return found;
}

static void check_one(shoal_rng *rng, int mode, int64_t n)
{
    const size_t shift = (size_t)shoal_rng_below(rng, MAX_SHIFT);
    char *block = malloc(shift + (size_t)n + 1); /* ends with the bytes, so that a sanitizer sees a look behind */
    uint32_t expected[MAX_N + CANARIES], at[MAX_N + CANARIES];
    if (block == NULL) abort();
    char *bytes = block + shift;
    for (int64_t i = 0; i < n; i++) bytes[i] = draw(rng, mode);
    memset(expected, 0x5A, sizeof expected);
    const int64_t count = expect(bytes, n, expected);
    for (int isa = 0; isa < N_ISAS; isa++) {
        const shoal_kernels *kernels = shoal_kernels_for(isas[isa]);
        if (kernels == NULL) continue;
        memset(at, 0x5A, sizeof at);
        const int64_t found = kernels->mark_u8(bytes, n, marks, at);
        const bool kept = memcmp(at + n, expected + n, sizeof at - (size_t)n * sizeof at[0]) == 0;
        if (found != count || memcmp(at, expected, (size_t)count * sizeof at[0]) != 0 || !kept)
            fail("mark_u8", isas[isa], (int)n, mode, SHOAL_MARKS);
    }
    free(block);
}

int check_mark(shoal_rng *rng)
{
    int cases = 0;
    for (int mode = 0; mode < 3; mode++)
        for (int64_t n = 0; n <= MAX_N; n++, cases++) check_one(rng, mode, n);
    return cases;
}

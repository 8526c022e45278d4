#include "mark.h"

#include <stdbool.h>

int64_t shoal_k_mark_u8_scalar(const char *bytes, int64_t n, const char marks[SHOAL_MARKS], uint32_t *at)
{
    bool marked[256] = {false};
    for (int m = 0; m < SHOAL_MARKS; m++) marked[(unsigned char)marks[m]] = true;
    int64_t found = 0;
    for (int64_t i = 0; i < n; i++) {
        at[found] = (uint32_t)i;
        found += marked[(unsigned char)bytes[i]];
    }
    return found;
}

#include "import/pack.h"

#include <math.h>
#include <string.h>

#include "base/date.h"

static int64_t bits_of(double value)
{
    int64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* Dividing by 100 rounds once, as reading the decimals does, so it gives the very double. */
bool shoal_pack_doubles(const double *doubles, int64_t n, int64_t *values)
{
    const double most = 0x1p53;
    bool exact = true;
    for (int64_t i = 0; i < n; i++) {
        const double cents = doubles[i] * SHOAL_CENTS;
        const bool fits = fabs(cents) < most; /* NaN does not */
        values[i] = fits ? (int64_t)(cents + (cents < 0 ? -0.5 : 0.5)) : 0;
        exact = exact && fits && bits_of((double)values[i] / SHOAL_CENTS) == bits_of(doubles[i]);
    }
    if (!exact) memcpy(values, doubles, (size_t)n * sizeof *values);
    return !exact;
}

void shoal_pack_widen(int64_t *values, int64_t n)
{
    for (int64_t i = 0; i < n; i++) values[i] = bits_of((double)values[i] / SHOAL_CENTS);
}

void shoal_pack_to_doubles(const int64_t *values, int64_t n, bool wide, double *doubles)
{
    if (wide) memcpy(doubles, values, (size_t)n * sizeof *doubles);
    else
        for (int64_t i = 0; i < n; i++) doubles[i] = (double)values[i] / SHOAL_CENTS;
}

static int width_of(uint64_t most)
{
    return most <= UINT8_MAX ? 1 : most <= UINT16_MAX ? 2 : most <= UINT32_MAX ? 4 : 8;
}

/* Eight bytes as they are. */
static const shoal_packing plain = {.width = 8, .unit = 1};

/* Multiples of unit, counted from low, or as they are where that saves nothing. */
static shoal_packing between(int64_t low, int64_t top, uint64_t unit)
{
    const int width = width_of(((uint64_t)top - (uint64_t)low) / unit);
    return width == 8 ? plain : (shoal_packing){.width = width, .base = low, .top = top, .unit = (int64_t)unit};
}

shoal_packing shoal_packing_choose(const int64_t *values, int64_t n, bool days, bool wide)
{
    if (n == 0) return (shoal_packing){.unit = 1};
    if (wide) return (shoal_packing){.width = 8, .unit = 1, .wide = true};
    int64_t low = values[0], high = values[0];
    bool whole = days;
    for (int64_t i = 1; i < n; i++) {
        low = values[i] < low ? values[i] : low;
        high = values[i] > high ? values[i] : high;
    }
    for (int64_t i = 0; i < n && whole; i++) whole = values[i] % SHOAL_DAY_SECONDS == 0;
    return between(low, high, whole ? SHOAL_DAY_SECONDS : 1);
}

shoal_packing shoal_packing_join(shoal_packing a, shoal_packing b)
{
    if (a.width == 0) return b;
    if (b.width == 0) return a;
    if (a.width == 8 || b.width == 8)
        return (shoal_packing){.width = 8, .unit = 1, .wide = a.wide || b.wide}; /* wide ones are that */
    const bool days = a.unit == b.unit && (a.base - b.base) % a.unit == 0;
    const uint64_t unit = days ? (uint64_t)a.unit : 1;
    const int64_t low = a.base < b.base ? a.base : b.base;
    const int64_t top = a.top > b.top ? a.top : b.top;
    return between(low, top, unit);
}

#define STORE(type, index)                                                                                             \
    for (int64_t i = 0; i < n; i++)                                                                                    \
    ((type *)to)[index] =                                                                                              \
        (type)(p->unit == 1 ? (uint64_t)values[i] - base : ((uint64_t)values[i] - base) / SHOAL_DAY_SECONDS)
#define LOAD(type, index)                                                                                              \
    for (int64_t i = 0; i < n; i++) values[i] = (int64_t)(base + (uint64_t)p->unit * ((const type *)from)[index])
#define EACH_WIDTH(ACTION, index)                                                                                      \
    do {                                                                                                               \
        const uint64_t base = (uint64_t)p->base;                                                                       \
        switch (p->width) {                                                                                            \
        case 1: ACTION(uint8_t, index); break;                                                                         \
        case 2: ACTION(uint16_t, index); break;                                                                        \
        case 4: ACTION(uint32_t, index); break;                                                                        \
        default: ACTION(uint64_t, index); break;                                                                       \
        }                                                                                                              \
    } while (0)

void shoal_pack(const shoal_packing *p, const int64_t *values, int64_t n, void *to, int64_t first)
{
    EACH_WIDTH(STORE, first + i);
}

void shoal_pack_at(const shoal_packing *p, const int64_t *values, int64_t n, void *to, const int64_t *place)
{
    EACH_WIDTH(STORE, place[i]);
}

void shoal_unpack(const shoal_packing *p, const void *from, int64_t first, int64_t n, int64_t *values)
{
    EACH_WIDTH(LOAD, first + i);
}

void shoal_unpack_at(const shoal_packing *p, const void *from, const uint32_t *rows, int64_t n, int64_t *values)
{
    EACH_WIDTH(LOAD, rows[i]);
}

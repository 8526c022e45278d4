#include "report/number_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t shoal_number_integer(int64_t value, char *buffer)
{
    char digits[24];
    size_t n = 0, used = 0;
    uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
    do {
        digits[n++] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (value < 0) buffer[used++] = '-';
    while (n > 0) buffer[used++] = digits[--n];
    buffer[used] = '\0';
    return used;
}

/* scaled / 10^decimals as text; decimals > 0. */
static size_t print_scaled(int64_t scaled, int decimals, char *buffer)
{
    char digits[24];
    size_t used = 0;
    const size_t n = shoal_number_integer(scaled < 0 ? -scaled : scaled, digits);
    const size_t fraction = (size_t)decimals;
    if (scaled < 0) buffer[used++] = '-';
    if (n <= fraction) {
        buffer[used++] = '0';
    } else {
        memcpy(buffer + used, digits, n - fraction);
        used += n - fraction;
    }
    buffer[used++] = '.';
    for (size_t i = n; i < fraction; i++) buffer[used++] = '0';
    const size_t shown = n < fraction ? n : fraction;
    memcpy(buffer + used, digits + n - shown, shown);
    used += shown;
    buffer[used] = '\0';
    return used;
}

size_t shoal_number_fixed(double value, int decimals, char *buffer)
{
    static const double power[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6};
    if (decimals > 0 && decimals < (int)(sizeof power / sizeof power[0]) && fabs(value) < 1e9) {
        const double scaled = value * power[decimals];
        const double nearest = nearbyint(scaled);
        /* the product is off by at most one rounding: only a tie that this could hide needs the exact way */
        if (fabs(fabs(scaled - nearest) - 0.5) > 1e-6) return print_scaled((int64_t)nearest, decimals, buffer);
    }
    const int length = snprintf(buffer, SHOAL_NUMBER_SIZE, "%.*f", decimals, value);
    return length < 0 ? 0 : (size_t)length;
}

size_t shoal_number_shortest(double value, char *buffer)
{
    if (fabs(value) < 1e15) {
        if (value == floor(value)) return shoal_number_integer((int64_t)value, buffer);
        const double cents = nearbyint(value * 100);
        if (fabs(value) < 1e12 && cents / 100 == value) {
            size_t used = print_scaled((int64_t)cents, 2, buffer);
            if (buffer[used - 1] == '0') buffer[--used] = '\0';
            return used;
        }
    }
    for (int digits = 15; digits <= 17; digits++) {
        const int length = snprintf(buffer, SHOAL_NUMBER_SIZE, "%.*g", digits, value);
        if (length < 0) return 0;
        if (digits == 17 || strtod(buffer, NULL) == value) return (size_t)length;
    }
    return 0;
}

#include "base/text.h"

#include <ctype.h>
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool reserve(shoal_text *text, size_t extra)
{
    if (text->failed) return false;
    if (extra >= SIZE_MAX / 2 - text->length) {
        text->failed = true;
        return false;
    }
    const size_t needed = text->length + extra + 1;
    if (needed <= text->capacity) return true;
    const size_t capacity = needed < 128 ? 256 : needed * 2;
    char *data = realloc(text->data, capacity);
    if (data == NULL) {
        text->failed = true;
        return false;
    }
    text->data = data;
    text->capacity = capacity;
    return true;
}

void shoal_text_add_n(shoal_text *text, const char *bytes, size_t length)
{
    if (!reserve(text, length)) return;
    memcpy(text->data + text->length, bytes, length);
    text->length += length;
    text->data[text->length] = '\0';
}

void shoal_text_add(shoal_text *text, const char *string)
{
    shoal_text_add_n(text, string, strlen(string));
}

void shoal_text_addf(shoal_text *text, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    const int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (length < 0) text->failed = true;
    else if (reserve(text, (size_t)length)) {
        vsnprintf(text->data + text->length, (size_t)length + 1, format, again);
        text->length += (size_t)length;
    }
    va_end(again);
}

void shoal_text_free(shoal_text *text)
{
    free(text->data);
    *text = (shoal_text){0};
}

void shoal_text_copy(char *to, size_t size, const char *from)
{
    if (size == 0) return;
    size_t length = strlen(from);
    if (length >= size) {
        length = size - 1;
        while (length > 0 && ((unsigned char)from[length] & 0xC0) == 0x80) length--;
    }
    memmove(to, from, length);
    to[length] = '\0';
}

char *shoal_text_dup(const char *string)
{
    const size_t size = strlen(string) + 1;
    char *copy = malloc(size);
    if (copy != NULL) memcpy(copy, string, size);
    return copy;
}

/* Length of the valid UTF-8 sequence at p, or 0 (RFC 3629: no overlong forms, no surrogates, up to U+10FFFF). */
static size_t utf8_sequence(const unsigned char *p, size_t left)
{
    if (p[0] < 0x80) return 1;
    size_t length;
    unsigned low = 0x80, high = 0xBF;
    if (p[0] >= 0xC2 && p[0] <= 0xDF) length = 2;
    else if (p[0] >= 0xE0 && p[0] <= 0xEF) {
        length = 3;
        if (p[0] == 0xE0) low = 0xA0;
        if (p[0] == 0xED) high = 0x9F;
    } else if (p[0] >= 0xF0 && p[0] <= 0xF4) {
        length = 4;
        if (p[0] == 0xF0) low = 0x90;
        if (p[0] == 0xF4) high = 0x8F;
    } else return 0;
    if (length > left || p[1] < low || p[1] > high) return 0;
    for (size_t i = 2; i < length; i++)
        if ((p[i] & 0xC0) != 0x80) return 0;
    return length;
}

bool shoal_text_is_utf8(const char *bytes, size_t length)
{
    const unsigned char *p = (const unsigned char *)bytes;
    for (size_t i = 0; i < length;) {
        const size_t step = utf8_sequence(p + i, length - i);
        if (step == 0) return false;
        i += step;
    }
    return true;
}

bool shoal_text_equal_nocase(const char *a, const char *b)
{
    for (; *a != '\0' && *b != '\0'; a++, b++)
        if (tolower((unsigned char)*a) != tolower((unsigned char)*b)) return false;
    return *a == *b;
}

size_t shoal_text_distance(const char *a, const char *b)
{
    enum { LONGEST = 128 };
    const size_t na = strnlen(a, LONGEST), nb = strnlen(b, LONGEST);
    size_t row[LONGEST + 1];
    for (size_t j = 0; j <= nb; j++) row[j] = j;
    for (size_t i = 1; i <= na; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= nb; j++) {
            const bool same = tolower((unsigned char)a[i - 1]) == tolower((unsigned char)b[j - 1]);
            size_t best = diagonal + (same ? 0 : 1);
            if (row[j] + 1 < best) best = row[j] + 1;
            if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
            diagonal = row[j];
            row[j] = best;
        }
    }
    return row[nb];
}

const char *shoal_text_nearest(const char *to, const char *const *names, size_t n, char *buffer, size_t size)
{
    enum { SHOWN = 3 };
    size_t chosen[SHOWN], distance[SHOWN], count = 0;
    for (size_t i = 0; i < n; i++) {
        const size_t d = shoal_text_distance(to, names[i]);
        size_t at = count;
        while (at > 0 && distance[at - 1] > d) at--;
        if (at == SHOWN) continue;
        if (count < SHOWN) count++;
        for (size_t j = count - 1; j > at; j--) {
            chosen[j] = chosen[j - 1];
            distance[j] = distance[j - 1];
        }
        chosen[at] = i;
        distance[at] = d;
    }
    buffer[0] = '\0';
    size_t used = 0;
    for (size_t j = 0; j < count && used < size; j++) {
        char shown[256];
        shoal_text_quote(names[chosen[j]], strlen(names[chosen[j]]), shown, sizeof shown);
        const char *between = j == 0 ? "" : j + 1 == count ? " or " : ", ";
        const int wrote = snprintf(buffer + used, size - used, "%s%s", between, shown);
        if (wrote < 0) break;
        used += (size_t)wrote;
    }
    return buffer;
}

const char *shoal_text_quote(const char *bytes, size_t length, char *buffer, size_t size)
{
    enum { SHOWN = 60 };
    const unsigned char *p = (const unsigned char *)bytes;
    size_t used = 0, shown = 0;
    size_t i = 0;
    /* room for the longest step (\xNN or four bytes), the ellipsis and the NUL */
    while (i < length && shown < SHOWN && used + 8 < size) {
        const size_t step = utf8_sequence(p + i, length - i);
        if (step == 0 || p[i] < 0x20 || p[i] == 0x7F || (step == 2 && p[i] == 0xC2 && p[i + 1] < 0xA0)) {
            used += (size_t)snprintf(buffer + used, size - used, "\\x%02X", p[i]);
            i++;
        } else {
            memcpy(buffer + used, p + i, step);
            used += step;
            i += step;
        }
        shown++;
    }
    if (i < length && used + 4 <= size) {
        memcpy(buffer + used, "…", 3);
        used += 3;
    }
    if (size > 0) buffer[used < size ? used : size - 1] = '\0';
    return buffer;
}

shoal_status shoal_locale_pin(shoal_locale *locale, shoal_error *err)
{
    *locale = (shoal_locale){.pinned = newlocale(LC_ALL_MASK, "C", (locale_t)0)};
    if (locale->pinned == (locale_t)0) return shoal_fail_memory(err);
    locale->before = uselocale(locale->pinned);
    return SHOAL_OK;
}

void shoal_locale_release(shoal_locale *locale)
{
    if (locale->pinned == (locale_t)0) return;
    uselocale(locale->before);
    freelocale(locale->pinned);
    *locale = (shoal_locale){0};
}

/* Decimal texts of up to 19 digits and a power of ten up to 22 convert exactly with one rounding when the digits fit
 * 53 bits (Clinger 1990); the rest goes to strtod. */
bool shoal_text_to_double(const char *bytes, size_t length, double *value)
{
    static const double power[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                   1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    size_t i = 0;
    const bool negative = length > 0 && bytes[0] == '-';
    if (length > 0 && (bytes[0] == '-' || bytes[0] == '+')) i++;
    uint64_t digits = 0;
    size_t n_digits = 0, n_fraction = 0;
    for (; i < length && bytes[i] >= '0' && bytes[i] <= '9'; i++, n_digits++)
        digits = digits * 10 + (uint64_t)(bytes[i] - '0');
    if (i < length && bytes[i] == '.') {
        i++;
        for (; i < length && bytes[i] >= '0' && bytes[i] <= '9'; i++, n_digits++, n_fraction++)
            digits = digits * 10 + (uint64_t)(bytes[i] - '0');
    }
    if (n_digits == 0) return false;
    if (i == length && n_digits <= 18 && digits <= (UINT64_C(1) << 53) && n_fraction < sizeof power / sizeof power[0]) {
        const double magnitude = (double)digits / power[n_fraction];
        *value = negative ? -magnitude : magnitude;
        return true;
    }
    if (i < length && bytes[i] != 'e' && bytes[i] != 'E') return false;
    char copy[512];
    if (length >= sizeof copy) return false;
    memcpy(copy, bytes, length);
    copy[length] = '\0';
    char *end;
    const locale_t c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (c_locale == (locale_t)0) return false;
    *value = strtod_l(copy, &end, c_locale);
    freelocale(c_locale);
    return end == copy + length;
}

#include "import/values.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/date.h"
#include "base/text.h"

__extension__ typedef unsigned __int128 uint128;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool shoal_number_parse(shoal_field field, double *value)
{
    return shoal_text_to_double(field.text, field.length, value) && isfinite(*value);
}

/* A decimal number as digits x 10^-scale. */
typedef struct decimal {
    uint64_t digits;
    int scale;
    bool negative;
} decimal;

static bool decimal_parse(shoal_field field, decimal *out)
{
    enum { MAX_DIGITS = 18 }; /* the product of two then fits 128 bits */
    *out = (decimal){0};
    size_t i = 0;
    int significant = 0;
    bool any = false, point = false;
    if (field.length > 0 && (field.text[0] == '-' || field.text[0] == '+')) out->negative = field.text[i++] == '-';
    for (; i < field.length; i++) {
        const char c = field.text[i];
        if (c == '.' && !point) {
            point = true;
            continue;
        }
        if (!is_digit(c)) return false;
        any = true;
        if ((c != '0' || significant > 0) && ++significant > MAX_DIGITS) return false;
        out->digits = out->digits * 10 + (uint64_t)(c - '0');
        out->scale += point;
    }
    return any;
}

/* digits x 10^-scale, rounded once. */
static double round_decimal(uint128 digits, int scale)
{
    static const double power[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                   1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    if (digits <= (uint128)1 << 53 && scale < (int)(sizeof power / sizeof power[0]))
        return (double)(uint64_t)digits / power[scale];
    char text[64];
    char *at = text + sizeof text;
    int exponent = scale;
    do *--at = (char)('0' + exponent % 10);
    while ((exponent /= 10) > 0);
    *--at = '-';
    *--at = 'e';
    do *--at = (char)('0' + (int)(digits % 10));
    while ((digits /= 10) > 0);
    double value = NAN;
    shoal_text_to_double(at, (size_t)(text + sizeof text - at), &value);
    return value;
}

bool shoal_product_parse(shoal_field a, shoal_field b, double *product)
{
    decimal x, y;
    if (decimal_parse(a, &x) && decimal_parse(b, &y)) {
        const double magnitude = round_decimal((uint128)x.digits * y.digits, x.scale + y.scale);
        *product = x.negative != y.negative ? -magnitude : magnitude;
        return true;
    }
    double u, v;
    if (!shoal_number_parse(a, &u) || !shoal_number_parse(b, &v)) return false;
    *product = u * v;
    return isfinite(*product);
}

/* Whether what strftime writes by the format strptime reads again; unknown letters fail here. */
static bool can_read_itself(const char *format, locale_t locale)
{
    char text[256];
    const struct tm date = {.tm_year = 124, .tm_mon = 1, .tm_mday = 29, .tm_wday = 4, .tm_yday = 59};
    struct tm back = {0};
    const size_t length = strftime_l(text, sizeof text, format, &date, locale);
    if (length == 0) return false;
    const char *end = strptime_l(text, format, &back, locale);
    return end != NULL && *end == '\0';
}

shoal_status shoal_dates_start(shoal_dates *dates, const char *format, shoal_error *err)
{
    *dates = (shoal_dates){.format = format};
    if (format == NULL) return SHOAL_OK;
    dates->locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (dates->locale == (locale_t)0) return shoal_fail_memory(err);
    if (can_read_itself(format, dates->locale)) return SHOAL_OK;
    shoal_dates_end(dates);
    return shoal_fail(err, SHOAL_ERR_USAGE,
                      "\"%s\" is no date format: use the letters of strptime, such as %%d.%%m.%%Y or %%m/%%d/%%y",
                      format);
}

void shoal_dates_end(shoal_dates *dates)
{
    if (dates->locale != (locale_t)0) freelocale(dates->locale);
    *dates = (shoal_dates){0};
}

static bool in_range(int64_t time)
{
    return time >= shoal_days_from_civil(1, 1, 1) * SHOAL_DAY_SECONDS &&
           time < shoal_days_from_civil(10000, 1, 1) * SHOAL_DAY_SECONDS;
}

static bool epoch_parse(const char *text, int64_t *time)
{
    char *end;
    if (!is_digit(text[0]) && text[0] != '-') return false;
    errno = 0;
    *time = strtoll(text, &end, 10);
    return errno == 0 && *end == '\0' && in_range(*time);
}

static bool format_parse(const shoal_dates *dates, const char *text, int64_t *time)
{
    struct tm tm = {.tm_mday = 1};
    const char *end = strptime_l(text, dates->format, &tm, dates->locale);
    if (end == NULL || *end != '\0') return false;
    const int64_t year = (int64_t)tm.tm_year + 1900;
    if (year < 1 || year > 9999) return false;
    const int64_t days = shoal_days_from_civil(year, tm.tm_mon + 1, tm.tm_mday);
    int64_t same_year;
    int month, day;
    shoal_civil_from_days(days, &same_year, &month, &day);
    if (same_year != year || month != tm.tm_mon + 1 || day != tm.tm_mday) return false; /* such as 30 February */
    *time = days * SHOAL_DAY_SECONDS + (int64_t)tm.tm_hour * 3600 + (int64_t)tm.tm_min * 60 + tm.tm_sec - tm.tm_gmtoff;
    return true;
}

/* Forms other than ISO 8601 are read by functions that need a NUL behind the text. */
static bool given_parse(const shoal_dates *dates, shoal_field field, int64_t *time)
{
    char text[256];
    if (field.length == 0 || field.length >= sizeof text) return false;
    memcpy(text, field.text, field.length);
    text[field.length] = '\0';
    return strcmp(dates->format, "%s") == 0 ? epoch_parse(text, time) : format_parse(dates, text, time);
}

bool shoal_dates_parse(shoal_dates *dates, shoal_field field, int64_t *time)
{
    if (field.length == dates->last_length && memcmp(field.text, dates->last, field.length) == 0) {
        *time = dates->last_time;
        return dates->last_length > 0;
    }
    const bool good =
        dates->format == NULL ? shoal_date_parse(field.text, field.length, time) : given_parse(dates, field, time);
    if (good && field.length <= sizeof dates->last) {
        memcpy(dates->last, field.text, field.length);
        dates->last_length = field.length;
        dates->last_time = *time;
    }
    return good;
}

size_t shoal_key_length(shoal_field field)
{
    if (field.length < 3 || field.text[field.length - 1] != '0' || field.text[field.length - 2] != '.')
        return field.length;
    for (size_t i = 0; i < field.length - 2; i++)
        if (!is_digit(field.text[i])) return field.length;
    return field.length - 2;
}

/* What bytes 0x80..0x9F are in Windows-1252; the five unused ones stay control characters. */
static const uint16_t windows1252[32] = {
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178,
};

size_t shoal_utf8_from_windows1252(const char *bytes, size_t length, char *out)
{
    size_t used = 0;
    for (size_t i = 0; i < length; i++) {
        const unsigned char byte = (unsigned char)bytes[i];
        const unsigned code = byte >= 0x80 && byte < 0xA0 ? windows1252[byte - 0x80] : byte;
        if (code < 0x80) out[used++] = (char)code;
        else if (code < 0x800) {
            out[used++] = (char)(0xC0 | code >> 6);
            out[used++] = (char)(0x80 | (code & 0x3F));
        } else {
            out[used++] = (char)(0xE0 | code >> 12);
            out[used++] = (char)(0x80 | (code >> 6 & 0x3F));
            out[used++] = (char)(0x80 | (code & 0x3F));
        }
    }
    return used;
}

#include "base/date.h"

#include <stdio.h>
#include <time.h>

int64_t shoal_days_from_civil(int64_t year, int month, int day)
{
    /* Count from 1 March, so that the leap day ends the year. */
    const int64_t y = month <= 2 ? year - 1 : year;
    const int64_t era = (y >= 0 ? y : y - 399) / 400;
    const int64_t year_of_era = y - era * 400;
    const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    const int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

void shoal_civil_from_days(int64_t days, int64_t *year, int *month, int *day)
{
    const int64_t z = days + 719468;
    const int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    const int64_t day_of_era = z - era * 146097;
    const int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const int64_t shifted_month = (5 * day_of_year + 2) / 153;
    *day = (int)(day_of_year - (153 * shifted_month + 2) / 5 + 1);
    *month = (int)(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
    *year = year_of_era + era * 400 + (*month <= 2);
}

/* Reads exactly `digits` digits at *at. */
static bool take_number(const char *text, size_t length, size_t *at, int digits, int *value)
{
    if (length - *at < (size_t)digits) return false;
    int v = 0;
    for (int i = 0; i < digits; i++) {
        const unsigned digit = (unsigned)(unsigned char)text[*at + (size_t)i] - '0';
        if (digit > 9) return false;
        v = v * 10 + (int)digit;
    }
    *at += (size_t)digits;
    *value = v;
    return true;
}

static bool take_char(const char *text, size_t length, size_t *at, char c)
{
    if (*at >= length || text[*at] != c) return false;
    ++*at;
    return true;
}

static bool date_exists(int year, int month, int day)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (year < 1 || month < 1 || month > 12 || day < 1) return false;
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return day <= days[month - 1] + (month == 2 && leap);
}

/* What may follow a date: a time of day, a fraction, an offset. */
static bool take_time(const char *text, size_t length, size_t *at, int64_t *seconds)
{
    int hour = 0, minute = 0, second = 0, offset_hour = 0, offset_minute = 0, ignored;
    if (!take_number(text, length, at, 2, &hour) || !take_char(text, length, at, ':') ||
        !take_number(text, length, at, 2, &minute))
        return false;
    if (take_char(text, length, at, ':')) {
        if (!take_number(text, length, at, 2, &second)) return false;
        if (take_char(text, length, at, '.')) {
            if (!take_number(text, length, at, 1, &ignored)) return false;
            while (take_number(text, length, at, 1, &ignored)) continue;
        }
    }
    if (hour > 23 || minute > 59 || second > 60) return false;
    int sign = 0;
    if (!take_char(text, length, at, 'Z')) {
        if (take_char(text, length, at, '+')) sign = 1;
        else if (take_char(text, length, at, '-')) sign = -1;
    }
    if (sign != 0) {
        if (!take_number(text, length, at, 2, &offset_hour)) return false;
        take_char(text, length, at, ':');
        if (*at < length && !take_number(text, length, at, 2, &offset_minute)) return false;
        if (offset_hour > 23 || offset_minute > 59) return false;
    }
    *seconds = hour * 3600 + minute * 60 + second - sign * (offset_hour * 3600 + offset_minute * 60);
    return true;
}

bool shoal_date_parse(const char *text, size_t length, int64_t *time)
{
    size_t at = 0;
    int year, month, day;
    if (!take_number(text, length, &at, 4, &year)) return false;
    const bool dashes = take_char(text, length, &at, '-');
    if (!take_number(text, length, &at, 2, &month)) return false;
    if (dashes && !take_char(text, length, &at, '-')) return false;
    if (!take_number(text, length, &at, 2, &day)) return false;
    if (!date_exists(year, month, day)) return false;
    int64_t seconds = 0;
    if (at < length) {
        if (!take_char(text, length, &at, 'T') && !take_char(text, length, &at, ' ')) return false;
        if (!take_time(text, length, &at, &seconds)) return false;
    }
    if (at != length) return false;
    *time = shoal_days_from_civil(year, month, day) * SHOAL_DAY_SECONDS + seconds;
    return true;
}

const char *shoal_date_format(int64_t time, bool with_time, char *buffer)
{
    /* a bounded year keeps the text within the buffer for any input */
    const int64_t first = shoal_days_from_civil(-9999, 1, 1) * SHOAL_DAY_SECONDS;
    const int64_t last = shoal_days_from_civil(99999, 12, 31) * SHOAL_DAY_SECONDS;
    const int64_t bounded = time < first ? first : time > last ? last : time;
    const int64_t midnight = shoal_day_floor(bounded);
    const int64_t rest = bounded - midnight;
    int64_t year;
    int month, day;
    shoal_civil_from_days(midnight / SHOAL_DAY_SECONDS, &year, &month, &day);
    const int shown = year < -9999 ? -9999 : year > 99999 ? 99999 : (int)year;
    if (with_time)
        snprintf(buffer, SHOAL_DATE_SIZE, "%04d-%02d-%02dT%02d:%02d:%02dZ", shown, month, day, (int)(rest / 3600),
                 (int)(rest / 60 % 60), (int)(rest % 60));
    else snprintf(buffer, SHOAL_DATE_SIZE, "%04d-%02d-%02d", shown, month, day);
    return buffer;
}

const char *shoal_date_now(char *buffer)
{
    return shoal_date_format((int64_t)time(NULL), true, buffer);
}

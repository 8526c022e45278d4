#include "cli/number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <shoal/rfm.h>

/* Puts commas between groups of three of the digits that plain begins with (after a sign). */
static const char *group(const char *plain, char *buffer)
{
    const char *digits = plain + (plain[0] == '-');
    const size_t whole = strspn(digits, "0123456789");
    char *to = buffer;
    if (digits != plain) *to++ = '-';
    for (size_t i = 0; i < whole; i++) {
        if (i > 0 && (whole - i) % 3 == 0) *to++ = ',';
        *to++ = digits[i];
    }
    memcpy(to, digits + whole, strlen(digits + whole) + 1);
    return buffer;
}

const char *shoal_cli_count(int64_t value, char *buffer)
{
    char plain[24];
    snprintf(plain, sizeof plain, "%lld", (long long)value);
    return group(plain, buffer);
}

const char *shoal_cli_fixed(double value, int decimals, char *buffer)
{
    char plain[SHOAL_CLI_NUMBER_SIZE - 8];
    if (!(fabs(value) < 1e15)) return shoal_cli_general(value, 4, buffer);
    snprintf(plain, sizeof plain, "%.*f", decimals, value);
    const bool zero = plain[0] == '-' && strspn(plain + 1, "0.") == strlen(plain + 1);
    return group(plain + zero, buffer);
}

const char *shoal_cli_general(double value, int digits, char *buffer)
{
    if (isnan(value)) snprintf(buffer, SHOAL_CLI_NUMBER_SIZE, "-");
    else snprintf(buffer, SHOAL_CLI_NUMBER_SIZE, "%.*g", digits, value);
    return buffer;
}

const char *shoal_cli_share(double part, double whole, char *buffer)
{
    const double percent = 100.0 * part / whole;
    if (isfinite(percent)) snprintf(buffer, SHOAL_CLI_NUMBER_SIZE, "%.1f%%", percent);
    else snprintf(buffer, SHOAL_CLI_NUMBER_SIZE, "-");
    return buffer;
}

const char *shoal_cli_duration(double ms, char *buffer)
{
    if (ms < 999.5) snprintf(buffer, SHOAL_CLI_NUMBER_SIZE, "%.0f ms", ms);
    else if (ms < 99950) snprintf(buffer, SHOAL_CLI_NUMBER_SIZE, "%.1f s", ms / 1000);
    else {
        const long long seconds = llround(fmin(ms / 1000, 1e12));
        snprintf(buffer, SHOAL_CLI_NUMBER_SIZE, "%lld min %02lld s", seconds / 60, seconds % 60);
    }
    return buffer;
}

const char *shoal_cli_bytes(int64_t bytes, char *buffer)
{
    static const char *const unit[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
    if (bytes < 1000) {
        snprintf(buffer, SHOAL_CLI_NUMBER_SIZE, "%lld bytes", (long long)bytes);
        return buffer;
    }
    double size = (double)bytes / 1000;
    size_t step = 0;
    for (; size >= 999.95 && step + 1 < sizeof unit / sizeof unit[0]; step++) size /= 1000;
    snprintf(buffer, SHOAL_CLI_NUMBER_SIZE, "%.1f %s", size, unit[step]);
    return buffer;
}

bool shoal_cli_date_parse(const char *text, int64_t *time)
{
    const bool dashes = strlen(text) == 10;
    if (!dashes && strlen(text) != 8) return false;
    int part[3] = {0};
    for (int i = 0, field = 0; text[i] != '\0'; i++) {
        const bool dash_here = dashes && (i == 4 || i == 7);
        if (dash_here ? text[i] != '-' : text[i] < '0' || text[i] > '9') return false;
        if (!dash_here) part[field] = part[field] * 10 + (text[i] - '0');
        if (dashes ? dash_here : i == 3 || i == 5) field++;
    }
    struct tm day = {.tm_year = part[0] - 1900, .tm_mon = part[1] - 1, .tm_mday = part[2]};
    const struct tm asked = day;
    const time_t seconds = timegm(&day);
    /* timegm carries 31 February over into March: such a day does not exist */
    if (part[0] < 1 || day.tm_year != asked.tm_year || day.tm_mon != asked.tm_mon || day.tm_mday != asked.tm_mday)
        return false;
    *time = (int64_t)seconds;
    return true;
}

const char *shoal_cli_date(int64_t time, char *buffer)
{
    const time_t seconds = (time_t)time;
    struct tm day;
    if (time == SHOAL_NO_DATE || gmtime_r(&seconds, &day) == NULL ||
        strftime(buffer, SHOAL_CLI_DATE_SIZE, "%F", &day) == 0)
        snprintf(buffer, SHOAL_CLI_DATE_SIZE, "-");
    return buffer;
}

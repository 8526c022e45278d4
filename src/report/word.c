#include "report/word.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <shoal/rfm.h>

#include "base/date.h"

static shoal_word unknown(void)
{
    return (shoal_word){"–"};
}

/* printf's number with a comma between thousands. */
static shoal_word grouped(double value, int decimals)
{
    char plain[40];
    shoal_word word;
    if (!isfinite(value) || fabs(value) >= 1e18) return unknown();
    snprintf(plain, sizeof plain, "%.*f", decimals, fabs(value));
    const size_t whole = strcspn(plain, ".");
    const int negative = value < 0 && strspn(plain, "0.") < strlen(plain);
    size_t used = 0;
    if (negative) {
        memcpy(word.text, "−", strlen("−"));
        used = strlen("−");
    }
    for (size_t i = 0; plain[i] != '\0'; i++) {
        if (i > 0 && i < whole && (whole - i) % 3 == 0) word.text[used++] = ',';
        word.text[used++] = plain[i];
    }
    word.text[used] = '\0';
    return word;
}

static shoal_word with_unit(double value, int decimals, const char *unit)
{
    shoal_word word = grouped(value, decimals);
    const size_t used = strlen(word.text);
    if (isfinite(value)) snprintf(word.text + used, sizeof word.text - used, "%s", unit);
    return word;
}

shoal_word shoal_word_count(int64_t value)
{
    return grouped((double)value, 0);
}

shoal_word shoal_word_money(double value)
{
    return grouped(value, fabs(value) >= 999.995 ? 0 : 2);
}

shoal_word shoal_word_cents(double value)
{
    return grouped(value, 2);
}

shoal_word shoal_word_short(double value)
{
    static const struct {
        double size;
        const char *unit;
    } steps[] = {{1e12, "T"}, {1e9, "B"}, {1e6, "M"}, {1e3, "k"}};
    const double size = fabs(value);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        if (size >= steps[i].size * 0.9995) {
            const double scaled = value / steps[i].size;
            return with_unit(scaled, fabs(scaled) < 9.95 && fabs(scaled - round(scaled)) > 0.05 ? 1 : 0, steps[i].unit);
        }
    return grouped(value, size >= 10 || size == round(size) ? 0 : size >= 1 ? 1 : 2);
}

shoal_word shoal_word_percent(double share)
{
    const double percent = 100 * share;
    const int decimals = percent != 0 && fabs(percent) < 0.05 ? 2 : fabs(percent) < 9.95 ? 1 : 0;
    return with_unit(percent, decimals, "%");
}

shoal_word shoal_word_number(double value)
{
    if (value == 0) return grouped(0, 0);
    if (!isfinite(value)) return unknown();
    if (fabs(value) < 1e-4) {
        shoal_word word;
        snprintf(word.text, sizeof word.text, "%.2e", value);
        return word;
    }
    const int before = (int)floor(log10(fabs(value))) + 1;
    return grouped(value, before >= 4 ? 0 : 4 - before);
}

/* Without zeros at the end of the decimals. */
static shoal_word trimmed(shoal_word word)
{
    if (strchr(word.text, '.') == NULL || strchr(word.text, 'e') != NULL) return word;
    size_t used = strlen(word.text);
    while (word.text[used - 1] == '0') used--;
    if (word.text[used - 1] == '.') used--;
    word.text[used] = '\0';
    return word;
}

shoal_word shoal_word_plain(double value)
{
    if (!(fabs(value) >= 1e-4) || !isfinite(value)) return shoal_word_number(value);
    const int before = (int)floor(log10(fabs(value))) + 1;
    return trimmed(grouped(value, before >= 3 ? 0 : 3 - before));
}

shoal_word shoal_word_exact(double value)
{
    return trimmed(grouped(value, 2));
}

shoal_word shoal_word_index(double value)
{
    return grouped(value, 0);
}

shoal_word shoal_word_date(int64_t time)
{
    static const char *const months[] = {"January", "February", "March",     "April",   "May",      "June",
                                         "July",    "August",   "September", "October", "November", "December"};
    if (time == SHOAL_NO_DATE) return unknown();
    int64_t year;
    int month, day;
    shoal_word word;
    shoal_civil_from_days(shoal_day_floor(time) / SHOAL_DAY_SECONDS, &year, &month, &day);
    snprintf(word.text, sizeof word.text, "%d %s %lld", day, months[month - 1], (long long)year);
    return word;
}

shoal_word shoal_word_times(double ratio)
{
    return grouped(ratio, ratio < 9.95 ? 1 : 0);
}

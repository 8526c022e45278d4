/* Dates in UTC, in the proleptic Gregorian calendar, as seconds since 1970-01-01. Years 1..9999. */
#ifndef SHOAL_BASE_DATE_H
#define SHOAL_BASE_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SHOAL_DAY_SECONDS = 86400, SHOAL_DATE_SIZE = 80 };

/* Days since 1970-01-01 of a civil date; the date must exist. */
int64_t shoal_days_from_civil(int64_t year, int month, int day);
void shoal_civil_from_days(int64_t days, int64_t *year, int *month, int *day);
/* Days from 1970-01-01 to the day of `time`, and the midnight that begins it; negative times round down too. */
static inline int64_t shoal_day_index(int64_t time)
{
    return time / SHOAL_DAY_SECONDS - (time % SHOAL_DAY_SECONDS < 0);
}
static inline int64_t shoal_day_floor(int64_t time)
{
    return shoal_day_index(time) * SHOAL_DAY_SECONDS;
}

/* ISO 8601 (2011-12-09, 2011-12-09T08:26, 2011-12-09 08:26:00, fractions of a second dropped, Z or +hh:mm) or yyyymmdd.
 * The whole text must be a date that exists. */
bool shoal_date_parse(const char *text, size_t length, int64_t *time);

/* "2011-12-09", or "2011-12-09T08:26:00Z" where with_time. buffer: SHOAL_DATE_SIZE bytes, returned. */
const char *shoal_date_format(int64_t time, bool with_time, char *buffer);
/* The present moment, as "2011-12-09T08:26:00Z". */
const char *shoal_date_now(char *buffer);

#endif

/* Numbers for people: thousands separated by commas, a point before decimals, "-" where there is no value. */
#ifndef SHOAL_CLI_NUMBER_H
#define SHOAL_CLI_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

enum { SHOAL_CLI_NUMBER_SIZE = 48, SHOAL_CLI_DATE_SIZE = 16 };

/* Each writes to a buffer of SHOAL_CLI_NUMBER_SIZE and returns it. */
const char *shoal_cli_count(int64_t value, char *buffer);
const char *shoal_cli_fixed(double value, int decimals, char *buffer); /* from 1e15 on as 1.234e+15 */
const char *shoal_cli_general(double value, int digits, char *buffer); /* significant digits, no separators */
const char *shoal_cli_share(double part, double whole, char *buffer);  /* "12.3%" */
const char *shoal_cli_duration(double ms, char *buffer);               /* "412 ms", "3.2 s", "4 min 05 s" */
const char *shoal_cli_bytes(int64_t bytes, char *buffer);              /* "812 bytes", "4.1 MB" */

/* yyyy-mm-dd or yyyymmdd, a day that exists, as midnight UTC in seconds since 1970-01-01. */
bool shoal_cli_date_parse(const char *text, int64_t *time);
/* "2011-12-09" (UTC); buffer of SHOAL_CLI_DATE_SIZE; "-" for SHOAL_NO_DATE. */
const char *shoal_cli_date(int64_t time, char *buffer);

#endif

/* Numbers as text, the same in every document. */
#ifndef SHOAL_REPORT_NUMBER_TEXT_H
#define SHOAL_REPORT_NUMBER_TEXT_H

#include <stddef.h>
#include <stdint.h>

enum { SHOAL_NUMBER_SIZE = 352 }; /* the longest double with 17 decimals */

/* Shortest decimal text that reads back as the same double. value must be finite. Returns its length. */
size_t shoal_number_shortest(double value, char *buffer);
/* Rounded to so many decimals (0..17), halves to even of the exact value. */
size_t shoal_number_fixed(double value, int decimals, char *buffer);
size_t shoal_number_integer(int64_t value, char *buffer);

#endif

/* Figures as people read them. Each gives a short text by value, safe to print into HTML as it is: digits, signs,
 * separators and units only. "–" stands for what is not known. */
#ifndef SHOAL_REPORT_WORD_H
#define SHOAL_REPORT_WORD_H

#include <stdint.h>

typedef struct shoal_word {
    char text[48];
} shoal_word;

shoal_word shoal_word_count(int64_t value);  /* 23,570 */
shoal_word shoal_word_money(double value);   /* 8,911,408 from a thousand on, 39.08 below */
shoal_word shoal_word_cents(double value);   /* 8,911,407.90 */
shoal_word shoal_word_short(double value);   /* 8.9M, 12.3k, 940: for axes and cells */
shoal_word shoal_word_percent(double share); /* 12.3% of 0.123; 45% and more without decimals: 63% */
shoal_word shoal_word_number(double value);  /* four significant digits: 0.2516, 4.789, 1,653; for tables */
shoal_word shoal_word_plain(double value);   /* three significant digits at most: 0.93, 35, 1,367; for sentences */
shoal_word shoal_word_exact(double value);   /* two decimals at most: 63, 168.2, 12,345.67 */
shoal_word shoal_word_index(double value);   /* 100 x a ratio, whole: 1,240 */
shoal_word shoal_word_date(int64_t time);    /* 30 June 1998 */
shoal_word shoal_word_times(double ratio);   /* 2.3 */

#endif

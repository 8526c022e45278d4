/* What separates the fields, found out from the first lines. */
#ifndef SHOAL_IMPORT_SNIFF_H
#define SHOAL_IMPORT_SNIFF_H

#include <stddef.h>

/* The delimiter among , ; tab | that cuts most of the first lines into as many fields (more than one) as the first
 * line; ' ' for runs of blanks where those do and none of the others does for half of the lines; ',' where nothing
 * does. A first line "sep=;" as spreadsheets write it decides; *skip is then its length with its line end, else 0. */
char shoal_sniff_delimiter(const char *bytes, size_t length, size_t *skip);

/* ",", "tab", "blanks" …, for people. */
const char *shoal_delimiter_name(char delimiter);

#endif

/* Text for the terminal: escaping what comes from data, measuring, guessing what was meant. */
#ifndef SHOAL_CLI_TEXT_H
#define SHOAL_CLI_TEXT_H

#include <stddef.h>

/* Control characters, broken UTF-8 and characters that reorder the line become \xNN; cut with … where the buffer ends.
 * size >= 16. buffer is returned. */
const char *shoal_cli_escape(const char *text, char *buffer, size_t size);

/* Columns that a text without control characters takes on a terminal. Needs a UTF-8 LC_CTYPE; else every character
 * counts one. */
size_t shoal_cli_width(const char *text);

/* ": did you mean --a, --b or --c?" with the at most three of n names that are near enough to be meant by `to`; ""
 * where none is. prefix is put before each name. buffer is returned. */
const char *shoal_cli_nearest(const char *to, const char *const *names, size_t n, const char *prefix, char *buffer,
                              size_t size);

#endif

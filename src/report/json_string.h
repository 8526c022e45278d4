/* One text as a JSON string. */
#ifndef SHOAL_REPORT_JSON_STRING_H
#define SHOAL_REPORT_JSON_STRING_H

#include <stddef.h>

/* With its quotes, malloc'ed; bytes that are not UTF-8 are taken as Latin-1. NULL where memory ran out. */
char *shoal_json_string(const char *text, size_t length);

#endif

#include "report/json_string.h"

#include <jansson.h>

char *shoal_json_string(const char *text, size_t length)
{
    json_t *string = json_stringn(text, length);
    if (string == NULL) { /* not UTF-8: take it as Latin-1, which every byte is */
        char *copy = malloc(2 * length + 1);
        if (copy == NULL) return NULL;
        size_t used = 0;
        for (size_t i = 0; i < length; i++) {
            const unsigned char c = (unsigned char)text[i];
            if (c >= 0x80) copy[used++] = (char)(0xC0 | c >> 6);
            copy[used++] = (char)(c >= 0x80 ? 0x80 | (c & 0x3F) : c);
        }
        string = json_stringn(copy, used);
        free(copy);
        if (string == NULL) return NULL;
    }
    char *quoted = json_dumps(string, JSON_ENCODE_ANY);
    json_decref(string);
    return quoted;
}

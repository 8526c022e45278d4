#include "cli/text.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

/* Length of the UTF-8 sequence at p and its code point; 0 where it is broken (RFC 3629). */
static size_t decode(const unsigned char *p, uint32_t *code)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    const size_t length = p[0] < 0x80 ? 1 : (p[0] & 0xE0) == 0xC0 ? 2 : (p[0] & 0xF0) == 0xE0 ? 3 : 4;
    if (length == 1) {
        *code = p[0];
        return 1;
    }
    if (p[0] < 0xC2 || p[0] > 0xF4) return 0;
    uint32_t value = p[0] & (0x7FU >> length);
    for (size_t i = 1; i < length; i++) {
        if ((p[i] & 0xC0) != 0x80) return 0;
        value = (value << 6) | (p[i] & 0x3FU);
    }
    if (value < smallest[length] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return 0;
    *code = value;
    return length;
}

/* Marks that change the direction of text, and line separators: they let a name rewrite what stands around it. */
static bool is_harmful(uint32_t code)
{
    return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x61C || (code >= 0x200B && code <= 0x200F) ||
           (code >= 0x2028 && code <= 0x202E) || (code >= 0x2060 && code <= 0x206F) || code == 0xFEFF;
}

const char *shoal_cli_escape(const char *text, char *buffer, size_t size)
{
    const unsigned char *p = (const unsigned char *)text;
    size_t used = 0;
    /* room for the longest step (four bytes as \xNN), the ellipsis and the NUL */
    while (*p != '\0' && used + 20 <= size) {
        uint32_t code = 0;
        const size_t length = decode(p, &code);
        if (length == 0 || is_harmful(code)) {
            const size_t bytes = length == 0 ? 1 : length;
            for (size_t i = 0; i < bytes; i++) used += (size_t)snprintf(buffer + used, size - used, "\\x%02X", p[i]);
            p += bytes;
        } else {
            memcpy(buffer + used, p, length);
            used += length;
            p += length;
        }
    }
    snprintf(buffer + used, size - used, "%s", *p == '\0' ? "" : "…");
    return buffer;
}

size_t shoal_cli_width(const char *text)
{
    const unsigned char *p = (const unsigned char *)text;
    size_t width = 0;
    while (*p != '\0') {
        uint32_t code = 0;
        const size_t length = decode(p, &code);
        const int columns = length == 0 ? 1 : wcwidth((wchar_t)code);
        width += columns < 0 ? 1 : (size_t)columns;
        p += length == 0 ? 1 : length;
    }
    return width;
}

/* Number of single-character edits, ignoring ASCII case; texts are compared up to LONGEST bytes. */
static size_t edit_distance(const char *a, const char *b)
{
    enum { LONGEST = 64 };
    const size_t na = strnlen(a, LONGEST), nb = strnlen(b, LONGEST);
    size_t row[LONGEST + 1];
    for (size_t j = 0; j <= nb; j++) row[j] = j;
    for (size_t i = 1; i <= na; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= nb; j++) {
            const bool same = tolower((unsigned char)a[i - 1]) == tolower((unsigned char)b[j - 1]);
            size_t best = diagonal + (same ? 0 : 1);
            if (row[j] + 1 < best) best = row[j] + 1;
            if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
            diagonal = row[j];
            row[j] = best;
        }
    }
    return row[nb];
}

/* 0 where one begins with the other (an abbreviation), else the edits; SIZE_MAX where too far to be meant. */
static size_t nearness(const char *to, const char *name)
{
    const size_t given = strlen(to);
    if (given >= 2 && strncasecmp(to, name, given) == 0) return 0;
    const size_t distance = edit_distance(to, name);
    return distance <= 1 + given / 3 ? distance : SIZE_MAX;
}

const char *shoal_cli_nearest(const char *to, const char *const *names, size_t n, const char *prefix, char *buffer,
                              size_t size)
{
    enum { SHOWN = 3 };
    const char *chosen[SHOWN];
    size_t distance[SHOWN], count = 0;
    for (size_t i = 0; i < n; i++) {
        const size_t d = nearness(to, names[i]);
        size_t at = count;
        while (at > 0 && distance[at - 1] > d) at--;
        if (d == SIZE_MAX || at == SHOWN) continue;
        if (count < SHOWN) count++;
        for (size_t j = count - 1; j > at; j--) {
            chosen[j] = chosen[j - 1];
            distance[j] = distance[j - 1];
        }
        chosen[at] = names[i];
        distance[at] = d;
    }
    size_t used = 0;
    buffer[0] = '\0';
    for (size_t j = 0; j < count && used < size; j++) {
        const char *before = j == 0 ? ": did you mean " : j + 1 == count ? " or " : ", ";
        const char *after = j + 1 == count ? "?" : "";
        used += (size_t)snprintf(buffer + used, size - used, "%s%s%s%s", before, prefix, chosen[j], after);
    }
    return buffer;
}

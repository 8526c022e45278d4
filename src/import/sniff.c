#include "import/sniff.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

enum { MAX_LINES = 50 };

/* One line of fields: quoted line ends belong to it. Returns the bytes to its end, counting fields on the way. */
static size_t count_fields(const char *bytes, size_t length, char delimiter, int *fields, bool *complete)
{
    const bool blanks = delimiter == ' ';
    bool quoted = false, inside = false; /* inside a field, for blanks */
    size_t i = 0;
    *fields = blanks ? 0 : 1;
    *complete = false;
    for (; i < length; i++) {
        const char c = bytes[i];
        if (c == '"') quoted = !quoted;
        if (quoted) {
            if (blanks && !inside) ++*fields;
            inside = true;
            continue;
        }
        if (c == '\n' || c == '\r') {
            *complete = true;
            break;
        }
        if (blanks) {
            const bool blank = c == ' ' || c == '\t';
            if (!blank && !inside) ++*fields;
            inside = !blank;
        } else if (c == delimiter) ++*fields;
    }
    return i;
}

typedef struct score {
    int lines, equal, fields; /* lines seen, lines with as many fields as the first, fields of the first */
} score;

static score score_of(const char *bytes, size_t length, char delimiter)
{
    score s = {0};
    size_t at = 0;
    while (s.lines < MAX_LINES) {
        while (at < length && (bytes[at] == '\n' || bytes[at] == '\r')) at++;
        if (at == length) break;
        int fields;
        bool complete;
        at += count_fields(bytes + at, length - at, delimiter, &fields, &complete);
        if (!complete && s.lines > 0) break; /* the block may end within a line */
        if (s.lines == 0) s.fields = fields;
        s.lines++;
        s.equal += fields == s.fields;
    }
    if (s.fields < 2) s.equal = 0;
    return s;
}

static char sep_line(const char *bytes, size_t length, size_t *skip)
{
    if (length < 6 || strncasecmp(bytes, "sep=", 4) != 0 || strchr(",;\t| ", bytes[4]) == NULL || bytes[4] == '\0')
        return 0;
    size_t end = 5;
    if (bytes[end] == '\r') end++;
    if (end < length && bytes[end] == '\n') end++;
    if (end == 5) return 0;
    *skip = end;
    return bytes[4];
}

char shoal_sniff_delimiter(const char *bytes, size_t length, size_t *skip)
{
    static const char candidates[] = {',', ';', '\t', '|'};
    *skip = 0;
    const char said = sep_line(bytes, length, skip);
    if (said != 0) return said;
    char best = ',';
    score best_score = {0};
    for (size_t i = 0; i < sizeof candidates; i++) {
        const score s = score_of(bytes, length, candidates[i]);
        if (s.equal > best_score.equal ||
            (s.equal == best_score.equal && s.equal > 0 && s.fields > best_score.fields)) {
            best = candidates[i];
            best_score = s;
        }
    }
    if (best_score.equal * 2 > best_score.lines) return best;
    const score blanks = score_of(bytes, length, ' ');
    return blanks.equal > best_score.equal ? ' ' : best;
}

const char *shoal_delimiter_name(char delimiter)
{
    switch (delimiter) {
    case ',': return ",";
    case ';': return ";";
    case '|': return "|";
    case '\t': return "tab";
    case ' ': return "blanks";
    default: return "?";
    }
}

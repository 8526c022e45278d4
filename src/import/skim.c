#include "import/skim.h"

static void begin_field(shoal_skim *s, char c)
{
    s->state = c == '"' ? SHOAL_SKIM_QUOTED : SHOAL_SKIM_PLAIN;
    s->quote_line = s->line;
    s->quote_column = s->n_fields;
}

static shoal_skim_state behind_quote(const shoal_skim *s, char c)
{
    if (c == '"' && s->state == SHOAL_SKIM_QUOTE) return SHOAL_SKIM_QUOTED;
    return c == ' ' || c == '\t' ? SHOAL_SKIM_CLOSED : SHOAL_SKIM_LOST;
}

static void count_line(shoal_skim *s, char c)
{
    if (c == '\r' || (c == '\n' && !s->after_cr)) s->line++;
}

size_t shoal_skim_bytes(shoal_skim *s, const char *bytes, size_t n, bool *ended)
{
    *ended = false;
    for (size_t i = 0; i < n && !*ended; i++) {
        const char c = bytes[i];
        const bool delimits = c == s->delimiter || (s->delimiter == ' ' && c == '\t');
        count_line(s, c);
        if (s->state == SHOAL_SKIM_QUOTED) {
            if (c == '"') s->state = SHOAL_SKIM_QUOTE;
        } else if (c == '\n' || c == '\r') *ended = true;
        else if (delimits && s->state != SHOAL_SKIM_LOST) {
            s->n_fields += s->delimiter != ' ' || s->state != SHOAL_SKIM_START;
            s->state = SHOAL_SKIM_START;
        } else if (s->state == SHOAL_SKIM_QUOTE || s->state == SHOAL_SKIM_CLOSED) s->state = behind_quote(s, c);
        else if (s->state == SHOAL_SKIM_START && c != ' ' && c != '\t') begin_field(s, c);
        s->after_cr = c == '\r';
        if (*ended) return i + 1;
    }
    return n;
}

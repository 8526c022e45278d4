/* The import's grammar against libcsv: whatever the bytes and wherever they are cut into pieces, the same records. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "csv_adapter.h"
#include "import/cut.h"

enum { MOST_BYTES = 4096, MOST_TEXT = 1 << 16 };

/* All that is to be the same, as text. */
typedef struct listing {
    char text[MOST_TEXT];
    size_t used;
    const uint8_t *wanted;
    int64_t n_wanted;
} listing;

static void add(listing *l, const char *text, size_t length)
{
    if (l->used + length + 64 > sizeof l->text) return;
    memcpy(l->text + l->used, text, length);
    l->used += length;
}

static void list_record(listing *l, const shoal_record *record)
{
    char line[128];
    add(l, line,
        (size_t)sprintf(line, "\n%lld: %lld fields, fault %d in %lld:", (long long)record->line,
                        (long long)record->n_fields, (int)record->fault,
                        record->fault == SHOAL_FAULT_NONE ? -1LL : (long long)record->fault_column));
    for (int64_t i = 0; record->fault == SHOAL_FAULT_NONE && i < record->n_fields; i++) {
        if (l->wanted != NULL && (i >= l->n_wanted || !l->wanted[i])) continue;
        add(l, line, (size_t)sprintf(line, " %zu[", record->fields[i].length));
        add(l, record->fields[i].text, record->fields[i].length);
        add(l, "]", 1);
    }
}

static shoal_status on_record(void *user, const shoal_record *record)
{
    list_record(user, record);
    return SHOAL_OK;
}

static void read_by_libcsv(const char *bytes, size_t length, char delimiter, listing *l)
{
    shoal_reader *reader;
    char copy[MOST_BYTES];
    shoal_error err = {0};
    cr_assert_eq(shoal_reader_new("x", delimiter, 1, on_record, l, &reader, &err), SHOAL_OK);
    if (l->wanted != NULL) shoal_reader_want(reader, l->wanted, l->n_wanted);
    memcpy(copy, bytes, length);
    cr_assert_eq(shoal_reader_feed(reader, copy, length, &err), SHOAL_OK);
    if (shoal_reader_finish(reader, &err) < 0) add(l, err.message, strlen(err.message));
    shoal_reader_free(reader);
}

static void list_end(listing *l, shoal_cut cut, const shoal_record *record)
{
    char message[256];
    if (cut != SHOAL_CUT_UNCLOSED) return;
    add(l, message,
        (size_t)sprintf(message,
                        "x, line %lld, column %lld: a quote opens here and is never closed: close it, or double it "
                        "where it is part of the text",
                        (long long)record->line, (long long)record->fault_column + 1));
}

/* In pieces of random length; what a piece leaves unfinished goes before the next. */
static void read_in_pieces(const char *bytes, size_t length, const shoal_grammar *grammar, shoal_rng *rng, listing *l)
{
    shoal_cutter c = {0};
    char carry[MOST_BYTES];
    size_t at = 0, carried = 0;
    int64_t line = 1;
    bool after_cr = false;
    for (;;) {
        size_t take = (size_t)shoal_rng_below(rng, 40);
        if (shoal_rng_below(rng, 10) == 0 || take > length - at) take = length - at;
        memcpy(carry + carried, bytes + at, take);
        at += take;
        carried += take;
        const bool last = at == length;
        cr_assert_eq(shoal_cutter_start(&c, grammar, carry, (int64_t)carried, last, line, after_cr, NULL), SHOAL_OK);
        shoal_record record;
        shoal_cut cut;
        while ((cut = shoal_cutter_next(&c, &record)) == SHOAL_CUT_RECORD) list_record(l, &record);
        line = c.line;
        after_cr = c.after_cr;
        carried -= (size_t)c.at;
        memmove(carry, carry + c.at, carried);
        shoal_cutter_forget(&c);
        if (!last) continue;
        list_end(l, cut, &record);
        break;
    }
    shoal_cutter_free(&c);
}

/* libcsv's adapter takes blanks between CR and LF for part of the line end; no row comes of it, but the count of lines
 * differs. */
static bool has_blanks_in_line_end(const char *bytes, size_t length)
{
    bool after_cr = false;
    for (size_t i = 0; i < length; i++) {
        if (after_cr && bytes[i] == '\n' && bytes[i - 1] != '\r') return true;
        after_cr = bytes[i] == '\r' || (after_cr && (bytes[i] == ' ' || bytes[i] == '\t'));
    }
    return false;
}

static void compare(const char *bytes, size_t length, const shoal_grammar *grammar, shoal_rng *rng)
{
    static listing expected, found;
    expected = (listing){.wanted = grammar->wanted, .n_wanted = grammar->n_wanted};
    found = expected;
    read_by_libcsv(bytes, length, grammar->delimiter, &expected);
    read_in_pieces(bytes, length, grammar, rng, &found);
    cr_assert(expected.used == found.used && memcmp(expected.text, found.text, found.used) == 0,
              "delimiter '%c'\n%.*s\nexpected:%s\nfound:%s", grammar->delimiter, (int)length, bytes, expected.text,
              found.text);
}

static const char *const pieces[] = {"a",  "bc",       ",", ",",  ",",  "\n", "\n",    "\r\n", "\r",           "\"",
                                     "\"", "\"\"",     " ", "  ", "\t", ";",  "\",\"", "\"\n", ",\"x\"\"y\",", "1.5",
                                     "\0", "\"q\nr\"", "é"};

Test(cut_oracle, random_texts)
{
    shoal_rng rng = shoal_rng_start(41, 1);
    static const char delimiters[] = {',', ';', '\t', '|', ' '};
    static const uint8_t wanted[] = {1, 0, 1, 1, 0, 1};
    for (int round = 0; round < 60000; round++) {
        char text[MOST_BYTES];
        size_t used = 0;
        const int n = (int)shoal_rng_below(&rng, 60);
        for (int i = 0; i < n; i++) {
            const size_t which = (size_t)shoal_rng_below(&rng, sizeof pieces / sizeof pieces[0]);
            const size_t length = pieces[which][0] == '\0' ? shoal_rng_below(&rng, 8) == 0 : strlen(pieces[which]);
            memcpy(text + used, pieces[which], length);
            used += length;
        }
        if (has_blanks_in_line_end(text, used)) continue;
        shoal_grammar grammar = {.delimiter = round % 2 ? ',' : delimiters[shoal_rng_below(&rng, sizeof delimiters)]};
        if (round % 3 != 0) {
            grammar.wanted = wanted;
            grammar.n_wanted = sizeof wanted;
            grammar.n_columns = (int64_t)shoal_rng_below(&rng, sizeof wanted);
        }
        compare(text, used, &grammar, &rng);
    }
}

/* Rows that mostly have the columns that are expected, so that the short way is taken. */
Test(cut_oracle, usual_rows)
{
    shoal_rng rng = shoal_rng_start(41, 2);
    static const char *const ends[] = {"\n", "\r\n", "\r"};
    static const uint8_t wanted[] = {1, 1, 0, 1};
    static const char *const fields[] = {"C1", "2024-01-01", " 1.5 ", "", "x y", "\"q, r\"", "5\" disk", "\t"};
    for (int round = 0; round < 20000; round++) {
        char text[MOST_BYTES];
        size_t used = 0;
        const int rows = (int)shoal_rng_below(&rng, 30);
        for (int i = 0; i < rows; i++) {
            const int n = shoal_rng_below(&rng, 20) == 0 ? (int)shoal_rng_below(&rng, 6) : 3;
            for (int j = 0; j < n; j++)
                used += (size_t)sprintf(text + used, "%s%s", j > 0 ? "," : "",
                                        fields[shoal_rng_below(&rng, round % 2 ? 5 : 8)]);
            used +=
                (size_t)sprintf(text + used, "%s", ends[round % 4 == 3 ? (int)shoal_rng_below(&rng, 3) : round % 3]);
        }
        if (has_blanks_in_line_end(text, used)) continue;
        const shoal_grammar grammar = {.delimiter = ',', .wanted = wanted, .n_wanted = 4, .n_columns = 3};
        compare(text, used, &grammar, &rng);
    }
}

/* Transactions against a slow, obvious reading of the same text: libcsv, one row after the other, and an insertion
 * sort. Any number of threads, any size of blocks, quotes across their borders, equal times, returns that cancel an
 * order, customers in any order. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/random.h"
#include "csv_adapter.h"
#include "import/read.h"
#include "import_case.h"

enum { MOST_ROWS = 400, MOST_TEXT = 256, MOST_BYTES = MOST_ROWS * 160 };

typedef struct row {
    char customer[MOST_TEXT], product[MOST_TEXT], channel[MOST_TEXT];
    int64_t time;
    double amount;
} row;

/* What the slow reading makes of the text. */
typedef struct answer {
    row rows[MOST_ROWS]; /* kept, in the order of the input, then sorted */
    int n, n_read, n_bad, n_left_out;
    bool unclosed;
    int64_t first_bad_line;
    int customer[MOST_ROWS], product[MOST_ROWS], channel[MOST_ROWS];
} answer;

/* A key or category: at most 255 bytes. */
static bool copy_field(char *to, shoal_field field)
{
    if (field.length >= MOST_TEXT) return false;
    memcpy(to, field.text, field.length);
    to[field.length] = '\0';
    return true;
}

static shoal_status take(void *user, const shoal_record *record)
{
    answer *a = user;
    if (a->n_read++ < 0) return SHOAL_OK; /* the header */
    row r = {0};
    char *end = NULL;
    bool good = record->fault == SHOAL_FAULT_NONE && record->n_fields == 5;
    if (good && record->fields[0].length == 0) {
        a->n_left_out++;
        return SHOAL_OK;
    }
    if (good) {
        r.amount = strtod(record->fields[2].text, &end);
        good = copy_field(r.customer, record->fields[0]) && copy_field(r.product, record->fields[3]) &&
               copy_field(r.channel, record->fields[4]) && end != record->fields[2].text && *end == '\0' &&
               shoal_date_parse(record->fields[1].text, record->fields[1].length, &r.time);
    }
    if (good) {
        a->rows[a->n++] = r;
        return SHOAL_OK;
    }
    if (a->n_bad++ == 0) a->first_bad_line = record->line;
    return SHOAL_OK;
}

static void leave_out_returners(answer *a)
{
    int kept = 0;
    bool stays[MOST_ROWS];
    for (int i = 0; i < a->n; i++) {
        stays[i] = false;
        for (int j = 0; j < a->n; j++)
            stays[i] = stays[i] || (a->rows[j].amount >= 0 && strcmp(a->rows[i].customer, a->rows[j].customer) == 0);
    }
    for (int i = 0; i < a->n; i++)
        if (stays[i]) a->rows[kept++] = a->rows[i];
    a->n_left_out += a->n - kept;
    a->n = kept;
}

/* The number of a text among those before it in the column that begins there, or -1 where it is empty. */
static void number_texts(const answer *a, size_t offset, int *numbers)
{
    int next = 0;
    for (int i = 0; i < a->n; i++) {
        const char *text = (const char *)&a->rows[i] + offset;
        numbers[i] = -1;
        if (text[0] == '\0') continue;
        for (int j = 0; j < i && numbers[i] < 0; j++)
            if (strcmp((const char *)&a->rows[j] + offset, text) == 0) numbers[i] = numbers[j];
        if (numbers[i] < 0) numbers[i] = next++;
    }
}

static bool stands_before(const answer *a, int i, int j)
{
    if (a->customer[i] != a->customer[j]) return a->customer[i] < a->customer[j];
    return a->rows[i].time != a->rows[j].time ? a->rows[i].time < a->rows[j].time : i < j;
}

static void read_slowly(const char *text, size_t length, answer *a)
{
    static char copy[MOST_BYTES];
    shoal_reader *reader;
    *a = (answer){.n_read = -1};
    memcpy(copy, text, length);
    cr_assert_eq(shoal_reader_new("x", ',', 1, take, a, &reader, NULL), SHOAL_OK);
    cr_assert_eq(shoal_reader_feed(reader, copy, length, NULL), SHOAL_OK);
    a->unclosed = shoal_reader_finish(reader, NULL) < 0;
    shoal_reader_free(reader);
    leave_out_returners(a);
    number_texts(a, offsetof(row, customer), a->customer);
    number_texts(a, offsetof(row, product), a->product);
    number_texts(a, offsetof(row, channel), a->channel);
}

static void check_rows(const answer *a, const import_case *c)
{
    static const char *const names[] = {"product", "channel"};
    for (int i = 0; i < a->n; i++) {
        int place = 0;
        for (int j = 0; j < a->n; j++) place += stands_before(a, j, i);
        const row *r = &a->rows[i];
        cr_assert_eq(import_value(c, "customer", place), a->customer[i]);
        cr_assert_eq(import_value(c, "time", place), (double)r->time);
        cr_assert_eq(import_value(c, "amount", place), r->amount);
        cr_assert_str_eq(import_key(c, a->customer[i]), r->customer);
        const int codes[] = {a->product[i], a->channel[i]};
        const char *const texts[] = {r->product, r->channel};
        for (int k = 0; k < 2; k++) {
            const int32_t *code = shoal_table_find(&c->data.transactions, names[k])->data;
            cr_assert_eq(code[place], codes[k]);
            if (codes[k] >= 0) cr_assert_str_eq(import_table_text(import_dictionary(c, names[k]), codes[k]), texts[k]);
        }
    }
}

static void import_in_blocks(const char *path, shoal_bad_rows bad_rows, int threads, size_t block, import_case *c)
{
    shoal_import_opts opts = shoal_import_opts_default();
    const shoal_ctx ctx = {.threads = threads};
    opts.bad_rows = bad_rows;
    opts.delimiter = ',';
    *c = (import_case){0};
    c->status = shoal_import_blocks(&ctx, path, &opts, block, &c->data, &c->report, &c->err);
}

static void check(const char *text, size_t length, int threads, size_t block)
{
    static answer a;
    import_case c;
    char *path = import_temporary(text, length);
    read_slowly(text, length, &a);
    import_in_blocks(path, SHOAL_BAD_ROWS_SKIP, threads, block, &c);
    if (a.unclosed) cr_assert_not_null(strstr(c.err.message, "never closed"), "%s", c.err.message);
    else if (a.n == 0) cr_assert_eq(c.status, SHOAL_ERR_INPUT);
    else {
        cr_assert_eq(c.status, SHOAL_OK, "%s\n%.*s", c.err.message, (int)length, text);
        cr_assert_eq(c.report.rows_read, a.n_read);
        cr_assert_eq(c.report.rows_kept, a.n);
        cr_assert_eq(c.report.rows_rejected, a.n_bad + a.n_left_out);
        check_rows(&a, &c);
    }
    import_case_free(&c);
    import_in_blocks(path, SHOAL_BAD_ROWS_REJECT, threads, block, &c);
    if (a.n_bad > 0) {
        char line[64];
        sprintf(line, ", line %lld", (long long)a.first_bad_line);
        cr_assert_eq(c.status, SHOAL_ERR_INPUT);
        cr_assert_not_null(strstr(c.err.message, line), "%s instead of %s\n%.*s", c.err.message, line, (int)length,
                           text);
    }
    import_case_free(&c);
    remove(path);
    free(path);
}

/* One row; bad now and then, with a product that holds what may confuse a cutter. */
static size_t write_row(shoal_rng *rng, int style, char *to)
{
    static const char *const products[] = {"",
                                           "p",
                                           "\"a, b\"",
                                           "\"two\nlines\"",
                                           "\"q \"\"r\"\"\"",
                                           "5\" disk",
                                           "\"\n1,2024-01-01,3,x,y\n\"",
                                           "\"\r\n\"",
                                           "a product of a long name"};
    static const char *const channels[] = {"web", "shop", "", " tel "};
    static const char *const ends[] = {"\n", "\r\n", "\n\n"};
    char date[SHOAL_DATE_SIZE];
    const int customers = style & 1 ? 5 : 200;
    shoal_date_format((int64_t)shoal_rng_below(rng, 400) * 43200, shoal_rng_below(rng, 2) == 0, date);
    const int cents = (int)shoal_rng_below(rng, 20000) - (style & 2 ? 9000 : 1000);
    return (size_t)sprintf(to, "%sc%d,%s,%s%d.%02d%s,%s,%s%s", shoal_rng_below(rng, 60) == 0 ? "\"x\" " : "",
                           (int)shoal_rng_below(rng, (uint64_t)customers), date, cents < 0 ? "-" : "", abs(cents) / 100,
                           abs(cents) % 100, shoal_rng_below(rng, style & 4 ? 30 : 1000) == 0 ? "x" : "",
                           products[shoal_rng_below(rng, style & 8 ? 9 : 2)], channels[shoal_rng_below(rng, 4)],
                           ends[style / 16 % 3]);
}

Test(import_naive, random_transactions, .timeout = 120)
{
    shoal_rng rng = shoal_rng_start(77, 1);
    static char text[MOST_BYTES];
    for (int round = 0; round < 500; round++) {
        const int rows = 1 + (int)shoal_rng_below(&rng, round % 10 == 0 ? MOST_ROWS - 1 : 40);
        size_t used = (size_t)sprintf(text, "customer,date,amount,product,channel\n");
        for (int i = 0; i < rows; i++) used += write_row(&rng, round, text + used);
        check(text, used, 1 + round % 5, 1 + (size_t)shoal_rng_below(&rng, round % 3 == 0 ? 4000 : 200));
    }
}

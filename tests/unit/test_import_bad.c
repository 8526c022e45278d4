/* What the import says of bad input: status, line, column, text, and the counts where bad rows are skipped. */
#include <criterion/criterion.h>
#include <signal.h>
#include <zlib.h>

#include "import_case.h"

static const shoal_import_opts defaults = {.header = -1};
static const char good_header[] = "customer,date,amount\n";

static void expect(const char *bytes, size_t length, const shoal_import_opts *opts, shoal_status status,
                   const char *part)
{
    import_case c;
    import_bytes(bytes, length, opts, &c);
    cr_assert_eq(c.status, status, "%d %s", c.status, c.err.message);
    cr_assert(strstr(c.err.message, part) != NULL, "\"%s\" is not in \"%s\"", part, c.err.message);
    cr_assert(c.data.keys.n_rows == 0 && c.data.transactions.columns == NULL && c.report.rows_read == 0);
    import_case_free(&c);
}

static void expect_input(const char *text, const char *part)
{
    expect(text, strlen(text), &defaults, SHOAL_ERR_INPUT, part);
}

/* The bad row ends the import with that message; skipped, it is counted under its reason and the good ones stay. */
static void expect_bad_row(const char *row, size_t length, const char *part, const char *reason)
{
    char text[4096];
    const size_t before = (size_t)sprintf(text, "%sa,2024-01-01,1\n\nb,2024-01-02,2\n", good_header);
    memcpy(text + before, row, length);
    const size_t total = before + length + (size_t)sprintf(text + before + length, "\nc,2024-01-03,3\n");
    expect(text, total, &defaults, SHOAL_ERR_INPUT, part);
    shoal_import_opts skip = defaults;
    skip.bad_rows = SHOAL_BAD_ROWS_SKIP;
    import_case c;
    import_bytes(text, total, &skip, &c);
    cr_assert_eq(c.status, SHOAL_OK, "%s", c.err.message);
    cr_assert_eq(c.report.rows_read, 4);
    cr_assert_eq(c.report.rows_kept, 3);
    cr_assert_eq(import_rejected(&c, reason), 1, "%s", reason);
    cr_assert_eq(c.report.revenue, 6);
    import_case_free(&c);
}

static void expect_bad(const char *row, const char *part, const char *reason)
{
    expect_bad_row(row, strlen(row), part, reason);
}

Test(import_bad, rows)
{
    expect_bad("x,2024-01-01", "line 5: 2 fields, but the header has 3", "ragged");
    expect_bad("x,2024-01-01,1,2", "line 5: 4 fields, but the header has 3", "ragged");
    expect_bad("x,2024-01-01,1,,", "line 5: 5 fields, but the header has 3", "ragged");
    expect_bad("x,2024-02-30,1", "line 5, column 2 (date): \"2024-02-30\"", "bad_date");
    expect_bad("x,99999-01-01,1", "\"99999-01-01\"", "bad_date");
    expect_bad("x,31/12/2024,1", "--date-format", "bad_date");
    expect_bad("x,,1", "line 5, column 2 (date): the date is empty", "bad_date");
    expect_bad("x,2024-01-01,", "line 5, column 3 (amount): the amount is empty", "bad_amount");
    expect_bad("x,2024-01-01,twelve", "line 5, column 3 (amount): \"twelve\"", "bad_amount");
    expect_bad("x,2024-01-01,inf", "\"inf\"", "bad_amount");
    expect_bad("x,2024-01-01,NaN", "\"NaN\"", "bad_amount");
    expect_bad("x,2024-01-01,1e309", "\"1e309\"", "bad_amount");
    expect_bad("x,2024-01-01,\"1,50\"", "\"1,50\"", "bad_amount");
    expect_bad("x,2024-01-01,$5", "\"$5\"", "bad_amount");
    expect_bad("x,2024-01-01,0x10", "\"0x10\"", "bad_amount");
    expect_bad("\"x\"y,2024-01-01,1", "line 5, column 1 (customer): text follows a closing quote", "bad_quote");
    expect_bad("x,\"2024-01-01\" z,1", "line 5, column 2 (date): text follows a closing quote", "bad_quote");
    expect_bad_row("x,2024-01-01,1\0 2", 17, "line 5, column 3 (amount): a NUL byte", "nul_byte");
    expect_bad_row("x\0,2024-01-01,1", 15, "line 5, column 1 (customer): a NUL byte", "nul_byte");
    char row[700];
    sprintf(row, "%0256d,2024-01-01,1", 0);
    expect_bad(row, "line 5, column 1 (customer): the customer is longer than 255 bytes", "too_long");
}

Test(import_bad, escape_sequences_are_not_echoed)
{
    expect_bad("x,2024-01-01,\x1b[31m", "\\x1B[31m", "bad_amount");
}

Test(import_bad, lines_are_those_of_the_file)
{
    expect_input("customer,date,amount\r\na,2024-01-01,1\r\n\r\nb,2024-01-01,x\r\n", "line 4, ");
    expect_input("customer,date,amount\ra,2024-01-01,1\r\rb,2024-01-01,x\r", "line 4, ");
    expect_input("customer,date,amount,note\na,2024-01-01,1,\"two\nlines\"\n\nb,2024-01-01,x,\n", "line 5, ");
    expect_input("customer,date,amount,note\r\na,2024-01-01,1,\"two\r\nlines\"\r\nb,2024-01-01,x,\r\n", "line 4, ");
    expect_input("\xEF\xBB\xBF\n\ncustomer,date,amount\na,2024-01-01,x\n", "line 4, ");
    expect_input("sep=;\ncustomer;date;amount\na;2024-01-01;x\n", "line 3, ");
    expect_input("note,customer,date,amount\n\"a\nb\",c,2024-01-01,x\n", "line 2, ");
}

Test(import_bad, files)
{
    expect_input("", "is empty");
    expect_input("\n\n\n", "is empty");
    expect_input("customer,date,amount\n", "has a header but no rows");
    expect_input("\xFF\xFE"
                 "c\0u\0",
                 "UTF-16");
    expect_input("PK\x03\x04zip", "Excel");
    expect_input("\x89HDF\r\n\x1a\n", "HDF5");
    expect_input("a,2024-01-01,1\n", "has no header; its first row is: a | 2024-01-01 | 1");
    expect_input("customer,date,amount\na,2024-01-01,\"1\nb,2024-01-01,2\n", "line 2, column 3: a quote opens here");
    expect_input("customer,date,amount\n,2024-01-01,1\n", "missing_customer 1");
    expect_input("customer,date,amount\na,2024-01-01,-1\n", "return_without_purchase 1");
    expect_input("customer,date,amount,order\na,2024-01-01,1,C1\n", "begins with C");
    expect("cust\0mer,date\na,2024-01-01\n", 25, &defaults, SHOAL_ERR_INPUT, "the first row cannot be read");
    import_case c;
    import_file("/nonexistent/file.csv", &defaults, &c);
    cr_assert_eq(c.status, SHOAL_ERR_IO);
    cr_assert(strstr(c.err.message, "/nonexistent/file.csv: No such file") != NULL, "%s", c.err.message);
    import_file("/tmp", &defaults, &c);
    cr_assert_eq(c.status, SHOAL_ERR_IO);
    cr_assert(strstr(c.err.message, "it is a folder") != NULL, "%s", c.err.message);
}

Test(import_bad, columns)
{
    expect_input("a,b,c\nx,y,z\n", "no column of ");
    expect_input("customer,when,amount\nx,y,z\n",
                 "is recognised as the date: name it with --date; its columns: customer, when");
    expect_input("customer,customer,date\nx,y,2024-01-01\n", "two columns called \"customer\"");
    shoal_import_opts opts = defaults;
    opts.column[SHOAL_ROLE_AMOUNT] = "amonut";
    const char text[] = "customer,date,amount,note\na,2024-01-01,1,\n";
    expect(text, strlen(text), &opts, SHOAL_ERR_INPUT,
           "has no column \"amonut\" for the amount; the nearest of its 4 columns: amount");
    opts.column[SHOAL_ROLE_AMOUNT] = "customer";
    opts.column[SHOAL_ROLE_CUSTOMER] = "customer";
    expect(text, strlen(text), &opts, SHOAL_ERR_USAGE, "named for two roles");
    opts = defaults;
    opts.header = 0;
    opts.column[SHOAL_ROLE_AMOUNT] = "amount";
    expect(text, strlen(text), &opts, SHOAL_ERR_USAGE, "header");
    opts = defaults;
    opts.columns = "customer,date,amuont,_";
    expect(text, strlen(text), &opts, SHOAL_ERR_USAGE, "\"amuont\"");
    opts.columns = "customer,date,amount";
    expect(text, strlen(text), &opts, SHOAL_ERR_USAGE, "names 3 columns, but");
    opts.columns = "customer,date,date,_";
    expect(text, strlen(text), &opts, SHOAL_ERR_USAGE, "names \"date\" twice");
    opts.columns = "customer,amount,_,_";
    expect(text, strlen(text), &opts, SHOAL_ERR_USAGE, "no column for the date");
    opts = defaults;
    opts.delimiter = 'x';
    expect(text, strlen(text), &opts, SHOAL_ERR_USAGE, "delimiter");
}

Test(import_bad, customer_tables)
{
    shoal_import_opts opts = defaults;
    opts.kind = SHOAL_IMPORT_CUSTOMERS;
    const char *twice = "customer_id,age\na,1\nb,2\na,3\n";
    expect(twice, strlen(twice), &opts, SHOAL_ERR_INPUT,
           "line 4, column 1 (customer_id): customer \"a\" is there twice");
    const char *names = "customer_id,a/b,a.b\na,1,2\n";
    expect(names, strlen(names), &opts, SHOAL_ERR_INPUT, "two columns called \"a_b\"");
    const char *endless = "customer_id,age\na,1\nb,1e309\n";
    expect(endless, strlen(endless), &opts, SHOAL_ERR_INPUT, "line 3, column 2 (age): a number beyond");
    const char *empty = "customer_id,age\n";
    expect(empty, strlen(empty), &opts, SHOAL_ERR_INPUT, "has a header but no rows");
}

Test(import_bad, damaged_gzip)
{
    char text[20000];
    size_t used = (size_t)sprintf(text, "%s", good_header);
    for (int i = 0; used < sizeof text - 64; i++)
        used +=
            (size_t)sprintf(text + used, "c%d,2024-01-%02d,%d.%02d\n", i * 7919 % 1000, i % 28 + 1, i % 90, i % 100);
    unsigned char packed[20000];
    z_stream z = {0};
    deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    z.next_in = (Bytef *)text;
    z.avail_in = (uInt)used;
    z.next_out = packed;
    z.avail_out = sizeof packed;
    cr_assert_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
    const size_t length = sizeof packed - z.avail_out;
    deflateEnd(&z);
    for (size_t cut = 2; cut < length; cut += 97)
        expect((const char *)packed, cut, &defaults, SHOAL_ERR_INPUT, "the gzip data end early");
    memcpy(packed + length, "tail", 4);
    expect((const char *)packed, length + 4, &defaults, SHOAL_ERR_INPUT, "follows the gzip data");
    for (size_t at = 20; at < length; at += 61) {
        packed[at] ^= 0x20;
        import_case c;
        import_bytes((const char *)packed, length, &defaults, &c);
        cr_assert_eq(c.status, SHOAL_ERR_INPUT, "a flip at %zu", at);
        import_case_free(&c);
        packed[at] ^= 0x20;
    }
}

Test(import_bad, a_field_of_many_megabytes)
{
    enum { HUGE_FIELD = 40 << 20 };
    char *text = malloc(HUGE_FIELD + 200);
    size_t used = (size_t)sprintf(text, "customer,date,amount,note\na,2024-01-01,1,x\nb,2024-01-01,2,\"");
    memset(text + used, 'y', HUGE_FIELD);
    for (size_t i = used; i < used + HUGE_FIELD; i += 1 << 20) text[i] = '\n';
    used += HUGE_FIELD;
    used += (size_t)sprintf(text + used, "\" \nc,2024-01-01,3,z\nd,2024-01-01,bad,\n");
    expect(text, used, &defaults, SHOAL_ERR_INPUT, "line 3, column 4 (note): more than a million bytes");
    shoal_import_opts skip = defaults;
    skip.bad_rows = SHOAL_BAD_ROWS_SKIP;
    import_case c;
    import_bytes(text, used, &skip, &c);
    cr_assert_eq(c.status, SHOAL_OK, "%s", c.err.message);
    cr_assert_eq(import_rejected(&c, "too_long"), 1);
    cr_assert_eq(import_rejected(&c, "bad_amount"), 1);
    cr_assert_eq(c.report.rows_kept, 2);
    import_case_free(&c);
    used -= strlen("\" \nc,2024-01-01,3,z\nd,2024-01-01,bad,\n");
    expect(text, used, &skip, SHOAL_ERR_INPUT, "line 3, column 4: a quote opens here");
    free(text);
}

Test(import_bad, cancelled_run)
{
    static volatile sig_atomic_t cancel = 1;
    shoal_ctx ctx = shoal_ctx_default();
    ctx.cancel = &cancel;
    shoal_import_data data = {0};
    shoal_import_report report;
    shoal_error err = {0};
    cr_assert_eq(shoal_import_read(&ctx, SHOAL_DATASETS "/CDNOW_master.txt", &defaults, &data, &report, &err),
                 SHOAL_ERR_INTERRUPTED);
}

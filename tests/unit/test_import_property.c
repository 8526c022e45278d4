/* Whatever the bytes: no crash, one of the statuses of the design, and every row is either kept or rejected. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/random.h"
#include "import_case.h"

static const char *const pieces[] = {
    "a",
    "b,",
    "\n",
    "\r\n",
    "\r",
    "\"",
    "\"\"",
    ",",
    ";",
    "\t",
    " ",
    "1.5",
    "-2",
    "C12",
    "17850.0",
    "2024-01-01,",
    "20240229",
    "99999-01-01",
    "1e309",
    "nan",
    "\xEB",
    "é",
    "x,2024-01-01,5\n",
    "y,2024-02-03,-1\r\n",
    "\"q\nq\",2024-01-01,7\n",
    ",,\n",
    "z,2024-01-01,\n",
};

static void check(const char *text, size_t length, const shoal_import_opts *opts)
{
    import_case c;
    import_bytes(text, length, opts, &c);
    cr_assert(c.status == SHOAL_OK || c.status == SHOAL_ERR_INPUT || c.status == SHOAL_ERR_USAGE, "%d %s", c.status,
              c.err.message);
    if (c.status == SHOAL_OK) {
        int64_t rejected = 0;
        for (int i = 0; i < c.report.n_reasons; i++) rejected += c.report.rejected[i].rows;
        cr_assert_eq(rejected, c.report.rows_rejected);
        cr_assert_eq(c.report.rows_read, c.report.rows_kept + c.report.rows_rejected);
        if (opts->kind == SHOAL_IMPORT_TRANSACTIONS) cr_assert_eq(c.data.transactions.n_rows, c.report.rows_kept);
        else cr_assert_eq(c.data.customers.n_rows, c.report.rows_kept);
        cr_assert_eq(c.data.keys.n_rows, c.report.customers);
    } else cr_assert_neq(c.err.message[0], '\0');
    import_case_free(&c);
}

Test(import_property, random_rows)
{
    shoal_rng rng = shoal_rng_start(2024, 1);
    static const char delimiters[] = {0, ',', ';', '\t', '|', ' '};
    for (int round = 0; round < 4000; round++) {
        char text[4096];
        size_t used = 0;
        if (round % 4 != 0) used = (size_t)sprintf(text, "customer,date,amount\n");
        const int n = (int)shoal_rng_below(&rng, 60);
        for (int i = 0; i < n; i++) {
            const char *piece = pieces[shoal_rng_below(&rng, sizeof pieces / sizeof pieces[0])];
            memcpy(text + used, piece, strlen(piece));
            used += strlen(piece);
            if (shoal_rng_below(&rng, 200) == 0) text[used++] = (char)shoal_rng_below(&rng, 256);
        }
        shoal_import_opts opts = shoal_import_opts_default();
        opts.bad_rows = round % 8 < 6 ? SHOAL_BAD_ROWS_SKIP : SHOAL_BAD_ROWS_REJECT;
        opts.returns = (shoal_returns)(round % 3);
        opts.kind = round % 5 == 0 ? SHOAL_IMPORT_CUSTOMERS : SHOAL_IMPORT_TRANSACTIONS;
        opts.delimiter = delimiters[shoal_rng_below(&rng, sizeof delimiters)];
        if (round % 4 == 0) opts.columns = "customer,date,amount";
        check(text, used, &opts);
    }
}

Test(import_property, random_bytes)
{
    shoal_rng rng = shoal_rng_start(2024, 2);
    for (int round = 0; round < 2000; round++) {
        char text[512];
        const size_t length = (size_t)shoal_rng_below(&rng, sizeof text);
        for (size_t i = 0; i < length; i++) text[i] = (char)shoal_rng_below(&rng, 256);
        shoal_import_opts opts = shoal_import_opts_default();
        opts.bad_rows = SHOAL_BAD_ROWS_SKIP;
        opts.kind = round % 2 ? SHOAL_IMPORT_CUSTOMERS : SHOAL_IMPORT_TRANSACTIONS;
        opts.header = round % 3 - 1;
        check(text, length, &opts);
    }
}

/* A random table written with random quoting, line ends and delimiter comes back as it was. */
Test(import_property, round_trip)
{
    shoal_rng rng = shoal_rng_start(2024, 3);
    static const char delimiters[] = {',', ';', '\t', '|'};
    static const char *const ends[] = {"\n", "\r\n", "\r"};
    static const char letters[] = "ab,;|\" \nxyzé";
    for (int round = 0; round < 1000; round++) {
        const char delimiter = delimiters[round % 4];
        const char *end = ends[round % 3];
        const int n = 1 + (int)shoal_rng_below(&rng, 40);
        char text[16384], product[40][32];
        int64_t cents = 0;
        size_t used = (size_t)sprintf(text, "customer%cdate%camount%cproduct%s", delimiter, delimiter, delimiter, end);
        for (int i = 0; i < n; i++) {
            size_t length = 0;
            product[i][length++] = 'p';
            for (int k = (int)shoal_rng_below(&rng, 12); k > 0; k--)
                product[i][length++] = letters[shoal_rng_below(&rng, 11)];
            product[i][length++] = 'q';
            product[i][length] = '\0';
            const int64_t amount = (int64_t)shoal_rng_below(&rng, 100000);
            cents += amount;
            used += (size_t)sprintf(text + used, "c%d%c2024-01-01%c%lld.%02lld%c\"", i, delimiter, delimiter,
                                    (long long)(amount / 100), (long long)(amount % 100), delimiter);
            for (size_t k = 0; k < length; k++) {
                if (product[i][k] == '"') text[used++] = '"';
                text[used++] = product[i][k];
            }
            used += (size_t)sprintf(text + used, "\"%s", i + 1 == n && round % 2 ? "" : end);
        }
        shoal_import_opts opts = shoal_import_opts_default();
        import_case c;
        import_bytes(text, used, &opts, &c);
        cr_assert_eq(c.status, SHOAL_OK, "%s\n%s", c.err.message, text);
        cr_assert_eq(c.report.rows_kept, n);
        /* each amount is the double nearest to its decimals: half an ulp of 1,000 for each of 40 rows */
        cr_assert_float_eq(c.report.revenue, (double)cents / 100, 40 * 0x1p-44);
        for (int i = 0; i < n; i++) {
            const int64_t code = (int64_t)import_value(&c, "product", i);
            cr_assert_str_eq(import_table_text(import_dictionary(&c, "product"), code), product[i]);
        }
        import_case_free(&c);
    }
}

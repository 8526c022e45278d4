/* What the import makes of good input: the real data, the grammar, the policies. */
#include <criterion/criterion.h>
#include <math.h>
#include <zlib.h>

#include "base/date.h"
#include "import_case.h"

static const shoal_import_opts defaults = {.header = -1};

static int64_t time_of(const char *text)
{
    int64_t time = -1;
    cr_assert(shoal_date_parse(text, strlen(text), &time));
    return time;
}

/* Sorted by customer, then time, every customer there, codes within their dictionaries. */
static void check_order(const import_case *c)
{
    const shoal_table *t = &c->data.transactions;
    const int64_t *customer = shoal_table_find(t, "customer")->data;
    const int64_t *time = shoal_table_find(t, "time")->data;
    cr_assert_eq(customer[0], 0);
    cr_assert_eq(customer[t->n_rows - 1], c->report.customers - 1);
    for (int64_t i = 1; i < t->n_rows; i++) {
        cr_assert(customer[i] == customer[i - 1] || customer[i] == customer[i - 1] + 1);
        cr_assert(customer[i] != customer[i - 1] || time[i] >= time[i - 1]);
    }
    for (int d = 0; d < c->data.n_dictionaries; d++) {
        const shoal_table *dictionary = &c->data.dictionaries[d];
        const shoal_column *column = shoal_table_find(t, dictionary->columns[0].name);
        const int32_t *code = column->data;
        for (int64_t i = 0; i < t->n_rows; i++) {
            cr_assert(code[i] >= -1 && code[i] < dictionary->n_rows);
            cr_assert_eq(code[i] < 0, column->valid != NULL && !column->valid[i]);
        }
    }
    cr_assert_eq(c->report.rows_read, c->report.rows_kept + c->report.rows_rejected);
    cr_assert_eq(c->data.keys.n_rows, c->report.customers);
    cr_assert_eq(c->data.customers.n_rows, c->report.customers);
}

Test(import_data, cdnow_master)
{
    import_case c;
    import_file(SHOAL_DATASETS "/CDNOW_master.txt", &defaults, &c);
    cr_assert_eq(c.status, SHOAL_OK, "%s", c.err.message);
    cr_assert_str_eq(c.report.source, "CDNOW_master.txt");
    cr_assert_str_eq(c.report.delimiter, "blanks");
    cr_assert(c.report.header && !c.report.gzip);
    cr_assert_str_eq(c.report.column[SHOAL_ROLE_CUSTOMER], "customer_id");
    cr_assert_str_eq(c.report.column[SHOAL_ROLE_AMOUNT], "dollar_value");
    cr_assert_eq(c.report.rows_read, 69659);
    cr_assert_eq(c.report.rows_kept, 69659);
    cr_assert_eq(c.report.customers, 23570);
    cr_assert_eq(c.report.start, time_of("1997-01-01"));
    cr_assert_eq(c.report.end, time_of("1998-06-30"));
    cr_assert_str_eq(import_key(&c, 0), "00001");
    check_order(&c);
    import_case_free(&c);
}

Test(import_data, cdnow_sample_by_position)
{
    shoal_import_opts opts = defaults;
    opts.columns = "customer, _, date, _, amount";
    import_case c;
    import_file(SHOAL_DATASETS "/CDNOW_sample.txt", &opts, &c);
    cr_assert_eq(c.status, SHOAL_OK, "%s", c.err.message);
    cr_assert(!c.report.header);
    cr_assert_str_eq(c.report.column[SHOAL_ROLE_DATE], "#3");
    cr_assert_eq(c.report.rows_kept, 6919);
    cr_assert_eq(c.report.customers, 2357);
    check_order(&c);
    import_case_free(&c);
}

Test(import_data, online_retail_drop)
{
    shoal_import_opts opts = defaults;
    opts.returns = SHOAL_RETURNS_DROP;
    import_case c;
    import_file(SHOAL_DATASETS "/online_retail.csv.gz", &opts, &c);
    cr_assert_eq(c.status, SHOAL_OK, "%s", c.err.message);
    cr_assert(c.report.gzip);
    cr_assert_eq(c.report.rows_read, 541909);
    cr_assert_eq(c.report.rows_kept, 397884);
    cr_assert_eq(c.report.customers, 4338);
    cr_assert_float_eq(c.report.revenue, 8911407.904, 1e-9 * 8911407.904);
    cr_assert_eq(import_rejected(&c, "missing_customer"), 135080);
    cr_assert_str_eq(c.report.column[SHOAL_ROLE_PRICE], "UnitPrice");
    cr_assert_str_eq(c.report.column[SHOAL_ROLE_QUANTITY], "Quantity");
    cr_assert_str_eq(c.report.column[SHOAL_ROLE_AMOUNT], "");
    cr_assert_str_eq(import_key(&c, 0), "17850");
    cr_assert(strstr(c.notices, "\".0\"") != NULL, "%s", c.notices);
    cr_assert_eq(import_dictionary(&c, "country")->n_rows, 37);
    check_order(&c);
    import_case_free(&c);
}

Test(import_data, online_retail_net)
{
    import_case c;
    import_file(SHOAL_DATASETS "/online_retail.csv.gz", &defaults, &c);
    cr_assert_eq(c.status, SHOAL_OK, "%s", c.err.message);
    /* 8,905 rows are cancelled; 88 of them are of customers who never bought (tests/cli/import_oracle.py agrees) */
    cr_assert_eq(c.report.rows_returned, 8905 - 88);
    cr_assert_eq(import_rejected(&c, "return_without_purchase"), 88);
    cr_assert_eq(c.report.customers, 4338);
    check_order(&c);
    import_case_free(&c);
}

Test(import_data, wholesale_customers)
{
    shoal_import_opts opts = defaults;
    opts.kind = SHOAL_IMPORT_CUSTOMERS;
    import_case c;
    import_file(SHOAL_DATASETS "/wholesale_customers.csv", &opts, &c);
    cr_assert_eq(c.status, SHOAL_OK, "%s", c.err.message);
    cr_assert_eq(c.report.customers, 440);
    cr_assert_eq(c.report.transactions, 0);
    cr_assert_eq(c.data.customers.n_columns, 8);
    const shoal_column *fresh = shoal_table_find(&c.data.customers, "Fresh");
    cr_assert_eq(fresh->type, SHOAL_F64);
    double sum = 0;
    for (int64_t i = 0; i < fresh->length; i++) sum += shoal_column_f64(fresh, i);
    cr_assert_eq(sum, 5280131); /* awk -F, 'NR > 1 {s += $3} END {print s}' */
    cr_assert_str_eq(import_key(&c, 439), "440");
    import_case_free(&c);
}

/* The same three rows in every grammar. */
static void check_three(const char *text, size_t length, const char *delimiter)
{
    import_case c;
    import_bytes(text, length, &defaults, &c);
    cr_assert_eq(c.status, SHOAL_OK, "%s\n%s", c.err.message, text);
    cr_assert_str_eq(c.report.delimiter, delimiter, "%s", text);
    cr_assert_eq(c.report.rows_kept, 3, "%s", text);
    cr_assert_eq(c.report.customers, 2);
    cr_assert_str_eq(import_key(&c, 0), "007");
    cr_assert_str_eq(import_key(&c, 1), "Zoë");
    cr_assert_eq(import_value(&c, "customer", 0), 0);
    cr_assert_eq(import_value(&c, "amount", 0), 1.5);
    cr_assert_eq(import_value(&c, "amount", 1), 2.25);
    cr_assert_eq(import_value(&c, "amount", 2), 40);
    cr_assert_eq(import_value(&c, "time", 1), (double)time_of("2024-03-01"));
    cr_assert_eq(c.report.revenue, 43.75);
    import_case_free(&c);
}

Test(import_grammar, delimiters_quotes_line_ends)
{
    static const char *const texts[][2] = {
        {"customer_id,date,amount\n007,2024-01-31,1.5\nZoë,2024-02-01,40\n007,2024-03-01,2.25\n", ","},
        {"customer_id,date,amount\n007,2024-01-31,1.5\nZoë,2024-02-01,40\n007,2024-03-01,2.25", ","},
        {"\xEF\xBB\xBF"
         "Customer ID;Date;Amount\r\n007;2024-01-31;1.5\r\nZoë;2024-02-01;40\r\n007;2024-03-01;2.25\r\n",
         ";"},
        {"customer-no\tOrder Date\tsales\n007\t20240131\t1.5\nZoë\t20240201\t40\n007\t20240301\t2.25\n", "tab"},
        {"user_id|timestamp|revenue\r007|2024-01-31T00:00:00Z|1.5\rZoë|2024-02-01|40\r007|2024-03-01|2.25\r", "|"},
        {"  client  date   value\n 007 2024-01-31 1.5 \n Zoë\t2024-02-01  40\n007 2024-03-01 2.25\n\n", "blanks"},
        {"\"customer_id\",\"date\",\"amount\"\n\"007\",\"2024-01-31\",\"1.5\"\n\"Zoë\",2024-02-01,\" 40 "
         "\"\n007,2024-03-01,2.25\n",
         ","},
        {"sep=;\ncustomer_id;date;amount\n007;2024-01-31;1.5\nZoë;2024-02-01;40\n007;2024-03-01;2.25\n", ";"},
        {"\n\ncustomer_id,date,amount,\n007,2024-01-31,1.5,\n\nZoë,2024-02-01,40,\n   \n007,2024-03-01,2.25\n", ","},
        {"customer_id;note;date;amount\n007;\"a,b\";2024-01-31;1.5\nZoë;\"c\nd,\";2024-02-01;40\n007;\"e "
         "\"\"f\"\";\";2024-03-01;2.25\n",
         ";"},
        {"customer_id,note,date,amount\n007,5\" disk,2024-01-31,1.5\nZoë,2\" x "
         "3\",2024-02-01,40\n007,,2024-03-01,2.25\n",
         ","},
        {"customer_id,date,amount\n007,2024-03-01,2.25\nZoë,2024-02-01,40\n007,2024-01-31,1.5\n", ","},
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        check_three(texts[i][0], strlen(texts[i][0]), texts[i][1]);
}

Test(import_grammar, gzip_in_two_members)
{
    static const char *const parts[] = {"customer_id,date,amount\n007,2024-01-31,1.5\nZoë,2024-02",
                                        "-01,40\n007,2024-03-01,2.25\n"};
    char path[] = "/tmp/shoal-import-gz-XXXXXX";
    close(mkstemp(path));
    for (int i = 0; i < 2; i++) {
        gzFile file = gzopen(path, i == 0 ? "wb" : "ab");
        gzwrite(file, parts[i], (unsigned)strlen(parts[i]));
        gzclose(file);
    }
    import_case c;
    import_file(path, &defaults, &c);
    remove(path);
    cr_assert_eq(c.status, SHOAL_OK, "%s", c.err.message);
    cr_assert(c.report.gzip);
    cr_assert_eq(c.report.revenue, 43.75);
    import_case_free(&c);
}

Test(import_grammar, windows_1252)
{
    import_case c;
    import_text("customer_id,date,product\nZo\xEB,2024-01-31,\x80\nZoë,2024-01-31,€\n", &defaults, &c);
    cr_assert_eq(c.status, SHOAL_OK, "%s", c.err.message);
    cr_assert_eq(c.report.customers, 1, "one name in two encodings is one customer");
    cr_assert_str_eq(import_key(&c, 0), "Zoë");
    cr_assert_eq(import_dictionary(&c, "product")->n_rows, 1);
    cr_assert(strstr(c.notices, "Windows-1252") != NULL && strstr(c.notices, "line 2") != NULL, "%s", c.notices);
    import_case_free(&c);
}

Test(import_grammar, blocks_do_not_show)
{
    /* rows of every length across the blocks that are read at once, with quoted line ends */
    enum { ROWS = 40000 };
    char *text = malloc((size_t)ROWS * 64);
    size_t used = (size_t)sprintf(text, "customer,date,amount,note\r\n");
    for (int i = 0; i < ROWS; i++)
        used += (size_t)sprintf(text + used, "c%d,2024-01-31,0.01,\"%.*s\r\n\"\"\"\r\n", i % 977, i % 23,
                                "abcdefghijklmnopqrstuvw");
    import_case c;
    import_bytes(text, used, &defaults, &c);
    free(text);
    cr_assert_eq(c.status, SHOAL_OK, "%s", c.err.message);
    cr_assert_eq(c.report.rows_kept, ROWS);
    cr_assert_eq(c.report.customers, 977);
    cr_assert_eq(c.report.revenue, 400);
    check_order(&c);
    import_case_free(&c);
}

Test(import_roles, explicit_beats_recognised)
{
    shoal_import_opts opts = defaults;
    opts.column[SHOAL_ROLE_CUSTOMER] = "household";
    opts.column[SHOAL_ROLE_AMOUNT] = "gross amount";
    import_case c;
    import_text("customer_id,date,amount,Gross_Amount,household\n1,2024-01-31,5,7,h\n2,2024-01-31,5,7,h\n", &opts, &c);
    cr_assert_eq(c.status, SHOAL_OK, "%s", c.err.message);
    cr_assert_eq(c.report.customers, 1);
    cr_assert_eq(c.report.revenue, 14);
    cr_assert_str_eq(c.report.column[SHOAL_ROLE_AMOUNT], "Gross_Amount");
    import_case_free(&c);
}

Test(import_roles, price_alone_is_the_amount)
{
    import_case c;
    import_text("customer,date,price\na,2024-01-31,5\n", &defaults, &c);
    cr_assert_eq(c.status, SHOAL_OK, "%s", c.err.message);
    cr_assert_eq(c.report.revenue, 5);
    cr_assert_null(shoal_table_find(&c.data.transactions, "price"));
    import_case_free(&c);
}

Test(import_roles, counts_are_no_amounts)
{
    import_case c;
    import_text("customer,date,quantity,product\na,2024-01-31,5,x\na,2024-01-31,-1,y\nb,2024-02-01,,x\n", &defaults,
                &c);
    cr_assert_eq(c.status, SHOAL_OK, "%s", c.err.message);
    cr_assert(!c.report.has_amount);
    cr_assert(strstr(c.notices, "no amount column") != NULL, "%s", c.notices);
    cr_assert_eq(import_rejected(&c, "return"), 1, "nothing to net it against");
    cr_assert_eq(import_dictionary(&c, "product")->n_rows, 1);
    cr_assert(isnan(import_value(&c, "quantity", 1)));
    import_case_free(&c);
}

Test(import_roles, all_columns)
{
    import_case c;
    import_text("customer,date,amount,quantity,price,cost,discount,order,product,channel,country\n"
                "b,2024-01-02,10,2,5,3,0.5,o1,p1,web,\na,2024-01-01,20,1,20,,,o2,p2,,DE\n",
                &defaults, &c);
    cr_assert_eq(c.status, SHOAL_OK, "%s", c.err.message);
    static const char *const names[] = {"customer", "time",  "amount",  "quantity", "price",  "cost",
                                        "discount", "order", "product", "channel",  "country"};
    cr_assert_eq(c.data.transactions.n_columns, 11);
    for (int i = 0; i < 11; i++) cr_assert_str_eq(c.data.transactions.columns[i].name, names[i]);
    cr_assert_str_eq(c.data.transactions.columns[1].units, "seconds since 1970-01-01");
    cr_assert_eq(import_value(&c, "discount", 0), 0.5);
    cr_assert(isnan(import_value(&c, "cost", 1)) && isnan(import_value(&c, "channel", 1)));
    cr_assert_eq(import_value(&c, "country", 1), 0);
    cr_assert_str_eq(import_table_text(import_dictionary(&c, "country"), 0), "DE");
    import_case_free(&c);
}

Test(import_roles, date_format)
{
    shoal_import_opts opts = defaults;
    opts.date_format = "%d/%m/%Y %H:%M";
    import_case c;
    import_text("customer,date\na,31/12/2011 08:26\n", &opts, &c);
    cr_assert_eq(c.status, SHOAL_OK, "%s", c.err.message);
    cr_assert_eq(c.report.start, time_of("2011-12-31T08:26"));
    import_case_free(&c);
    opts.date_format = "%s";
    import_text("customer,date\na,86400\n", &opts, &c);
    cr_assert_eq(c.report.start, 86400);
    import_case_free(&c);
}

static const char returns_csv[] = "order,customer,date,quantity,price,product\n"
                                  "1,only_returns,2024-01-01,-1,5,gone\n"
                                  "2,a,2024-01-02,3,2.675,first\n"
                                  "C3,a,2024-01-03,-1,2.675,first\n"
                                  "4,a,2024-01-04,1,0,free\n"
                                  "5,,2024-01-05,1,1,first\n"
                                  "6,\"  \",bad date,1,1,first\n"
                                  "7,b,2024-01-06,1,1,gone\n"
                                  "C8,only_returns,2024-01-07,1,4,gone\n";

Test(import_returns, net)
{
    import_case c;
    import_text(returns_csv, &defaults, &c);
    cr_assert_eq(c.status, SHOAL_OK, "%s", c.err.message);
    cr_assert_eq(c.report.rows_read, 8);
    cr_assert_eq(c.report.rows_kept, 3);
    cr_assert_eq(import_rejected(&c, "missing_customer"), 2);
    cr_assert_eq(import_rejected(&c, "no_price"), 1);
    cr_assert_eq(import_rejected(&c, "return_without_purchase"), 2);
    cr_assert_eq(c.report.rows_returned, 1);
    cr_assert_eq(import_value(&c, "amount", 0), 8.025, "3 x 2.675 rounded once");
    cr_assert_eq(import_value(&c, "amount", 1), -2.675);
    cr_assert_float_eq(c.report.revenue, 6.35, 1e-12, "each amount is the double nearest to its decimals");
    cr_assert_str_eq(import_key(&c, 0), "a");
    cr_assert_str_eq(import_key(&c, 1), "b");
    /* codes count what is kept only, in the order of its first appearance */
    cr_assert_str_eq(import_table_text(import_dictionary(&c, "product"), 0), "first");
    cr_assert_str_eq(import_table_text(import_dictionary(&c, "product"), 1), "gone");
    cr_assert_eq(import_dictionary(&c, "product")->n_rows, 2);
    cr_assert_eq(import_value(&c, "product", 2), 1);
    check_order(&c);
    import_case_free(&c);
}

Test(import_returns, drop)
{
    shoal_import_opts opts = defaults;
    opts.returns = SHOAL_RETURNS_DROP;
    import_case c;
    import_text(returns_csv, &opts, &c);
    cr_assert_eq(c.status, SHOAL_OK, "%s", c.err.message);
    cr_assert_eq(c.report.rows_kept, 2);
    cr_assert_eq(import_rejected(&c, "missing_customer"), 2);
    cr_assert_eq(import_rejected(&c, "cancelled"), 2);
    cr_assert_eq(import_rejected(&c, "return"), 1);
    cr_assert_eq(import_rejected(&c, "no_price"), 1);
    import_case_free(&c);
}

Test(import_returns, error)
{
    shoal_import_opts opts = defaults;
    opts.returns = SHOAL_RETURNS_ERROR;
    import_case c;
    import_text(returns_csv, &opts, &c);
    cr_assert_eq(c.status, SHOAL_ERR_INPUT);
    cr_assert(strstr(c.err.message, "line 2, column 4 (quantity): \"-1\" is a return") != NULL, "%s", c.err.message);
    import_case_free(&c);
}

Test(import_returns, positive_amount_with_negative_quantity_is_turned)
{
    import_case c;
    import_text("customer,date,amount,quantity\na,2024-01-01,10,1\na,2024-01-02,4,-1\n", &defaults, &c);
    cr_assert_eq(c.status, SHOAL_OK, "%s", c.err.message);
    cr_assert_eq(import_value(&c, "amount", 1), -4);
    cr_assert(strstr(c.notices, "taken as negative") != NULL, "%s", c.notices);
    import_case_free(&c);
}

Test(import_customers, features_and_categories)
{
    shoal_import_opts opts = defaults;
    opts.kind = SHOAL_IMPORT_CUSTOMERS;
    import_case c;
    import_text(
        ",Customer ID,age,plan,a/b.c,mixed,empty\n0,k1,30,gold,1e3,1,\n1,k2.0,,silver,-2,x,\n2,3.0,41.5,gold,,,\n",
        &opts, &c);
    cr_assert_eq(c.status, SHOAL_OK, "%s", c.err.message);
    cr_assert_eq(c.report.customers, 3);
    cr_assert_str_eq(c.report.column[SHOAL_ROLE_CUSTOMER], "Customer ID");
    cr_assert_str_eq(import_key(&c, 0), "k1");
    cr_assert_str_eq(import_key(&c, 1), "k2.0");
    cr_assert_str_eq(import_key(&c, 2), "3");
    cr_assert_eq(c.data.customers.n_columns, 4);
    const shoal_column *age = shoal_table_find(&c.data.customers, "age");
    cr_assert(age->type == SHOAL_F64 && isnan(shoal_column_f64(age, 1)) && shoal_column_f64(age, 2) == 41.5);
    const shoal_column *plan = shoal_table_find(&c.data.customers, "plan");
    cr_assert(plan->type == SHOAL_I32 && plan->valid == NULL && shoal_column_f64(plan, 2) == 0);
    const shoal_column *clean = shoal_table_find(&c.data.customers, "a_b_c");
    cr_assert(clean != NULL && shoal_column_f64(clean, 0) == 1000 && isnan(shoal_column_f64(clean, 2)));
    cr_assert_str_eq(clean->long_name, "a/b.c");
    const shoal_column *mixed = shoal_table_find(&c.data.customers, "mixed");
    cr_assert(mixed->type == SHOAL_I32 && isnan(shoal_column_f64(mixed, 2)));
    cr_assert_eq(c.data.n_dictionaries, 2);
    cr_assert_str_eq(import_table_text(import_dictionary(&c, "plan"), 1), "silver");
    cr_assert(strstr(c.notices, "column 1 of ") != NULL && strstr(c.notices, "column empty") != NULL &&
                  strstr(c.notices, "line 3 is the first that holds no number") != NULL,
              "%s", c.notices);
    import_case_free(&c);
}

Test(import_customers, names_by_position)
{
    shoal_import_opts opts = defaults;
    opts.kind = SHOAL_IMPORT_CUSTOMERS;
    opts.columns = "customer,age,_,plan";
    import_case c;
    import_text("7,30,x,gold\n8,40,y,gold\n", &opts, &c);
    cr_assert_eq(c.status, SHOAL_OK, "%s", c.err.message);
    cr_assert_eq(c.data.customers.n_columns, 2);
    cr_assert_not_null(shoal_table_find(&c.data.customers, "age"));
    cr_assert_not_null(shoal_table_find(&c.data.customers, "plan"));
    import_case_free(&c);
}

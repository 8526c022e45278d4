/* The parts of the import by themselves. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/random.h"
#include "import/dictionary.h"
#include "import/recognise.h"
#include "import/sniff.h"
#include "import/values.h"

static shoal_field field(const char *text)
{
    return (shoal_field){text, strlen(text)};
}

Test(import_values, products_are_rounded_once)
{
    static const struct {
        const char *a, *b;
        double product;
    } cases[] = {
        {"2.675", "3", 8.025},
        {"-2.55", "6", -15.3},
        {"0.1", "0.1", 0.01},
        {"1.1", "1.1", 1.21},
        {"0", "-5", 0},
        {"8142.75", "-1", -8142.75},
        {"1e2", "2", 200},
        {".5", "+.5", 0.25},
        {"999999999.999999999", "999999999.999999999", 999999999999999998e0},
        {"123456789012345678", "0.000000000000000001", 0.123456789012345678},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double product;
        cr_assert(shoal_product_parse(field(cases[i].a), field(cases[i].b), &product));
        cr_assert_eq(product, cases[i].product, "%s x %s = %.17g", cases[i].a, cases[i].b, product);
    }
    double product;
    cr_assert_not(shoal_product_parse(field("1e200"), field("1e200"), &product));
    cr_assert_not(shoal_product_parse(field(""), field("1"), &product));
    cr_assert_not(shoal_product_parse(field("1"), field("1.2.3"), &product));
    cr_assert_not(shoal_product_parse(field("."), field("1"), &product));
}

Test(import_values, products_equal_exact_integers)
{
    /* cents x pieces: the exact product in cents, divided once, is the nearest double */
    shoal_rng rng = shoal_rng_start(11, 1);
    for (int i = 0; i < 200000; i++) {
        const int64_t cents = (int64_t)shoal_rng_below(&rng, 1000000000),
                      pieces = (int64_t)shoal_rng_below(&rng, 100000);
        char a[32], b[32];
        snprintf(a, sizeof a, "%lld.%02lld", (long long)(cents / 100), (long long)(cents % 100));
        snprintf(b, sizeof b, "%lld", (long long)pieces);
        double product;
        cr_assert(shoal_product_parse(field(a), field(b), &product));
        cr_assert_eq(product, (double)(cents * pieces) / 100, "%s x %s", a, b);
    }
}

static bool date_is(const char *format, const char *text, int64_t expected)
{
    shoal_dates dates;
    int64_t time = -1;
    cr_assert_eq(shoal_dates_start(&dates, format, NULL), SHOAL_OK);
    const bool done = shoal_dates_parse(&dates, field(text), &time);
    shoal_dates_end(&dates);
    return expected == INT64_MIN ? !done : done && time == expected;
}

Test(import_values, date_formats)
{
    cr_assert(date_is("%d.%m.%Y", "9.12.2011", 1323388800));
    cr_assert(date_is("%m/%d/%y", "12/09/11", 1323388800));
    cr_assert(date_is("%d %b %Y %H:%M:%S", "09 Dec 2011 08:26:00", 1323419160));
    cr_assert(date_is("%Y-%m", "1970-02", 31 * 86400));
    cr_assert(date_is("%Y-%m-%dT%H:%M:%S%z", "1970-01-01T02:00:00+0200", 0));
    cr_assert(date_is("%s", "-1", -1));
    cr_assert(date_is("%d.%m.%Y", "30.2.2011", INT64_MIN));
    cr_assert(date_is("%d.%m.%Y", "29.2.2011", INT64_MIN));
    cr_assert(date_is("%d.%m.%Y", "9.12.2011 x", INT64_MIN));
    cr_assert(date_is("%d.%m.%Y", "", INT64_MIN));
    cr_assert(date_is("%s", "99999999999999", INT64_MIN));
    cr_assert(date_is("%s", "9999999999999999999999", INT64_MIN));
    cr_assert(date_is("%s", "12x", INT64_MIN));
}

Test(import_values, keys_lose_their_point_zero)
{
    cr_assert_eq(shoal_key_length(field("17850.0")), 5);
    cr_assert_eq(shoal_key_length(field("17850")), 5);
    cr_assert_eq(shoal_key_length(field("a1.0")), 4);
    cr_assert_eq(shoal_key_length(field("1.00")), 4);
    cr_assert_eq(shoal_key_length(field(".0")), 2);
    cr_assert_eq(shoal_key_length(field("-1.0")), 4);
}

Test(import_dictionary, codes_in_order_of_appearance)
{
    enum { N = 300000 };
    shoal_dictionary d = {0};
    char text[64];
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < N; i++) {
            /* short and long texts, with common beginnings */
            const int n = snprintf(text, sizeof text, i % 2 ? "%d" : "customer-with-a-long-name-%d", i);
            const uint64_t hash = shoal_dictionary_hash(text, (size_t)n);
            int32_t code;
            cr_assert_eq(shoal_dictionary_find(&d, text, (size_t)n, hash), pass == 0 ? -1 : i);
            cr_assert_eq(shoal_dictionary_add(&d, text, (size_t)n, hash, &code, NULL), SHOAL_OK);
            cr_assert_eq(code, i);
        }
    cr_assert_eq(d.count, N);
    for (int i = 0; i < N; i += 997) {
        const int n = snprintf(text, sizeof text, i % 2 ? "%d" : "customer-with-a-long-name-%d", i);
        size_t length;
        const char *back = shoal_dictionary_text(&d, i, &length);
        cr_assert(length == (size_t)n && memcmp(back, text, length) == 0);
    }
    shoal_dictionary_free(&d);
}

Test(import_dictionary, texts_that_differ_little)
{
    static const char *const texts[] = {"",
                                        "a",
                                        "b",
                                        "ab",
                                        "ba",
                                        "12345678",
                                        "123456789",
                                        "12345678901",
                                        "123456789012",
                                        "1234567890123",
                                        "1234567890124",
                                        "12345678901230",
                                        "x2345678901230"};
    shoal_dictionary d = {0};
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
            int32_t code;
            const size_t n = strlen(texts[i]);
            cr_assert_eq(shoal_dictionary_add(&d, texts[i], n, shoal_dictionary_hash(texts[i], n), &code, NULL),
                         SHOAL_OK);
            cr_assert_eq(code, (int32_t)i);
        }
    shoal_dictionary_free(&d);
}

Test(import_sniff, delimiters)
{
    static const struct {
        const char *text;
        char delimiter;
    } cases[] = {
        {"a,b\n1,2\n", ','},
        {"a;b\n1,5;2,5\n", ';'},
        {"a;b,c\n1;2,5\n3;4\n", ';'},
        {"a\tb c\n1\t2 3\n", '\t'},
        {"a|b\n\"x|y\"|2\n", '|'},
        {" a  b\n 1  2\n", ' '},
        {"a\n1\n", ','},
        {"", ','},
        {"a b,c d\n1 2,3 4\n", ','},
        {"sep=|\na|b\n", '|'},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t skip;
        const char found = shoal_sniff_delimiter(cases[i].text, strlen(cases[i].text), &skip);
        cr_assert_eq(found, cases[i].delimiter, "%s: %c", cases[i].text, found);
    }
}

Test(import_recognise, common_names)
{
    static const struct {
        const char *name;
        int role; /* -1: none */
    } cases[] = {
        {"Customer ID", SHOAL_ROLE_CUSTOMER},
        {"client_no", SHOAL_ROLE_CUSTOMER},
        {"userId", SHOAL_ROLE_CUSTOMER},
        {"MEMBER-KEY", -1},
        {"household_key", SHOAL_ROLE_CUSTOMER},
        {"InvoiceDate", SHOAL_ROLE_DATE},
        {"order date", SHOAL_ROLE_DATE},
        {"Timestamp", SHOAL_ROLE_DATE},
        {"sales", SHOAL_ROLE_AMOUNT},
        {"Total Price", SHOAL_ROLE_AMOUNT},
        {"dollar_value", SHOAL_ROLE_AMOUNT},
        {"UnitPrice", SHOAL_ROLE_PRICE},
        {"price", SHOAL_ROLE_PRICE},
        {"Qty", SHOAL_ROLE_QUANTITY},
        {"number_of_cds", SHOAL_ROLE_QUANTITY},
        {"InvoiceNo", SHOAL_ROLE_ORDER},
        {"basket_id", SHOAL_ROLE_ORDER},
        {"StockCode", SHOAL_ROLE_PRODUCT},
        {"SKU", SHOAL_ROLE_PRODUCT},
        {"sales_channel", SHOAL_ROLE_CHANNEL},
        {"Region", SHOAL_ROLE_COUNTRY},
        {"cost", SHOAL_ROLE_COST},
        {"Discount", SHOAL_ROLE_DISCOUNT},
        {"Description", -1},
        {"count", -1},
        {"id", -1},
        {"", -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char name[64];
        strcpy(name, cases[i].name);
        char *names[] = {name};
        const uint8_t taken[] = {0};
        int found = -1;
        for (int role = 0; role < SHOAL_N_ROLES; role++) {
            bool twice;
            if (shoal_recognise((shoal_role)role, names, 1, taken, &twice) == 0) {
                cr_assert_eq(found, -1, "%s has two roles", name);
                found = role;
            }
        }
        cr_assert_eq(found, cases[i].role, "%s: %d", name, found);
    }
}

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "report/number_text.h"
#include "report/table_write.h"

static const char *shortest(double value)
{
    static char buffer[SHOAL_NUMBER_SIZE];
    const size_t length = shoal_number_shortest(value, buffer);
    cr_assert_eq(length, strlen(buffer));
    return buffer;
}

Test(number_text, shortest)
{
    cr_assert_str_eq(shortest(0), "0");
    cr_assert_str_eq(shortest(-0.0), "0");
    cr_assert_str_eq(shortest(11.77), "11.77");
    cr_assert_str_eq(shortest(-0.05), "-0.05");
    cr_assert_str_eq(shortest(0.1), "0.1");
    cr_assert_str_eq(shortest(8911407.9), "8911407.9");
    cr_assert_str_eq(shortest(1.0 / 3), "0.3333333333333333");
    cr_assert_str_eq(shortest(1e300), "1e+300");
    cr_assert_str_eq(shortest(123456789012345.0), "123456789012345");
}

Test(number_text, shortest_reads_back)
{
    shoal_rng rng = shoal_rng_start(5, 5);
    for (int i = 0; i < 100000; i++) {
        const double value = shoal_rng_normal(&rng) * pow(10, (double)shoal_rng_below(&rng, 40) - 20);
        cr_assert_eq(strtod(shortest(value), NULL), value);
    }
}

Test(number_text, fixed_is_correctly_rounded)
{
    shoal_rng rng = shoal_rng_start(6, 6);
    char buffer[SHOAL_NUMBER_SIZE], expected[SHOAL_NUMBER_SIZE];
    for (int i = 0; i < 200000; i++) {
        const int decimals = (int)shoal_rng_below(&rng, 8);
        /* halves of the last decimal are the hard cases: 0.125 and its like */
        const double value =
            i % 2 == 0 ? shoal_rng_normal(&rng) * 1000 : ((double)shoal_rng_below(&rng, 100000) - 50000) / 64;
        shoal_number_fixed(value, decimals, buffer);
        snprintf(expected, sizeof expected, "%.*f", decimals, value);
        if (strcmp(expected, "-0") != 0 && strspn(expected, "-0.") != strlen(expected))
            cr_assert_str_eq(buffer, expected);
    }
}

Test(number_text, integers)
{
    char buffer[SHOAL_NUMBER_SIZE];
    shoal_number_integer(INT64_MIN, buffer);
    cr_assert_str_eq(buffer, "-9223372036854775808");
    shoal_number_integer(INT64_MAX, buffer);
    cr_assert_str_eq(buffer, "9223372036854775807");
}

static char *written(bool json, int64_t n_rows, int n_columns, const shoal_out_column *columns)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    shoal_error err = {0};
    const shoal_status status = json ? shoal_table_write_json(NULL, out, "t", n_rows, n_columns, columns, &err)
                                     : shoal_table_write_csv(NULL, out, n_rows, n_columns, columns, &err);
    cr_assert_eq(status, SHOAL_OK, "%s", err.message);
    fclose(out);
    return text;
}

enum { ROWS = 4 };
static const char keys[ROWS][12] = {"=1+1", "-5", "a,\"b\"", "<script>"};
static const double values[ROWS] = {1.5, NAN, 2, -0.125};
static const int32_t codes[ROWS] = {0, 1, -1, 0};
static const char texts[2][4] = {"uk", "@x"};
static const int64_t times[ROWS] = {0, 86399, 86400, -1};
static const uint8_t known[ROWS] = {1, 1, 0, 1};
static const shoal_column key = {.name = "k", .type = SHOAL_TEXT, .width = 12, .length = ROWS, .data = keys};
static const shoal_column value = {.name = "v", .type = SHOAL_F64, .length = ROWS, .data = values};
static const shoal_column code = {.name = "c", .type = SHOAL_I32, .length = ROWS, .data = codes};
static const shoal_column text = {.name = "c", .type = SHOAL_TEXT, .width = 4, .length = 2, .data = texts};
static const shoal_column time_column = {.name = "t", .type = SHOAL_I64, .length = ROWS, .data = times, .valid = known};

Test(table_write, csv)
{
    const shoal_out_column columns[] = {{.header = "key", .values = &key},
                                        {.header = "v", .values = &value, .decimals = SHOAL_SHORTEST},
                                        {.header = "v2", .values = &value, .decimals = 2},
                                        {.header = "c", .values = &code, .texts = &text},
                                        {.header = "t", .values = &time_column, .is_time = true}};
    char *csv = written(false, ROWS, 5, columns);
    cr_assert_str_eq(csv, "key,v,v2,c,t\n"
                          "\"'=1+1\",1.5,1.50,uk,1970-01-01T00:00:00Z\n"
                          "-5,,,\"'@x\",1970-01-01T23:59:59Z\n"
                          "\"a,\"\"b\"\"\",2,2.00,,\n"
                          "<script>,-0.125,-0.12,uk,1969-12-31T23:59:59Z\n");
    free(csv);
}

Test(table_write, json)
{
    const shoal_out_column columns[] = {{.header = "key", .values = &key},
                                        {.header = "v", .values = &value, .decimals = SHOAL_SHORTEST},
                                        {.header = "c", .values = &code, .texts = &text},
                                        {.header = "t", .values = &time_column, .is_time = true, .date_only = true}};
    char *json = written(true, ROWS, 4, columns);
    cr_assert(strstr(json, "[\"=1+1\",1.5,\"uk\",\"1970-01-01\"]") != NULL, "%s", json);
    cr_assert(strstr(json, "[\"a,\\\"b\\\"\",2,null,null]") != NULL, "%s", json);
    cr_assert(strstr(json, "\"schema\": \"shoal.export/1\"") != NULL);
    free(json);
}

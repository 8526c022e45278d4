/* What the generator writes: CSV fields, the tables of a store, options and their errors. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "generate/options.h"
#include "generate/write_csv.h"
#include "generate/write_store.h"

static const shoal_ctx ctx = {.threads = 2};

static shoal_population population_of(int64_t n)
{
    return shoal_population_make(23, n, 19358, 730, SHOAL_EVERY_SEGMENT); /* 2023-01-01 */
}

static shoal_rows rows_of(const shoal_population *population, shoal_row_order order)
{
    shoal_error err = {0};
    shoal_rows rows = {0};
    cr_assert_eq(shoal_rows_draw(&ctx, population, order, &rows, &err), SHOAL_OK, "%s", err.message);
    return rows;
}

Test(generate_output, csv_holds_the_rows)
{
    const shoal_population population = population_of(3000);
    shoal_rows rows = rows_of(&population, SHOAL_BY_DATE);
    const shoal_columns columns = shoal_columns_all();
    shoal_error err = {0};
    FILE *file = tmpfile();
    cr_assert_eq(shoal_write_transactions(&ctx, &population, &rows, &columns, file, "test", &err), SHOAL_OK, "%s",
                 err.message);
    rewind(file);
    char line[256], last_date[16] = "";
    cr_assert_not_null(fgets(line, sizeof line, file));
    cr_assert_str_eq(line, "customer_id,date,amount,product,channel,order,discount\n");
    int64_t n = 0;
    for (; fgets(line, sizeof line, file) != NULL; n++) {
        unsigned customer, whole, cents, rank, buyer, purchase, percent;
        char date[16], category[16], channel[16];
        int end = 0;
        cr_assert_eq(sscanf(line, "C%10u,%10[0-9-],%u.%2u,%15[a-z]-%3u,%15[a-z],%u-%u,0.%2u\n%n", &customer, date,
                            &whole, &cents, category, &rank, channel, &buyer, &purchase, &percent, &end),
                     10, "line %lld: %s", (long long)n, line);
        cr_assert_eq(line[end], '\0');
        const shoal_row *row = &rows.row[n];
        cr_assert_eq(customer, row->customer);
        cr_assert_eq(whole * 100 + cents, row->item.cents);
        cr_assert_eq(percent, row->item.discount_percent);
        cr_assert_str_eq(category, shoal_category_names[row->item.product / SHOAL_CATEGORY_PRODUCTS]);
        cr_assert_eq(rank, row->item.product % SHOAL_CATEGORY_PRODUCTS + 1u);
        cr_assert_str_eq(channel, shoal_channel_names[row->item.channel]);
        cr_assert_eq(buyer, row->customer + 1);
        cr_assert_eq(purchase, row->purchase + 1);
        cr_assert_leq(strcmp(last_date, date), 0);
        memcpy(last_date, date, sizeof date);
    }
    cr_expect_eq(n, rows.n);
    fclose(file);
    shoal_rows_free(&rows);
}

Test(generate_output, truth_agrees_with_the_rows)
{
    const shoal_population population = population_of(500);
    shoal_rows rows = rows_of(&population, SHOAL_BY_CUSTOMER);
    shoal_error err = {0};
    FILE *file = tmpfile();
    cr_assert_eq(shoal_write_truth(&ctx, &population, file, "test", &err), SHOAL_OK, "%s", err.message);
    rewind(file);
    char line[256];
    cr_assert_not_null(fgets(line, sizeof line, file));
    for (unsigned i = 0; i < 500; i++) {
        unsigned customer, repeats;
        char segment[32];
        double rate, dropout, spend;
        int alive;
        cr_assert_not_null(fgets(line, sizeof line, file));
        cr_assert_eq(sscanf(line, "C%10u,%31[^,],%lf,%lf,%lf,%u,%d\n", &customer, segment, &rate, &dropout, &spend,
                            &repeats, &alive),
                     7, "%s", line);
        const shoal_customer drawn = shoal_customer_draw(&population, i);
        cr_expect_eq(customer, i);
        cr_expect_str_eq(segment, shoal_latent_segments[drawn.segment].name);
        cr_expect_eq(rate, drawn.rate);
        cr_expect_eq(dropout, drawn.dropout);
        cr_expect_eq(spend, shoal_latent_segments[drawn.segment].p / drawn.nu);
        cr_expect_eq(repeats, (unsigned)rows.purchases[i] - 1);
        cr_expect(alive == 1 || repeats > 0, "nobody leaves before a repeat purchase");
    }
    cr_expect_null(fgets(line, sizeof line, file));
    fclose(file);
    shoal_rows_free(&rows);
}

static const shoal_table *dictionary(const shoal_import_data *data, const char *name)
{
    for (int i = 0; i < data->n_dictionaries; i++)
        if (strcmp(data->dictionaries[i].columns[0].name, name) == 0) return &data->dictionaries[i];
    return NULL;
}

/* The text of a category column of a row, NUL-terminated. */
static const char *text_of(const shoal_import_data *data, const char *name, int64_t row)
{
    static char text[64];
    const int32_t *code = shoal_table_find(&data->transactions, name)->data;
    const shoal_column *texts = &dictionary(data, name)->columns[0];
    cr_assert(code[row] >= 0 && code[row] < texts->length);
    memcpy(text, (const char *)texts->data + (size_t)code[row] * texts->width, texts->width);
    text[texts->width] = '\0';
    return text;
}

/* Codes and customers are numbered as they first appear in rows. */
static void expect_appearance(const int32_t *code, int64_t n, int64_t *seen)
{
    for (int64_t i = 0; i < n; i++)
        if (code[i] >= *seen) cr_assert_eq(code[i], (*seen)++);
}

static void check_store_tables(shoal_row_order order)
{
    const shoal_population population = population_of(3000);
    shoal_rows rows = rows_of(&population, order);
    const shoal_columns columns = shoal_columns_all();
    shoal_import_data data = {0};
    shoal_import_report report;
    shoal_error err = {0};
    cr_assert_eq(shoal_rows_to_import(&ctx, &population, &rows, &columns, &data, &report, &err), SHOAL_OK, "%s",
                 err.message);
    const int64_t *customer = shoal_table_find(&data.transactions, "customer")->data;
    const int64_t *time = shoal_table_find(&data.transactions, "time")->data;
    const double *amount = shoal_table_find(&data.transactions, "amount")->data;
    const double *discount = shoal_table_find(&data.transactions, "discount")->data;
    const char *key = data.keys.columns[0].data;
    int32_t *in_file[2] = {malloc((size_t)rows.n * 4), malloc((size_t)rows.n * 4)};
    int64_t *next = calloc(3000, sizeof *next), *first = calloc(3000, sizeof *first), seen = 0;
    /* first rows by customer of the store */
    for (int64_t i = rows.n - 1; i >= 0; i--) first[customer[i]] = i;
    double revenue = 0;
    for (int64_t i = 0; i < rows.n; i++) { /* the file's rows, found again in the store one by one */
        const shoal_row *row = &rows.row[i];
        char text[64];
        snprintf(text, sizeof text, "C%010u", row->customer);
        int64_t number = 0;
        while (memcmp(key + number * 11, text, 11) != 0) number++;
        if (number >= seen) cr_assert_eq(number, seen++, "customers by first appearance");
        const int64_t at = first[number] + next[number]++;
        cr_assert_eq(customer[at], number);
        cr_assert_eq(time[at], (19358 + row->day) * INT64_C(86400));
        snprintf(text, sizeof text, "%u.%02u", row->item.cents / 100, row->item.cents % 100);
        cr_assert_eq(amount[at], strtod(text, NULL));
        cr_assert_float_eq(discount[at], row->item.discount_percent * 0.01, 1e-15);
        snprintf(text, sizeof text, "%s-%03d", shoal_category_names[row->item.product / SHOAL_CATEGORY_PRODUCTS],
                 row->item.product % SHOAL_CATEGORY_PRODUCTS + 1);
        cr_assert_str_eq(text_of(&data, "product", at), text);
        cr_assert_str_eq(text_of(&data, "channel", at), shoal_channel_names[row->item.channel]);
        snprintf(text, sizeof text, "%u-%u", row->customer + 1, row->purchase + 1);
        cr_assert_str_eq(text_of(&data, "order", at), text);
        in_file[0][i] = ((const int32_t *)shoal_table_find(&data.transactions, "product")->data)[at];
        in_file[1][i] = ((const int32_t *)shoal_table_find(&data.transactions, "channel")->data)[at];
        revenue += row->item.cents;
    }
    for (int i = 0; i < 2; i++) {
        int64_t codes = 0;
        expect_appearance(in_file[i], rows.n, &codes);
        cr_expect_eq(codes, dictionary(&data, i == 0 ? "product" : "channel")->n_rows);
        free(in_file[i]);
    }
    cr_expect_eq(seen, 3000);
    cr_expect_eq(report.rows_kept, rows.n);
    cr_expect_float_eq(report.revenue, revenue / 100, 1e-6);
    free(next);
    free(first);
    shoal_import_data_free(&data);
    shoal_rows_free(&rows);
}

Test(generate_output, store_tables_by_date)
{
    check_store_tables(SHOAL_BY_DATE);
}

Test(generate_output, store_tables_by_customer)
{
    check_store_tables(SHOAL_BY_CUSTOMER);
}

static shoal_status parse(shoal_generate_opts *opts, shoal_error *err, int argc, ...)
{
    char *argv[12] = {(char *)"shoal-generate"};
    va_list list;
    va_start(list, argc);
    for (int i = 1; i <= argc; i++) argv[i] = va_arg(list, char *);
    va_end(list);
    return shoal_generate_opts_parse(argc + 1, argv, opts, err);
}

Test(generate_output, options_are_read)
{
    shoal_generate_opts opts;
    shoal_error err = {0};
    cr_assert_eq(parse(&opts, &err, 10, "-o", "x.csv", "--customers", "7", "--transactions=70", "--seed=9", "--days",
                       "30", "--sort", "customer"),
                 SHOAL_OK, "%s", err.message);
    cr_expect_str_eq(opts.output, "x.csv");
    cr_expect_eq(opts.customers, 7);
    cr_expect_eq(opts.transactions, 70);
    cr_expect_eq(opts.seed, 9);
    cr_expect_eq(opts.days, 30);
    cr_expect_eq(opts.order, SHOAL_BY_CUSTOMER);
    cr_assert_eq(parse(&opts, &err, 4, "-o", "-", "--columns", "date,customer_id"), SHOAL_OK, "%s", err.message);
    cr_expect_eq(opts.columns.n, 2);
    cr_expect_eq(opts.columns.column[0], SHOAL_COLUMN_DATE);
}

Test(generate_output, options_are_refused_in_words)
{
    static const struct {
        const char *option, *value, *message;
    } cases[] = {
        {"--customers", "0", "from 1 to"},
        {"--customers", "12x", "\"12x\""},
        {"--customers", "99999999999", "from 1 to"},
        {"--days", "-3", "from 1 to"},
        {"--seed", "", "whole number"},
        {"--start", "2023-02-30", "2023-01-01"},
        {"--start", "9999-12-01", "9999"},
        {"--segment", "loyal", "loyal regulars"},
        {"--sort", "name", "date or customer"},
        {"--columns", "customer_id,amount", "left out"},
        {"--columns", "customer_id,date,date", "twice"},
        {"--columns", "customer_id,date,amuont", "amount"},
        {"--custmers", "3", "--customers"},
        {"--truth", "x.csv", "two outputs"},
        {"--transactions", NULL, "needs a value"},
        {"-x", NULL, "-x"},
        {"extra", NULL, "unexpected"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        shoal_generate_opts opts;
        shoal_error err = {0};
        const int argc = cases[i].value == NULL ? 3 : 4;
        cr_expect_eq(parse(&opts, &err, argc, "-o", "x.csv", cases[i].option, cases[i].value), SHOAL_ERR_USAGE, "%s %s",
                     cases[i].option, cases[i].value);
        cr_expect(strstr(err.message, cases[i].message) != NULL, "%s: %s", cases[i].option, err.message);
    }
}

Test(generate_output, an_output_is_required)
{
    shoal_generate_opts opts;
    shoal_error err = {0};
    cr_expect_eq(parse(&opts, &err, 0), SHOAL_ERR_USAGE);
    cr_expect_not_null(strstr(err.message, "-o FILE"));
    cr_expect_eq(parse(&opts, &err, 1, "--help"), SHOAL_OK);
    cr_expect(opts.help);
}

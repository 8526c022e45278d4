#include "generate/write_store.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/memory.h"
#include "base/sum.h"
#include "base/text.h"
#include "base/threads.h"
#include "generate/format.h"
#include "pipeline/steps.h"

/* Where each row of the file lies in the store. */
typedef struct customer_places {
    int64_t *number;    /* in the store, by customer; -1 before the first appearance */
    int64_t *first_row; /* in the store, by customer */
} customer_places;

static void places_free(customer_places *places)
{
    free(places->number);
    free(places->first_row);
}

/* Every customer's first purchase stands before the later ones, so the order of the firsts is the order of appearance.
 */
static shoal_status place_customers(const shoal_rows *rows, int64_t n_customers, customer_places *places,
                                    shoal_error *err)
{
    SHOAL_TRY(shoal_alloc(n_customers, sizeof *places->number, &places->number, err));
    SHOAL_TRY(shoal_alloc(n_customers, sizeof *places->first_row, &places->first_row, err));
    int64_t seen = 0, next_row = 0;
    for (int64_t i = 0; i < rows->n; i++) {
        if (rows->row[i].purchase != 0) continue;
        const uint32_t customer = rows->row[i].customer;
        places->number[customer] = seen++;
        places->first_row[customer] = next_row;
        next_row += rows->purchases[customer];
    }
    return SHOAL_OK;
}

/* Named and captioned as `shoal import` does it. */
static shoal_status add_column(shoal_import_data *data, shoal_output_column column, shoal_type type, void *values,
                               shoal_error *err)
{
    const char *name = shoal_column_headers[column];
    const char *caption = column == SHOAL_COLUMN_AMOUNT ? "money, negative for returns" : name;
    return shoal_table_add(&data->transactions, name, type, 0, NULL, caption, values, err);
}

/* Codes of a small category by first appearance. */
typedef struct category_codes {
    int32_t code[SHOAL_N_PRODUCTS];
    int32_t value[SHOAL_N_PRODUCTS]; /* value[code] */
    int32_t n;
} category_codes;

static int value_of(const shoal_row *row, shoal_output_column column)
{
    return column == SHOAL_COLUMN_PRODUCT ? row->item.product : row->item.channel;
}

static void code_values(const shoal_rows *rows, shoal_output_column column, category_codes *coding)
{
    const int n_values = column == SHOAL_COLUMN_PRODUCT ? SHOAL_N_PRODUCTS : SHOAL_N_CHANNELS;
    coding->n = 0;
    for (int i = 0; i < n_values; i++) coding->code[i] = -1;
    for (int64_t i = 0; i < rows->n && coding->n < n_values; i++) {
        const int value = value_of(&rows->row[i], column);
        if (coding->code[value] >= 0) continue;
        coding->value[coding->n] = value;
        coding->code[value] = coding->n++;
    }
}

/* A dictionary of n texts, each zeroed, for filling; its columns as wide as `width`. */
static shoal_status add_dictionary(shoal_import_data *data, const char *name, int64_t n, size_t width, char **texts,
                                   shoal_error *err)
{
    shoal_table *dictionary = &data->dictionaries[data->n_dictionaries];
    dictionary->n_rows = n;
    void *to = NULL;
    SHOAL_TRY(shoal_table_add(dictionary, name, SHOAL_TEXT, width, NULL, NULL, &to, err));
    data->n_dictionaries++;
    memset(to, 0, (size_t)n * width);
    *texts = to;
    return SHOAL_OK;
}

static char *put_value(char *to, shoal_output_column column, int value)
{
    return column == SHOAL_COLUMN_PRODUCT ? shoal_put_product(to, value)
                                          : shoal_put_text(to, shoal_channel_names[value]);
}

static size_t widest(const category_codes *coding, shoal_output_column column)
{
    char text[SHOAL_PRODUCT_SIZE];
    size_t width = 1;
    for (int32_t code = 0; code < coding->n; code++) {
        const size_t length = (size_t)(put_value(text, column, coding->value[code]) - text);
        if (length > width) width = length;
    }
    return width;
}

static shoal_status add_category(const shoal_ctx *ctx, const shoal_rows *rows, const customer_places *places,
                                 shoal_output_column column, shoal_import_data *data, shoal_error *err)
{
    category_codes coding;
    code_values(rows, column, &coding);
    const size_t width = widest(&coding, column);
    char *texts = NULL;
    SHOAL_TRY(add_dictionary(data, shoal_column_headers[column], coding.n, width, &texts, err));
    for (int32_t code = 0; code < coding.n; code++) put_value(texts + (size_t)code * width, column, coding.value[code]);
    void *codes = NULL;
    SHOAL_TRY(add_column(data, column, SHOAL_I32, &codes, err));
    int32_t *to = codes;
#pragma omp parallel for schedule(static) num_threads(shoal_ctx_threads(ctx))
    for (int64_t i = 0; i < rows->n; i++) {
        const shoal_row *row = &rows->row[i];
        to[places->first_row[row->customer] + row->purchase] = coding.code[value_of(row, column)];
    }
    return SHOAL_OK;
}

/* Every purchase is an order of its own: the code is the row's place in the file. */
static shoal_status add_orders(const shoal_ctx *ctx, const shoal_rows *rows, const customer_places *places,
                               shoal_import_data *data, shoal_error *err)
{
    if (rows->n > INT32_MAX)
        return shoal_fail(err, SHOAL_ERR_USAGE,
                          "%" PRId64 " orders are more than a store can number (%d); leave order out with --columns",
                          rows->n, INT32_MAX);
    size_t width = 1;
    for (int64_t i = 0; i < rows->n; i++) {
        char text[SHOAL_ORDER_SIZE];
        if (rows->row[i].purchase + 1 != (uint32_t)rows->purchases[rows->row[i].customer]) continue;
        const size_t length = (size_t)(shoal_put_order(text, rows->row[i].customer, rows->row[i].purchase) - text);
        if (length > width) width = length;
    }
    char *texts = NULL;
    SHOAL_TRY(add_dictionary(data, shoal_column_headers[SHOAL_COLUMN_ORDER], rows->n, width, &texts, err));
    void *codes = NULL;
    SHOAL_TRY(add_column(data, SHOAL_COLUMN_ORDER, SHOAL_I32, &codes, err));
    int32_t *to = codes;
#pragma omp parallel for schedule(static) num_threads(shoal_ctx_threads(ctx))
    for (int64_t i = 0; i < rows->n; i++) {
        const shoal_row *row = &rows->row[i];
        to[places->first_row[row->customer] + row->purchase] = (int32_t)i;
        shoal_put_order(texts + (size_t)i * width, row->customer, row->purchase);
    }
    return SHOAL_OK;
}

static shoal_status add_keys_and_times(const shoal_ctx *ctx, const shoal_population *population, const shoal_rows *rows,
                                       const customer_places *places, shoal_import_data *data, shoal_error *err)
{
    void *keys = NULL, *customers = NULL, *times = NULL;
    data->keys.n_rows = population->n_customers;
    data->customers.n_rows = population->n_customers;
    data->transactions.n_rows = rows->n;
    SHOAL_TRY(shoal_table_add(&data->keys, "external_id", SHOAL_TEXT, SHOAL_KEY_SIZE, NULL, NULL, &keys, err));
    SHOAL_TRY(shoal_table_add(&data->transactions, "customer", SHOAL_I64, 0, "1", "customer, a row of /customers",
                              &customers, err));
    SHOAL_TRY(shoal_table_add(&data->transactions, "time", SHOAL_I64, 0, "seconds since 1970-01-01",
                              "time of the transaction", &times, err));
    char *key = keys;
    int64_t *customer = customers, *time = times;
    for (int64_t i = 0; i < population->n_customers; i++)
        shoal_put_key(key + places->number[i] * SHOAL_KEY_SIZE, (uint64_t)i);
#pragma omp parallel for schedule(static) num_threads(shoal_ctx_threads(ctx))
    for (int64_t i = 0; i < rows->n; i++) {
        const shoal_row *row = &rows->row[i];
        const int64_t at = places->first_row[row->customer] + row->purchase;
        customer[at] = places->number[row->customer];
        time[at] = (population->first_day + row->day) * SHOAL_DAY_SECONDS;
    }
    return SHOAL_OK;
}

/* amount or discount, as the text of the CSV reads. */
static shoal_status add_hundredths(const shoal_ctx *ctx, const shoal_rows *rows, const customer_places *places,
                                   shoal_output_column column, shoal_import_data *data, shoal_error *err)
{
    void *values = NULL;
    SHOAL_TRY(add_column(data, column, SHOAL_F64, &values, err));
    double *to = values;
#pragma omp parallel for schedule(static) num_threads(shoal_ctx_threads(ctx))
    for (int64_t i = 0; i < rows->n; i++) {
        const shoal_row *row = &rows->row[i];
        const uint32_t value = column == SHOAL_COLUMN_AMOUNT ? row->item.cents : row->item.discount_percent;
        to[places->first_row[row->customer] + row->purchase] = value / 100.0;
    }
    return SHOAL_OK;
}

/* The columns that `shoal import` keeps, in its order. */
static shoal_status add_columns(const shoal_ctx *ctx, const shoal_population *population, const shoal_rows *rows,
                                const shoal_columns *columns, const customer_places *places, shoal_import_data *data,
                                shoal_error *err)
{
    static const shoal_output_column order[] = {SHOAL_COLUMN_AMOUNT, SHOAL_COLUMN_DISCOUNT, SHOAL_COLUMN_ORDER,
                                                SHOAL_COLUMN_PRODUCT, SHOAL_COLUMN_CHANNEL};
    SHOAL_TRY(shoal_alloc_zero(3, sizeof *data->dictionaries, &data->dictionaries, err));
    SHOAL_TRY(add_keys_and_times(ctx, population, rows, places, data, err));
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        if (!shoal_columns_have(columns, order[i])) continue;
        if (shoal_cancelled(ctx)) return shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted");
        if (order[i] == SHOAL_COLUMN_AMOUNT || order[i] == SHOAL_COLUMN_DISCOUNT)
            SHOAL_TRY(add_hundredths(ctx, rows, places, order[i], data, err));
        else if (order[i] == SHOAL_COLUMN_ORDER) SHOAL_TRY(add_orders(ctx, rows, places, data, err));
        else SHOAL_TRY(add_category(ctx, rows, places, order[i], data, err));
    }
    return SHOAL_OK;
}

/* Sums in the order of the store, as import does. */
static double revenue_of(const shoal_table *transactions)
{
    const double *amount = shoal_table_find(transactions, "amount")->data;
    shoal_sum revenue = {0};
    for (int64_t i = 0; i < transactions->n_rows; i++) shoal_sum_add(&revenue, amount[i]);
    return shoal_sum_value(revenue);
}

static void fill_report(const shoal_population *population, const shoal_rows *rows, const shoal_columns *columns,
                        const shoal_import_data *data, shoal_import_report *report)
{
    static const shoal_role role[SHOAL_N_COLUMNS] = {SHOAL_ROLE_CUSTOMER, SHOAL_ROLE_DATE,    SHOAL_ROLE_AMOUNT,
                                                     SHOAL_ROLE_PRODUCT,  SHOAL_ROLE_CHANNEL, SHOAL_ROLE_ORDER,
                                                     SHOAL_ROLE_DISCOUNT};
    *report = (shoal_import_report){.source = "shoal-generate",
                                    .delimiter = ",",
                                    .header = true,
                                    .returns = SHOAL_RETURNS_NET,
                                    .rows_read = rows->n,
                                    .rows_kept = rows->n,
                                    .customers = population->n_customers,
                                    .transactions = rows->n,
                                    .has_amount = shoal_columns_have(columns, SHOAL_COLUMN_AMOUNT)};
    for (int i = 0; i < columns->n; i++)
        shoal_text_copy(report->column[role[columns->column[i]]], SHOAL_NAME_SIZE,
                        shoal_column_headers[columns->column[i]]);
    if (report->has_amount) report->revenue = revenue_of(&data->transactions);
    int32_t start = population->days, end = 0;
    for (int64_t i = 0; i < rows->n; i++) {
        if (rows->row[i].day < start) start = rows->row[i].day;
        if (rows->row[i].day > end) end = rows->row[i].day;
    }
    report->start = (population->first_day + start) * SHOAL_DAY_SECONDS;
    report->end = (population->first_day + end) * SHOAL_DAY_SECONDS;
}

shoal_status shoal_rows_to_import(const shoal_ctx *ctx, const shoal_population *population, const shoal_rows *rows,
                                  const shoal_columns *columns, shoal_import_data *data, shoal_import_report *report,
                                  shoal_error *err)
{
    customer_places places = {0};
    shoal_status status;
    SHOAL_TRY_OUT(place_customers(rows, population->n_customers, &places, err));
    SHOAL_TRY_OUT(add_columns(ctx, population, rows, columns, &places, data, err));
    fill_report(population, rows, columns, data, report);
out:
    places_free(&places);
    return status;
}

shoal_status shoal_write_store(const shoal_ctx *ctx, const shoal_population *population, const shoal_rows *rows,
                               const shoal_columns *columns, shoal_store *store, shoal_error *err)
{
    shoal_import_data data = {0};
    shoal_import_report report;
    shoal_status status;
    SHOAL_TRY_OUT(shoal_rows_to_import(ctx, population, rows, columns, &data, &report, err));
    shoal_progress(ctx, "write", -1, NULL);
    SHOAL_TRY_OUT(shoal_import_save(NULL, store, &data, &report, err));
    if (shoal_cancelled(ctx)) status = shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted");
out:
    shoal_import_data_free(&data);
    return status;
}

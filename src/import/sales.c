#include "import/sales.h"

#include <stdbool.h>
#include <string.h>

#include "base/memory.h"
#include "base/sum.h"
#include "base/threads.h"
#include "import/coder.h"
#include "import/order.h"
#include "import/series.h"
#include "import/values.h"

const shoal_role shoal_number_roles[SHOAL_SALE_NUMBERS] = {SHOAL_ROLE_QUANTITY, SHOAL_ROLE_PRICE, SHOAL_ROLE_COST,
                                                           SHOAL_ROLE_DISCOUNT};
static const char *const number_captions[SHOAL_SALE_NUMBERS] = {"pieces, negative for returns", "price of a piece",
                                                                "cost", "discount"};
enum { N_CODES = 4 };
static const shoal_role code_roles[N_CODES] = {SHOAL_ROLE_ORDER, SHOAL_ROLE_PRODUCT, SHOAL_ROLE_CHANNEL,
                                               SHOAL_ROLE_COUNTRY};
static const char *const code_captions[N_CODES] = {"order", "product", "channel", "country or region"};

struct shoal_sales {
    shoal_job *job;
    bool has_amount;
    shoal_coder customer, code[N_CODES];
    shoal_series time, amount, number[SHOAL_SALE_NUMBERS];
};

static bool has(const shoal_sales *s, shoal_role role)
{
    return s->job->layout.role[role] >= 0;
}

shoal_status shoal_sales_new(shoal_job *job, bool has_amount, shoal_sales **sales)
{
    shoal_sales *s;
    *sales = NULL;
    SHOAL_TRY(shoal_alloc(1, sizeof *s, &s, job->err));
    s->job = job;
    s->has_amount = has_amount;
    shoal_coder_start(&s->customer, job);
    for (int i = 0; i < N_CODES; i++) shoal_coder_start(&s->code[i], job);
    s->time = (shoal_series){.size = sizeof(int64_t)};
    s->amount = (shoal_series){.size = sizeof(double)};
    for (int i = 0; i < SHOAL_SALE_NUMBERS; i++) s->number[i] = (shoal_series){.size = sizeof(double)};
    *sales = s;
    return SHOAL_OK;
}

void shoal_sales_free(shoal_sales *s)
{
    if (s == NULL) return;
    shoal_coder_free(&s->customer);
    for (int i = 0; i < N_CODES; i++) shoal_coder_free(&s->code[i]);
    shoal_series_free(&s->time);
    shoal_series_free(&s->amount);
    for (int i = 0; i < SHOAL_SALE_NUMBERS; i++) shoal_series_free(&s->number[i]);
    free(s);
}

shoal_status shoal_sales_push(shoal_sales *s, const shoal_record *record, const shoal_sale *sale)
{
    shoal_job *job = s->job;
    shoal_field key = shoal_layout_field(&job->layout, record, SHOAL_ROLE_CUSTOMER);
    const size_t length = shoal_key_length(key);
    job->shortened_keys += length != key.length;
    key.length = length;
    SHOAL_TRY(shoal_coder_push(&s->customer, key, record->line));
    SHOAL_TRY(shoal_series_push(&s->time, &sale->time, job->err));
    if (s->has_amount) SHOAL_TRY(shoal_series_push(&s->amount, &sale->amount, job->err));
    for (int i = 0; i < SHOAL_SALE_NUMBERS; i++)
        if (has(s, shoal_number_roles[i])) SHOAL_TRY(shoal_series_push(&s->number[i], &sale->number[i], job->err));
    for (int i = 0; i < N_CODES; i++) {
        if (!has(s, code_roles[i])) continue;
        const shoal_field field = shoal_layout_field(&job->layout, record, code_roles[i]);
        SHOAL_TRY(shoal_coder_push(&s->code[i], field, record->line));
    }
    return SHOAL_OK;
}

static shoal_status flush(shoal_sales *s)
{
    SHOAL_TRY(shoal_coder_flush(&s->customer));
    for (int i = 0; i < N_CODES; i++) SHOAL_TRY(shoal_coder_flush(&s->code[i]));
    return SHOAL_OK;
}

static double amount_at(const shoal_sales *s, int64_t i)
{
    double amount;
    memcpy(&amount, shoal_series_at(&s->amount, i, sizeof amount), sizeof amount);
    return amount;
}

/* Customers with returns but no purchase are left out. *new_code is NULL where all stay. */
static shoal_status choose_customers(const shoal_sales *s, int32_t **new_code, int64_t *n_customers)
{
    const int64_t n = s->customer.dictionary.count, n_rows = s->time.n;
    *new_code = NULL;
    *n_customers = n;
    if (!s->has_amount) return SHOAL_OK;
    int32_t *code; /* first whether there is a purchase, then the new number */
    SHOAL_TRY(shoal_alloc_zero(n, sizeof *code, &code, s->job->err));
    for (int64_t i = 0; i < n_rows; i++)
        if (amount_at(s, i) >= 0) code[shoal_series_i32(&s->customer.codes, i)] = 1;
    int32_t next = 0;
    for (int64_t c = 0; c < n; c++) code[c] = code[c] ? next++ : -1;
    *n_customers = next;
    if (next == n) {
        free(code);
        return SHOAL_OK;
    }
    for (int64_t i = 0; i < n_rows; i++)
        s->job->rejected[SHOAL_REASON_RETURN_WITHOUT_PURCHASE] += code[shoal_series_i32(&s->customer.codes, i)] < 0;
    *new_code = code;
    return SHOAL_OK;
}

/* Renumbers the codes of a category by first appearance among the rows that stay; texts[new] = old code. */
static shoal_status renumber(const shoal_sales *s, const int32_t *new_code, shoal_coder *coder, int32_t *texts,
                             int64_t *n_texts)
{
    int32_t *map;
    *n_texts = 0;
    SHOAL_TRY(shoal_alloc(coder->dictionary.count, sizeof *map, &map, s->job->err));
    for (int64_t i = 0; i < coder->dictionary.count; i++) map[i] = -1;
    for (int64_t i = 0; i < coder->codes.n; i++) {
        const int32_t code = shoal_series_i32(&coder->codes, i);
        if (code < 0 || new_code[shoal_series_i32(&s->customer.codes, i)] < 0) continue;
        if (map[code] < 0) {
            texts[*n_texts] = code;
            map[code] = (int32_t)(*n_texts)++;
        }
        shoal_series_set_i32(&coder->codes, i, map[code]);
    }
    free(map);
    return SHOAL_OK;
}

static shoal_status make_dictionary(shoal_sales *s, const int32_t *new_code, int i, shoal_table *table)
{
    shoal_coder *coder = &s->code[i];
    int32_t *texts = NULL;
    int64_t n_texts = coder->dictionary.count;
    shoal_status status = SHOAL_OK;
    if (new_code != NULL) {
        SHOAL_TRY_OUT(shoal_alloc(n_texts, sizeof *texts, &texts, s->job->err));
        SHOAL_TRY_OUT(renumber(s, new_code, coder, texts, &n_texts));
    }
    SHOAL_TRY_OUT(
        shoal_dictionary_table(&coder->dictionary, texts, n_texts, shoal_role_name(code_roles[i]), table, s->job->err));
    shoal_dictionary_free(&coder->dictionary);
out:
    free(texts);
    return status;
}

static shoal_status make_dictionaries(shoal_sales *s, const int32_t *new_code, shoal_import_data *data)
{
    SHOAL_TRY(shoal_alloc_zero(N_CODES, sizeof *data->dictionaries, &data->dictionaries, s->job->err));
    for (int i = 0; i < N_CODES; i++)
        if (has(s, code_roles[i]))
            SHOAL_TRY(make_dictionary(s, new_code, i, &data->dictionaries[data->n_dictionaries++]));
    return SHOAL_OK;
}

static shoal_status make_keys(shoal_sales *s, const int32_t *new_code, int64_t n_customers, shoal_table *table)
{
    shoal_dictionary *keys = &s->customer.dictionary;
    int32_t *kept = NULL;
    if (new_code != NULL) {
        SHOAL_TRY(shoal_alloc(n_customers, sizeof *kept, &kept, s->job->err));
        for (int64_t c = 0; c < keys->count; c++)
            if (new_code[c] >= 0) kept[new_code[c]] = (int32_t)c;
    }
    const shoal_status status = shoal_dictionary_table(keys, kept, n_customers, "external_id", table, s->job->err);
    free(kept);
    shoal_dictionary_free(keys);
    return status;
}

/* Moves a series into a column of the table, in the order of the output. */
static shoal_status move_column(const shoal_sales *s, const shoal_order *order, shoal_series *from, const char *name,
                                shoal_type type, const char *units, const char *long_name, shoal_table *table)
{
    void *to;
    if (shoal_cancelled(s->job->ctx)) return shoal_fail(s->job->err, SHOAL_ERR_INTERRUPTED, "interrupted");
    SHOAL_TRY(shoal_table_add(table, name, type, 0, units, long_name, &to, s->job->err));
    shoal_order_gather(s->job->ctx, order, from, to);
    shoal_series_free(from);
    return SHOAL_OK;
}

/* A mask for the last column where a category is missing in some row (code -1). */
static shoal_status mark_missing(const shoal_sales *s, shoal_table *table)
{
    shoal_column *column = &table->columns[table->n_columns - 1];
    const int32_t *code = column->data;
    int64_t missing = 0;
    for (int64_t i = 0; i < column->length; i++) missing += code[i] < 0;
    if (missing == 0) return SHOAL_OK;
    uint8_t *valid;
    SHOAL_TRY(shoal_alloc(column->length, 1, &valid, s->job->err));
    for (int64_t i = 0; i < column->length; i++) valid[i] = code[i] >= 0;
    column->valid = valid;
    return SHOAL_OK;
}

static shoal_status make_columns(shoal_sales *s, const shoal_order *order, shoal_table *table)
{
    void *to;
    table->n_rows = order->n;
    shoal_series_free(&s->customer.codes);
    SHOAL_TRY(shoal_table_add(table, "customer", SHOAL_I64, 0, "1", "customer, a row of /customers", &to, s->job->err));
    int64_t *customer = to;
    for (int64_t c = 0; c < order->n_customers; c++)
        for (int64_t i = order->first_row[c]; i < order->first_row[c + 1]; i++) customer[i] = c;
    SHOAL_TRY(move_column(s, order, &s->time, "time", SHOAL_I64, "seconds since 1970-01-01", "time of the transaction",
                          table));
    if (s->has_amount)
        SHOAL_TRY(move_column(s, order, &s->amount, "amount", SHOAL_F64, NULL, "money, negative for returns", table));
    for (int i = 0; i < SHOAL_SALE_NUMBERS; i++)
        if (has(s, shoal_number_roles[i]))
            SHOAL_TRY(move_column(s, order, &s->number[i], shoal_role_name(shoal_number_roles[i]), SHOAL_F64, NULL,
                                  number_captions[i], table));
    for (int i = 0; i < N_CODES; i++) {
        if (!has(s, code_roles[i])) continue;
        SHOAL_TRY(move_column(s, order, &s->code[i].codes, shoal_role_name(code_roles[i]), SHOAL_I32, NULL,
                              code_captions[i], table));
        SHOAL_TRY(mark_missing(s, table));
    }
    return SHOAL_OK;
}

/* Money and dates over the rows that stay. */
static void summarise(const shoal_table *table, shoal_import_report *report)
{
    const int64_t *time = shoal_table_find(table, "time")->data;
    report->start = time[0];
    report->end = time[0];
    for (int64_t i = 1; i < table->n_rows; i++) {
        if (time[i] < report->start) report->start = time[i];
        if (time[i] > report->end) report->end = time[i];
    }
    const shoal_column *column = shoal_table_find(table, "amount");
    report->has_amount = column != NULL;
    if (column == NULL) return;
    const double *amount = column->data;
    shoal_sum revenue = {0};
    for (int64_t i = 0; i < table->n_rows; i++) {
        shoal_sum_add(&revenue, amount[i]);
        report->rows_returned += amount[i] < 0;
    }
    report->revenue = shoal_sum_value(revenue);
}

shoal_status shoal_sales_finish(shoal_sales *s, shoal_import_data *data, shoal_import_report *report)
{
    shoal_job *job = s->job;
    int32_t *new_code = NULL;
    int64_t n_customers = 0;
    shoal_order order = {0};
    shoal_status status = SHOAL_OK;
    SHOAL_TRY_OUT(flush(s));
    SHOAL_TRY_OUT(choose_customers(s, &new_code, &n_customers));
    if (n_customers == 0) {
        status = shoal_job_fail_empty(job);
        goto out;
    }
    SHOAL_TRY_OUT(make_dictionaries(s, new_code, data));
    SHOAL_TRY_OUT(make_keys(s, new_code, n_customers, &data->keys));
    SHOAL_TRY_OUT(shoal_order_rows(job->ctx, &s->customer.codes, &s->time, new_code, n_customers, &order, job->err));
    SHOAL_TRY_OUT(make_columns(s, &order, &data->transactions));
    data->customers.n_rows = n_customers;
    report->customers = n_customers;
    report->transactions = data->transactions.n_rows;
    summarise(&data->transactions, report);
out:
    free(new_code);
    shoal_order_free(&order);
    return status;
}

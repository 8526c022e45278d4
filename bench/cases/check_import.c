#include "cases/check_import.h"

#include <inttypes.h>
#include <string.h>

#include "base/date.h"
#include "base/memory.h"
#include "generate/format.h"
#include "store/store.h"

enum { CUSTOMER, TIME, AMOUNT, PRODUCT, CHANNEL };

/* What the store holds. */
typedef struct loaded {
    shoal_table transactions, keys, products, channels;
    int32_t *product, *channel; /* the generator's number of each code, -1 where it has none */
} loaded;

static void loaded_free(loaded *l)
{
    shoal_table_free(&l->transactions);
    shoal_table_free(&l->keys);
    shoal_table_free(&l->products);
    shoal_table_free(&l->channels);
    free(l->product);
    free(l->channel);
}

static shoal_status read_tables(shoal_store *store, loaded *l, shoal_error *err)
{
    static const struct {
        const char *name;
        shoal_type type;
    } columns[] = {{"customer", SHOAL_I64},
                   {"time", SHOAL_I64},
                   {"amount", SHOAL_F64},
                   {"product", SHOAL_I32},
                   {"channel", SHOAL_I32}};
    for (size_t j = 0; j < sizeof columns / sizeof columns[0]; j++)
        SHOAL_TRY(
            shoal_store_read(NULL, store, "transactions", columns[j].name, columns[j].type, &l->transactions, err));
    SHOAL_TRY(shoal_store_read(NULL, store, "keys", "external_id", SHOAL_TEXT, &l->keys, err));
    SHOAL_TRY(shoal_store_read(NULL, store, "dictionaries", "product", SHOAL_TEXT, &l->products, err));
    return shoal_store_read(NULL, store, "dictionaries", "channel", SHOAL_TEXT, &l->channels, err);
}

static bool text_is(const shoal_column *column, int64_t row, const char *text)
{
    const char *value = (const char *)column->data + (size_t)row * column->width;
    const size_t length = strlen(text);
    return length <= column->width && memcmp(value, text, length) == 0 &&
           (length == column->width || value[length] == '\0');
}

static void put_product(int number, char *to)
{
    *shoal_put_product(to, number) = '\0';
}

static void put_channel(int number, char *to)
{
    *shoal_put_text(to, shoal_channel_names[number]) = '\0';
}

static shoal_status number_codes(const shoal_table *dictionary, int n_numbers, void (*put)(int, char *),
                                 int32_t **numbers, shoal_error *err)
{
    SHOAL_TRY(shoal_alloc(dictionary->n_rows, sizeof **numbers, numbers, err));
    for (int64_t code = 0; code < dictionary->n_rows; code++) {
        (*numbers)[code] = -1;
        for (int number = 0; number < n_numbers; number++) {
            char text[64];
            put(number, text);
            if (text_is(&dictionary->columns[0], code, text)) (*numbers)[code] = number;
        }
    }
    return SHOAL_OK;
}

/* The generator's number of a store's customer; -1 where the key is none of its own. */
static int64_t customer_of_key(const loaded *l, int64_t customer, int64_t n_customers)
{
    const shoal_column *keys = &l->keys.columns[0];
    const char *key = (const char *)keys->data + (size_t)customer * keys->width;
    int64_t number = 0;
    for (size_t i = 1; i < keys->width && key[i] >= '0' && key[i] <= '9'; i++) number = 10 * number + (key[i] - '0');
    char text[SHOAL_KEY_SIZE + 1];
    *shoal_put_key(text, (uint64_t)number) = '\0';
    return number < n_customers && text_is(keys, customer, text) ? number : -1;
}

static bool row_is(const bench_import_state *s, const loaded *l, int64_t row, const shoal_row *truth)
{
    const shoal_column *columns = l->transactions.columns;
    const int32_t product = ((const int32_t *)columns[PRODUCT].data)[row];
    const int32_t channel = ((const int32_t *)columns[CHANNEL].data)[row];
    return ((const int64_t *)columns[TIME].data)[row] == (s->population.first_day + truth->day) * SHOAL_DAY_SECONDS &&
           ((const double *)columns[AMOUNT].data)[row] == truth->item.cents / 100.0 && product >= 0 &&
           product < l->products.n_rows && l->product[product] == truth->item.product && channel >= 0 &&
           channel < l->channels.n_rows && l->channel[channel] == truth->item.channel;
}

/* The rows of the store's customer from `row` on; row is moved behind them. */
static shoal_status check_customer(const bench_import_state *s, const loaded *l, int64_t customer, int64_t *row,
                                   shoal_error *err)
{
    const int64_t *owner = l->transactions.columns[CUSTOMER].data, n = l->transactions.n_rows;
    const int64_t number = customer_of_key(l, customer, s->population.n_customers);
    if (number < 0)
        return shoal_fail(err, SHOAL_ERR_INPUT, "customer %" PRId64 " has a key that was not written", customer);
    for (int64_t at = s->first_row[number]; at < s->first_row[number + 1]; at++, (*row)++)
        if (*row >= n || owner[*row] != customer || !row_is(s, l, *row, &s->rows.row[at]))
            return shoal_fail(err, SHOAL_ERR_INPUT,
                              "transaction %" PRId64 " of the store is not purchase %" PRId64 " of customer %" PRId64,
                              *row, at - s->first_row[number], number);
    return SHOAL_OK;
}

static shoal_status check_rows(const bench_import_state *s, loaded *l, shoal_error *err)
{
    if (l->transactions.n_rows != s->rows.n || l->keys.n_rows != s->population.n_customers)
        return shoal_fail(err, SHOAL_ERR_INPUT,
                          "the store has %" PRId64 " transactions and %" PRId64 " keys; %" PRId64 " and %" PRId64
                          " were written",
                          l->transactions.n_rows, l->keys.n_rows, s->rows.n, s->population.n_customers);
    SHOAL_TRY(number_codes(&l->products, SHOAL_N_PRODUCTS, put_product, &l->product, err));
    SHOAL_TRY(number_codes(&l->channels, SHOAL_N_CHANNELS, put_channel, &l->channel, err));
    int64_t row = 0;
    for (int64_t customer = 0; customer < l->keys.n_rows; customer++)
        SHOAL_TRY(check_customer(s, l, customer, &row, err));
    return SHOAL_OK;
}

static shoal_status check_report(const bench_import_state *s, shoal_error *err)
{
    const shoal_import_report *report = &s->run.report;
    int64_t cents = 0;
    for (int64_t i = 0; i < s->rows.n; i++) cents += s->rows.row[i].item.cents;
    if (report->rows_read != s->rows.n || report->rows_kept != s->rows.n || report->rows_rejected != 0 ||
        report->customers != s->population.n_customers || report->transactions != s->rows.n)
        return shoal_fail(err, SHOAL_ERR_INPUT,
                          "%" PRId64 " rows read, %" PRId64 " kept, %" PRId64 " rejected, %" PRId64
                          " customers; %" PRId64 " rows of %" PRId64 " customers were written",
                          report->rows_read, report->rows_kept, report->rows_rejected, report->customers, s->rows.n,
                          s->population.n_customers);
    if (!bench_is_money(report->revenue, cents))
        return shoal_fail(err, SHOAL_ERR_INPUT, "revenue %.2f; the rows add up to %" PRId64 " cents", report->revenue,
                          cents);
    return SHOAL_OK;
}

shoal_status bench_check_import(const bench_import_state *s, shoal_error *err)
{
    loaded l = {0};
    shoal_store *store = NULL;
    shoal_status status;
    SHOAL_TRY(check_report(s, err));
    SHOAL_TRY_OUT(shoal_store_open(s->store, SHOAL_STORE_READ, &store, err));
    SHOAL_TRY_OUT(read_tables(store, &l, err));
    status = check_rows(s, &l, err);
out:
    shoal_store_close(store);
    loaded_free(&l);
    return status;
}

/* Sorted transactions out of a store. */
#include <string.h>

#include "base/date.h"
#include "base/memory.h"
#include "base/threads.h"
#include "pipeline/steps.h"

/* Offsets of each customer's rows; also where the order that everything relies on is checked. */
static shoal_status check_complete(const shoal_table *table, shoal_error *err)
{
    for (int j = 0; j < 2; j++)
        if (table->columns[j].valid != NULL)
            return shoal_fail(err, SHOAL_ERR_INPUT, "transactions/%s has missing values: every transaction needs one",
                              table->columns[j].name);
    return SHOAL_OK;
}

/* What is asked of the rows, and where their customers begin. */
typedef struct row_check {
    const int64_t *customer, *time;
    int64_t n, n_customers;
    int64_t first_time, end_time; /* years 1 to 9999 */
    int64_t *first_row;
} row_check;

static bool row_is_good(const row_check *k, int64_t i)
{
    const int64_t c = k->customer[i], time = k->time[i];
    if (c < 0 || c >= k->n_customers || time < k->first_time || time >= k->end_time) return false;
    return i == 0 || c > k->customer[i - 1] || (c == k->customer[i - 1] && time >= k->time[i - 1]);
}

/* Sets the offsets of the customers that begin in the rows; gives the first bad row, or n. */
static int64_t index_rows(const row_check *k, int64_t begin, int64_t end)
{
    for (int64_t i = begin; i < end; i++) {
        if (!row_is_good(k, i)) return i;
        /* a row before these that is bad is found with its own */
        int64_t next = i == 0 ? -1 : k->customer[i - 1];
        if (next < -1) continue;
        while (next < k->customer[i]) k->first_row[++next] = i;
    }
    return k->n;
}

static shoal_status refuse_row(const row_check *k, int64_t i, shoal_error *err)
{
    const int64_t c = k->customer[i], time = k->time[i];
    if (c < 0 || c >= k->n_customers)
        return shoal_fail(err, SHOAL_ERR_INPUT,
                          "transactions/customer: row %lld names customer %lld, the store has 0..%lld", (long long)i,
                          (long long)c, (long long)k->n_customers - 1);
    if (time < k->first_time || time >= k->end_time)
        return shoal_fail(err, SHOAL_ERR_INPUT, "transactions/time: row %lld is outside the years 1 to 9999",
                          (long long)i);
    return shoal_fail(err, SHOAL_ERR_INPUT,
                      "transactions are not sorted by customer, then time, at row %lld: import them again",
                      (long long)i);
}

static shoal_status index_customers(const shoal_ctx *ctx, const row_check *k, shoal_error *err)
{
    const shoal_blocks blocks = shoal_blocks_of(k->n);
    int64_t bad = k->n;
#pragma omp parallel for schedule(dynamic) reduction(min : bad) num_threads(shoal_threads_for(ctx, (double)k->n))
    for (int block = 0; block < blocks.count; block++) {
        if (shoal_cancelled(ctx)) continue;
        const int64_t found = index_rows(k, shoal_block_begin(&blocks, block), shoal_block_end(&blocks, block));
        if (found < bad) bad = found;
    }
    if (shoal_cancelled(ctx)) return shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted");
    if (bad < k->n) return refuse_row(k, bad, err);
    for (int64_t c = k->customer[k->n - 1] + 1; c <= k->n_customers; c++) k->first_row[c] = k->n;
    return SHOAL_OK;
}

shoal_status shoal_transactions_load(const shoal_ctx *ctx, shoal_store *store, shoal_loaded_transactions *loaded,
                                     shoal_error *err)
{
    *loaded = (shoal_loaded_transactions){0};
    if (shoal_store_transactions(store) == 0)
        return shoal_fail(err, SHOAL_ERR_INPUT, "the store has no transactions: import some with `shoal import`");
    shoal_status status;
    shoal_table *table = &loaded->table;
    SHOAL_TRY_OUT(shoal_store_read(ctx, store, "transactions", "customer", SHOAL_I64, table, err));
    SHOAL_TRY_OUT(shoal_store_read(ctx, store, "transactions", "time", SHOAL_I64, table, err));
    if (shoal_store_has(store, "transactions/amount"))
        SHOAL_TRY_OUT(shoal_store_read(ctx, store, "transactions", "amount", SHOAL_F64, table, err));
    SHOAL_TRY_OUT(check_complete(table, err));
    const int64_t n_customers = shoal_store_customers(store);
    SHOAL_TRY_OUT(shoal_alloc(n_customers + 1, sizeof *loaded->first_row, &loaded->first_row, err));
    const int64_t *customer = table->columns[0].data;
    const int64_t *time = table->columns[1].data;
    const row_check check = {.customer = customer,
                             .time = time,
                             .n = table->n_rows,
                             .n_customers = n_customers,
                             .first_time = shoal_days_from_civil(1, 1, 1) * SHOAL_DAY_SECONDS,
                             .end_time = shoal_days_from_civil(10000, 1, 1) * SHOAL_DAY_SECONDS,
                             .first_row = loaded->first_row};
    SHOAL_TRY_OUT(index_customers(ctx, &check, err));
    loaded->view = (shoal_transactions){.n = table->n_rows,
                                        .n_customers = n_customers,
                                        .first_row = loaded->first_row,
                                        .time = time,
                                        .amount = table->n_columns > 2 ? table->columns[2].data : NULL};
out:
    if (status < 0) shoal_loaded_transactions_free(loaded);
    return status;
}

/* The dictionary's number of texts; 0 where there is none. */
static shoal_status dictionary_size(shoal_store *store, const char *name, int64_t *size, shoal_error *err)
{
    int count;
    shoal_store_column_info *infos;
    SHOAL_TRY(shoal_store_list(store, "dictionaries", &count, &infos, err));
    *size = 0;
    for (int i = 0; i < count; i++)
        if (strcmp(infos[i].name, name) == 0) *size = infos[i].length;
    free(infos);
    return SHOAL_OK;
}

static shoal_status load_codes(const shoal_ctx *ctx, shoal_store *store, const char *name, shoal_table *table,
                               const int32_t **codes, int32_t *n_codes, shoal_error *err)
{
    char path[64];
    int64_t size;
    snprintf(path, sizeof path, "transactions/%s", name);
    if (!shoal_store_has(store, path)) return SHOAL_OK;
    SHOAL_TRY(dictionary_size(store, name, &size, err));
    if (size == 0 || size > INT32_MAX) return SHOAL_OK; /* numbers without texts are no codes */
    SHOAL_TRY(shoal_store_read(ctx, store, "transactions", name, SHOAL_I32, table, err));
    *codes = table->columns[table->n_columns - 1].data;
    *n_codes = (int32_t)size;
    return SHOAL_OK;
}

shoal_status shoal_transactions_load_details(const shoal_ctx *ctx, shoal_store *store,
                                             shoal_loaded_transactions *loaded, shoal_error *err)
{
    shoal_transactions *view = &loaded->view;
    shoal_table *table = &loaded->details;
    if (shoal_store_has(store, "transactions/discount")) {
        SHOAL_TRY(shoal_store_read(ctx, store, "transactions", "discount", SHOAL_F64, table, err));
        view->discount = table->columns[table->n_columns - 1].data;
    }
    SHOAL_TRY(load_codes(ctx, store, "product", table, &view->product, &view->n_products, err));
    return load_codes(ctx, store, "channel", table, &view->channel, &view->n_channels, err);
}

void shoal_loaded_transactions_free(shoal_loaded_transactions *loaded)
{
    shoal_table_free(&loaded->details);
    shoal_table_free(&loaded->table);
    free(loaded->first_row);
    *loaded = (shoal_loaded_transactions){0};
}

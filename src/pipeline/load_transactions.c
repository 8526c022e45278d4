/* Sorted transactions out of a store. */
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

static shoal_status index_customers(const int64_t *customer, const int64_t *time, int64_t n, int64_t n_customers,
                                    int64_t *first_row, shoal_error *err)
{
    const int64_t first = shoal_days_from_civil(1, 1, 1) * SHOAL_DAY_SECONDS;
    const int64_t end = shoal_days_from_civil(10000, 1, 1) * SHOAL_DAY_SECONDS;
    int64_t next = 0; /* the first customer whose offset is not set */
    for (int64_t i = 0; i < n; i++) {
        const int64_t c = customer[i];
        if (c < 0 || c >= n_customers)
            return shoal_fail(err, SHOAL_ERR_INPUT,
                              "transactions/customer: row %lld names customer %lld, the store has 0..%lld",
                              (long long)i, (long long)c, (long long)n_customers - 1);
        if (time[i] < first || time[i] >= end)
            return shoal_fail(err, SHOAL_ERR_INPUT, "transactions/time: row %lld is outside the years 1 to 9999",
                              (long long)i);
        if (i > 0 && (c < customer[i - 1] || (c == customer[i - 1] && time[i] < time[i - 1])))
            return shoal_fail(err, SHOAL_ERR_INPUT,
                              "transactions are not sorted by customer, then time, at row %lld: import them again",
                              (long long)i);
        while (next <= c) first_row[next++] = i;
    }
    while (next <= n_customers) first_row[next++] = n;
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
    SHOAL_TRY_OUT(index_customers(customer, time, table->n_rows, n_customers, loaded->first_row, err));
    loaded->view = (shoal_transactions){.n = table->n_rows,
                                        .n_customers = n_customers,
                                        .first_row = loaded->first_row,
                                        .time = time,
                                        .amount = table->n_columns > 2 ? table->columns[2].data : NULL};
out:
    if (status < 0) shoal_loaded_transactions_free(loaded);
    return status;
}

void shoal_loaded_transactions_free(shoal_loaded_transactions *loaded)
{
    shoal_table_free(&loaded->table);
    free(loaded->first_row);
    *loaded = (shoal_loaded_transactions){0};
}

/* Transactions to recency, frequency and money of every customer. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <shoal/import.h>
#include <shoal/rfm.h>

#include "base/memory.h"
#include "cases/workload.h"
#include "peers/tasks.h"

/* Sums of float64 amounts in another order, below a cent by far. */
static const double SAME_MONEY = 1e-4;

typedef struct ranked_key {
    const char *key;
    size_t width;
    int64_t customer;
} ranked_key;

typedef struct rfm_state {
    const char *csv; /* in the files of the task */
    shoal_import_data data;
    int64_t *first_row;
    shoal_summary summary;
} rfm_state;

static void forget_data(rfm_state *s)
{
    shoal_import_data_free(&s->data);
    s->data = (shoal_import_data){0};
    free(s->first_row);
    s->first_row = NULL;
}

static void forget_summary(rfm_state *s)
{
    shoal_summary_free(&s->summary);
    s->summary = (shoal_summary){0};
}

static shoal_status import(rfm_state *s, const shoal_ctx *ctx, shoal_error *err)
{
    const shoal_import_opts opts = shoal_import_opts_default();
    shoal_import_report report;
    return shoal_import_read(ctx, s->csv, &opts, &s->data, &report, err);
}

static shoal_status index_rows(rfm_state *s, shoal_error *err)
{
    const int64_t n = s->data.transactions.n_rows, n_customers = s->data.keys.n_rows;
    const int64_t *customer = shoal_table_find(&s->data.transactions, "customer")->data;
    SHOAL_TRY(shoal_alloc(n_customers + 1, sizeof *s->first_row, &s->first_row, err));
    int64_t next = 0;
    for (int64_t row = 0; row < n; row++)
        while (next <= customer[row]) s->first_row[next++] = row;
    while (next <= n_customers) s->first_row[next++] = n;
    return SHOAL_OK;
}

static shoal_status summarise(rfm_state *s, const shoal_ctx *ctx, shoal_error *err)
{
    const shoal_table *rows = &s->data.transactions;
    const shoal_transactions view = {.n = rows->n_rows,
                                     .n_customers = s->data.keys.n_rows,
                                     .first_row = s->first_row,
                                     .time = shoal_table_find(rows, "time")->data,
                                     .amount = shoal_table_find(rows, "amount")->data};
    const shoal_summary_opts opts = shoal_summary_opts_default();
    return shoal_summary_run(ctx, &view, &opts, &s->summary, err);
}

static shoal_status prepare_csv(const shoal_ctx *ctx, const bench_params *params, bench_files *files, void **state,
                                shoal_error *err)
{
    rfm_state *s;
    SHOAL_TRY(shoal_alloc_zero(1, sizeof *s, &s, err));
    *state = s;
    s->csv = bench_files_add(files, "csv");
    return bench_transactions_csv(ctx, (int64_t)bench_params_get(params, "customers"),
                                  (int64_t)bench_params_get(params, "transactions"), s->csv, err);
}

static shoal_status prepare_memory(const shoal_ctx *ctx, const bench_params *params, bench_files *files, void **state,
                                   shoal_error *err)
{
    SHOAL_TRY(prepare_csv(ctx, params, files, state, err));
    SHOAL_TRY(import(*state, ctx, err));
    return index_rows(*state, err);
}

static void before_csv(void *state)
{
    forget_data(state);
    forget_summary(state);
}

static void before_memory(void *state)
{
    forget_summary(state);
}

static shoal_status run_csv(void *state, const shoal_ctx *ctx, shoal_error *err)
{
    SHOAL_TRY(import(state, ctx, err));
    SHOAL_TRY(index_rows(state, err));
    return summarise(state, ctx, err);
}

static shoal_status run_memory(void *state, const shoal_ctx *ctx, shoal_error *err)
{
    return summarise(state, ctx, err);
}

static int by_key(const void *a, const void *b)
{
    const ranked_key *left = a, *right = b;
    return strncmp(left->key, right->key, left->width);
}

/* Customers in the order of their keys. */
static shoal_status rank_keys(const shoal_table *keys, ranked_key **ranked, shoal_error *err)
{
    const shoal_column *column = &keys->columns[0];
    SHOAL_TRY(shoal_alloc(keys->n_rows, sizeof **ranked, ranked, err));
    for (int64_t c = 0; c < keys->n_rows; c++)
        (*ranked)[c] = (ranked_key){(const char *)column->data + (size_t)c * column->width, column->width, c};
    qsort(*ranked, (size_t)keys->n_rows, sizeof **ranked, by_key);
    return SHOAL_OK;
}

static shoal_status judge(void *state, const bench_values *theirs, char *differs, shoal_error *err)
{
    const rfm_state *s = state;
    const shoal_summary *ours = &s->summary;
    const int64_t n = ours->n;
    ranked_key *ranked;
    int64_t wrong = 0;
    if (!bench_right_size(theirs, 3 * n, differs)) return SHOAL_OK;
    SHOAL_TRY(rank_keys(&s->data.keys, &ranked, err));
    for (int64_t i = 0; i < n; i++) {
        const int64_t c = ranked[i].customer;
        const bool same = theirs->value[i] == ours->recency_days[c] && theirs->value[n + i] == ours->frequency[c] &&
                          fabs(theirs->value[2 * n + i] - ours->monetary[c]) <= SAME_MONEY;
        if (!same && wrong++ == 0)
            snprintf(differs, BENCH_DIFFERS_SIZE, "customer %.*s has %g, %g, %.2f, shoal %g, %d, %.2f",
                     (int)ranked[i].width, ranked[i].key, theirs->value[i], theirs->value[n + i],
                     theirs->value[2 * n + i], ours->recency_days[c], ours->frequency[c], ours->monetary[c]);
    }
    free(ranked);
    return SHOAL_OK;
}

static void release(void *state)
{
    rfm_state *s = state;
    if (s == NULL) return;
    forget_data(s);
    forget_summary(s);
    free(s);
}

const bench_task bench_task_rfm_csv = {
    .name = "rfm/csv",
    .what = "a CSV of transactions to recency, frequency (distinct days) and money of every customer",
    .sizes = {"customers=100000 transactions=2000000"},
    .quick = {"customers=10000 transactions=200000"},
    .peers = {"pandas", "DuckDB", "polars"},
    .prepare = prepare_csv,
    .before = before_csv,
    .run = run_csv,
    .judge = judge,
    .release = release,
};

const bench_task bench_task_rfm_memory = {
    .name = "rfm/memory",
    .what = "the same from memory: native tables, sorted by customer and date",
    .sizes = {"customers=100000 transactions=2000000"},
    .quick = {"customers=10000 transactions=200000"},
    .peers = {"pandas", "DuckDB", "polars"},
    .prepare = prepare_memory,
    .before = before_memory,
    .run = run_memory,
    .judge = judge,
    .release = release,
};

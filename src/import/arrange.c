/* The end of an import of transactions: batches to tables. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/sum.h"
#include "base/threads.h"
#include "import/order.h"

static const char *const number_captions[SHOAL_SALE_NUMBERS] = {"pieces, negative for returns", "price of a piece",
                                                                "cost", "discount"};
static const char *const code_captions[SHOAL_SALE_CODES] = {"order", "product", "channel", "country or region"};
enum { TILE = 4096 };

static int compare_batches(const void *a, const void *b)
{
    const shoal_batch *x = a, *y = b;
    return (x->order > y->order) - (x->order < y->order);
}

static int64_t load_tile(const shoal_batch *batch, int column, int64_t first, int64_t *values)
{
    const int64_t n = batch->n - first < TILE ? batch->n - first : TILE;
    shoal_unpack(&batch->packing[column], batch->data[column], first, n, values);
    return n;
}

/* --- customers with returns only --- */

static bool is_purchase(int64_t value, bool wide)
{
    double amount;
    if (!wide) return value >= 0;
    memcpy(&amount, &value, sizeof amount);
    return amount >= 0;
}

static void mark_purchases(const shoal_batch *batch, uint8_t *bought)
{
    int64_t customer[TILE], amount[TILE];
    for (int64_t first = 0; first < batch->n; first += TILE) {
        const int64_t n = load_tile(batch, SHOAL_SALES_CUSTOMER, first, customer);
        load_tile(batch, SHOAL_SALES_AMOUNT, first, amount);
        for (int64_t i = 0; i < n; i++)
            if (is_purchase(amount[i], batch->packing[SHOAL_SALES_AMOUNT].wide)) {
#pragma omp atomic write
                bought[customer[i]] = 1;
            }
    }
}

static int64_t count_others(const shoal_batch *batch, const uint8_t *bought)
{
    int64_t customer[TILE], others = 0;
    for (int64_t first = 0; first < batch->n; first += TILE) {
        const int64_t n = load_tile(batch, SHOAL_SALES_CUSTOMER, first, customer);
        for (int64_t i = 0; i < n; i++) others += !bought[customer[i]];
    }
    return others;
}

/* The first rows of a category's texts, over the rows of customers who stay. */
static void find_first_rows(shoal_sales *s, int which, const uint8_t *bought)
{
    int64_t customer[TILE], code[TILE];
    shoal_coder_forget_rows(&s->code[which]);
    for (int64_t b = 0; b < s->n_batches; b++) {
        const shoal_batch *batch = &s->batches[b];
        for (int64_t first = 0; first < batch->n; first += TILE) {
            const int64_t n = load_tile(batch, SHOAL_SALES_CUSTOMER, first, customer);
            load_tile(batch, SHOAL_SALES_CODE + which, first, code);
            for (int64_t i = 0; i < n; i++) {
                if (code[i] < 0 || !bought[customer[i]]) continue;
                int64_t *row = shoal_coder_first(&s->code[which], (int32_t)code[i]);
                if (*row == SHOAL_CODER_NONE) *row = batch->first_row + first + i;
            }
        }
    }
}

static int threads_of(const shoal_sales *s, const shoal_job *job)
{
    return shoal_threads_for(job->ctx, (double)s->n_batches * TILE);
}

/* Takes customers with returns but no purchase out of the ranking, and what only they have. */
static shoal_status leave_out(shoal_sales *s, shoal_job *job)
{
    uint8_t *bought;
    int64_t others = 0;
    if (s->rows_returned == 0) return SHOAL_OK;
    const int64_t limit = shoal_coder_limit(&s->customer);
    SHOAL_TRY(shoal_alloc_zero(limit, 1, &bought, job->err));
#pragma omp parallel for schedule(dynamic) num_threads(threads_of(s, job))
    for (int64_t b = 0; b < s->n_batches; b++) mark_purchases(&s->batches[b], bought);
#pragma omp parallel for schedule(dynamic) num_threads(threads_of(s, job)) reduction(+ : others)
    for (int64_t b = 0; b < s->n_batches; b++) others += count_others(&s->batches[b], bought);
    job->rejected[SHOAL_REASON_RETURN_WITHOUT_PURCHASE] += others;
    if (others > 0) {
        for (int shard = 0; shard < SHOAL_CODER_SHARDS; shard++)
            for (int64_t i = 0; i < s->customer.shard[shard].dictionary.count; i++) {
                const int64_t code = i << SHOAL_CODER_BITS | shard;
                if (!bought[code]) *shoal_coder_first(&s->customer, (int32_t)code) = SHOAL_CODER_NONE;
            }
#pragma omp parallel for schedule(dynamic) num_threads(threads_of(s, job))
        for (int i = 0; i < SHOAL_SALE_CODES; i++)
            if (s->has[SHOAL_SALES_CODE + i]) find_first_rows(s, i, bought);
    }
    free(bought);
    return SHOAL_OK;
}

/* --- dictionaries --- */

static shoal_status rank_texts(const shoal_job *job, shoal_coder *coder, const char *name, int32_t **rank, int64_t *n,
                               shoal_table *table)
{
    int32_t *codes = NULL;
    SHOAL_TRY(shoal_alloc(shoal_coder_limit(coder), sizeof **rank, rank, job->err));
    shoal_status status = shoal_coder_rank(coder, *rank, &codes, n, job->err);
    if (status == SHOAL_OK) status = shoal_coder_table(job->ctx, coder, codes, *n, name, table, job->err);
    free(codes);
    shoal_coder_free(coder);
    return status;
}

static shoal_status make_dictionaries(shoal_sales *s, const shoal_job *job, shoal_ranks *ranks, shoal_import_data *data)
{
    SHOAL_TRY(rank_texts(job, &s->customer, "external_id", &ranks->customer, &ranks->n_customers, &data->keys));
    SHOAL_TRY(shoal_alloc_zero(SHOAL_SALE_CODES, sizeof *data->dictionaries, &data->dictionaries, job->err));
    for (int i = 0; i < SHOAL_SALE_CODES; i++)
        if (s->has[SHOAL_SALES_CODE + i])
            SHOAL_TRY(rank_texts(job, &s->code[i], shoal_role_name(shoal_code_roles[i]), &ranks->code[i],
                                 &ranks->n_codes[i], &data->dictionaries[data->n_dictionaries++]));
    return SHOAL_OK;
}

/* --- the table --- */

static shoal_status add_columns(const shoal_sales *s, const shoal_job *job, shoal_ordered *to, shoal_table *table)
{
    void *data;
    SHOAL_TRY(shoal_table_add(table, "customer", SHOAL_I64, 0, "1", "customer, a row of /customers", &data, job->err));
    to->customer = data;
    SHOAL_TRY(shoal_table_add(table, "time", SHOAL_I64, 0, "seconds since 1970-01-01", "time of the transaction", &data,
                              job->err));
    to->time = data;
    if (s->has_amount) {
        SHOAL_TRY(shoal_table_add(table, "amount", SHOAL_F64, 0, NULL, "money, negative for returns", &data, job->err));
        to->number[0] = data;
    }
    for (int i = 0; i < SHOAL_SALE_NUMBERS; i++) {
        if (!s->has[SHOAL_SALES_NUMBER + i]) continue;
        SHOAL_TRY(shoal_table_add(table, shoal_role_name(shoal_number_roles[i]), SHOAL_F64, 0, NULL, number_captions[i],
                                  &data, job->err));
        to->number[1 + i] = data;
    }
    for (int i = 0; i < SHOAL_SALE_CODES; i++) {
        if (!s->has[SHOAL_SALES_CODE + i]) continue;
        SHOAL_TRY(shoal_table_add(table, shoal_role_name(shoal_code_roles[i]), SHOAL_I32, 0, NULL, code_captions[i],
                                  &data, job->err));
        to->code[i] = data;
    }
    return SHOAL_OK;
}

/* Masks for categories that are missing in some row (code -1). */
static shoal_status mark_missing(const shoal_job *job, shoal_table *table)
{
    for (int j = 0; j < table->n_columns; j++) {
        shoal_column *column = &table->columns[j];
        if (column->type != SHOAL_I32) continue;
        const int32_t *code = column->data;
        int64_t missing = 0;
        for (int64_t i = 0; i < column->length; i++) missing += code[i] < 0;
        if (missing == 0) continue;
        uint8_t *valid;
        SHOAL_TRY(shoal_alloc(column->length, 1, &valid, job->err));
        for (int64_t i = 0; i < column->length; i++) valid[i] = code[i] >= 0;
        column->valid = valid;
    }
    return SHOAL_OK;
}

static shoal_status make_table(shoal_sales *s, const shoal_job *job, const shoal_ranks *ranks, shoal_table *table)
{
    shoal_parts parts = {0};
    shoal_ordered to = {0};
    shoal_status status = SHOAL_OK;
    SHOAL_TRY_OUT(shoal_parts_spread(job->ctx, s, ranks, &parts, job->err));
    for (int64_t i = 0; i < s->n_slabs; i++) free(s->slabs[i]);
    s->n_slabs = 0;
    table->n_rows = parts.n_rows;
    SHOAL_TRY_OUT(add_columns(s, job, &to, table));
    for (int i = 0; i < table->n_columns; i++)
        shoal_ask_for_huge_pages((void *)table->columns[i].data,
                                 (size_t)table->n_rows * shoal_type_size(table->columns[i].type, 0));
    SHOAL_TRY_OUT(shoal_parts_sort(job->ctx, &parts, &to, job->err));
    SHOAL_TRY_OUT(mark_missing(job, table));
out:
    shoal_parts_free(&parts);
    return status;
}

/* Money and dates of a block of rows. */
typedef struct figures {
    shoal_sum revenue;
    int64_t returned, start, end;
} figures;

static figures summarise_block(const int64_t *time, const double *amount, int64_t begin, int64_t end)
{
    figures f = {.start = time[begin], .end = time[begin]};
    for (int64_t i = begin; i < end; i++) {
        f.start = time[i] < f.start ? time[i] : f.start;
        f.end = time[i] > f.end ? time[i] : f.end;
        if (amount == NULL) continue;
        shoal_sum_add(&f.revenue, amount[i]);
        f.returned += amount[i] < 0;
    }
    return f;
}

/* Over the rows that stay. */
static void summarise(const shoal_ctx *ctx, const shoal_table *table, shoal_import_report *report)
{
    const int64_t *time = shoal_table_find(table, "time")->data;
    const shoal_column *column = shoal_table_find(table, "amount");
    const double *amount = column != NULL ? column->data : NULL;
    const shoal_blocks blocks = shoal_blocks_of(table->n_rows);
    figures by_block[SHOAL_MAX_BLOCKS] = {{.start = 0}};
#pragma omp parallel for schedule(dynamic) num_threads(shoal_threads_for(ctx, (double)table->n_rows * 4))
    for (int b = 0; b < blocks.count; b++)
        by_block[b] = summarise_block(time, amount, shoal_block_begin(&blocks, b), shoal_block_end(&blocks, b));
    figures all = by_block[0];
    for (int b = 1; b < blocks.count; b++) {
        shoal_sum_merge(&all.revenue, by_block[b].revenue);
        all.returned += by_block[b].returned;
        if (by_block[b].start < all.start) all.start = by_block[b].start;
        if (by_block[b].end > all.end) all.end = by_block[b].end;
    }
    report->start = all.start;
    report->end = all.end;
    report->has_amount = amount != NULL;
    if (amount == NULL) return;
    report->rows_returned = all.returned;
    report->revenue = shoal_sum_value(all.revenue);
}

static void free_ranks(shoal_ranks *ranks)
{
    free(ranks->customer);
    for (int i = 0; i < SHOAL_SALE_CODES; i++) free(ranks->code[i]);
}

shoal_status shoal_sales_finish(shoal_sales *s, shoal_job *job, shoal_import_data *data, shoal_import_report *report)
{
    shoal_ranks ranks = {0};
    shoal_status status = SHOAL_OK;
    if (s->n_batches > 0) qsort(s->batches, (size_t)s->n_batches, sizeof *s->batches, compare_batches);
    SHOAL_TRY_OUT(leave_out(s, job));
    SHOAL_TRY_OUT(make_dictionaries(s, job, &ranks, data));
    if (ranks.n_customers == 0) {
        status = shoal_job_fail_empty(job);
        goto out;
    }
    SHOAL_TRY_OUT(make_table(s, job, &ranks, &data->transactions));
    data->customers.n_rows = ranks.n_customers;
    report->customers = ranks.n_customers;
    report->transactions = data->transactions.n_rows;
    summarise(job->ctx, &data->transactions, report);
out:
    free_ranks(&ranks);
    return status;
}

#include "generate/rows.h"

#include <omp.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/threads.h"

/* A counting sort in two passes over fixed blocks of customers: the first counts the rows of each block and day, the
 * second draws the rows again and puts each where it belongs. slot[block * days + day] is first a count, then the next
 * free place. */
typedef struct row_sort {
    const shoal_ctx *ctx;
    const shoal_population *population;
    shoal_blocks blocks;
    int32_t days; /* slots a block: the days of the period, or 1 by customer */
    int64_t *slot;
    shoal_rows *rows;
    atomic_int done; /* blocks of the pass, for the progress */
} row_sort;

static void count_block(row_sort *sorter, int block)
{
    int64_t *slot = sorter->slot + (int64_t)block * sorter->days;
    const int64_t end = shoal_block_end(&sorter->blocks, block);
    for (int64_t i = shoal_block_begin(&sorter->blocks, block); i < end; i++) {
        const shoal_customer customer = shoal_customer_draw(sorter->population, i);
        shoal_purchases purchases = shoal_purchases_start(sorter->population, &customer);
        int32_t day;
        while (shoal_purchases_next(&purchases, &day)) slot[sorter->days == 1 ? 0 : day]++;
        sorter->rows->purchases[i] = purchases.count;
    }
}

static void place_block(row_sort *sorter, int block)
{
    int64_t *slot = sorter->slot + (int64_t)block * sorter->days;
    const int64_t end = shoal_block_end(&sorter->blocks, block);
    for (int64_t i = shoal_block_begin(&sorter->blocks, block); i < end; i++) {
        const shoal_customer customer = shoal_customer_draw(sorter->population, i);
        shoal_purchases purchases = shoal_purchases_start(sorter->population, &customer);
        shoal_rng rng = shoal_items_start(sorter->population, &customer);
        int32_t day;
        for (uint32_t purchase = 0; shoal_purchases_next(&purchases, &day); purchase++)
            sorter->rows->row[slot[sorter->days == 1 ? 0 : day]++] =
                (shoal_row){.customer = (uint32_t)i,
                            .purchase = purchase,
                            .day = day,
                            .item = shoal_item_draw(sorter->population, &customer, &rng)};
    }
}

static shoal_status run_pass(row_sort *sorter, void (*pass)(struct row_sort *, int), const char *phase,
                             shoal_error *err)
{
    atomic_store(&sorter->done, 0);
#pragma omp parallel for schedule(dynamic) num_threads(shoal_ctx_threads(sorter->ctx))
    for (int block = 0; block < sorter->blocks.count; block++) {
        if (shoal_cancelled(sorter->ctx)) continue;
        pass(sorter, block);
        const int done = atomic_fetch_add(&sorter->done, 1) + 1;
        if (omp_get_thread_num() == 0) shoal_progress(sorter->ctx, phase, (double)done / sorter->blocks.count, NULL);
    }
    if (shoal_cancelled(sorter->ctx)) return shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted");
    return SHOAL_OK;
}

/* Turns counts into places: day by day, within a day block by block. Returns the number of rows. */
static int64_t place_slots(row_sort *sorter)
{
    int64_t next = 0;
    for (int32_t day = 0; day < sorter->days; day++)
        for (int block = 0; block < sorter->blocks.count; block++) {
            int64_t *slot = &sorter->slot[(int64_t)block * sorter->days + day];
            const int64_t count = *slot;
            *slot = next;
            next += count;
        }
    return next;
}

static shoal_status sort_rows(row_sort *sorter, shoal_error *err)
{
    shoal_rows *rows = sorter->rows;
    SHOAL_TRY(shoal_alloc(sorter->population->n_customers, sizeof *rows->purchases, &rows->purchases, err));
    SHOAL_TRY(run_pass(sorter, count_block, "count", err));
    rows->n = place_slots(sorter);
    SHOAL_TRY(shoal_alloc(rows->n, sizeof *rows->row, &rows->row, err));
    return run_pass(sorter, place_block, "draw", err);
}

shoal_status shoal_rows_draw(const shoal_ctx *ctx, const shoal_population *population, shoal_row_order order,
                             shoal_rows *rows, shoal_error *err)
{
    row_sort sorter = {.ctx = ctx,
                       .population = population,
                       .blocks = shoal_blocks_of(population->n_customers),
                       .days = order == SHOAL_BY_DATE ? population->days : 1,
                       .rows = rows};
    SHOAL_TRY(shoal_alloc_zero((int64_t)sorter.blocks.count * sorter.days, sizeof *sorter.slot, &sorter.slot, err));
    const shoal_status status = sort_rows(&sorter, err);
    free(sorter.slot);
    if (status < 0) shoal_rows_free(rows);
    return status;
}

void shoal_rows_free(shoal_rows *rows)
{
    free(rows->row);
    free(rows->purchases);
    *rows = (shoal_rows){0};
}

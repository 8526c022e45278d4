#include "cases/transactions.h"

#include "base/date.h"
#include "base/file.h"
#include "base/memory.h"
#include "cases/workload.h"
#include "generate/write_csv.h"

enum { DAYS = 730, SEED = 1 };

shoal_status bench_rows_draw(const shoal_ctx *ctx, int64_t customers, int64_t transactions, shoal_row_order order,
                             shoal_population *population, shoal_rows *rows, shoal_error *err)
{
    *population = shoal_population_make(SEED, customers, shoal_days_from_civil(2023, 1, 1), DAYS, SHOAL_EVERY_SEGMENT);
    SHOAL_TRY(shoal_population_aim(population, transactions, err));
    return shoal_rows_draw(ctx, population, order, rows, err);
}

shoal_status bench_transactions_csv(const shoal_ctx *ctx, int64_t customers, int64_t transactions, const char *path,
                                    shoal_error *err)
{
    static const shoal_columns columns = {.n = 5,
                                          .column = {SHOAL_COLUMN_CUSTOMER, SHOAL_COLUMN_DATE, SHOAL_COLUMN_AMOUNT,
                                                     SHOAL_COLUMN_PRODUCT, SHOAL_COLUMN_CHANNEL}};
    shoal_population population;
    shoal_rows rows = {0};
    shoal_outfile file = {0};
    shoal_status status;
    SHOAL_TRY_OUT(bench_rows_draw(ctx, customers, transactions, SHOAL_BY_DATE, &population, &rows, err));
    SHOAL_TRY_OUT(shoal_outfile_begin(&file, path, err));
    SHOAL_TRY_OUT(shoal_write_transactions(ctx, &population, &rows, &columns, file.stream, path, err));
    status = shoal_outfile_commit(&file, err);
out:
    shoal_outfile_abort(&file);
    shoal_rows_free(&rows);
    return status;
}

static shoal_status allocate(bench_transactions *made, shoal_error *err)
{
    SHOAL_TRY(shoal_alloc(made->n_customers + 1, sizeof *made->first_row, &made->first_row, err));
    SHOAL_TRY(shoal_alloc(made->n, sizeof *made->time, &made->time, err));
    return shoal_alloc(made->n, sizeof *made->amount, &made->amount, err);
}

static void fill(const shoal_population *population, const shoal_rows *rows, bench_transactions *made)
{
    made->first_row[0] = 0;
    for (int64_t c = 0; c < made->n_customers; c++) made->first_row[c + 1] = made->first_row[c] + rows->purchases[c];
    for (int64_t i = 0; i < made->n; i++) {
        made->time[i] = (population->first_day + rows->row[i].day) * SHOAL_DAY_SECONDS;
        made->amount[i] = rows->row[i].item.cents / 100.0;
    }
}

shoal_status bench_transactions_make(const shoal_ctx *ctx, int64_t customers, int64_t transactions,
                                     bench_transactions *made, shoal_error *err)
{
    shoal_population population;
    shoal_rows rows = {0};
    shoal_status status;
    *made = (bench_transactions){.n_customers = customers};
    SHOAL_TRY_OUT(bench_rows_draw(ctx, customers, transactions, SHOAL_BY_CUSTOMER, &population, &rows, err));
    made->n = rows.n;
    SHOAL_TRY_OUT(allocate(made, err));
    fill(&population, &rows, made);
out:
    shoal_rows_free(&rows);
    if (status < 0) bench_transactions_free(made);
    return status;
}

void bench_transactions_free(bench_transactions *made)
{
    free(made->first_row);
    free(made->time);
    free(made->amount);
    *made = (bench_transactions){0};
}

#include "instructions/inputs.h"

#include <stdio.h>

#include "base/date.h"
#include "base/memory.h"
#include "base/random.h"

enum { GROUPS = 8, DAYS = 730, SEED = 2024 };

/* streams of random numbers */
enum { CENTRES = 1, ROWS = 2, CUSTOMERS = 1000 };

shoal_ctx bench_input_ctx(void)
{
    return (shoal_ctx){.threads = 1};
}

static void fill_column(int column, shoal_type type, int64_t n, void *data)
{
    double centre[GROUPS];
    shoal_rng centres = shoal_rng_start(SEED + (uint64_t)column, CENTRES);
    shoal_rng rows = shoal_rng_start(SEED + (uint64_t)column, ROWS);
    for (int g = 0; g < GROUPS; g++) centre[g] = 2 * shoal_rng_normal(&centres);
    for (int64_t i = 0; i < n; i++) {
        const double value = centre[i % GROUPS] + shoal_rng_normal(&rows);
        if (type == SHOAL_F32) ((float *)data)[i] = (float)value;
        else ((double *)data)[i] = value;
    }
}

shoal_status bench_input_matrix(int64_t n, int d, shoal_type type, shoal_table *table, shoal_error *err)
{
    table->n_rows = n;
    for (int j = 0; j < d; j++) {
        char name[16];
        void *data;
        snprintf(name, sizeof name, "f%d", j);
        SHOAL_TRY(shoal_table_add(table, name, type, 0, NULL, NULL, &data, err));
        fill_column(j, type, n, data);
    }
    return SHOAL_OK;
}

shoal_matrix bench_input_view(const shoal_table *table)
{
    return (shoal_matrix){.n = table->n_rows, .d = table->n_columns, .columns = table->columns};
}

static shoal_status add_sale(bench_input_sales *sales, int64_t *capacity, double day, double amount, shoal_error *err)
{
    if (sales->n == *capacity) {
        int64_t times = *capacity;
        SHOAL_TRY(shoal_grow(&sales->time, &times, sales->n, sales->n + 1, sizeof *sales->time, err));
        SHOAL_TRY(shoal_grow(&sales->amount, capacity, sales->n, sales->n + 1, sizeof *sales->amount, err));
    }
    const int64_t start = shoal_days_from_civil(2022, 1, 1) * SHOAL_DAY_SECONDS;
    sales->time[sales->n] = start + (int64_t)(day * SHOAL_DAY_SECONDS);
    sales->amount[sales->n++] = amount;
    return SHOAL_OK;
}

/* An amount in cents; about one in thirty is a return. */
static double draw_amount(shoal_rng *rng, double nu)
{
    const double cents = (double)(int64_t)(100 * shoal_rng_gamma(rng, 6) / nu) + 1;
    return (shoal_rng_below(rng, 30) == 0 ? -0.5 : 1) * cents / 100;
}

static shoal_status add_customer(int64_t customer, bench_input_sales *sales, int64_t *capacity, shoal_error *err)
{
    shoal_rng rng = shoal_rng_start(SEED, CUSTOMERS + (uint64_t)customer);
    const double rate = shoal_rng_gamma(&rng, 0.8) / 20, dropout = shoal_rng_beta(&rng, 0.8, 3);
    const double nu = shoal_rng_gamma(&rng, 4) / 15;
    double day = shoal_rng_uniform(&rng) * DAYS / 2;
    SHOAL_TRY(add_sale(sales, capacity, day, draw_amount(&rng, nu), err));
    while (true) {
        day += shoal_rng_exponential(&rng) / rate;
        if (!(day < DAYS)) break;
        SHOAL_TRY(add_sale(sales, capacity, day, draw_amount(&rng, nu), err));
        if (shoal_rng_uniform(&rng) < dropout) break;
    }
    return SHOAL_OK;
}

shoal_status bench_input_sales_make(int64_t customers, bench_input_sales *sales, shoal_error *err)
{
    int64_t capacity = 0;
    sales->n_customers = customers;
    SHOAL_TRY(shoal_alloc_zero(customers + 1, sizeof *sales->first_row, &sales->first_row, err));
    for (int64_t c = 0; c < customers; c++) {
        SHOAL_TRY(add_customer(c, sales, &capacity, err));
        sales->first_row[c + 1] = sales->n;
    }
    return SHOAL_OK;
}

void bench_input_sales_free(bench_input_sales *sales)
{
    free(sales->first_row);
    free(sales->time);
    free(sales->amount);
    *sales = (bench_input_sales){0};
}

shoal_transactions bench_input_sales_view(const bench_input_sales *sales)
{
    return (shoal_transactions){.n = sales->n,
                                .n_customers = sales->n_customers,
                                .first_row = sales->first_row,
                                .time = sales->time,
                                .amount = sales->amount};
}

shoal_status bench_input_summary(int64_t customers, shoal_summary *summary, shoal_error *err)
{
    const shoal_ctx ctx = bench_input_ctx();
    const shoal_summary_opts opts = shoal_summary_opts_default();
    bench_input_sales sales = {0};
    shoal_status status;
    SHOAL_TRY_OUT(bench_input_sales_make(customers, &sales, err));
    const shoal_transactions view = bench_input_sales_view(&sales);
    SHOAL_TRY_OUT(shoal_summary_run(&ctx, &view, &opts, summary, err));
out:
    bench_input_sales_free(&sales);
    return status;
}
